"""Transaction ↔ clearing: the levels in order, each with the sentence a person reads.

A level says which columns must be equal on both sides. Levels of one *day* also need the clearing day that the
contract's cut-over gives; levels of a *window* allow the line to come up to ``WINDOW_DAYS`` later, or one day
earlier (a terminal whose clock runs ahead). Stronger keys come first, and at every strength the right day comes
before the window, because reference and trace numbers are used again.

``ties`` says what happens when a key names several rows on a side. ``rank``: the key identifies a payment, so rows
are paired in order of time and what is left over is a duplicate or missing. ``open``: the key is only likely, so
rows are paired only when both sides hold the same number of equal rows (then any pairing moves the same money);
otherwise they stay open with their candidates, because a tie is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WINDOW_DAYS: Final = 7
"""How many days after its expected clearing day a line still belongs to its transaction."""

WEAK_SECONDS: Final = 120
"""How far apart terminal and acquirer may have noted one payment when no reference number exists."""


@dataclass(frozen=True, slots=True)
class Level:
    """One rule of the pass. ``key`` and ``sentence`` name it in tables and texts; ``columns`` must be equal and known."""

    no: int
    columns: tuple[str, ...]
    same_day: bool
    ties: str = "rank"
    amount_equal: bool = True
    seconds: int | None = None

    @property
    def sentence(self) -> str:
        """Return the text key of the sentence that explains a match on this level."""
        return f"level-{self.no}"


REFERENCE: Final = (
    ("rrn", "terminal_no"),
    ("rrn",),
    ("order_no", "terminal_no"),
    ("order_no",),
    ("batch_no", "trace_no", "terminal_no"),
    ("trace_no", "terminal_no"),
)
"""Keys that name one payment, strongest first (interchange.md; ZM carries no RRN, so trace and order follow)."""

LEVELS: Final = (
    *(Level(no, columns, same_day=True) for no, columns in enumerate(REFERENCE, start=1)),
    *(Level(no, columns, same_day=False) for no, columns in enumerate(REFERENCE, start=11)),
    Level(21, ("rrn", "terminal_no"), same_day=False, amount_equal=False),
    Level(22, ("order_no",), same_day=False, amount_equal=False),
    Level(23, ("batch_no", "trace_no", "terminal_no"), same_day=True, amount_equal=False),
    Level(24, ("trace_no", "terminal_no"), same_day=True, amount_equal=False, seconds=3600),
    Level(31, ("terminal_no",), same_day=False, ties="open", seconds=WEAK_SECONDS),
    Level(32, ("card_tail",), same_day=False, ties="open", seconds=WEAK_SECONDS),
)
