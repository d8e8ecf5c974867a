"""The same month brought in other ways: at once, day by day, and in an order of chance; the answer must not change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from daozhang.bench.ledger import ledger_of
from daozhang.bench.months import AS_OF, Month, MonthFile
from daozhang.bench.score import Said, said_of
from daozhang.breaks import Break

PORTIONS: Final = 6
"""How often a month that comes bit by bit is judged on the way."""


def by_day(month: Month, portions: int = PORTIONS) -> Iterator[tuple[list[MonthFile], datetime]]:
    """Give what is here, and the moment, after each portion of days; the last is the whole month."""
    days = sorted({file.day for file in month.files if file.day})
    for number in range(1, portions + 1):
        last = days[len(days) * number // portions - 1]
        moment = datetime.fromisoformat(f"{last}T09:00") + timedelta(days=1)
        yield [file for file in month.files if file.day <= last], AS_OF if number == portions else moment


def by_chance(month: Month, seed: int) -> Iterator[tuple[list[MonthFile], datetime]]:
    """Give more and more of the files in an order that the seed draws, all judged at the end of the month."""
    files = sorted(
        month.files, key=lambda file: hashlib.sha256(f"{seed}{file.table}{file.acquirer}{file.day}".encode()).digest()
    )
    for number in range(1, PORTIONS + 1):
        yield files[: len(files) * number // PORTIONS], AS_OF


def last_word(month: Month, portions: Iterator[tuple[list[MonthFile], datetime]]) -> list[tuple[Said, str]]:
    """Judge after each portion as a desk would, and return what is said at the end, in order."""
    said: list[tuple[Said, str]] = []
    for files, moment in portions:
        said = said_of(judged(month, files, moment))
    return sorted(said)


def judged(month: Month, files: Sequence[MonthFile], moment: datetime) -> list[Break]:
    """Return the breaks of the files that are here."""
    return list(ledger_of(month, files, spill=month.folder / "spill").settle(moment).breaks)


def differences(month: Month) -> dict[str, int]:
    """Return, per way of bringing the month in, in how many differences its last word is not that of the whole at once."""
    whole = sorted(said_of(judged(month, month.files, AS_OF)))
    ways = {"day by day": by_day(month), "any order": by_chance(month, 1)}
    return {name: _apart(whole, last_word(month, portions)) for name, portions in ways.items()}


def _apart(one: list[tuple[Said, str]], other: list[tuple[Said, str]]) -> int:
    here, there = Counter(one), Counter(other)
    return ((here - there) + (there - here)).total()
