"""The board: uptime equals a calculation by hand, answers are counted, what nobody tells is not reported, shared devices show their dependants."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from fleet_story import DAYS, HOURS, ROUTER_DOWN, heartbeats

from daozhang.desk import fleet_board, fleet_lake
from daozhang.desk.fleet_models import FleetDevice
from daozhang.desk.imports import import_bytes
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.fleet.tree import Node, dependants
from daozhang.fleet.uptime import uptime


def _figures(board: fleet_board.Board) -> dict[str, fleet_board.Line]:
    return {one.figures.terminal_no: one for one in board.lines}


def test_uptime_equals_the_calculation_by_hand(fleet: Workspace) -> None:
    found = _figures(fleet_board.board(fleet))
    # four days of twelve hours are 48 reports. T1 misses 14:00 to 21:00 of the last day: seven. T3 misses two of the 7th.
    assert (found["T1"].figures.due, found["T1"].figures.heard) == (48, 41)
    assert found["T1"].figures.uptime_bp == 8541  # 41 / 48 = 85.41 %
    assert (found["T3"].figures.due, found["T3"].figures.heard, found["T3"].figures.uptime_bp) == (48, 46, 9583)
    seen = fleet_board.detail(fleet, "T1").uptime
    assert (seen.due, seen.heard) == (48, 41)
    assert seen.gaps == ((ROUTER_DOWN, datetime(2026, 10, 9, 21, 0)),)
    assert fleet_board.detail(fleet, "T3").uptime.gaps == ((datetime(2026, 10, 7, 12), datetime(2026, 10, 7, 14)),)


def test_answers_of_the_host_are_counted_on_what_was_sent(fleet: Workspace) -> None:
    one = fleet_board.detail(fleet, "T3")
    assert (one.line.figures.asked, one.line.figures.answered, one.line.figures.answered_bp) == (50, 47, 9400)
    assert [row["trace_no"] for row in one.unanswered] == ["000009", "000007", "000003"]
    assert {row["file"] for row in one.unanswered} == {"transactions.csv"}
    keys = {sign.key for sign in one.line.signs}
    assert keys >= {"fleet-sign-answers", "fleet-sign-clock", "fleet-sign-battery", "fleet-sign-reversals"}


def test_what_no_source_tells_is_not_reported(fleet: Workspace) -> None:
    silent = _figures(fleet_board.board(fleet))["T4"]
    assert silent.level == "unknown"
    assert (silent.figures.uptime_bp, silent.figures.answered_bp, silent.figures.battery_pct) == (None, None, None)
    plain = fleet_board.as_plain(silent)
    told = {name for name, value in plain.items() if value not in {None, ""}}
    assert told == {"terminal_no", "acquirer", "merchant_no", "store_no", "level", "model", "serial_no", "carrier"}


def test_a_shared_router_shows_all_that_hang_on_it_and_is_the_suspect(fleet: Workspace) -> None:
    FleetDevice.objects.create(
        code="R-1", kind="router", name="Back room", added_by="x", added_at=datetime(2026, 10, 1)
    )
    for code, kind, on in (("QR-7", "qr_board", "R-1"), ("P-1", "printer", "T1")):
        FleetDevice.objects.create(code=code, kind=kind, hangs_on=on, added_by="x", added_at=datetime(2026, 10, 1))
    found = fleet_board.tree(fleet_board.board(fleet))
    assert (found[0].node.code, found[0].node.name, found[0].is_suspect, found[0].silent) == (
        "R-1",
        "Back room",
        True,
        2,
    )
    assert [one.code for one in found[0].dependants] == ["QR-7", "T1", "T2", "P-1"]
    carrier = next(one for one in found if one.node.code == "CMCC")
    assert (carrier.is_suspect, [one.code for one in carrier.terminals]) == (False, ["T3", "T4"])


def test_devices_that_hang_on_each_other_end_the_walk() -> None:
    nodes = [Node("A", "router", on=("B",)), Node("B", "router", on=("A",)), Node("T", "terminal", on=("B",))]
    assert [one.code for one in dependants("A", nodes)] == ["B", "T"]


def test_a_day_without_any_list_says_nothing_of_a_terminal() -> None:
    beats = [datetime(day.year, day.month, day.day, hour, 55) for day in (DAYS[0], DAYS[2]) for hour in HOURS]
    covered = {DAYS[0], DAYS[2]}
    assert uptime(beats, covered, until=datetime(2026, 10, 10), every_minutes=60).share_bp == 10_000
    whole = uptime(beats, set(DAYS), until=datetime(2026, 10, 10), every_minutes=60)
    assert (whole.due, whole.heard, len(whole.gaps)) == (48, 24, 2)


def test_one_odd_report_at_night_does_not_stretch_the_hours_and_a_slot_under_way_is_not_due() -> None:
    beats = [datetime(day.year, day.month, day.day, hour, 5) for day in DAYS for hour in HOURS]
    beats.append(datetime(2026, 10, 6, 3, 0))
    assert uptime(beats, set(DAYS), until=datetime(2026, 10, 9, 20, 30), every_minutes=60).due == 47
    assert uptime([], set(DAYS), until=datetime(2026, 10, 10), every_minutes=60).share_bp is None


def test_the_engine_and_the_rule_agree_on_every_terminal_and_interval(fleet: Workspace) -> None:
    for every in (60, 120, 30):
        span = fleet_lake.span_of(fleet, days=10, every_minutes=every)
        board = fleet_board.board(fleet, span)
        for line in board.lines:
            by_hand = fleet_board.detail(fleet, line.figures.terminal_no, span).uptime
            assert (by_hand.due, by_hand.heard) == (line.figures.due, line.figures.heard), (
                every,
                line.figures.terminal_no,
            )


def test_a_newer_list_corrects_the_older_one(fleet: Workspace) -> None:
    head = "acquirer,merchant_no,store_no,terminal_no,model,router_no\n"
    import_bytes(fleet, "terminals_new.csv", (head + "LIANHE,M9,S9,T4,SP-700,R-9\n").encode())
    moved = _figures(fleet_board.board(fleet))["T4"].figures
    assert (moved.merchant_no, moved.router_no) == ("M9", "R-9")


def test_spans_and_terminals_that_are_none_are_refused(fleet: Workspace) -> None:
    for days, every in ((0, 60), (401, 60), (30, 7), (30, 0)):
        with pytest.raises(InputError):
            fleet_lake.span_of(fleet, days, every)
    with pytest.raises(RefusedError):
        fleet_board.detail(fleet, "T9")
    assert heartbeats().count("\n") == 1 + 41 + 41 + 46
    assert date(2026, 10, 6) == DAYS[0]
