"""A change of cycle and fee: two people, a cooling-off, the contract, the way back; every step stands in the audit chain."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from processes_story import CLOCK, at, standing

from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError

CONTRACTS = (
    "acquirer,merchant_no,from_on,cycle,cutover,due_time,calendar,pays_on_makeup_days,minimum_minor,rate_bp,cap_minor,rounding,refund_fee\n"
    "unionpay,898000000000001,2026-01-01,T+1,23:00,14:00,CN,1,100,60,2000,half_up_each,kept\n"
)
WHO = ("unionpay", "898000000000001")
FIRST = date(2026, 12, 1)


@pytest.fixture
def here(workspace: Any) -> Workspace:
    from daozhang.desk.imports import import_bytes

    made = standing(workspace)
    assert import_bytes(made, "contracts.csv", CONTRACTS.encode()).state == "accepted"
    return made


def _ask(here: Workspace, **more: str) -> Any:
    from daozhang.desk import processes_terms as desk

    return desk.ask(
        here, *WHO, {"cycle": "D+1", "rate_bp": "55"} | more, FIRST, by="li", document="函 2026-118，法务柜"
    )


def test_two_people_a_cooling_off_the_contract_and_the_way_back(here: Workspace) -> None:
    from daozhang.desk import house_audit
    from daozhang.desk import processes_terms as desk
    from daozhang.desk.timers import keep_clocks

    one = _ask(here, cycle="d+1")
    assert (one.before, one.after) == ({"cycle": "T+1", "rate_bp": "60"}, {"cycle": "D+1", "rate_bp": "55"})
    with pytest.raises(RefusedError, match="error-terms-same-person"):
        desk.decide(here, one.number, "approved", by="LI ")
    with pytest.raises(RefusedError, match="error-terms-open"):
        _ask(here)
    assert desk.decide(here, one.number, "approved", by="wang").state == "cooling"
    keep_clocks(here)
    assert desk.change_named(one.number).state == "cooling"
    later = at(here, datetime(2026, 11, 30, 10, 0))
    keep_clocks(later)
    active = desk.change_named(one.number)
    assert active.state == "active"
    assert desk.current(later, *WHO, date(2026, 11, 30))["rate_bp"] == "60"
    new = desk.current(later, *WHO, FIRST)
    assert {name: new[name] for name in ("cycle", "rate_bp", "cap_minor", "due_time", "cutover")} == {
        "cycle": "D+1", "rate_bp": "55", "cap_minor": "2000", "due_time": "14:00", "cutover": "23:00",
    }  # fmt: skip
    desk.decide(later, one.number, "rollback_asked", by="li", note="收单机构撤回函")
    with pytest.raises(RefusedError, match="error-terms-same-person"):
        desk.decide(later, one.number, "rollback_approved", by="li")
    assert desk.decide(later, one.number, "rollback_approved", by="wang").state == "rolled_back"
    assert desk.current(later, *WHO, FIRST)["rate_bp"] == "60"
    said = [(event.step, event.by) for event in desk.history(active)]
    assert said == [
        ("asked", "li"), ("approved", "wang"), ("activated", "system"), ("rollback_asked", "li"), ("rollback_approved", "wang"),
    ]  # fmt: skip
    assert desk.history(active)[0].facts["before"] == {"cycle": "T+1", "rate_bp": "60"}
    assert house_audit.broken_at() is None


@pytest.mark.parametrize(
    ("wanted", "key"),
    [({"cycle": "X+1"}, "error-terms-value"), ({"rate_bp": "-5"}, "error-terms-value"), ({"cutover": "25:00"}, "error-terms-value"),
     ({"cycle": "T+1", "rate_bp": "60.0"}, "error-terms-nothing")],
)  # fmt: skip
def test_what_is_no_change_is_refused(here: Workspace, wanted: dict[str, str], key: str) -> None:
    with pytest.raises(RefusedError, match=key):
        _ask(here, **wanted)


def test_it_rests_on_a_paper_a_contract_and_a_day_to_come(here: Workspace) -> None:
    from daozhang.desk import processes_terms as desk

    with pytest.raises(RefusedError, match="error-terms-note"):
        desk.ask(here, *WHO, {"cycle": "D+1"}, FIRST, by="li", document=" ")
    with pytest.raises(RefusedError, match="error-terms-no-contract"):
        desk.ask(here, "unionpay", "nobody", {"cycle": "D+1"}, FIRST, by="li", document="函")
    with pytest.raises(RefusedError, match="error-terms-past"):
        desk.ask(here, *WHO, {"cycle": "D+1"}, date(2026, 11, 1), by="li", document="函")
    assert datetime(2026, 11, 25, 10) == CLOCK
