"""What a reading of one file says: where its rows are staged, what was set aside, what the file states about itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Protocol


class Bytes(Protocol):
    """The bytes of a file (``intake.content.Content``)."""

    handle: int
    size: int
    sha256: str

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One line that was set aside. ``reason`` is a text key ``reject-…``; card data is cut already."""

    line_no: int
    column: str
    value: str
    reason: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StagedPart:
    """One staged Parquet file: ``rows`` table rows, of which ``lines`` are the first row of their line of the source."""

    table: str
    file: str
    rows: int
    lines: int
    day_from: date | None
    day_to: date | None


@dataclass(frozen=True, slots=True)
class Said:
    """A text key with its facts: a warning about a file, or why it was refused."""

    key: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Covers:
    """Days for which a file states that it is complete for ``table``."""

    table: str
    first_on: date
    last_on: date
    account_tail: str = ""
    merchant_no: str = ""


@dataclass(frozen=True, slots=True)
class StatementSaid:
    """What one account statement states of itself (``formats.base.Statement``), card data cut."""

    account_tail: str
    currency: str
    statement_no: str
    sequence: int
    opening_minor: int | None
    closing_minor: int | None
    first_on: date | None
    last_on: date | None
    line_no: int


@dataclass(frozen=True, slots=True)
class TotalSaid:
    """What the rows of another file must add up to (``formats.base.StatedTotal``), card data cut."""

    table: str
    acquirer: str
    merchant_no: str
    day: date
    count: int | None
    gross_minor: int | None
    net_minor: int | None
    currency: str
    line_no: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole answer of a reader about one file.

    ``state`` is ``read``, ``unclaimed`` (no format knows it) or ``refused``; the latter two say why in ``refusal``.
    """

    state: str
    format: str = ""
    refusal: Said | None = None
    parts: tuple[StagedPart, ...] = ()
    control: int = 0
    rejects: tuple[Reject, ...] = ()
    warnings: tuple[Said, ...] = ()
    covers: tuple[Covers, ...] = ()
    statements: tuple[StatementSaid, ...] = ()
    about: tuple[str, ...] = ()
    """Tables the file is about, also where it has no row of them: a day without lines is a fact."""
    totals: tuple[TotalSaid, ...] = ()

    @property
    def rows_in(self) -> int:
        """Return how many lines (or records) the file has, counted once each."""
        return self.control + sum(part.lines for part in self.parts) + len(self.rejects)


def to_wire(reading: Reading) -> dict[str, Any]:
    """Return the reading as plain JSON values; days become ISO texts."""
    wire = _plain(asdict(reading))
    assert isinstance(wire, dict)
    return wire


def from_wire(wire: dict[str, Any]) -> Reading:
    """Return the reading that ``to_wire`` wrote."""
    return Reading(
        state=wire["state"],
        format=wire["format"],
        refusal=Said(**wire["refusal"]) if wire["refusal"] else None,
        parts=tuple(
            StagedPart(**{**part, "day_from": _day(part["day_from"]), "day_to": _day(part["day_to"])})
            for part in wire["parts"]
        ),
        control=wire["control"],
        rejects=tuple(Reject(**one) for one in wire["rejects"]),
        warnings=tuple(Said(**one) for one in wire["warnings"]),
        covers=tuple(
            Covers(**{**one, "first_on": _day(one["first_on"]), "last_on": _day(one["last_on"])})
            for one in wire["covers"]
        ),
        statements=tuple(
            StatementSaid(**{**one, "first_on": _day(one["first_on"]), "last_on": _day(one["last_on"])})
            for one in wire["statements"]
        ),
        about=tuple(wire["about"]),
        totals=tuple(TotalSaid(**{**one, "day": _day(one["day"])}) for one in wire["totals"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | type(None)) else str(value)
