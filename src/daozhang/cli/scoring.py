"""``score``: what the product says of a simulated world, held against the truth that was written apart."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from daozhang.cli.output import NEEDS_A_PERSON, WELL, JsonOption, print_json, print_table, refusals, text
from daozhang.desk import imports, readings, workspace
from daozhang.errors import InputError

KEYS: Final = (
    "grain", "acquirer", "merchant_no", "terminal_no", "batch_no", "trace_no", "order_no", "payout_no", "settled_on", "account_tail",
    "break_type",
)  # fmt: skip
"""What names a failure. The reference number is left out: a terminal that got no answer has none."""

BUCKETS: Final = ("expected", "arrived", "not_due", "held", "deducted", "returned", "missing", "unexplained")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of one world at one moment. ``wrong_gap`` and ``wrong_cause`` count failures that were found all the same."""

    as_of: datetime
    failures: int
    found: int
    missed: int
    false_alarms: int
    wrong_gap: int
    wrong_cause: int
    merchant_days: int
    money_differs: int

    @property
    def is_perfect(self) -> bool:
        """Return whether nothing was missed, invented or misjudged."""
        return not (self.missed or self.false_alarms or self.wrong_gap or self.wrong_cause)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("score")(score)


def score(
    world: Annotated[Path, typer.Option("--world", help="A folder that `daozhang world` wrote: files/ and truth/.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Score detection and diagnosis against a world's truth, at the end of what its files know. 对照真相打分。

    Exit status: 0 nothing missed, invented or misjudged, 1 otherwise.
    """
    with refusals(), tempfile.TemporaryDirectory(prefix="daozhang-score-") as folder:
        result = _score(world, Path(folder) / "workspace")
    if as_json:
        print_json(asdict(result))
    else:
        print_table(text("score-title"), [text("score-what"), text("score-count")], list(asdict(result).items()))
    raise typer.Exit(WELL if result.is_perfect else NEEDS_A_PERSON)


def _score(world: Path, place: Path) -> Score:
    truth, money = (_read(world / "truth" / name) for name in ("truth.csv", "money.csv"))
    as_of = max(
        datetime.fromisoformat(row["arrived_at"]) for row in _read(world / "files" / "arrivals.csv")
    ) + timedelta(minutes=1)
    made = workspace.create(place)
    imports.import_paths(made, [world / "files"])
    said = {_key(row): row for row in readings.findings(made, as_of) if row["severity"] == "alarm"}
    due = {_key(row): row for row in truth if _is_open(row, as_of)}
    both = due.keys() & said.keys()
    known = {(row["acquirer"], row["merchant_no"], row["settled_on"]): row for row in money}
    days = readings.money(made, as_of=as_of)
    differs = sum(
        any(getattr(day, f"{name}_minor") != int(known[key][f"{name}_minor"]) for name in BUCKETS)
        if (key := (day.acquirer, day.merchant_no, day.settled_on.isoformat())) in known
        else True
        for day in days
    )
    return Score(
        as_of=as_of, failures=len(due), found=len(both), missed=len(due) - len(both), false_alarms=len(said.keys() - due.keys()),
        wrong_gap=sum(int(due[key]["gap_minor"]) != said[key]["gap_minor"] for key in both),
        wrong_cause=sum(due[key]["cause_code"] != said[key]["cause_code"] for key in both),
        merchant_days=len(days), money_differs=differs,
    )  # fmt: skip


def _read(path: Path) -> Sequence[dict[str, str]]:
    if not path.exists():
        raise InputError("error-no-world", path=str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _is_open(row: dict[str, str], as_of: datetime) -> bool:
    """Return whether the truth says that this failure is knowable and not over at the moment."""
    knowable = datetime.fromisoformat(row["knowable_at"]) <= as_of
    over = bool(row["resolved_at"]) and datetime.fromisoformat(row["resolved_at"]) <= as_of
    return row["severity"] == "alarm" and knowable and not over


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name] or "") for name in KEYS)
