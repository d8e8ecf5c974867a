"""Days that are over are kept: whatever comes, goes or is asked about which moment, the answer is that of reading everything."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daozhang.bench import months
from daozhang.bench.ledger import ledger_of
from daozhang.bench.score import said_of
from daozhang.engine import closed_days
from daozhang.engine.settle import DuckLedger


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> months.Month:
    return months.write(tmp_path_factory.mktemp("month"), 14_000)


def files_of(month: months.Month) -> list[months.MonthFile]:
    """All files but the orders, which ask for every charge: with them nothing is kept."""
    return [file for file in month.files if file.table != "orders"]


def ledger(month: months.Month, files: Sequence[months.MonthFile]) -> DuckLedger:
    return ledger_of(month, files, sift_from=100)


def told(one: DuckLedger, at: datetime) -> tuple[object, ...]:
    settled = one.settle(at)
    return sorted(said_of(settled.breaks)), sorted(map(str, settled.money)), settled.counts["pairs"]


def next_morning(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00") + timedelta(days=1)


def test_any_files_at_any_moment_say_what_reading_everything_says(month: months.Month, tmp_path: Path) -> None:
    """Files come in an order of chance, some are taken away again, and moments lie before and after each other."""
    chance = random.Random(7)  # noqa: S311 - an order, not a secret
    files = files_of(month)
    book, dated = [file for file in files if not file.day], [file for file in files if file.day]
    chance.shuffle(dated)
    days = sorted({file.day for file in dated})
    for share, moment in ((0.5, days[14]), (0.8, days[-1]), (0.8, days[9]), (0.95, days[-1]), (1.0, days[-1])):
        here = [*book, *(file for file in dated[: int(len(dated) * share)] if share == 1 or chance.random() > 0.05)]
        one = ledger(month, here)

        assert told(replace(one, closed=tmp_path / "closed"), next_morning(moment)) == told(one, next_morning(moment))


def test_only_the_days_of_what_changed_are_read_again(
    month: months.Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_of(month)
    last = max(file.day for file in files if file.table == "clearings")
    at = next_morning(last)
    keeping = tmp_path / "closed"
    replace(ledger(month, files), closed=keeping).settle(at)
    opened: list[int] = []
    plain = closed_days.ClosedDays.open

    def counting(self: closed_days.ClosedDays, *given: object) -> object:
        kept = plain(self, *given)  # type: ignore[arg-type]
        opened.append(len(self._signatures) - len(kept))
        return kept

    monkeypatch.setattr(closed_days.ClosedDays, "open", counting)
    again = replace(ledger(month, files), closed=keeping).settle(at)
    gone = next(
        file for file in files if file.table == "clearings" and file.day == sorted(f.day for f in files if f.day)[9]
    )
    without = [file for file in files if file is not gone]
    one = ledger(month, without)
    answer = told(replace(one, closed=keeping), at)

    assert again.counts["transactions"] > 12_000
    assert opened[0] == 0
    assert 0 < opened[1] <= 5
    assert answer == told(one, at)


def test_another_agreement_opens_every_day(month: months.Month, tmp_path: Path) -> None:
    files = files_of(month)
    at = next_morning(sorted(file.day for file in files if file.day)[20])
    keeping = tmp_path / "closed"
    replace(ledger(month, files), closed=keeping).settle(at)
    before = json.loads((keeping / "index.json").read_text(encoding="utf-8"))
    defaults = replace(ledger(month, files).defaults, cutover="22:00")
    one = replace(ledger(month, files), defaults=defaults)

    assert told(replace(one, closed=keeping), at) == told(one, at)
    assert json.loads((keeping / "index.json").read_text(encoding="utf-8"))["book"] != before["book"]


def test_a_run_that_comes_while_another_holds_the_folder_reads_everything(tmp_path: Path) -> None:
    with closed_days.held(tmp_path) as first, closed_days.held(tmp_path) as second:
        assert first == tmp_path
        assert second is None
