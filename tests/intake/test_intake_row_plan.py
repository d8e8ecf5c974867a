"""What a plan says of a row is what looking at it cell by cell says; of all other rows it says nothing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daozhang.intake.card_forms import may_hold_card
from daozhang.intake.cards import CardGuard
from daozhang.intake.collector import Collector
from daozhang.intake.reading import Reject
from daozhang.intake.row_batch import RowBatch
from daozhang.intake.typed_rows import RowTyper, fingerprint
from daozhang.records import table_named

GUARD = CardGuard(b"k" * 32)
TABLES = ("clearings", "transactions", "bank_entries", "contracts", "payouts", "heartbeats")
CELLS = st.one_of(
    st.none(), st.integers(-(10**13), 10**13), st.booleans(), st.decimals(allow_nan=False, places=2, max_value=10**13),
    st.text("19 -*~AB中\0\x1f\t", max_size=24),
    st.sampled_from(
        [
            "CNY", "cny", " USD", "sale", "approved", "card", "12", " 12", "+5", "1.5", "007", "2026-07-02", "2026-07-02T01:02:03Z",
            "23:00", "24:01", "true", "TRUE", "4111111111111111", "622202******0123", "6222 0212 3456 7890 123", "x" * 70_000,
            4111111111111111, 6222021234567890123, datetime(2026, 7, 2, 1, 2, 3, 500), datetime(1900, 1, 1), date(2026, 7, 2),
        ]
    ),
)  # fmt: skip
GOOD = {
    "gross_minor": 100, "fee_minor": 1, "net_minor": 99, "amount_minor": 5, "kind": "sale", "status": "approved",
    "channel": "card", "acquirer": "a", "merchant_no": "m", "account_tail": "1234", "card_tail": "4111111111111111",
    "cleared_on": date(2026, 7, 2), "settled_on": date(2026, 7, 2), "occurred_at": datetime(2026, 7, 2),
    "booked_at": datetime(2026, 7, 2), "payout_no": "p", "planned_minor": 5, "paid_minor": 5, "state": "claimed",
}  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TABLES), st.data(), st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]))
def test_a_plan_says_what_looking_cell_by_cell_says(name: str, data: st.DataObject, zone: str) -> None:
    table, typer = table_named(name), RowTyper(GUARD, zone)
    good = {key: value for key, value in GOOD.items() if key in table.column_names}
    values = good | data.draw(st.dictionaries(st.sampled_from([*table.column_names, "cvv"]), CELLS, max_size=3))

    said, slow = typer.plan(table).row(values), typer.row(table, 1, values)

    if said is not None:
        assert not isinstance(slow, Reject)
        assert said == (slow, fingerprint(table, slow))
        assert [type(cell) for cell in said[0]] == [type(cell) for cell in slow]


@pytest.mark.parametrize("name", ["clearings", "bank_entries", "payouts"])
def test_a_usual_row_needs_no_second_look(name: str) -> None:
    table = table_named(name)

    assert RowTyper(GUARD).plan(table).row({key: GOOD.get(key) for key in table.column_names}) is not None


@pytest.mark.parametrize("cell", [6222021234567890123, Decimal(6222021234567890123), "6222021234567890123"])
def test_a_card_number_that_a_reader_gives_as_a_number_is_cut_as_a_text_is(cell: object) -> None:
    table, typer = table_named("bank_entries"), RowTyper(GUARD)
    values = {key: GOOD.get(key) for key in table.column_names} | {"text": cell}
    cut = GUARD.masked("6222021234567890123")

    said, slow = typer.plan(table).row(values), typer.row(table, 1, values)

    assert said is not None
    assert not isinstance(slow, Reject)
    assert dict(zip(table.column_names, said[0], strict=True))["text"] == cut
    assert dict(zip(table.column_names, slow, strict=True))["text"] == cut


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TABLES), st.data(), st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]))
def test_a_batch_says_of_each_row_what_the_plan_says(name: str, data: st.DataObject, zone: str) -> None:
    table, typer = table_named(name), RowTyper(GUARD, zone)
    plan = typer.plan(table)
    good = {key: value for key, value in GOOD.items() if key in table.column_names}
    more = tuple(
        data.draw(st.lists(st.sampled_from([*table.column_names, "cvv"]), min_size=1, max_size=2, unique=True))
    )
    cells = st.sampled_from(
        [None, "x", " padded", "", 5, "2026-07-02", "1234", "622202******0123", "CNY", "1.5", "sale"]
    )
    rows = [
        good | dict.fromkeys(more) | data.draw(st.dictionaries(st.sampled_from([*good, *more]), cells, max_size=1))
        for _ in range(data.draw(st.integers(8, 12)))
    ]
    if data.draw(st.integers(0, 3)) == 0:
        rows[0] |= {data.draw(st.sampled_from([*good, *more])): data.draw(CELLS)}

    batch = RowBatch(table, tuple(rows[0]), plan.reads).rows(rows)
    alone = [plan.row(row) for row in rows]

    if batch is not None:
        assert list(zip(*batch, strict=True)) == alone
        assert [[type(cell) for cell in row] for row in batch[0]] == [
            [type(cell) for cell in row[0]] for row in alone if row
        ]
    elif all(alone) and not any(map(_is_looked_at, rows)):
        raise AssertionError("a batch beyond doubt was not typed together")


def _is_looked_at(row: dict[str, object]) -> bool:
    """Return whether a cell might be a card number: then a batch leaves its rows to be looked at one by one."""
    return may_hold_card("\x1f".join(map(str, row.values())))


@pytest.mark.parametrize("bad", [{"currency": "cny"}, {"text": "4111 1111 1111 1111"}, {"amount_minor": "x"}])
def test_one_doubtful_row_costs_its_neighbours_nothing(bad: dict[str, object]) -> None:
    rows = [
        {**{key: GOOD.get(key) for key in table_named("bank_entries").column_names}, "text": f"t{place}"}
        for place in range(300)
    ]
    rows[123] |= bad
    found = []
    for most in (256, 1):
        collector = Collector(RowTyper(GUARD))
        for place, row in enumerate(rows):
            if most == 1:
                collector.row("bank_entries", place, row)
                collector._type_waiting()
            else:
                collector.row("bank_entries", place, row)
        collector.close()
        found.append(collector)

    together, alone = found
    assert together.rows == alone.rows
    assert together.rejects == alone.rejects
    assert len(together.rows["bank_entries"].values) == 300 - len(together.rejects)
    assert "4111 1111" not in str(together.rows)
