"""Pictures of money, drawn on the server as plain shapes: what a day should bring, and where every fen of it is.

The shapes are SVG path and rectangle numbers; colours are classes of the style sheet, words stand beside the picture
as HTML, so that a picture scales to a phone and is read aloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Final, Protocol

BUCKETS: Final = ("arrived", "not_due", "held", "deducted", "returned", "missing", "unexplained")
"""Where the expected money can be; together they are the expected money, to the fen."""

ROW: Final = 64
"""Height of one row of the flow in units of the picture; the style sheet gives a row the same share."""


class Money(Protocol):
    """Anything with the figures of a merchant-day, in minor units of one currency."""

    @property
    def currency(self) -> str:
        """Return the currency (ISO 4217)."""

    @property
    def expected_minor(self) -> int:
        """Return the amount of the bucket ``expected``."""

    @property
    def arrived_minor(self) -> int:
        """Return the amount of the bucket ``arrived``."""

    @property
    def not_due_minor(self) -> int:
        """Return the amount of the bucket ``not_due``."""

    @property
    def held_minor(self) -> int:
        """Return the amount of the bucket ``held``."""

    @property
    def deducted_minor(self) -> int:
        """Return the amount of the bucket ``deducted``."""

    @property
    def returned_minor(self) -> int:
        """Return the amount of the bucket ``returned``."""

    @property
    def missing_minor(self) -> int:
        """Return the amount of the bucket ``missing``."""

    @property
    def unexplained_minor(self) -> int:
        """Return the amount of the bucket ``unexplained``."""


@dataclass(slots=True)
class Figures:
    """The sum of merchant-days of one currency, in its minor units."""

    currency: str
    expected_minor: int = 0
    arrived_minor: int = 0
    not_due_minor: int = 0
    held_minor: int = 0
    deducted_minor: int = 0
    returned_minor: int = 0
    missing_minor: int = 0
    unexplained_minor: int = 0

    def add(self, row: Money) -> None:
        """Add one merchant-day of the same currency."""
        assert row.currency == self.currency
        for one in fields(self):
            if one.name.endswith("_minor"):
                setattr(self, one.name, getattr(self, one.name) + getattr(row, one.name))


def totals(rows: Iterable[Money]) -> list[Figures]:
    """Return one sum per currency, the one with most rows first; amounts of two currencies are never added."""
    sums: dict[str, Figures] = {}
    counts: dict[str, int] = {}
    for row in rows:
        sums.setdefault(row.currency, Figures(row.currency)).add(row)
        counts[row.currency] = counts.get(row.currency, 0) + 1
    return [sums[currency] for currency in sorted(sums, key=lambda one: (-counts[one], one))]


@dataclass(frozen=True, slots=True)
class Slice:
    """One bucket of the picture: its name, its amount, and the shape that carries it."""

    name: str
    minor: int
    path: str
    end_y: float
    end_height: float


@dataclass(frozen=True, slots=True)
class Flow:
    """A picture 100 wide and ``height`` high: a bar on the left that splits into one ribbon per bucket."""

    height: int
    start_y: float
    start_height: float
    slices: tuple[Slice, ...]


def flow(row: Money) -> Flow:
    """Return how the money of a day splits: every bucket that is not zero, and always what arrived."""
    amounts = [(name, amount_of(row, name)) for name in BUCKETS]
    shown = [(name, minor) for name, minor in amounts if minor or name == "arrived"]
    height = ROW * len(shown)
    whole = sum(abs(minor) for _, minor in shown) or 1
    thickness = min(height * 0.8, ROW * 0.8)
    start = y = (height - thickness) / 2
    slices = []
    for index, (name, minor) in enumerate(shown):
        share = abs(minor) / whole * thickness
        drawn = max(share, 1.6) if minor else 0.0
        middle = ROW * index + ROW / 2
        slices.append(Slice(name, minor, _ribbon(y, share, middle - drawn / 2, drawn), middle - drawn / 2, drawn))
        y += share
    return Flow(height, start, thickness, tuple(slices))


def _ribbon(left: float, left_height: float, right: float, right_height: float) -> str:
    """Return an SVG path from the bar (x 3) to the row of a bucket (x 97), as thick as its share of the money."""
    if not right_height:
        return ""
    top = f"M3 {left:.2f}C50 {left:.2f} 50 {right:.2f} 97 {right:.2f}"
    bottom = f"L97 {right + right_height:.2f}C50 {right + right_height:.2f} 50 {left + left_height:.2f} 3 {left + left_height:.2f}Z"
    return top + bottom


@dataclass(frozen=True, slots=True)
class Piece:
    """One rectangle of a bar 100 wide."""

    name: str
    minor: int
    x: float
    width: float


def bar(row: Money) -> tuple[Piece, ...]:
    """Return a bar of the buckets side by side, each as wide as its share; one too small to be seen is 0.6 wide."""
    parts = [(name, amount_of(row, name)) for name in BUCKETS]
    present = [(name, minor) for name, minor in parts if minor]
    return _side_by_side(present)


def _side_by_side(parts: Sequence[tuple[str, int]]) -> tuple[Piece, ...]:
    whole = sum(abs(minor) for _, minor in parts) or 1
    widths = [max(abs(minor) / whole * 100, 0.6) for _, minor in parts]
    scale = 100 / (sum(widths) or 1)
    pieces, x = [], 0.0
    for (name, minor), width in zip(parts, widths, strict=True):
        pieces.append(Piece(name, minor, round(x, 3), round(width * scale, 3)))
        x += width * scale
    return tuple(pieces)


def amount_of(row: Money, bucket: str) -> int:
    """Return the amount of one bucket in minor units."""
    return int(getattr(row, f"{bucket}_minor"))
