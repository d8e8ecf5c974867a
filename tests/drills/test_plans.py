"""Plans: what the linter says, who may approve, what the card of a shop proposes, and the printed pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from daozhang.desk import contacts, house_audit, plans
from daozhang.drills.continuity import HELPS, Means, Shop, Situation, card_of, means_for
from daozhang.drills.plans import REACHED, SILENT, UNTESTED, Plan, lint, read_plan
from daozhang.errors import InputError, RefusedError

BODY = """name = "Fixed line down"
situation = "fixed_line_down"
trigger = "three terminals without a line for ten minutes"
owner = "Wang"
deputy = "Li"
contacts = ["ACQ_CS"]
[[decisions]]
question = "Is the line down in the whole street?"
yes = "Switch to the SIM"
no = "Restart the router"
[[recovery]]
step = "Upload the offline batch"
who = "Li"
within_min = 30
"""
SHOP = Shop(store_no="S1", name="North", means=frozenset({Means.SIM_4G, Means.CASH, Means.BACKUP_TERMINAL}))
PLAN = read_plan(BODY)


def keys(plan: Plan, contacts_: dict[str, str] | None = None, shops: tuple[Shop, ...] = (SHOP,)) -> list[str]:
    return [one.key for one in lint(plan, {"ACQ_CS": REACHED} if contacts_ is None else contacts_, shops)]


@pytest.mark.parametrize(("change", "lack"), [
    ({}, []),
    ({"name": ""}, ["plan-lacks-name"]),
    ({"trigger": ""}, ["plan-lacks-trigger"]),
    ({"owner": ""}, ["plan-lacks-owner"]),
    ({"deputy": ""}, ["plan-lacks-deputy"]),
    ({"deputy": "Wang"}, ["plan-lacks-second-person"]),
    ({"contacts": ()}, ["plan-lacks-contacts"]),
    ({"contacts": ("ISV",)}, ["plan-contact-unknown"]),
    ({"situation": "flood"}, ["plan-lacks-situation"]),
    ({"shops": ("S9",)}, ["plan-shop-unknown"]),
    ({"decisions": ()}, ["plan-lacks-decisions"]),
    ({"decisions": (replace(PLAN.decisions[0], no=""),)}, ["plan-decision-open"]),
    ({"recovery": ()}, ["plan-lacks-recovery"]),
    ({"recovery": (replace(PLAN.recovery[0], within_min=None),)}, ["plan-recovery-open"]),
])  # fmt: skip
def test_everything_that_is_missing_is_said(change: dict[str, Any], lack: list[str]) -> None:
    assert keys(replace(PLAN, **change)) == lack


@pytest.mark.parametrize("state", [UNTESTED, SILENT])
def test_a_contact_that_cannot_be_reached_is_refused(state: str) -> None:
    assert keys(PLAN, {"ACQ_CS": state}) == [f"plan-contact-{state}"]


def test_every_shop_needs_a_way_to_take_money() -> None:
    bare = Shop(store_no="S2", means=frozenset({Means.BACKUP_TERMINAL}))

    assert keys(PLAN, shops=(SHOP, bare)) == ["plan-shop-without-means"]
    assert keys(PLAN, shops=()) == ["plan-lacks-shops"]


@pytest.mark.parametrize("body", ["name = ", "name = 3", "flood = 1", "recovery = 3", "contacts = [1]"])
def test_a_text_that_is_no_plan_is_refused_in_words(body: str) -> None:
    with pytest.raises(InputError):
        read_plan(body)


def test_the_card_for_a_fixed_line_that_is_down_proposes_only_what_the_shop_has() -> None:
    """The second terminal hangs on the same line; offline sales need an agreed limit."""
    rich = Shop(store_no="S3", means=frozenset(Means))

    assert means_for(SHOP, Situation.FIXED_LINE_DOWN) == (Means.SIM_4G, Means.CASH)
    assert Means.OFFLINE not in means_for(rich, Situation.FIXED_LINE_DOWN)
    assert Means.OFFLINE in means_for(replace(rich, offline_limit_minor=500_00), Situation.FIXED_LINE_DOWN)
    for situation, means in card_of(SHOP).items():
        assert set(means) == set(HELPS[situation]) & SHOP.means


def test_a_plan_is_approved_by_a_second_person_once_nothing_is_lacking(workspace: Any) -> None:
    entry = contacts.add(
        workspace,
        "ACQ_CS",
        "phone",
        "4008000000",
        by="ana",
        source="contract page",
        verified_on=datetime(2026, 1, 5).date(),
    )
    plans.note_means(workspace, "S1", ["sim_4g", "cash"], by="ana", name="North")
    row, found = plans.save(workspace, BODY, by="ana")
    assert [one.key for one in found] == ["plan-contact-untested"]
    with pytest.raises(RefusedError, match="plan-lacks"):
        plans.approve(workspace, row.pk, by="bo")

    made = contacts.test(workspace, entry.pk, by="ana")
    contacts.acknowledge(workspace, made.code, by="bo")
    with pytest.raises(RefusedError, match="plan-second-person"):
        plans.approve(workspace, row.pk, by="ana")
    approved = plans.approve(workspace, row.pk, by="bo")
    again, _ = plans.save(workspace, BODY, by="ana")
    changed, _ = plans.save(workspace, BODY.replace("30", "20"), by="ana")

    assert (approved.approved_by, again.pk, changed.version, changed.approved_at) == ("bo", row.pk, 2, None)
    assert house_audit.broken_at() is None
    assert {one.step for one in house_audit.HouseEvent.objects.filter(area="plans")} == {"means", "written", "approved"}


@pytest.mark.parametrize(("language", "said"), [("en", "Pocket card"), ("zh", "口袋卡")])
def test_the_pages_hold_the_plan_the_pocket_card_and_each_shop(sqlite_workspace: Any, language: str, said: str) -> None:
    plans.note_means(sqlite_workspace, "S1", ["sim_4g", "offline"], by="ana", name="North", offline_limit_minor=500_00)
    row, _ = plans.save(sqlite_workspace, BODY, by="ana")

    made = plans.pdf(sqlite_workspace, row.pk, language)
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)

    assert made == plans.pdf(sqlite_workspace, row.pk, language)
    assert said in words
    assert "Upload the offline batch" in words
    assert "North S1" in words
    assert "500.00" in words
