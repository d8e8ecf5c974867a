"""Slips of operation: planted ones are found and put to the right operator, clean work is blamed for nothing."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daozhang.cli.main import app
from daozhang.desk import learning_operators
from daozhang.desk.imports import import_bytes, import_paths
from daozhang.desk.learning_operators import Seen
from daozhang.desk.workspace import Workspace
from daozhang.learning.journal import Slip
from daozhang.texts import LANGUAGES, has
from daozhang.world.write import write_world

LATER = datetime(2026, 12, 1, 8)
FIRST, LAST = date(2026, 10, 12), date(2026, 10, 14)
T_HEAD = (
    "acquirer,merchant_no,store_no,terminal_no,batch_no,trace_no,order_no,occurred_at,kind,amount_minor,status,response_code,"
    "channel,operator_no,original_trace_no\n"
)
B_HEAD = "acquirer,merchant_no,terminal_no,batch_no,closed_at,result\n"
O_HEAD = "order_no,merchant_no,terminal_no,operator_no,amount_minor,placed_at,paid_by\n"
S_HEAD = "acquirer,merchant_no,terminal_no,operator_no,signed_at,sign\n"


def _t(
    trace: int, at: str, amount: int, *, kind: str = "sale", status: str = "approved", code: str = "00", order: str = "",
    operator: str = "01", batch: int = 1, original: int = 0, terminal: str = "T1",
) -> str:  # fmt: skip
    day = 11 + batch
    return (
        f"LIANHE,M1,S1,{terminal},{batch:06},{trace:06},{order},2026-10-{day}T{at},{kind},{amount},{status},{code},card,{operator},"
        f"{f'{original:06}' if original else ''}\n"
    )


def _close(batch: int, at: str = "22:00:00", terminal: str = "T1") -> str:
    return f"LIANHE,M1,{terminal},{batch:06},2026-10-{11 + batch}T{at},balanced\n"


def _o(order: str, amount: int, at: str, day: int = 12) -> str:
    return f"{order},M1,T1,01,{amount},2026-10-{day}T{at},card\n"


CLEAN = [
    _t(1, "09:00:00", 1_000, order="A1"),
    _t(2, "09:05:00", 1_000, order="A2"),  # two real orders of the same amount
    _t(3, "10:00:00", 2_000, order="A3", status="reversed", code=""),  # a lost answer, reversed before anything else
    _t(4, "10:00:35", -2_000, order="A3", kind="reversal", original=3),
    _t(5, "10:02:00", 2_000, order="A3"),
    _t(6, "11:00:00", 700, order="A4", status="voided"),
    _t(7, "11:01:00", -700, order="A4", kind="void", original=6),
    _t(8, "12:00:00", 5_000, order="A5", status="declined", code="51"),
    _t(20, "09:00:00", -1_000, kind="refund", original=1, batch=2),  # a refund of the day before, after the close
    _t(21, "09:30:00", 300, order="A6", batch=2, operator="02"),
]
ORDERS = [
    _o("A1", 1_000, "09:00:00"),
    _o("A2", 1_000, "09:05:00"),
    _o("A3", 2_000, "10:02:00"),
    _o("A6", 300, "09:30:00", 13),
]
CLOSES = [_close(1), _close(2)]


def _seen(workspace: Workspace, **files: list[str]) -> Seen:
    heads = {"transactions": T_HEAD, "batches": B_HEAD, "orders": O_HEAD, "operator_signs": S_HEAD}
    for name, lines in files.items():
        assert import_bytes(workspace, f"{name}.csv", (heads[name] + "".join(lines)).encode()).state == "accepted"
    return learning_operators.seen(workspace, FIRST, LAST, LATER)


def _what(found: Seen) -> list[tuple[str, str, str]]:
    return [(one.slip.value, one.row.operator_no, one.row.trace_no) for one in found.deviations]


def test_clean_work_is_blamed_for_nothing(sqlite_workspace: Workspace) -> None:
    found = _seen(sqlite_workspace, transactions=CLEAN, orders=ORDERS, batches=CLOSES)
    assert found.deviations == ()
    assert {one.operator_no: one.share.count for one in found.operators} == {"01": 8, "02": 1}
    assert not any(one.share.is_enough for one in found.operators)


PLANTED: dict[str, tuple[list[str], list[str], list[str], list[tuple[str, str, str]]]] = {
    "the next customer is served while the payment is open": (
        [_t(30, "14:00:00", 900, status="unknown", code="", operator="01"), _t(31, "14:05:00", 500, operator="02")], [], [],
        [("reversal_late", "02", "000031")],
    ),
    "the reversal comes after the next sale": (
        [_t(30, "14:00:00", 900, status="reversed", code=""), _t(31, "14:05:00", 500, operator="02"),
         _t(32, "14:09:00", -900, kind="reversal", original=30)], [], [],
        [("reversal_late", "02", "000031")],
    ),
    "the same order is charged again while the first try is open": (
        [_t(30, "14:00:00", 900, order="B1", status="unknown", code=""), _t(31, "14:01:00", 900, order="B1")],
        [_o("B1", 900, "14:00:00")], [], [("charged_again", "01", "000031")],
    ),
    "the same order is charged twice": (
        [_t(30, "14:00:00", 900, order="B1"), _t(31, "14:00:40", 900, order="B1", operator="02")],
        [_o("B1", 900, "14:00:00")], [], [("charged_again", "02", "000031")],
    ),
    "an order paid in two parts is right": (
        [_t(30, "14:00:00", 400, order="B1"), _t(31, "14:00:40", 500, order="B1")], [_o("B1", 900, "14:00:00")], [], [],
    ),
    "a sale refunded on its own day": (
        [_t(30, "14:00:00", 900), _t(31, "15:00:00", -900, kind="refund", original=30)], [], [],
        [("refund_for_void", "01", "000031")],
    ),
    "half of a sale given back cannot be a void": (
        [_t(30, "14:00:00", 900), _t(31, "15:00:00", -450, kind="refund", original=30)], [], [], [],
    ),
    "a refund after the close of the same day is right": (
        [_t(30, "14:00:00", 900), _t(31, "22:30:00", -900, kind="refund", original=30)], [], [], [],
    ),
    "a void after the close": (
        [_t(30, "14:00:00", 900), _t(31, "22:30:00", -900, kind="void", original=30)], [], [],
        [("void_too_late", "01", "000031")],
    ),
    "ten times the amount": (
        [_t(30, "14:00:00", 9_000, order="B1")], [_o("B1", 900, "14:00:00")], [], [("wrong_amount", "01", "000030")],
    ),
    "a pre-authorisation of a paid order": (
        [_t(30, "14:00:00", 900, order="B1", kind="preauth")], [_o("B1", 900, "14:00:00")], [],
        [("preauth_for_sale", "01", "000030")],
    ),
    "a batch nobody closed": (
        [_t(30, "14:00:00", 900, terminal="T2"), _t(31, "14:00:00", 900, terminal="T2", batch=2, operator="02")], [],
        [_close(1, terminal="T2")], [("batch_left_open", "02", "000031")],
    ),
    "closed while the reversal waits": (
        [_t(30, "21:50:00", 900, status="reversed", code=""), _t(31, "22:20:00", -900, kind="reversal", original=30)], [], [],
        [("closed_with_pending", "01", "000030")],
    ),
    "a line that is out is nobody's slip": (
        [_t(30 + no, f"14:0{no}:00", 900, status="unknown", code="") for no in range(3)] + [_t(40, "14:20:00", 500)], [], [], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_what_was_planted_is_found_and_nothing_else(name: str, sqlite_workspace: Workspace) -> None:
    payments, orders, closes, expected = PLANTED[name]
    closing = [*CLOSES, _close(3), *closes]
    later = [_t(90, "09:00:00", 100, batch=3), _t(91, "09:00:00", 100, batch=3, terminal="T9")]
    found = _seen(
        sqlite_workspace, transactions=[*CLEAN, *payments, *later], orders=[*ORDERS, *orders], batches=closing
    )
    assert _what(found) == expected
    for one in found.deviations:
        assert found.files[one.row.import_id] == "transactions.csv"
        assert one.row.line_no > 1


def test_the_order_of_a_shift_is_judged_where_terminals_keep_signing(sqlite_workspace: Workspace) -> None:
    def sign(operator: str, at: str, what: str, day: int = 12, terminal: str = "T1") -> str:
        return f"LIANHE,M1,{terminal},{operator},2026-10-{day}T{at},{what}\n"

    good = [sign("01", "08:50:00", "sign_in"), sign("01", "22:05:00", "sign_out")]
    bad = [
        sign("02", "08:50:00", "sign_in", 13), sign("01", "12:00:00", "sign_in", 13),  # 02 did not sign out; 02 trades on
        sign("01", "13:00:00", "sign_out", 13),  # and nobody closes what was traded
    ]  # fmt: skip
    payments = [*CLEAN, _t(40, "12:30:00", 500, batch=2, operator="02")]
    found = _seen(
        sqlite_workspace, transactions=payments, orders=ORDERS, batches=[_close(1)], operator_signs=good + bad
    )
    assert sorted((one.slip.value, one.row.operator_no, one.row.at.hour) for one in found.deviations) == [
        ("left_signed_in", "02", 8), ("signed_out_unsettled", "01", 13), ("traded_signed_out", "01", 9), ("traded_signed_out", "02", 12),
    ]  # fmt: skip


def _played(tmp_path: Path, workspace: Workspace, seed: int, *scenarios: str) -> tuple[Seen, Path]:
    world = write_world(tmp_path / "world", seed=seed, scenarios=scenarios, merchants=8, days=8)
    import_paths(workspace, [tmp_path / "world" / "files"])
    days = world.all_days
    return learning_operators.seen(workspace, days[0], days[-1], datetime(2027, 2, 1)), tmp_path / "world" / "truth"


def test_the_slips_of_a_world_are_found(tmp_path: Path, sqlite_workspace: Workspace) -> None:
    slips = {
        "S31": "charged_again",
        "S32": "wrong_amount",
        "S33": "preauth_for_sale",
        "S37": "other_shops_terminal",
        "C02": "charged_again",
    }
    found, truth = _played(tmp_path, sqlite_workspace, 8, *slips, "S24", "C10")
    with (truth / "truth.csv").open(encoding="utf-8") as told:
        planted = {
            (slips[row["scenario"]], row["order_no"])
            for row in csv.DictReader(told)
            if row["scenario"] in slips and row["order_no"]
        }
    said = {(one.slip.value, other.order_no) for one in found.deviations for other in (one.row, *one.beside)}
    assert planted - said == set()
    assert (
        Counter(one.slip for one in found.deviations)[Slip.WRONG_AMOUNT] == 3
    )  # S32, and both of C10, which cancel in the sum


@pytest.mark.parametrize("scenarios", [("N01", "N03", "N05", "N07", "S23"), ("S28", "S29", "S30", "S35", "S34")])
def test_normal_days_and_outages_blame_nobody(
    scenarios: tuple[str, ...], tmp_path: Path, sqlite_workspace: Workspace
) -> None:
    found, _ = _played(tmp_path, sqlite_workspace, 9, *scenarios)
    assert found.trades > 2_000
    assert _what(found) == []


def test_every_slip_has_its_texts() -> None:
    keys = [f"slip-{slip.value.replace('_', '-')}{end}" for slip in Slip for end in ("", "-do")]
    assert [key for key in keys for language in LANGUAGES if not has(language, key)] == []


def test_the_command_opens_every_figure_into_its_rows(sqlite_workspace: Workspace) -> None:
    payments, orders, _, _ = PLANTED["ten times the amount"]
    _seen(sqlite_workspace, transactions=[*CLEAN, *payments], orders=[*ORDERS, *orders], batches=CLOSES)
    where = ["-w", str(sqlite_workspace.root), "--from", "2026-10-12", "--to", "2026-10-14"]
    said = CliRunner().invoke(app, ["operators", *where, "--json"])
    assert said.exit_code == 1, said.output
    found = json.loads(said.stdout)
    assert [(one["slip"], one["file"], one["line_no"], one["beside"]) for one in found["slips"]] == [
        ("wrong_amount", "transactions.csv", 12, ["orders.csv:6"])
    ]
    assert Counter(one["enough_data"] for one in found["operators"]) == {False: 2}
    rows = list(csv.DictReader(CliRunner().invoke(app, ["operators", *where, "--csv"]).stdout.splitlines()))
    assert [row["amount_minor"] for row in rows] == ["9000"]
    assert CliRunner().invoke(app, ["operators", "-w", str(sqlite_workspace.root), "--from", "soon"]).exit_code == 2
