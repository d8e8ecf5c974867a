"""One small world through the real product: written, imported, judged at moments of choice, and held against its truth."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from daozhang.desk import imports, readings, settle_day, workspace
from daozhang.desk.workspace import Workspace
from daozhang.world.simulate import World
from daozhang.world.write import write_world

Row = dict[str, str]
FIRST = date(2026, 9, 7)
"""A Monday three weeks before any holiday."""
NAMES: dict[str, tuple[str, ...]] = {
    "payout": ("payout_no",),
    "transaction": ("terminal_no", "trace_no"),
    "merchant_day": ("merchant_no", "settled_on"),
}


@dataclass(frozen=True, slots=True)
class Played:
    """A world and the workspace that took its files."""

    world: World
    place: Workspace
    folder: Path

    @property
    def known_until(self) -> datetime:
        """Just after the last file."""
        return self.world.known_until + timedelta(minutes=1)

    def truth(self, scenario: str = "") -> list[Row]:
        """The failures of a scenario, or all."""
        return [row for row in rows_of(self.folder / "truth" / "truth.csv") if scenario in {"", row["scenario"]}]

    def open_truth(self, at: datetime, scenario: str = "") -> list[Row]:
        """The failures that are knowable and not over at a moment."""
        moment = at.isoformat()
        return [
            row
            for row in self.truth(scenario)
            if row["severity"] == "alarm" and row["knowable_at"] <= moment and not ("" < row["resolved_at"] <= moment)
        ]

    def alarms(self, at: datetime) -> dict[tuple[str, ...], tuple[int, str]]:
        """What the product alarms about at a moment: its key, gap and cause."""
        found = [row for row in readings.findings(self.place, at) if row["severity"] == "alarm"]
        return {key_of(row): (int(row["gap_minor"]), str(row["cause_code"] or "")) for row in found}

    def differing_money(self, at: datetime) -> list[object]:
        """The merchant-days whose money the product sees elsewhere than the truth."""
        names = ("expected", "arrived", "not_due", "held", "deducted", "returned", "missing", "unexplained")
        true = {
            (row["acquirer"], row["merchant_no"], row["settled_on"]): [int(row[f"{name}_minor"]) for name in names]
            for row in rows_of(self.folder / "truth" / "money.csv")
        }
        day, _ = settle_day.judge(self.place, at)
        return [
            (key, mine, true.get(key))
            for one in day.money
            if (mine := [int(getattr(one, name)) for name in names])
            != true.get(key := (one.acquirer, one.merchant_no, one.settled_on.isoformat()))
        ]


def key_of(row: Row) -> tuple[str, ...]:
    """What a finding is about: its kind and the keys that name its thing."""
    names = NAMES.get(row["grain"], ("acquirer", "merchant_no", "account_tail", "settled_on"))
    return (row["break_type"], row["grain"], *(str(row[name] or "") for name in names))


def expected(rows: Sequence[Row]) -> dict[tuple[str, ...], tuple[int, str]]:
    """The truth in the form of ``Played.alarms``."""
    return {key_of(row): (int(row["gap_minor"]), row["cause_code"]) for row in rows}


def rows_of(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def played(
    folder: Path, scenarios: Sequence[str], *, merchants: int, days: int, first_on: date = FIRST, seed: int = 3
) -> Played:
    """Write a world with one event of each scenario and import it."""
    world = write_world(
        folder / "w", seed=seed, scenarios=scenarios, merchants=merchants, days=days, first_on=first_on, events=1
    )
    made = workspace.create(folder / "ws")
    imports.import_paths(made, [folder / "w" / "files"])
    return Played(world, made, folder / "w")
