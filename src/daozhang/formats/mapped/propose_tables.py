"""Which interchange table a foreign table is, and which of its columns fills which of ours: names first, values decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from daozhang.formats.mapped.propose_sample import Layout
from daozhang.formats.mapped.propose_values import Profile
from daozhang.formats.mapped.propose_words import EXACT

NONE: Final = "-"
"""The answer that says: no column fills this one."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing a table needs: a column of ours, or a helper (``day``, ``in``, ``out``, ``direction``, ``outcome``).

    shape   what its cells must look like: ``text``, ``amount``, ``when``, ``day``, ``card``, ``list``
    weight  how much finding it speaks for the table
    """

    name: str
    concepts: tuple[str, ...]
    shape: str = "text"
    weight: int = 1


def _slots(*lines: str) -> tuple[Slot, ...]:
    made = []
    for line in lines:
        name, shape, weight, *concepts = line.split()
        made.append(Slot(name, tuple(concepts), shape, int(weight)))
    return tuple(made)


_COUNTER: Final = (
    "merchant_no text 1 merchant_no", "terminal_no text 1 terminal_no", "batch_no text 1 batch_no",
    "trace_no text 1 trace_no", "rrn text 1 rrn", "order_no text 1 order_no", "kind list 1 kind",
    "currency text 0 currency", "channel list 1 channel", "card_tail card 1 card", "card_kind list 0 card_kind",
    "direction list 0 direction", "occurred_at when 1 traded_at finished_at created_at", "day day 1 traded_on",
)  # fmt: skip

SLOTS: Final[Mapping[str, tuple[Slot, ...]]] = {
    "clearings": _slots(
        *_COUNTER, "network_no text 1 network_no", "cleared_on day 2 cleared_on", "gross_minor amount 2 gross",
        "fee_minor amount 4 fee", "net_minor amount 4 net", "outcome list 0 status",
    ),
    "transactions": _slots(
        *_COUNTER, "store_no text 1 store_no", "auth_code text 2 auth_code", "amount_minor amount 2 gross",
        "status list 2 status", "response_code list 2 response_code", "operator_no text 1 operator_no",
        "original_trace_no text 1 original_trace_no", "original_rrn text 1 original_rrn",
    ),
    "payouts": _slots(
        "merchant_no text 1 merchant_no", "payout_no text 5 payout_no network_no", "settled_on day 2 cleared_on traded_on",
        "planned_minor amount 3 planned", "held_minor amount 3 held", "deducted_minor amount 2 deducted",
        "paid_minor amount 3 paid moved", "currency text 0 currency", "state list 2 state", "reason_code text 1 reason_code",
        "reason_text text 2 reason_text", "account_tail text 2 account own_account", "account_holder text 2 account_holder",
        "bank_name text 2 bank_name", "created_at when 1 created_at traded_at", "finished_at when 1 finished_at",
    ),
    "bank_entries": _slots(
        "account_tail text 1 own_account account", "booked_at when 1 booked_at", "day day 1 booked_on",
        "value_on day 1 value_on", "amount_minor amount 2 moved", "in amount 4 money_in", "out amount 4 money_out",
        "direction list 1 direction", "currency text 0 currency", "balance_minor amount 4 balance",
        "counterparty_name text 2 counterparty_name", "counterparty_tail text 2 counterparty_account", "text text 1 text",
        "bank_reference text 1 bank_reference",
    ),
    "orders": _slots(
        "order_no text 2 order_no", "merchant_no text 1 merchant_no", "store_no text 1 store_no",
        "amount_minor amount 2 gross", "currency text 0 currency", "placed_at when 2 placed_at traded_at", "day day 1 traded_on",
        "operator_no text 2 operator_no", "terminal_no text 1 terminal_no", "paid_by list 2 paid_by",
    ),
}  # fmt: skip
"""The tables the assistant proposes. Heartbeats and batches come from machines that write our own columns."""

_NEEDS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "clearings": (("gross_minor", "net_minor"), ("fee_minor", "net_minor"), ("cleared_on", "occurred_at", "day")),
    "transactions": (("amount_minor",), ("occurred_at", "day"), ("terminal_no",)),
    "payouts": (("payout_no",), ("paid_minor", "planned_minor"), ("settled_on", "created_at", "finished_at")),
    "bank_entries": (("amount_minor", "in"), ("amount_minor", "out"), ("booked_at", "day")),
    "orders": (("order_no",), ("amount_minor",), ("placed_at", "day")),
}
"""Of each group one must be found before a table can be proposed at all."""

_DIGITS: Final = {"rrn": (12,), "trace_no": (6,), "terminal_no": (8,), "batch_no": (6,), "auth_code": (6,)}
"""Lengths these numbers have at Chinese acquirers; they decide between words that one header name may mean."""


@dataclass(frozen=True, slots=True)
class Match:
    """One table with the columns found for it (slot → source column) and how much speaks for it."""

    table: str
    columns: Mapping[str, str]
    score: int

    def has(self, *slots: str) -> bool:
        """Return whether all these slots are filled."""
        return all(slot in self.columns for slot in slots)


def matches(layout: Layout, profiles: Mapping[str, Profile], answers: Mapping[str, str]) -> list[Match]:
    """Return every table the layout can be, the likeliest first. ``column:<slot>`` in ``answers`` goes before any guess."""
    found = [_match(table, layout, profiles, answers) for table in SLOTS]
    chosen = answers.get("table")
    possible = [one for one in found if is_possible(one) or one.table == chosen]
    return sorted(possible, key=lambda one: (one.table != chosen, -one.score))


def is_possible(match: Match) -> bool:
    """Return whether what a row of the table cannot be without was found."""
    return all(any(slot in match.columns for slot in group) for group in _NEEDS[match.table])


def _match(table: str, layout: Layout, profiles: Mapping[str, Profile], answers: Mapping[str, str]) -> Match:
    said = {slot.name: answers[f"column:{slot.name}"] for slot in SLOTS[table] if f"column:{slot.name}" in answers}
    columns = {slot: name for slot, name in said.items() if name in layout.columns}
    offers = sorted(
        (
            (
                -_fit(slot, concept_at, score, profiles[name], layout.columns[name]),
                place,
                layout.columns[name],
                slot,
                name,
            )
            for place, slot in enumerate(SLOTS[table])
            if slot.name not in said
            for concept_at, concept in enumerate(slot.concepts)
            for name in layout.columns
            for found, score in layout.means(name)
            if found == concept and fits(slot, profiles[name])
        ),
        key=lambda offer: offer[:3],
    )
    scores = dict.fromkeys(columns, 100)
    for fit, _, _, slot, name in offers:
        if slot.name not in columns and name not in columns.values():
            columns[slot.name] = name
            scores[slot.name] = -fit
    _keep_one_amount(table, columns)
    weight = sum(slot.weight * scores[slot.name] for slot in SLOTS[table] if slot.name in columns)
    return Match(table, columns, weight)


def _keep_one_amount(table: str, columns: dict[str, str]) -> None:
    """A statement with money in and money out beside each other has no third amount to move."""
    if table == "bank_entries" and "in" in columns and "out" in columns:
        columns.pop("amount_minor", None)
        columns.pop("direction", None)


def _fit(slot: Slot, concept_at: int, score: int, found: Profile, place: int) -> int:
    """Return how well a column fits: its name, then whether its numbers have the usual length, then its place."""
    fit = score - 3 * concept_at - min(place, 9) // 3
    lengths = _DIGITS.get(slot.name)
    if lengths and found.digits:
        fit += 12 if found.digits in lengths else -12
    elif slot.name in {"network_no", "bank_reference"} and found.digits > 12:
        fit += 6
    return min(fit, EXACT + 20)


def fits(slot: Slot, found: Profile) -> bool:
    """Return whether a column's cells can be what the slot wants; an empty column can be anything but an amount or a day."""
    if found.filled == 0:
        return slot.shape in {"text", "card"}
    match slot.shape:
        case "amount":
            return found.is_amount and not found.is_day
        case "when":
            return found.is_moment or found.is_day or found.is_clock
        case "day":
            return found.is_day or found.is_moment
        case "list":
            return found.is_list
        case _:
            return not found.has_decimals and not found.is_moment
