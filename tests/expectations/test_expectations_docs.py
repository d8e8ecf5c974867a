"""The examples in docs/concepts/what-is-due.md are true."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from daozhang.calendars import shipped
from daozhang.contracts import Cycle
from daozhang.expectations import Due, cleared_on, due_at

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "what-is-due.md"
ROW = re.compile(r"\| (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \| (\d{4}-\d\d-\d\d) \| (\d{4}-\d\d-\d\d \d\d:\d\d) \|")
EXAMPLES = ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize(("paid_at", "cleared", "due"), EXAMPLES)
def test_an_example(paid_at: str, cleared: str, due: str) -> None:
    day = cleared_on(datetime.fromisoformat(paid_at))
    found = due_at(day, Cycle(counts_workdays=True, days=1), shipped())
    assert day == date.fromisoformat(cleared)
    assert isinstance(found, Due)
    assert found.at == datetime.fromisoformat(due)


def test_counting_plain_days_is_right_on_two_days_out_of_three() -> None:
    """Of the days of 2026 whose due moment is known, some 116 of 364 are not due on the next day."""
    calendar, right, known = shipped(), 0, 0
    for number in range(date(2026, 1, 1).toordinal(), date(2026, 12, 31).toordinal()):
        day = date.fromordinal(number)
        found = due_at(day, Cycle(counts_workdays=True, days=1), calendar)
        assert isinstance(found, Due)
        known += 1
        right += found.at.date().toordinal() == number + 1
    assert (known, known - right) == (364, 116)
