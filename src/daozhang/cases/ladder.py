"""The ladder of escalation, read from ``ladder.toml``, and the order in which help is sought.

Levels up to L4 are reached by time; L5 and L6 are taken by a person, since going outside is a decision. A promise that has not
run out holds the ladder: the next level comes no earlier than some working time after it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from daozhang.errors import RefusedError

AFTER_A_PROMISE_HOURS: Final = 4
"""Working hours between a promise that was not kept and the next level; the setting ``escalate_after_hours`` goes over it."""


@dataclass(frozen=True, slots=True)
class Level:
    """One rung. ``after_hours`` is None where a person decides; ``roles`` are contact roles; ``prepares`` names texts."""

    name: str
    after_hours: int | None
    roles: tuple[str, ...]
    prepares: tuple[str, ...]

    @property
    def no(self) -> int:
        """Return its number, 0 to 6."""
        return int(self.name.removeprefix("L"))


@cache
def levels() -> tuple[Level, ...]:
    """Return the levels in their order."""
    text = (resources.files("daozhang.cases") / "ladder.toml").read_text(encoding="utf-8")
    return tuple(
        Level(name, row.get("after_hours"), tuple(row["roles"]), tuple(row["prepares"]))
        for name, row in sorted(tomllib.loads(text).items())
    )


def ladder(hours: Mapping[str, str] | None = None) -> tuple[Level, ...]:
    """Return the levels with the hours a workspace has chosen (``{"L3": "12"}``); ValueError for a level or number there is not."""
    chosen = dict(hours or {})
    unknown = set(chosen) - {one.name for one in levels() if one.after_hours is not None}
    if unknown:
        raise ValueError(f"no level that time reaches: {', '.join(sorted(unknown))}")
    found = tuple(
        Level(one.name, int(chosen.get(one.name, one.after_hours or 0)), one.roles, one.prepares)
        if one.after_hours is not None
        else one
        for one in levels()
    )
    timed = [one.after_hours for one in found if one.after_hours is not None]
    if timed != sorted(timed) or min(timed) < 0:
        raise ValueError("the hours of the levels must not fall")
    return found


def next_level(
    steps: tuple[Level, ...],
    reached: int,
    started_at: datetime,
    promised_at: datetime | None,
    add: Callable[[datetime, timedelta], datetime | None],
    *,
    after_promise: int = AFTER_A_PROMISE_HOURS,
) -> tuple[Level, datetime] | None:
    """Return the level after ``reached`` and when it is due; None where no level follows by time, or the year is unknown.

    ``promised_at`` is the latest moment that a party has promised and not yet answered.
    """
    level = next((one for one in steps if one.no == reached + 1), None)
    if level is None or level.after_hours is None:
        return None
    at = add(started_at, timedelta(hours=level.after_hours))
    held = add(promised_at, timedelta(hours=after_promise)) if promised_at else None
    found = max((one for one in (at, held) if one is not None), default=None)
    return (level, found) if found is not None and at is not None else None


class Help(StrEnum):
    """Where help is sought, in this order."""

    CONTACT = "contact"
    DEVICE = "device"
    OPERATION = "operation"
    GUIDANCE = "guidance"
    EXPERT = "expert"


def check_order(sought: Collection[str], wanted: Help, reason: str) -> tuple[Help, ...]:
    """Return the kinds of help that are skipped by seeking ``wanted`` now; RefusedError when any is and no reason is given."""
    order = tuple(Help)
    skipped = tuple(one for one in order[: order.index(wanted)] if one.value not in sought)
    if skipped and not reason.strip():
        raise RefusedError("error-help-skipped", wanted=wanted.value, skipped=", ".join(one.value for one in skipped))
    return skipped
