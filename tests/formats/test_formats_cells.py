"""Cells, lines and totals: the small pieces every reader stands on."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from formats_sink import Reading
from hypothesis import assume, given
from hypothesis import strategies as st

from daozhang.errors import InputError
from daozhang.formats import cells
from daozhang.formats.base import Source
from daozhang.formats.decoding import decode, peek
from daozhang.formats.lines import LONGEST_RECORD, physical_lines, records
from daozhang.formats.totals import Balanced, check_running_balance, compare_amount, compare_count


@pytest.mark.parametrize(
    ("text", "minor"),
    [("0.01000", 1), ("-0.05", -5), ("+10000.00", 1_000_000), ("3,240.28", 324_028), ("¥8", 800), ("1e3", None),
     ("0.005", None), ("12.5O", None), ("1,23.00", None), ("9" * 30, None), ("--", None), ("", None)],
)  # fmt: skip
def test_yuan(text: str, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(cells.UnreadableError) as caught:
            cells.yuan("金额", text)
        assert (caught.value.column, caught.value.value, caught.value.reason) == ("金额", text, "reject-amount")
    else:
        assert cells.yuan("金额", text) == minor


@given(st.integers(-(10**15), 10**15))
def test_yuan_reads_back_every_amount_to_the_fen(minor: int) -> None:
    sign = "-" if minor < 0 else ""
    assert cells.yuan("x", f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}000") == minor


@pytest.mark.parametrize(
    "text", ["2026-06-15", "2026/6/15", "2026.06.15", "20260615", "2026年06月15日", "2026年6月15日"]
)
def test_day(text: str) -> None:
    assert cells.day("x", text) == date(2026, 6, 15)


@pytest.mark.parametrize("text", ["2026-02-30", "20261301", "2026-06/15", "2026615", "0615", "0001-01-01", "６月", ""])
def test_not_a_day(text: str) -> None:
    with pytest.raises(cells.UnreadableError, match="reject-day"):
        cells.day("x", text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-06-15 05:01:46", datetime(2026, 6, 15, 5, 1, 46)),
        ("2026-06-15T05:01:46.250", datetime(2026, 6, 15, 5, 1, 46, 250_000)),
        ("2026/6/15 5:01", datetime(2026, 6, 15, 5, 1)),
        ("20260615050146", datetime(2026, 6, 15, 5, 1, 46)),
        ("2026-06-15 05：01：46", datetime(2026, 6, 15, 5, 1, 46)),
        ("2026-06-15", datetime(2026, 6, 15)),
        ("2026-06-15T05:01:46Z", datetime(2026, 6, 15, 13, 1, 46)),
        ("2026-06-15T23:30:00-05:00", datetime(2026, 6, 16, 12, 30)),
        ("2026-06-15T05:01:46+0800", datetime(2026, 6, 15, 5, 1, 46)),
    ],
)
def test_moment_is_naive_shanghai_time(text: str, at: datetime) -> None:
    assert cells.moment("x", text) == at


def test_moment_without_offset_is_local_time_of_the_source_but_a_bare_day_does_not_move() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    assert cells.moment("x", "2026-06-15T23:30:00", berlin) == datetime(2026, 6, 16, 5, 30)
    assert cells.moment("x", "2026-06-15", berlin) == datetime(2026, 6, 15)


@pytest.mark.parametrize("text", ["2026-06-15 24:00:00", "2026-06-15 1:2:3", "2026-06-15 05:01:46 CST", "nonsense", ""])
def test_not_a_moment(text: str) -> None:
    with pytest.raises(cells.UnreadableError, match="reject-moment"):
        cells.moment("x", text)


def test_clock() -> None:
    assert cells.clock("x", "123456") == time(12, 34, 56)
    assert cells.clock("x", "9:05") == time(9, 5)


@pytest.mark.parametrize(
    ("text", "tail"),
    [("1234****9876", "9876"), ("622202******0011", "0011"), ("6222 0212 3456 7890", "7890"), ("4888******N", None),
     ("3167", "3167"), ("", None), ("NL26VAYB8060476890", "6890")],
)  # fmt: skip
def test_tail_of(text: str, tail: str | None) -> None:
    assert cells.tail_of(text) == tail


@pytest.mark.parametrize(
    ("text", "expected"),
    [("张三 66666666666666", ("张三", "6666")), ("北京住房公积金管理中心1111111111", ("北京住房公积金管理中心", "1111")),
     ("12341234123412341", (None, "2341")), ("微信支付北京一卡通", ("微信支付北京一卡通", None)), ("7-11 便利店", ("7-11 便利店", None)),
     ("银联商务 91****0001", ("银联商务", "0001")), ("", (None, None))],
)  # fmt: skip
def test_name_and_tail(text: str, expected: tuple[str | None, str | None]) -> None:
    assert cells.name_and_tail(text) == expected


@given(
    st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x9FFF), min_size=1),
    st.sampled_from(["utf-8-sig", "utf-16", "utf-8"]),
)
def test_decode_gives_back_what_was_encoded(text: str, encoding: str) -> None:
    assert decode(("中" + text).encode(encoding)) == "中" + text


def test_decode_reads_gb18030_and_says_where_bytes_fit_nothing() -> None:
    assert decode("交易时间,商户号\n".encode("gb18030")) == "交易时间,商户号\n"
    with pytest.raises(InputError) as caught:
        decode(b"abc\xff\xff")
    assert caught.value.facts["offset"] == 3


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_peek_survives_a_character_cut_at_its_end(encoding: str) -> None:
    text = "账" * 50_000
    seen = peek(Source("x", ("a" + text).encode(encoding)))

    assert seen == "a" + text[: len(seen) - 1]
    assert len(seen) > 10_000


def _cells(text: str) -> list[tuple[int, tuple[str, ...], bool]]:
    return [(record.line_no, record.cells, record.is_broken) for record in records(text)]


def test_quoted_cells_may_hold_commas_quotes_and_line_ends() -> None:
    assert _cells('a,"1,234.00","say ""hi"""\r\n"two\nlines",b\nlast') == [
        (1, ("a", "1,234.00", 'say "hi"'), False),
        (2, ("two\nlines", "b"), False),
        (4, ("last",), False),
    ]


