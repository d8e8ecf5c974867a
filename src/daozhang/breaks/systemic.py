"""One finding for many rows that differ in the same way: how many, whose, of which days, and what they come to.

The set-wise part (``engine.systemic``) says what stands together; here it becomes a ``Break`` with its extent as facts. Its gap
is the sum of the gaps of the rows it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from daozhang.breaks.clearing_side import GIVE_UP_DAYS, Named
from daozhang.breaks.kinds import Break, BreakType, Grain, Keys, Severity

ZONE_STEP_S: Final = 1800
"""Clocks of time zones differ by half hours; what is near one of those is a zone, not a drifting clock."""
ZONE_NEAR_S: Final = 300
LOUDNESS: Final = (Severity.INFO, Severity.WATCH, Severity.ALARM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """What one finding stands for. ``gap_minor`` is the sum of the gaps of its rows, ``breaks`` how many breaks they would be.

    ``of_rows`` are all rows of the same reach on the same days; ``loudness`` the loudest of its rows: 0 info, 1 watch, 2 alarm.
    """

    no: int
    family: str
    cause: str
    acquirer: str
    currency: str
    reach: str
    rows: int = 0
    breaks: int = 0
    gap_minor: int = 0
    of_rows: int = 0
    waiting: int = 0
    loudness: int = 2
    merchants: int = 0
    merchant_no: str = ""
    terminals: int = 0
    days: int = 0
    first_on: date | None = None
    last_on: date | None = None
    files: tuple[tuple[str, int], ...] = ()
    examples: tuple[tuple[str, int], ...] = ()
    details: tuple[Mapping[str, Any], ...] = ()


def of_folds(folds: Iterable[Fold], aside: Mapping[str, int], named: Named) -> list[Break]:
    """Return one break per fold, in their order. ``aside``: lines set aside in the files of each acquirer.

    While as many lines are set aside as rows are missed, the rows may be among them, and the break is a watch.
    """
    found = []
    for fold in folds:
        severity = LOUDNESS[fold.loudness]
        if fold.family in {"missing", "extra"} and aside.get(fold.acquirer, 0) >= fold.rows:
            severity = min(severity, Severity.WATCH, key=LOUDNESS.index)
        found.append(
            Break(
                type=BreakType.SYSTEMIC_DIFFERENCE, grain=Grain.MERCHANT if fold.merchant_no else Grain.ACQUIRER,
                keys=Keys(acquirer=fold.acquirer, merchant_no=fold.merchant_no, file=_name(fold)), gap_minor=fold.gap_minor,
                currency=fold.currency, severity=severity, facts=_facts(fold, named),
                evidence=tuple(named(import_id, line_no) for import_id, line_no in fold.examples),
            )
        )  # fmt: skip
    return found


def _name(fold: Fold) -> str:
    """Return what tells this finding from others of its acquirer; the same from run to run."""
    return "/".join(part for part in (fold.family, fold.cause, fold.reach, fold.currency) if part)


def _facts(fold: Fold, named: Named) -> dict[str, object]:
    return {
        "family": fold.family, "looks_like": fold.cause.partition(":")[0], "reach": fold.reach, "rows": fold.rows, "breaks": fold.breaks,
        "of_rows": fold.of_rows, "share": 100 * fold.rows // fold.of_rows if fold.of_rows else 0, "waiting": fold.waiting,
        "merchants": fold.merchants, "terminals": fold.terminals, "days": fold.days, "first_on": fold.first_on, "since": fold.first_on,
        "last_on": fold.last_on, "files": [[named(import_id, 0).file, lines] for import_id, lines in fold.files],
        "parts": [_part(one) for one in fold.details],
    }  # fmt: skip


def _part(one: Mapping[str, Any]) -> dict[str, object]:
    """Return one answer inside the finding: what was agreed, what is there instead, in how many rows, and what it comes to."""
    part: dict[str, object] = {"rows": one["rows"], "gap_minor": one["gap_minor"]}
    if "cause" not in one:
        return part | {"days": one["detail"]}
    plain = {name: _plain(one[name]) for name in ("rate_bp", "cap_minor", "value")}
    return part | {"what": one["cause"], **plain}


def _plain(value: object) -> object:
    """Return a decimal number as text without trailing zeros, anything else as it is."""
    return value if value is None or isinstance(value, int) else f"{value:f}".rstrip("0").rstrip(".")


def of_zones(
    skews: Sequence[Mapping[str, Any]], rows_of: Mapping[tuple[str, date], int], as_of: datetime, least: tuple[int, int], named: Named,
) -> tuple[list[Break], list[Mapping[str, Any]]]:  # fmt: skip
    """Return one break for terminals that are off by the same half hours, and the days of terminals that stay on their own.

    skews    days of terminals whose clock is off, with ``skew_s`` and ``rows_of_day``
    rows_of  all terminal records of an acquirer's day
    least    (rows, per cent of the acquirer's records of those days) from which on one finding stands for them
    """
    groups: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for row in skews:
        step = round(row["skew_s"] / ZONE_STEP_S) * ZONE_STEP_S
        if step and abs(row["skew_s"] - step) <= ZONE_NEAR_S:
            groups.setdefault((row["acquirer"], step), []).append(row)
    found, folded = [], set()
    for (acquirer, step), days in sorted(groups.items()):
        rows, all_days = sum(row["rows_of_day"] for row in days), {row["day"] for row in days}
        due = sum(rows_of.get((acquirer, day), 0) for day in all_days)
        terminals = {(row["merchant_no"], row["terminal_no"]) for row in days}
        if len(terminals) < 2 or rows < least[0] or rows * 100 < least[1] * due:
            continue
        folded |= {id(row) for row in days}
        is_now = as_of.date() - max(all_days) <= timedelta(days=GIVE_UP_DAYS)
        merchants = sorted({row["merchant_no"] for row in days})
        found.append(
            Break(
                type=BreakType.SYSTEMIC_DIFFERENCE, grain=Grain.MERCHANT if len(merchants) == 1 else Grain.ACQUIRER, gap_minor=0,
                keys=Keys(acquirer=acquirer, merchant_no=merchants[0] if len(merchants) == 1 else "", file=f"clock/zone/{step}"),
                severity=Severity.ALARM if is_now else Severity.INFO,
                facts={"family": "clock", "looks_like": "zone", "reach": "acquirer", "rows": rows, "breaks": len(terminals),
                       "of_rows": due, "share": 100 * rows // due if due else 0, "waiting": 0, "merchants": len(merchants),
                       "terminals": len(terminals), "days": len(all_days), "first_on": min(all_days), "since": min(all_days), "last_on": max(all_days),
                       "files": [], "parts": [], "clock_skew_s": step},
                evidence=tuple(named(row["import_id"], row["line_no"]) for row in sorted(days, key=_place)[:5]),
            )
        )  # fmt: skip
    return found, [row for row in skews if id(row) not in folded]


def _place(row: Mapping[str, Any]) -> tuple[object, ...]:
    return (row["day"], row["merchant_no"], row["terminal_no"])
