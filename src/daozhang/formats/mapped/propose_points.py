"""What the assistant says about a file: points it settled or must ask, checks, and the mapping that follows from them."""

from __future__ import annotations

from collections.abc import Mapping as Facts
from dataclasses import dataclass, field
from typing import Final

from daozhang.formats.mapped.propose_money import Held
from daozhang.formats.mapped.spec import Mapping

UNSAID: Final = "?"
"""Stands for a name nobody has said yet, so that a preview can be drawn; such a proposal cannot be saved."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: what is sent back, and how it is said: a text key, a word of a closed list (``family``), or as it is."""

    value: str
    key: str = ""
    family: str = ""
    facts: Facts[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing decided about a file. ``asked``: only a person can say it, and nobody has yet or somebody did.

    id      what an answer names (``unit``, ``kind:消费冲正``)
    name    its question in the catalogue: ``map-q-<name>``; why it is asked or how it was settled: ``map-why-<why>``
    chosen  the value that counts; for a point that waits for an answer, the one the preview is drawn with
    """

    id: str
    name: str
    why: str
    chosen: str
    own: str = ""
    """What the file itself says, where a person may say otherwise."""
    asked: bool = False
    answered: bool = False
    choices: tuple[Choice, ...] = ()
    facts: Facts[str, object] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Return whether a person still has to answer it."""
        return self.asked and not self.answered

    @property
    def is_text(self) -> bool:
        """Return whether the answer is typed."""
        return not self.choices


@dataclass(frozen=True, slots=True)
class Filled:
    """One slot of the table and the source column that fills it (empty: none does)."""

    slot: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The whole proposal. ``mapping`` is None when no table of ours was recognised: ``problem`` then says why (text key)."""

    mapping: Mapping | None
    points: tuple[Point, ...] = ()
    checks: tuple[Held, ...] = ()
    filled: tuple[Filled, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    """(name as answers give it, name as the file writes it) of every column of the file."""
    table: str = ""
    problem: str = ""

    @property
    def is_ready(self) -> bool:
        """Return whether it can be saved: there is a mapping and nothing waits for an answer."""
        return self.mapping is not None and not any(point.waits for point in self.points)

    @property
    def asked(self) -> tuple[Point, ...]:
        """Return what a person must say or has said, in the order it is best answered."""
        return tuple(point for point in self.points if point.asked)

    @property
    def settled(self) -> tuple[Point, ...]:
        """Return what the file itself told."""
        return tuple(point for point in self.points if not point.asked)
