"""What a simulated world says of itself, read for scoring: planted failures, look-alikes, money, and when files came."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from daozhang.errors import InputError

KEYS: Final = (
    "acquirer", "merchant_no", "terminal_no", "batch_no", "trace_no", "rrn", "order_no", "network_no", "payout_no",
    "settled_on", "account_tail", "file",
)  # fmt: skip
"""The key columns of ``findings``, as text; empty where a key does not apply or is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One failure that was planted. Moments are local; ``gap_minor`` is signed towards the merchant.

    ``population`` is set where the truth says whom an incident about many concerns. The scenario is for the report alone.
    """

    scenario: str
    grain: str
    break_type: str
    keys: Mapping[str, str]
    gap_minor: int
    cause_code: str
    knowable_at: datetime
    resolved_at: datetime | None
    severity: str
    population: str = ""

    def is_open(self, at: datetime) -> bool:
        """Return whether this should be an alarm at the moment: knowable, and not over."""
        return self.severity == "alarm" and self.knowable_at <= at and not (self.resolved_at and self.resolved_at <= at)

    @property
    def name(self) -> str:
        """Return what a person would call it: scenario, break type and the keys that are set."""
        return f"{self.scenario} {self.break_type} {said_keys(self.keys)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The truth folder of one world: failures, look-alikes, money rows, all arrivals in order."""

    planted: tuple[Planted, ...]
    calm: tuple[Mapping[str, str], ...]
    money: tuple[Mapping[str, str], ...]
    arrivals: tuple[datetime, ...]
    paths: tuple[str, ...] = field(default=())


def read_truth(world: Path) -> Truth:
    """Return what ``world`` says of itself; InputError ``error-no-world`` when it is none."""
    listed = read_rows(world / "files" / "arrivals.csv")
    return Truth(
        planted=tuple(_planted(row) for row in read_rows(world / "truth" / "truth.csv")),
        calm=tuple(read_rows(world / "truth" / "must_not_alarm.csv")),
        money=tuple(read_rows(world / "truth" / "money.csv")),
        arrivals=tuple(sorted({datetime.fromisoformat(row["arrived_at"]) for row in listed})),
        paths=tuple(row["path"] for row in listed),
    )


def read_rows(path: Path) -> Sequence[dict[str, str]]:
    """Return the rows of a CSV file with a head; InputError ``error-no-world`` when it is not there."""
    if not path.exists():
        raise InputError("error-no-world", path=str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def said_keys(keys: Mapping[str, str]) -> str:
    """Return the keys that are set as one line."""
    return " ".join(f"{name}={keys[name]}" for name in KEYS if keys.get(name))


def _planted(row: Mapping[str, str]) -> Planted:
    return Planted(
        scenario=row["scenario"],
        grain=row["grain"],
        break_type=row["break_type"],
        keys={name: row.get(name) or "" for name in (*KEYS, "population")},
        gap_minor=int(row["gap_minor"]),
        cause_code=row["cause_code"],
        knowable_at=datetime.fromisoformat(row["knowable_at"]),
        resolved_at=datetime.fromisoformat(row["resolved_at"]) if row["resolved_at"] else None,
        severity=row["severity"],
        population=row.get("population") or "",
    )
