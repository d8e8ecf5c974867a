"""Registrations, roll-outs and maintenance: what the database holds, what a roll-out stops at, and that the report of 500 terminals adds up."""

from __future__ import annotations

import json
from datetime import date, datetime
from itertools import pairwise

import pytest
from fleet_story import heartbeats
from typer.testing import CliRunner

from daozhang.cli.main import app
from daozhang.desk import fleet, fleet_board, fleet_care, house_audit
from daozhang.desk.fleet_models import MaintenancePlan, TerminalRegistration, WorkOrder
from daozhang.desk.imports import import_bytes
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.fleet.maintenance import due, months_later
from daozhang.fleet.versions import Upgrade, is_below, ring_of, rollout


def _register(place: Workspace, **changed: str) -> TerminalRegistration:
    given = {
        "acquirer": "LIANHE", "merchant_no": "M2", "terminal_no": "T3", "serial_no": "SN3", "account_tail": "6217",
        "location": "1 Lake Road", "by": "li",
    }  # fmt: skip
    return fleet.register(place, **(given | changed))  # type: ignore[arg-type]


def test_one_terminal_belongs_to_one_merchant_and_the_database_holds_it(fleet_everywhere: Workspace) -> None:
    place = fleet_everywhere
    _register(place)
    for changed in (
        {"merchant_no": "M1", "serial_no": "SN9"},
        {"terminal_no": "T9"},
        {"serial_no": "sn3", "terminal_no": "T8"},
    ):
        with pytest.raises(RefusedError) as refused:
            _register(place, **changed)
        assert (refused.value.key, refused.value.facts["merchant"]) == ("error-fleet-taken", "M2")
    for changed in ({"location": " "}, {"account_tail": "622202123456789"}, {"account_tail": "62x7"}):
        with pytest.raises(RefusedError):
            _register(place, **changed)
    assert TerminalRegistration.objects.count() == 1
    fleet.end_registration(place, "LIANHE", "T3", reason="moved", by="li")
    _register(place, merchant_no="M1")
    assert [(one.merchant_no, one.ended_at is None) for one in TerminalRegistration.objects.all()] == [
        ("M1", True),
        ("M2", False),
    ]
    assert house_audit.broken_at() is None


def test_what_the_facts_say_against_a_registration_is_said(fleet: Workspace) -> None:
    _register(fleet, merchant_no="M1", serial_no="SN-OLD")
    told = CliRunner().invoke(app, ["fleet", "registrations", "--workspace", str(fleet.root)])
    assert told.exit_code == 1
    assert "reports itself as SN3" in told.stdout
    assert "the files name merchant M2" in told.stdout


def test_terminals_below_the_target_are_listed_and_vanish_after_the_new_version_is_reported(fleet: Workspace) -> None:
    def asked() -> dict[str, list[str]]:
        told = CliRunner().invoke(app, ["fleet", "rollout", "--workspace", str(fleet.root), "--json"])
        found = json.loads(told.stdout)["targets"][0]
        return {name: found[name] for name in ("done", "waiting", "later", "too_old")}

    made = CliRunner().invoke(
        app,
        ["fleet", "target", "SP-630", "3.10.0", "--workspace", str(fleet.root), "--rings", "100", "--rollback", "USB"],
    )
    assert made.exit_code == 0
    assert asked() == {"done": ["T3"], "waiting": ["T1", "T2"], "later": [], "too_old": []}
    newer = heartbeats(version_of_t1="3.10.0").replace(":55:00", ":57:00")
    import_bytes(fleet, "heartbeats_new.csv", newer.encode())
    assert "T1" not in asked()["waiting"]
    upgraded = next(one for one in fleet_board.board(fleet).lines if one.figures.terminal_no == "T1")
    assert upgraded.figures.is_below_target is False


def test_versions_stand_in_the_order_of_their_numbers() -> None:
    ordered = ["3.2-beta", "3.2", "v3.2.1", "3.9", "3.10.0", "4"]
    assert [is_below(one, two) for one, two in pairwise(ordered)] == [True] * 5
    assert not is_below("3.10", "3.10.0")
    assert not is_below("3.10.0", "3.10")


def test_rings_are_the_same_always_and_near_their_shares() -> None:
    counts = [0, 0, 0]
    for no in range(2000):
        counts[ring_of(f"T{no}", "4.0", [5, 25, 100])] += 1
    assert 60 < counts[0] < 140
    assert 330 < counts[1] < 470
    assert ring_of("T1", "4.0", [5, 25, 100]) == ring_of("T1", "4.0", [5, 25, 100])


def _rolled(
    *given: tuple[str | None, bool, bool], ring: int = 0, has_rollback: bool = True, from_version: str = ""
) -> str:
    ups = [
        Upgrade(terminal_no=f"T{no:03}", version=version, ring=0, had_target=had, is_silent=silent)
        for no, (version, had, silent) in enumerate(given)
    ]
    return rollout(
        ups, target="4.0", from_version=from_version, ring=ring, rings=[50, 100], stop_share_bp=200, has_rollback=has_rollback
    ).next_key  # fmt: skip


