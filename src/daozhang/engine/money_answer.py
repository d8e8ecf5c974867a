"""The answer of the money side as sequences over columns: a million plain merchant-days are no million objects."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, overload

import pyarrow as pa
import pyarrow.compute as pc

from daozhang.breaks.clearing_side import Named
from daozhang.matching.money import BUCKETS, DayMoney
from daozhang.records import Evidence

MONEY_SCHEMA: Final = pa.schema(
    [("acquirer", pa.string()), ("merchant_no", pa.string()), ("settled_on", pa.date32()), ("currency", pa.string()),
     ("due_at", pa.timestamp("s")), ("expected_minor", pa.int64()), *((f"{name}_minor", pa.int64()) for name in BUCKETS)]
)  # fmt: skip
"""Columns of the money of merchant-days, as runs keep it."""
_LINES: Final = pa.schema(
    [("payout_no", pa.string()), ("day_key", pa.string()), ("import_id", pa.string()), ("line_no", pa.int64())]
)
_ORDER: Final = [(name, "ascending") for name in ("settled_on", "acquirer", "merchant_no", "currency")]
_AT_ONCE: Final = 10_000


class MoneyDays(Sequence[DayMoney]):
    """The money of every merchant-day: days that were judged as values, plain ones as columns that become values on demand."""

    def __init__(self, judged: Sequence[DayMoney], plain: pa.Table | None) -> None:
        self._judged, self._plain = judged, MONEY_SCHEMA.empty_table() if plain is None else plain

    def __len__(self) -> int:
        """Return how many merchant-days there are."""
        return len(self._judged) + int(self._plain.num_rows)

    @overload
    def __getitem__(self, place: int) -> DayMoney: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[DayMoney]: ...
    def __getitem__(self, place: int | slice) -> DayMoney | Sequence[DayMoney]:
        """Return one day, or several."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        if at < len(self._judged):
            return self._judged[at]
        return next(_values(self._plain.slice(at - len(self._judged), 1)))

    def __iter__(self) -> Iterator[DayMoney]:
        """Give the judged days, then the plain ones."""
        yield from self._judged
        for start in range(0, self._plain.num_rows, _AT_ONCE):
            yield from _values(self._plain.slice(start, _AT_ONCE))

    @property
    def plain_days(self) -> int:
        """Return how many of the days were not judged one by one."""
        return int(self._plain.num_rows)

    def table(self) -> pa.Table:
        """Return all days as one table in the columns of ``MONEY_SCHEMA``, ordered by day, acquirer, merchant and currency."""
        rows = [
            {"acquirer": one.acquirer, "merchant_no": one.merchant_no, "settled_on": one.settled_on, "currency": one.currency,
             "due_at": one.due_at, "expected_minor": one.expected, **{f"{name}_minor": getattr(one, name) for name in BUCKETS}}
            for one in self._judged
        ]  # fmt: skip
        both = [pa.Table.from_pylist(rows, schema=MONEY_SCHEMA), self._plain]
        return pa.concat_tables(both).sort_by(_ORDER).combine_chunks()


def _values(table: pa.Table) -> Iterator[DayMoney]:
    for row in table.to_pylist():
        yield DayMoney(**{name.removesuffix("_minor"): value for name, value in row.items()})


class SettledLines(Mapping[str, tuple[Evidence, ...]]):
    """Payout number or ``day:acquirer:merchant:date`` → the bank lines that prove it; plain ones are looked up in columns."""

    def __init__(self, judged: Mapping[str, tuple[Evidence, ...]], plain: pa.Table | None, named: Named) -> None:
        """``plain`` has the columns ``payout_no``, ``day_key`` (NULL where other money is missing), import_id and line_no."""
        self._judged, self._named = judged, named
        self._plain = _LINES.empty_table() if plain is None else plain
        self._orders: dict[str, tuple[list[str], list[int]]] = {}

    def __getitem__(self, key: str) -> tuple[Evidence, ...]:
        """Return the lines; KeyError when the bank proves nothing of that name."""
        if key in self._judged:
            return self._judged[key]
        for column in ("payout_no", "day_key"):
            names, places = self._ordered(column)
            at = bisect_left(names, key)
            if at < len(names) and names[at] == key:
                row = self._plain.slice(places[at], 1).to_pylist()[0]
                return (self._named(row["import_id"], row["line_no"]),)
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        """Give every name."""
        yield from self._judged
        for column in ("payout_no", "day_key"):
            for chunk in self._plain[column].chunks:
                yield from (name for name in chunk.to_pylist() if name is not None)

    def __len__(self) -> int:
        """Return how many names there are."""
        days = self._plain.num_rows - self._plain["day_key"].null_count
        return len(self._judged) + int(self._plain.num_rows + days)

    def _ordered(self, column: str) -> tuple[list[str], list[int]]:
        """Return the names of a column in order with their places; made when the first name is looked up."""
        if column not in self._orders:
            order = pc.sort_indices(self._plain, sort_keys=[(column, "ascending")])
            names = self._plain[column].take(order)
            known = len(names) - names.null_count  # those without a name come last
            self._orders[column] = (names.slice(0, known).to_pylist(), order.slice(0, known).to_pylist())
        return self._orders[column]
