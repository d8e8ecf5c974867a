"""Chance that repeats: every mechanism draws from a stream of its own, named by what it decides."""

from __future__ import annotations

from random import Random


def chance(*names: object) -> Random:
    """Return the stream of these names; the same names give the same draws on every machine and Python."""
    return Random("|".join(map(str, names)))  # noqa: S311 - the world must repeat from its seed; nothing here is a secret
