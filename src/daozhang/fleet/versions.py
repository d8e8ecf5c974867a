"""Versions compared, terminals spread over rings, and whether a roll-out may go on: rules of values."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_PART: Final = re.compile(r"\d+|[A-Za-z]+", re.ASCII)
TROUBLE_LEAST: Final = 1
"""Terminals in trouble from which a roll-out may be stopped: a share of nothing stops nothing."""


def order_of(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return a value by which versions stand in order: numbers as numbers (3.10 after 3.9), words before them (3.2-beta before 3.2).

    A leading ``v`` and trailing zeros say nothing.
    """
    parts = _PART.findall(re.sub(r"^[vV](?=\d)", "", version.strip()))
    made = [(1, int(part), "") if part.isdigit() else (-1, 0, part.lower()) for part in parts]
    while made and made[-1] == (1, 0, ""):
        made.pop()
    return (*made, (0, 0, ""))


def is_below(version: str, target: str) -> bool:
    """Return whether a version is older than the target."""
    return order_of(version) < order_of(target)


def ring_of(terminal_no: str, version: str, rings: Sequence[int]) -> int:
    """Return the ring (from 0) of a terminal, by a hash of its number and the version: the same everywhere and always, and not the same shops each time.

    ``rings`` are whole per cent that rings reach together, the last one 100.
    """
    place = int.from_bytes(hashlib.sha256(f"{version}/{terminal_no}".encode()).digest()[:4], "big") % 100
    return next((no for no, share in enumerate(rings) if place < share), max(0, len(rings) - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """One terminal in a roll-out. ``version`` is None where no source tells it."""

    terminal_no: str
    version: str | None
    ring: int
    had_target: bool
    """Whether it reported the target at any time."""
    is_silent: bool
    """Whether it has not been heard since its hours began anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """How far a target has come: terminal numbers by what they are to it, and what may be done next (a text key)."""

    done: tuple[str, ...]
    waiting: tuple[str, ...]
    """Below the target, in a ring that is open: to be upgraded now."""
    later: tuple[str, ...]
    too_old: tuple[str, ...]
    """Below the version from which a direct upgrade works: a version between comes first."""
    in_trouble: tuple[str, ...]
    not_reported: tuple[str, ...]
    trouble_bp: int
    next_key: str

    @property
    def may_widen(self) -> bool:
        """Return whether the next ring may be opened."""
        return self.next_key == "fleet-rollout-may-widen"


def rollout(
    terminals: Iterable[Upgrade], *, target: str, from_version: str, ring: int, rings: Sequence[int], stop_share_bp: int,
    has_rollback: bool,
) -> Rollout:  # fmt: skip
    """Return the state of a roll-out.

    A terminal is in trouble when it had the target and went silent, or went back below it. The next ring may be opened when
    every terminal of the open rings that tells its version has the target, the share in trouble is not above the limit, and
    there is a way back written down.
    """
    done: list[str] = []
    waiting: list[str] = []
    later: list[str] = []
    too_old: list[str] = []
    in_trouble: list[str] = []
    silent: list[str] = []
    for one in sorted(terminals, key=lambda each: each.terminal_no):
        if one.had_target and (one.is_silent or one.version is None or is_below(one.version, target)):
            in_trouble.append(one.terminal_no)
        elif one.version is None:
            silent.append(one.terminal_no)
        elif not is_below(one.version, target):
            done.append(one.terminal_no)
        elif from_version and is_below(one.version, from_version):
            too_old.append(one.terminal_no)
        else:
            (waiting if one.ring <= ring else later).append(one.terminal_no)
    upgraded = len(done) + len(in_trouble)
    trouble_bp = len(in_trouble) * 10_000 // upgraded if upgraded else 0
    is_stopped = len(in_trouble) >= TROUBLE_LEAST and trouble_bp > stop_share_bp
    key = _next(
        is_stopped=is_stopped, is_last=ring >= len(rings) - 1, waits=bool(waiting), left=bool(too_old or later), has_rollback=has_rollback
    )  # fmt: skip
    return Rollout(
        done=tuple(done), waiting=tuple(waiting), later=tuple(later), too_old=tuple(too_old), in_trouble=tuple(in_trouble),
        not_reported=tuple(silent), trouble_bp=trouble_bp, next_key=key,
    )  # fmt: skip


def _next(*, is_stopped: bool, is_last: bool, waits: bool, left: bool, has_rollback: bool) -> str:
    if is_stopped:
        return "fleet-rollout-stopped"
    if waits:
        return "fleet-rollout-waits"
    if is_last:
        return "fleet-rollout-rest" if left else "fleet-rollout-done"
    return "fleet-rollout-may-widen" if has_rollback else "fleet-rollout-no-way-back"
