"""Both ways of reading a plain table agree: the set-wise one and the one that takes row by row."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from intake_tables import CLEARING, as_csv, clearing

from daozhang.formats.base import Source
from daozhang.intake.cards import CardGuard
from daozhang.intake.collector import Collector
from daozhang.intake.plain_csv import header_of, projection, read_text
from daozhang.intake.reading import Reject, StagedPart
from daozhang.intake.scan import scanned
from daozhang.intake.set_wise import Stage, read_projected
from daozhang.intake.staging import write_rows
from daozhang.intake.typed_rows import RowTyper, fingerprint, occurrence
from daozhang.records import table_named

TABLE = table_named("clearings")
GUARD = CardGuard(b"k" * 32)


def typed(**over: str) -> dict[str, object] | Reject:
    row = RowTyper(GUARD).row(TABLE, 2, clearing(1, **over))
    return row if isinstance(row, Reject) else dict(zip(TABLE.column_names, row, strict=True))


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-07-01T10:00:00", datetime(2026, 7, 1, 10)),
        ("2026-07-01 10:00", datetime(2026, 7, 1, 10)),
        ("2026-07-01T02:00:00Z", datetime(2026, 7, 1, 10)),
        ("2026-07-01T10:00:00+08:00", datetime(2026, 7, 1, 10)),
        ("2026-06-30T22:00:00-0400", datetime(2026, 7, 1, 10)),
        ("2026-07-01T10:00:00.250", datetime(2026, 7, 1, 10, 0, 0, 250000)),
        ("2026-07-01", datetime(2026, 7, 1)),
        ("", None),
    ],
)
def test_moments_become_china_time(cell: str, moment: datetime | None) -> None:
    row = typed(occurred_at=cell)

    assert isinstance(row, dict)
    assert row["occurred_at"] == moment


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("gross_minor", "12.50", "reject-whole"), ("gross_minor", "1e3", "reject-whole"), ("gross_minor", "", "reject-empty"),
        ("gross_minor", "99999999999999999999", "reject-too-large"), ("cleared_on", "20260701", "reject-day"),
        ("cleared_on", "2026-02-30", "reject-day"), ("occurred_at", "yesterday", "reject-moment"),
        ("occurred_at", "infinity", "reject-moment"), ("occurred_at", "2026-07-01T24:30:00", "reject-moment"),
        ("kind", "Sale", "reject-value"), ("merchant_no", "   ", "reject-empty"), ("net_minor", "1000", "reject-net-stated"),
        ("currency", "人民币", "reject-currency"), ("order_no", "a\0b", "reject-control-sign"),
        ("order_no", "x" * 70_000, "reject-text-too-long"),
    ],
)  # fmt: skip
def test_a_bad_cell_sets_its_row_aside_by_name(column: str, cell: str, reason: str) -> None:
    row = typed(**{column: cell})

    assert isinstance(row, Reject)
    assert (row.line_no, row.column, row.reason) == (2, column, reason)
    assert len(row.value) <= 200
    assert "\0" not in row.value


def test_an_unknown_fee_is_no_zero_and_an_unknown_currency_is_yuan() -> None:
    row = typed(fee_minor="", currency="", net_minor="1234")

    assert isinstance(row, dict)
    assert (row["fee_minor"], row["currency"], row["net_minor"]) == (None, "CNY", 1234)


def test_a_whole_card_number_in_the_tail_leaves_tail_and_token() -> None:
    row = typed(card_tail="6222021234567890123")

    assert isinstance(row, dict)
    assert (row["card_tail"], row["card_token"]) == ("0123", GUARD.token("6222021234567890123"))
    masked = typed(card_tail="622202*********0123")
    assert isinstance(masked, dict)
    assert (masked["card_tail"], masked["card_token"]) == ("0123", None)


def test_fingerprints_tell_occurrences_and_neighbouring_cells_apart() -> None:
    row = RowTyper(GUARD).row(TABLE, 2, clearing(1))
    moved = RowTyper(GUARD).row(TABLE, 2, clearing(1, terminal_no="", trace_no="10000001000001"))
    assert not isinstance(row, Reject)
    assert not isinstance(moved, Reject)

    assert fingerprint(TABLE, row) != fingerprint(TABLE, moved)
    assert len({occurrence(fingerprint(TABLE, row), number) for number in range(1, 5)}) == 4


def both_ways(text: str, folder: Path, encoding: str = "utf-8") -> tuple[dict[str, object], dict[str, object]]:
    """Return what each way of reading makes of the file: rows with line numbers and fingerprints, rejects, controls."""
    slow, fast = Collector(RowTyper(GUARD)), Collector(RowTyper(GUARD))
    for name in ("slow", "fast"):
        (folder / name).mkdir(exist_ok=True)
        for old in (folder / name).iterdir():
            old.unlink()
    read_text(text, TABLE, slow)
    slow.close()
    slow_parts = [write_rows(folder / "slow", TABLE, rows, "im_x") for rows in slow.rows.values()]
    connection = duckdb.connect()
    with scanned(Source("clearings.csv", text.encode(encoding)), quoted=True) as found:
        assert found
        how = projection(header_of(next(found.pick([(1, 2)]))[1], TABLE), TABLE)
        fast_parts = read_projected(connection, found, how, Stage(folder / "fast", "im_x"), fast)
    connection.close()
    assert not fast.rows
    return summary(folder / "slow", slow_parts, slow), summary(folder / "fast", fast_parts, fast)


def summary(folder: Path, parts: list[StagedPart], collector: Collector) -> dict[str, object]:
    rows = [row for part in parts for row in pq.read_table(folder / part.file).to_pylist()]
    by_line = {row["line_no"]: {name: cell for name, cell in row.items() if name != "fp"} for row in rows}
    return {
        "rows": by_line,
        "fingerprints": sorted(row["fp"] for row in rows),
        "rejects": sorted(collector.rejects, key=lambda one: one.line_no),
        "controls": collector.controls,
    }


ODD_CELLS = st.sampled_from(
    [
        "", " ", "007", "+5", "-0", "1.5", "1e3", "12", "-12", " 12", "99999999999999", "9" * 30, "2026-07-02", "2026-7-2",
        "2026-07-02 00:00:00", "2026-07-02T01:02:03", "2026-07-02T01:02:03Z", "2026-07-02T01:02:03.5", "2026-07-02 01:02:03.500",
        "2026-07-02T01:02", "infinity", "epoch", "-infinity", "0001-01-01", "2300-01-01", "sale", "Sale", "CNY", "cny", "USD",
        "4111111111111111", "6222 0212 3456 7890", "４１１１１１１１１１１１１１１１", "a,b", 'say "x"', "\u3000x", "x\u00a0", "x ", "\t",
        "中文", "NULL", "null", "1234", "12345", "%B4111111111111111^DOE^2801?",
    ]
)  # fmt: skip
ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.dictionaries(st.sampled_from(CLEARING), ODD_CELLS, max_size=2)), max_size=12
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    rows=ROWS,
    ends=st.sampled_from(["\n", "\r\n"]),
    broken=st.lists(
        st.sampled_from(["a,b", "", ",,,", "x" * 30, '"a"b"",c', 'x"y"' + "," * 15, "," * 40, "\ufeff"]), max_size=4
    ),
    place=st.integers(1, 14),
    few=st.sampled_from([0, 1, 300]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
@example(rows=[(1, {}), (1, {}), (1, {"order_no": " SO1"})], ends="\n", broken=[""], place=2, few=300, encoding="utf-8")
@example(
    rows=[(1, {}), (2, {"order_no": "a,b"})], ends="\n", broken=["", '"a"b"",c'], place=1, few=300, encoding="utf-8"
)
def test_set_wise_and_row_by_row_read_the_same(
    rows: list[tuple[int, dict[str, str]]],
    ends: str,
    broken: list[str],
    place: int,
    few: int,
    encoding: str,
    tmp_path: Path,
) -> None:
    text = as_csv([clearing(number, **over) for number, over in rows], end=ends)
    lines = text.split(ends)
    text = ends.join([*lines[:place], *broken, *lines[place:]])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("daozhang.intake.set_wise.FEW", few)
        slow, fast = both_ways(text, tmp_path, encoding)

    assert fast == slow


def test_line_numbers_of_a_file_with_quoted_line_ends_are_those_an_editor_shows() -> None:
    text = as_csv([clearing(1, order_no="one\ntwo"), clearing(2), clearing(3, gross_minor="x")])
    collector = Collector(RowTyper(GUARD))

    read_text(text, TABLE, collector)
    collector.close()

    assert collector.rows["clearings"].line_nos == [2, 4]
    assert [one.line_no for one in collector.rejects] == [5]


def test_a_quote_that_never_closes_costs_one_line() -> None:
    lines = as_csv([clearing(number) for number in range(5)]).splitlines()
    lines[2] = lines[2].replace("SO1", '"SO1')
    collector = Collector(RowTyper(GUARD))

    read_text("\n".join(lines) + "\n", TABLE, collector)
    collector.close()

    assert collector.rows["clearings"].line_nos == [2, 4, 5, 6]
    assert [one.line_no for one in collector.rejects] == [3]


def test_a_second_table_of_one_line_counts_as_one_line_and_fails_with_it() -> None:
    collector = Collector(RowTyper(GUARD))
    entry = {"account_tail": "1", "booked_at": datetime(2026, 7, 1), "amount_minor": 5}
    payout = {
        "acquirer": "w", "merchant_no": "m", "payout_no": "p", "settled_on": date(2026, 7, 1), "planned_minor": 5,
        "paid_minor": 5, "state": "claimed",
    }  # fmt: skip
    collector.row("bank_entries", 4, entry)
    collector.row("payouts", 4, payout)
    collector.row("bank_entries", 5, entry)
    collector.row("payouts", 5, {**payout, "state": "gone"})
    collector.row("bank_entries", 5, {**entry, "amount_minor": 7})
    collector.close()

    assert [sum(rows.leads) for rows in collector.rows.values()] == [2, 0]
    assert len(collector.rows["payouts"].values) == 1
    assert [one.reason for one in collector.rejects] == ["reject-value"]
