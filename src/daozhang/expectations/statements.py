"""Account statements that follow each other: the closing balance of one is the opening balance of the next.

Judged across files, for each account and currency. A statement that is sent again replaces itself; two that overlap
without numbers prove nothing about each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFact:
    """One statement as a file states it; ``seq`` is the number of its import, balances are signed minor units."""

    account_tail: str
    currency: str
    import_id: str
    file: str
    seq: int
    format: str = ""
    line_no: int = 0
    statement_no: str = ""
    sequence: int = 0
    opening_minor: int | None = None
    closing_minor: int | None = None
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenChain:
    """Two statements that should follow each other and do not.

    ``kind`` is ``numbers`` (statements ``missing_from`` to ``missing_to`` are not here), ``balances`` (neighbours by
    number whose balances disagree) or ``between`` (days between them moved ``between_minor`` that no statement shows).
    ``between_minor`` is the next opening balance minus the closing balance before, None when one is not stated.
    """

    kind: str
    before: StatementFact
    after: StatementFact
    between_minor: int | None
    missing_from: int = 0
    missing_to: int = 0


def broken_chains(statements: Iterable[StatementFact]) -> list[BrokenChain]:
    """Return what is broken, by account, currency, kind of statement and time."""
    chains: dict[tuple[str, str, str], list[StatementFact]] = {}
    for one in statements:
        if one.account_tail and one.account_tail != "unknown" and one.first_on and one.last_on:
            chains.setdefault((one.account_tail, one.currency, one.format), []).append(one)
    return [broken for _, chain in sorted(chains.items()) for broken in _broken(_latest(chain))]


def _latest(chain: list[StatementFact]) -> list[StatementFact]:
    """Return the statements in order, of one that was sent again only the last."""
    kept: dict[tuple[object, ...], StatementFact] = {}
    for one in sorted(chain, key=lambda fact: (fact.seq, fact.line_no)):
        kept[one.first_on, one.last_on, one.sequence, one.statement_no] = one
    return sorted(kept.values(), key=_order)


def _order(one: StatementFact) -> tuple[date, date, int, str, int, int]:
    assert one.first_on is not None
    assert one.last_on is not None
    return (one.last_on, one.first_on, one.sequence, one.statement_no, one.seq, one.line_no)


def _broken(chain: list[StatementFact]) -> Iterator[BrokenChain]:
    for before, after in pairwise(chain):
        between = (
            after.opening_minor - before.closing_minor
            if after.opening_minor is not None and before.closing_minor is not None
            else None
        )
        step = after.sequence - before.sequence if before.sequence and after.sequence else 0
        if step > 1 and between != 0:  # numbers may leave out days; where the balances meet, nothing is between them
            yield BrokenChain(
                kind="numbers", before=before, after=after, between_minor=between,
                missing_from=before.sequence + 1, missing_to=after.sequence - 1,
            )  # fmt: skip
        elif step == 1 and between:
            yield BrokenChain(kind="balances", before=before, after=after, between_minor=between)
        elif step <= 0 and between and _are_apart(before, after):
            yield BrokenChain(kind="between", before=before, after=after, between_minor=between)


def _are_apart(before: StatementFact, after: StatementFact) -> bool:
    """Return whether the second begins on a later day: a statement drawn in the middle of a day ends before it does."""
    return before.last_on is not None and after.first_on is not None and after.first_on > before.last_on
