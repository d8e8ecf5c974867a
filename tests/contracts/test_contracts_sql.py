"""The set-wise expressions say exactly what the Python rules say, on every row DuckDB is given."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daozhang.contracts import Fee, batch_fee_sql, cleared_on_sql, exact_fee_sql, fee_sql
from daozhang.contracts.fees import SCALE
from daozhang.expectations import cleared_on
from daozhang.records.tables import KINDS

CONNECTION = duckdb.connect(":memory:")

RATES = (
    st.none()
    | st.decimals(min_value=0, max_value=10_000, places=4)
    | st.sampled_from([Decimal(60), Decimal("0.5"), Decimal("33.3333"), Decimal(50), Decimal(25)])
)
AMOUNTS = (
    st.integers(-(10**15), 10**15)
    | st.integers(-2000, 2000)
    | st.sampled_from([0, 125, 375, 100, -100, 9_000_000_000_000_000_000, -9_000_000_000_000_000_000])
)
FEES = st.builds(
    Fee,
    rate_bp=RATES,
    cap_minor=st.none() | st.integers(0, 5000),
    floor_minor=st.none() | st.integers(0, 500),
    per_item_minor=st.none() | st.integers(0, 200),
    rounding=st.sampled_from(["half_up_each", "half_even_each", "half_up_batch"]),
    refund_fee=st.sampled_from(["kept", "returned", ""]),
)


def _load(rows: list[tuple[int, str, Fee]]) -> None:
    CONNECTION.execute(
        "CREATE OR REPLACE TABLE t(n INTEGER, gross_minor BIGINT, kind VARCHAR, rate_bp DECIMAL(18,4),"
        " cap_minor BIGINT, floor_minor BIGINT, per_item_minor BIGINT, rounding VARCHAR, refund_fee VARCHAR)"
    )
    CONNECTION.executemany(
        "INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?)",
        [
            (n, gross, kind, fee.rate_bp, fee.cap_minor, fee.floor_minor, fee.per_item_minor, fee.rounding,
             fee.refund_fee or None)
            for n, (gross, kind, fee) in enumerate(rows)
        ],
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(KINDS), FEES), min_size=1, max_size=40))
def test_a_fee_is_the_same_in_sql_and_in_python(rows: list[tuple[int, str, Fee]]) -> None:
    _load(rows)

    in_sql = [row[0] for row in CONNECTION.execute(f"SELECT {fee_sql()} FROM t ORDER BY n").fetchall()]

    assert in_sql == [fee.of(gross, kind) for gross, kind, fee in rows]


@settings(max_examples=60, deadline=None)
@given(
    FEES,
    st.lists(
        st.tuples(st.integers(-(10**10), 10**10), st.sampled_from(["sale", "refund", "void"])), min_size=1, max_size=30
    ),
)
def test_a_batch_is_rounded_once_and_alike(fee: Fee, items: list[tuple[int, str]]) -> None:
    _load([(gross, kind, fee) for gross, kind in items])
    whole, rest = exact_fee_sql()
    owed = batch_fee_sql("sum(w)", "sum(r)") if fee.rounding == "half_up_batch" else "sum(f)"
    row = CONNECTION.execute(
        f"SELECT CASE WHEN count(w) = count(*) THEN {owed} END FROM (SELECT {whole} w, {rest} r, {fee_sql()} f FROM t)"
    ).fetchone()
    assert row is not None
    assert row[0] == fee.of_batch(items)


def test_a_plan_is_read_through_an_alias() -> None:
    plan = "SELECT 60::DECIMAL(18,4) rate_bp, NULL::BIGINT cap_minor, NULL::BIGINT floor_minor,"
    plan += " NULL::BIGINT per_item_minor, NULL rounding, NULL refund_fee"
    sql = f"SELECT {fee_sql('r.g', 'r.k', plan='c.')} FROM (SELECT 125::BIGINT g, 'sale' k) r, ({plan}) c"
    assert CONNECTION.execute(sql).fetchall() == [(1,)]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime.fromisoformat("2023-12-01"), datetime.fromisoformat("2028-03-02")),
            st.sampled_from(["23:00", "24:00", "00:00", "22:30", "6:00", "00:01", "23:59"]),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_the_clearing_day_is_the_same_in_sql_and_in_python(rows: list[tuple[datetime, str]]) -> None:
    CONNECTION.execute("CREATE OR REPLACE TABLE m(n INTEGER, t TIMESTAMP, cutover VARCHAR)")
    CONNECTION.executemany("INSERT INTO m VALUES (?,?,?)", [(n, *row) for n, row in enumerate(rows)])

    in_sql = [
        row[0] for row in CONNECTION.execute(f"SELECT {cleared_on_sql('t', 'cutover')} FROM m ORDER BY n").fetchall()
    ]

    assert in_sql == [cleared_on(moment, cutover) for moment, cutover in rows]


def test_many_small_tickets_show_how_much_rounding_each_differs_from_rounding_once() -> None:
    items = [(amount % 997 + 1, "sale") for amount in range(0, 2000 * 37, 37)]
    each = Fee(rate_bp=Decimal(38), rounding="half_up_each").of_batch(items)
    once = Fee(rate_bp=Decimal(38), rounding="half_up_batch").of_batch(items)
    total = sum(gross for gross, _ in items)
    assert once == int(Decimal(total) * 38 / 10_000 + Decimal("0.5"))
    assert each != once


@pytest.mark.parametrize(("gross", "fee"), [(125, 1), (375, 2), (83, 0), (84, 1), (-125, -1)])
def test_sixty_basis_points_by_hand(gross: int, fee: int) -> None:
    assert Fee(rate_bp=Decimal(60)).of(gross) == fee


def test_every_half_is_decided_alike() -> None:
    """Amounts and rates that land exactly on half a minor unit, where the roundings differ, all of them."""
    rates = [Decimal("12.5"), Decimal(25), Decimal(50), Decimal(60), Decimal("0.5")]
    for rounding in ("half_up_each", "half_even_each", "half_up_batch", ""):
        for rate in rates:
            sql = f"""SELECT g, {fee_sql("g", "'sale'")} FROM (SELECT range - 2500 AS g, {rate}::DECIMAL(18,4) AS rate_bp,
                NULL::BIGINT cap_minor, NULL::BIGINT floor_minor, NULL::BIGINT per_item_minor, NULL refund_fee,
                nullif('{rounding}', '') AS rounding FROM range(5001))"""
            fee = Fee(rate_bp=rate, rounding=rounding or "half_up_each")
            rows = CONNECTION.execute(sql).fetchall()
            assert len(rows) == 5001
            assert [fee_minor for _, fee_minor in rows] == [fee.of(gross) for gross, _ in rows]


def test_the_sum_of_a_batch_is_rounded_away_from_zero_at_the_half() -> None:
    rows = CONNECTION.execute(
        f"SELECT w, r, {batch_fee_sql('w', 'r')} FROM (SELECT a.range - 3 AS w, (b.range - 10) * {SCALE // 4} AS r"
        " FROM range(7) a, range(21) b)"
    ).fetchall()
    assert len(rows) == 147
    for whole, rest, fee in rows:
        exact = Decimal(whole) + Decimal(rest) / SCALE
        assert fee == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), (whole, rest)