def test_a_rollout_waits_stops_and_goes_on() -> None:
    well = ("4.0", True, False)
    assert _rolled(well, ("3.0", False, False)) == "fleet-rollout-waits"
    assert _rolled(well, well) == "fleet-rollout-may-widen"
    assert _rolled(well, well, has_rollback=False) == "fleet-rollout-no-way-back"
    assert _rolled(well, ("4.0", True, True)) == "fleet-rollout-stopped"  # silent after the upgrade
    assert _rolled(well, ("3.0", True, False)) == "fleet-rollout-stopped"  # went back
    assert _rolled(*[well] * 99, ("4.0", True, True)) == "fleet-rollout-may-widen"  # 1 % is within the limit
    assert _rolled(well, (None, False, False), ring=1) == "fleet-rollout-done"
    assert _rolled(well, ("2.0", False, False), ring=1, from_version="3.0") == "fleet-rollout-rest"


def test_the_next_ring_is_refused_with_the_reason(fleet: Workspace) -> None:
    from daozhang.desk import fleet as desk_fleet

    with pytest.raises(InputError):
        desk_fleet.set_target(fleet, "SP-630", "3.10.0", by="li", rings=[50, 25, 100])
    desk_fleet.set_target(fleet, "SP-630", "3.2.1", by="li", rings=[10, 100])
    board = fleet_board.board(fleet)
    with pytest.raises(RefusedError) as refused:
        desk_fleet.widen(fleet, "SP-630", board, by="li")
    assert refused.value.key == "error-fleet-rollout-stopped"  # T1 and T2 are silent since their router is down
    assert refused.value.facts["count"] == 2


def test_the_plan_of_500_terminals_adds_up_after_twenty_were_done(sqlite_workspace: Workspace) -> None:
    place = Workspace(
        sqlite_workspace.root, sqlite_workspace.settings.model_copy(update={"clock_at": datetime(2026, 10, 10, 9)})
    )
    head = "acquirer,merchant_no,terminal_no,model,installed_on\n"
    rows = [f"LIANHE,M{no % 50},T{no:04},SP-630,{'2026-03-10' if no < 300 else '2026-04-20'}" for no in range(500)]
    import_bytes(place, "terminals.csv", (head + "\n".join(rows) + "\n").encode())
    fleet_care.make_plan(place, "Half-yearly", checklist=["reader", "battery"], months=6, by="li")
    board = fleet_board.board(place)
    assert fleet_care.write_orders(place, board, by="li") == 500
    assert fleet_care.write_orders(place, board, by="li") == 0  # safe to do again
    waiting = fleet_care.waiting_orders()
    assert (waiting[0].due_on, waiting[-1].due_on) == (date(2026, 9, 10), date(2026, 10, 20))
    for order in waiting[:20]:
        fleet_care.complete(
            place,
            order.number,
            by="wang",
            results={"reader": "ok", "battery": "mended"},
            proof="sheet 17",
            parts="battery",
        )
    plan = MaintenancePlan.objects.get()
    tally = fleet_care.tally(plan, date(2026, 10, 10))
    assert (tally.orders, tally.done, tally.open, tally.overdue) == (500, 20, 480, 280)
    told = CliRunner().invoke(app, ["fleet", "orders", "--workspace", str(place.root)])
    assert "500 work orders, 20 done, 480 open" in told.stdout
    assert told.exit_code == 1  # some are overdue
    with pytest.raises(RefusedError):
        fleet_care.complete(
            place, waiting[0].number, by="wang", results={"reader": "ok", "battery": "ok"}, proof="again"
        )
    for results, proof in (({"reader": "ok"}, "sheet"), ({"reader": "ok", "battery": "ok"}, " ")):
        with pytest.raises(RefusedError):
            fleet_care.complete(place, waiting[30].number, by="wang", results=results, proof=proof)
    assert WorkOrder.objects.filter(done_at__isnull=False).count() == 20


def test_payments_make_it_due_before_the_months_do(fleet: Workspace) -> None:
    fleet_care.make_plan(fleet, "Printer head", checklist=["head"], months=60, transactions=50, by="li")
    assert fleet_care.write_orders(fleet, fleet_board.board(fleet), by="li") == 2
    found = {one.terminal_no: one.reason for one in fleet_care.waiting_orders()}
    assert found == {
        "T3": "transactions",
        "T4": "months",
    }  # T3 made 51 payments; of T4 nobody knows when it was looked at
    today = date(2026, 10, 10)
    assert due(date(2026, 10, 1), months=None, transactions=50, made_since=49, today=today) is None
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_a_list_of_devices_that_cannot_be_read_changes_nothing(fleet: Workspace) -> None:
    from daozhang.desk import fleet as desk_fleet

    head = "code,kind,name,hangs_on,store_no\n"
    assert (
        desk_fleet.import_devices(
            fleet, (head + "R-1,router,Back room,,S1\nT1,terminal,,E-1,\nE-1,ecr,,R-1,\n").encode(), by="li"
        )
        == 3
    )
    for wrong in ("R-1,robot,,,\n", "R-1,router,,R-1,\n", "R-1,router,,,\nR-1,router,,,\n", ""):
        with pytest.raises(InputError):
            desk_fleet.import_devices(fleet, (head + wrong).encode(), by="li")
    tree = {one.node.code: [each.code for each in one.dependants] for one in fleet_board.tree(fleet_board.board(fleet))}
    assert tree["R-1"] == ["E-1", "T1", "T2"]
    assert tree["E-1"] == ["T1"]


def test_the_command_shows_the_board(fleet: Workspace) -> None:
    told = CliRunner().invoke(app, ["fleet", "show", "--workspace", str(fleet.root), "--csv"])
    assert told.exit_code == 1
    lines = told.stdout.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("terminal_no,acquirer")
    shown = CliRunner().invoke(app, ["fleet", "tree", "--workspace", str(fleet.root)])
    assert "router R-1" in shown.stdout
    assert "look at this device first" in shown.stdout
