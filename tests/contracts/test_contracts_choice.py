"""Which contract row speaks for a payment, what its cells mean, and which deductions were agreed."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daozhang.contracts import (
    Contract,
    Cycle,
    Deduction,
    Every,
    Fee,
    agreed_on,
    applies_sql,
    contract_for,
    filled,
    occurrence_of,
    parse_deductions,
    precedence_sql,
)

START = date(2026, 1, 1)
CONNECTION = duckdb.connect(":memory:")


def contract(**cells: object) -> Contract:
    row: dict[str, object] = {"acquirer": "A", "merchant_no": "M1", "from_on": START}
    return Contract.from_row(row | cells)


def test_the_most_specific_row_wins() -> None:
    general = contract()
    debit = contract(card_kind="debit")
    wechat = contract(channel="wechat")
    both = contract(card_kind="debit", channel="wechat")
    rows = [general, debit, wechat, both]
    assert contract_for(rows, START, "debit", "wechat") is both
    assert contract_for(rows, START, "credit", "wechat") is wechat
    assert contract_for(rows, START, "debit", "card") is debit
    assert contract_for(rows, START, "", "") is general
    assert contract_for([general, debit, wechat], START, "debit", "wechat") is wechat
    assert contract_for([debit, wechat], START, "", "card") is None


def test_both_ends_of_a_period_belong_to_it_and_the_later_row_wins() -> None:
    old = contract(to_on=date(2026, 6, 30))
    new = contract(from_on=date(2026, 6, 30))
    assert contract_for([old, new], date(2025, 12, 31)) is None
    assert contract_for([old, new], date(2026, 6, 29)) is old
    assert contract_for([old, new], date(2026, 6, 30)) is new
    assert contract_for([old], date(2026, 6, 30)) is old
    assert contract_for([old], date(2026, 7, 1)) is None


KINDS, CHANNELS = st.sampled_from(["", "debit", "credit"]), st.sampled_from(["", "card", "wechat"])
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 20))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(DAYS, st.none() | DAYS, KINDS, CHANNELS), max_size=8, unique_by=lambda row: (row[0], row[2], row[3])
    ),
    st.lists(st.tuples(DAYS, KINDS, CHANNELS), min_size=1, max_size=8),
)
def test_sql_chooses_the_same_row(
    terms: list[tuple[date, date | None, str, str]], payments: list[tuple[date, str, str]]
) -> None:
    contracts = [
        contract(from_on=row[0], to_on=row[1], card_kind=row[2] or None, channel=row[3] or None) for row in terms
    ]
    CONNECTION.execute(
        "CREATE OR REPLACE TABLE c(n INTEGER, acquirer VARCHAR, merchant_no VARCHAR, from_on DATE, to_on DATE,"
        " card_kind VARCHAR, channel VARCHAR)"
    )
    CONNECTION.execute(
        "CREATE OR REPLACE TABLE p(n INTEGER, acquirer VARCHAR, merchant_no VARCHAR, cleared_on DATE,"
        " card_kind VARCHAR, channel VARCHAR)"
    )
    for n, row in enumerate(terms):
        CONNECTION.execute(
            "INSERT INTO c VALUES (?,'A','M1',?,?,?,?)", [n, row[0], row[1], row[2] or None, row[3] or None]
        )
    for n, pay in enumerate(payments):
        CONNECTION.execute("INSERT INTO p VALUES (?,'A','M1',?,?,?)", [n, pay[0], pay[1] or None, pay[2] or None])
    chosen = CONNECTION.execute(
        f"SELECT (SELECT c.n FROM c WHERE {applies_sql('p', 'c')} ORDER BY {precedence_sql('c')} LIMIT 1)"
        " FROM p ORDER BY p.n"
    ).fetchall()
    in_sql = [None if row[0] is None else contracts[row[0]] for row in chosen]
    assert in_sql == [contract_for(contracts, *pay) for pay in payments]


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([("2026-01-01", "", ""), ("2026-01-05", "", "")], 1),
        ([("2026-01-05", "", ""), ("2026-01-01", "debit", "")], 1),
        ([("2026-01-05", "debit", ""), ("2026-01-01", "", "card")], 1),
        ([("2026-01-05", "", "card"), ("2026-01-01", "debit", "card")], 1),
        ([("2026-01-05", "debit", "card"), ("2026-01-01", "debit", "card")], 0),
    ],
)
def test_specificity_goes_before_the_later_start_in_both(rows: list[tuple[str, str, str]], chosen: int) -> None:
    contracts = [
        contract(from_on=date.fromisoformat(on), card_kind=kind, channel=channel) for on, kind, channel in rows
    ]
    assert contract_for(contracts, date(2026, 1, 9), "debit", "card") is contracts[chosen]
    values = ", ".join(f"({n}, DATE '{on}', '{kind}', '{channel}')" for n, (on, kind, channel) in enumerate(rows))
    sql = f"SELECT n FROM (VALUES {values}) c(n, from_on, card_kind, channel) ORDER BY {precedence_sql('c')} LIMIT 1"
    assert CONNECTION.execute(sql).fetchall() == [(chosen,)]


def test_the_cells_of_a_row() -> None:
    one = contract(
        to_on=date(2026, 12, 31), cycle="T+1", cutover="23:00", due_time="14:00", calendar="CN",
        pays_on_makeup_days=True,
        minimum_minor=1000, card_kind="debit", channel="card", rate_bp=Decimal("60.0000"), cap_minor=3500,
        floor_minor=None, rounding="half_even_each", refund_fee="kept", agreed_deductions="sim:3600:2026-03-01:year",
    )  # fmt: skip
    assert one.cycle == Cycle(counts_workdays=True, days=1)
    assert (one.cutover, one.due_time, one.pays_on_makeup_days, one.minimum_minor) == ("23:00", time(14), True, 1000)
    assert one.fee == Fee(rate_bp=Decimal(60), cap_minor=3500, rounding="half_even_each", refund_fee="kept")
    assert one.deductions == (Deduction("sim", 3600, date(2026, 3, 1), Every.YEAR),)
    assert one.problems == ()


def test_an_empty_cell_is_unknown_and_a_bad_one_is_told() -> None:
    empty = contract()
    assert (empty.cycle, empty.due_time, empty.pays_on_makeup_days, empty.minimum_minor, empty.cutover) == (
        None,
        None,
        None,
        None,
        "",
    )
    assert empty.fee.of(10_000) is None
    bad = contract(cycle="weekly", cutover="25:00", due_time="2pm", agreed_deductions="sim:36.00;device:29800")
    assert dict(bad.problems) == {
        "cycle": "weekly", "cutover": "25:00", "due_time": "2pm", "agreed_deductions": "sim:36.00",
    }  # fmt: skip
    assert (bad.cycle, bad.cutover, bad.due_time) == (None, "", None)
    assert bad.deductions == (Deduction("device", 29_800),)


def test_open_terms_are_taken_from_broader_rows_but_fees_never_mix() -> None:
    general = contract(cycle="D+1", cutover="24:00", rate_bp=Decimal(60), cap_minor=3500)
    credit = contract(card_kind="credit", rate_bp=Decimal(55))
    special = contract(card_kind="credit", channel="card", cycle="T+1")
    later = contract(from_on=date(2027, 1, 1), cycle="T+2")
    done = filled([general, credit, special, later])
    assert done[0] == general
    assert (done[1].cycle, done[1].cutover) == (general.cycle, "24:00")
    assert done[1].fee == Fee(rate_bp=Decimal(55))
    assert (str(done[2].cycle), done[2].cutover) == ("T+1", "24:00")
    assert done[2].fee == special.fee
    assert done[3] == later


@pytest.mark.parametrize(
    ("fee", "gross", "kind", "owed"),
    [
        (Fee(rate_bp=Decimal(60), cap_minor=3500), 1_000_000, "sale", 3500),
        (Fee(rate_bp=Decimal(60), floor_minor=10), 100, "sale", 10),
        (Fee(rate_bp=Decimal(60), floor_minor=10, cap_minor=5), 100, "sale", 5),
        (Fee(rate_bp=Decimal(60), per_item_minor=100), 10_000, "sale", 160),
        (Fee(rate_bp=Decimal(60), cap_minor=50, per_item_minor=100), 10_000, "sale", 150),
        (Fee(per_item_minor=100), 10_000, "sale", 100),
        (Fee(rate_bp=Decimal(0)), 10_000, "sale", 0),
        (Fee(rate_bp=Decimal(60), per_item_minor=100), 0, "sale", 0),
        (Fee(rate_bp=Decimal(60), refund_fee="returned"), -10_000, "refund", -60),
        (Fee(rate_bp=Decimal(60), refund_fee="kept"), -10_000, "refund", 0),
        (Fee(rate_bp=Decimal(60)), -10_000, "refund", None),
        (Fee(rate_bp=Decimal(60), refund_fee="kept"), -10_000, "void", -60),
        (Fee(rate_bp=Decimal(60)), 10_000, "preauth", 0),
        (Fee(rate_bp=Decimal(60)), -5_000, "dispute", None),
        (Fee(rate_bp=Decimal(50), rounding="half_even_each"), 100, "sale", 0),
        (Fee(rate_bp=Decimal(50), rounding="half_up_each"), 100, "sale", 1),
        (Fee(rate_bp=Decimal(50), rounding="half_even_each"), 300, "sale", 2),
        (Fee(rate_bp=Decimal("3.25"), cap_minor=325), 1_000_000, "sale", 325),
        (Fee(), 10_000, "sale", None),
    ],
)
def test_a_fee_by_hand(fee: Fee, gross: int, kind: str, owed: int | None) -> None:
    assert fee.of(gross, kind) == owed


def test_a_batch_with_an_item_nobody_has_priced_has_no_fee() -> None:
    for rounding in ("half_up_each", "half_up_batch"):
        assert Fee(rate_bp=Decimal(60), rounding=rounding).of_batch([(100, "sale"), (100, "adjustment")]) is None


def test_deductions_as_they_are_written() -> None:
    found, bad = parse_deductions("sim:3600:2026-03-01:year; device:29800 ；;wash:500:2026-01-05:week")
    assert found == (
        Deduction("sim", 3600, date(2026, 3, 1), Every.YEAR),
        Deduction("device", 29_800),
        Deduction("wash", 500, date(2026, 1, 5), Every.WEEK),
    )
    assert bad == ()
    assert parse_deductions("") == ((), ())


@pytest.mark.parametrize(
    "part",
    [
        "sim",
        "sim:",
        ":3600",
        "sim:-1",
        "sim:36.0",
        "sim:1:soon",
        "sim:1:2026-01-01:decade",
        "sim:1::year",
        "a:1:2026-01-01:once:x",
    ],
)
def test_a_deduction_that_is_none(part: str) -> None:
    assert parse_deductions(f"device:1;{part}") == ((Deduction("device", 1),), (part,))


@pytest.mark.parametrize(
    ("text", "settled_on", "number", "first_on", "last_on"),
    [
        ("sim:1:2026-03-01:year", "2026-03-01", 1, "2026-03-01", "2027-02-28"),
        ("sim:1:2026-03-01:year", "2027-02-28", 1, "2026-03-01", "2027-02-28"),
        ("sim:1:2026-03-01:year", "2027-03-01", 2, "2027-03-01", "2028-02-29"),
        ("sim:1:2024-02-29:year", "2025-02-28", 2, "2025-02-28", "2026-02-27"),
        ("sim:1:2026-01-31:month", "2026-02-28", 2, "2026-02-28", "2026-03-30"),
        ("sim:1:2026-01-31:month", "2026-03-30", 2, "2026-02-28", "2026-03-30"),
        ("sim:1:2026-01-31:month", "2026-03-31", 3, "2026-03-31", "2026-04-29"),
        ("sim:1:2026-01-05:week", "2026-01-11", 1, "2026-01-05", "2026-01-11"),
        ("sim:1:2026-01-05:week", "2026-01-12", 2, "2026-01-12", "2026-01-18"),
        ("sim:1:2026-01-05", "2030-01-01", 1, "2026-01-05", None),
        ("sim:1", "2030-01-01", 1, None, None),
    ],
)  # fmt: skip
def test_the_period_of_a_deduction(
    text: str, settled_on: str, number: int, first_on: str | None, last_on: str | None
) -> None:
    (one,), _ = parse_deductions(text)
    found = occurrence_of(one, date.fromisoformat(settled_on))
    assert found is not None
    assert found.number == number
    assert found.first_on == (date.fromisoformat(first_on) if first_on else None)
    assert found.last_on == (date.fromisoformat(last_on) if last_on else None)


def test_only_deductions_that_have_begun_are_agreed() -> None:
    found, _ = parse_deductions("sim:3600:2026-03-01:year;device:29800;later:1:2027-01-01")
    assert [one.deduction.name for one in agreed_on(found, date(2026, 2, 28))] == ["device"]
    assert [one.deduction.name for one in agreed_on(found, date(2026, 3, 1))] == ["sim", "device"]


@given(
    st.dates(date(2020, 1, 1), date(2028, 12, 31)),
    st.sampled_from([Every.WEEK, Every.MONTH, Every.YEAR]),
    st.integers(0, 3000),
)
def test_every_day_lies_in_exactly_one_period_and_periods_follow_each_other(
    start: date, every: Every, later: int
) -> None:
    one = Deduction("x", 1, start, every)
    day = start + timedelta(days=later)
    found = occurrence_of(one, day)
    assert found is not None
    assert found.first_on is not None
    assert found.last_on is not None
    assert found.first_on <= day <= found.last_on
    after = occurrence_of(one, found.last_on + timedelta(days=1))
    assert after is not None
    assert (after.number, after.first_on) == (found.number + 1, found.last_on + timedelta(days=1))
    assert occurrence_of(one, start - timedelta(days=1)) is None