def test_a_quote_that_never_closes_costs_its_own_line_only() -> None:
    text = '1,"ABC,10.00\n2,"DEF",20.00\n3,"ABC,30.00\n4,x,"40.00"\n'

    assert [(line, broken) for line, _, broken in _cells(text)] == [(1, True), (2, False), (3, True), (4, False)]


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), min_size=1, max_size=8))
def test_records_read_back_what_a_csv_writer_wrote(rows: list[list[str]]) -> None:
    import csv
    import io

    rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)

    assume(all(sum(cell.count("\n") for cell in row) < LONGEST_RECORD for row in rows))
    assert [list(cells_) for _, cells_, _ in _cells(out.getvalue())] == rows


def test_last_line_end_starts_no_line() -> None:
    assert physical_lines("a\r\nb\r\n") == ["a", "b"]
    assert physical_lines("a\rb") == ["a", "b"]
    assert physical_lines("") == []
    assert physical_lines("a\n\n") == ["a", ""]


def _chain(*steps: tuple[int, int, int | None]) -> list[Balanced]:
    return [
        Balanced(line, datetime(2026, 6, 1 + at), amount, balance)
        for line, (at, amount, balance) in enumerate(steps, 1)
    ]


def test_running_balance_is_checked_in_either_order_and_names_the_first_break() -> None:
    rising = _chain((0, 100, 100), (1, 50, 150), (2, -30, 120), (3, 1, 999))
    falling = [Balanced(9 - row.line_no, row.at, row.amount, row.balance) for row in rising][::-1]
    for rows, line in ((rising, 4), (falling, 5)):
        reading = Reading()
        check_running_balance(reading, rows)
        assert reading.warnings == [("warn-balance-chain", {"line_no": line, "count": 1})]


@pytest.mark.parametrize(
    ("rows", "gaps"),
    [
        (_chain((0, 100, 100), (1, 50, 150)), ()),
        (_chain((0, 100, 100), (2, 50, 900), (1, 50, 5)), ()),  # no order: nothing can be said
        (_chain((0, 100, 100), (1, 50, None), (2, 10, 900)), ()),  # an unknown balance is no contradiction
        ([Balanced(1, datetime(2026, 6, 1), 100, 100), Balanced(3, datetime(2026, 6, 2), 5, 900)], (2,)),
        (_chain((0, -50, 100), (0, -100, 150)), ()),  # one moment: newest first fits
        ([], ()),
    ],
)  # fmt: skip
def test_running_balance_says_nothing_where_it_cannot_know(rows: list[Balanced], gaps: tuple[int, ...]) -> None:
    reading = Reading()
    check_running_balance(reading, rows, gaps)

    assert reading.warnings == []


def test_totals_compare_by_value_not_by_spelling() -> None:
    reading = Reading()

    assert compare_amount(reading, "手续费总金额", "0.08", 8)
    assert compare_count(reading, "总交易单数", "45.0", 45)
    assert not compare_amount(reading, "总", "0.09", 8)
    assert not compare_count(reading, "数", "many", 45)
    assert reading.warnings[0] == ("warn-total-differs", {"name": "总", "stated": "0.09", "computed": "0.08"})
