"""How a file comes in: same bytes known? → read → compare with what is visible → commit. No row is lost on the way.

What the story needs of the world is in the two protocols; ``desk.imports`` and ``intake.read_file`` are the real ones.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from daozhang.formats.base import Given
from daozhang.intake.reading import Bytes, Reading, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became of one file. ``rows_in = control + accepted + duplicate + quarantined``, always.

    ``state`` is ``accepted``, ``unchanged`` (the same bytes are in already), ``unclaimed`` or ``refused``; the last two
    say why as their first warning. ``tables`` counts the rows the file holds of each table, set-aside lines left out.
    """

    file: str
    sha256: str
    import_id: str
    format: str
    state: str
    tables: dict[str, int] = field(default_factory=dict)
    rows_in: int = 0
    control: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    warnings: tuple[Said, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``daozhang import --json`` prints for this file."""
        return {
            "file": self.file, "sha256": self.sha256, "import_id": self.import_id, "format": self.format,
            "state": self.state, "tables": dict(self.tables), "rows_in": self.rows_in, "control": self.control,
            "accepted": self.accepted, "duplicate": self.duplicate, "quarantined": self.quarantined,
            "warnings": [{"key": said.key, "facts": dict(said.facts)} for said in self.warnings],
        }  # fmt: skip

    @property
    def needs_a_person(self) -> bool:
        """Return whether somebody must look at the file: no format, refused, or lines set aside just now."""
        return self.state in {"unclaimed", "refused"} or (self.state == "accepted" and self.quarantined > 0)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where one import is prepared, out of everybody's sight."""

    import_id: str
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One file to bring in, and what is known of it from outside."""

    name: str
    content: Bytes
    given: Given = field(default_factory=Given)
    format_code: str = ""
    arrived_at: datetime | None = None


class Reader(Protocol):
    """Reads one file within bounds."""

    def read(
        self, content: Bytes, *, name: str, given: Given, format_code: str, import_id: str, folder: Path
    ) -> Reading:
        """Return what the file holds; its rows are staged in ``folder``."""


Compared = TypeVar("Compared")


class Desk(Protocol[Compared]):
    """Keeps imports; makes them visible all at once or not at all."""

    def same_bytes(self, incoming: Incoming) -> FileResult | None:
        """Return the answer for bytes that are in already, None when they are new."""

    def stage(self) -> AbstractContextManager[Stage]:
        """Give a place to prepare an import in; it is gone afterwards."""

    def keep_original(self, incoming: Incoming, stage: Stage) -> None:
        """Write the original, encrypted, beside the staged rows."""

    def compare(self, reading: Reading, stage: Stage) -> Compared:
        """Find which staged rows are visible already."""

    def commit(self, incoming: Incoming, reading: Reading, stage: Stage, comparison: Compared) -> FileResult:
        """Make the import visible in one transaction; compare again first if anything came between."""

    def put_aside(self, incoming: Incoming, reading: Reading, stage: Stage) -> FileResult:
        """Remember a file that no format knows or that was refused."""


def import_file(incoming: Incoming, reader: Reader, desk: Desk[Compared]) -> FileResult:
    """Bring one file in and return what became of it. The same bytes again change nothing."""
    known = desk.same_bytes(incoming)
    if known is not None:
        return known
    with desk.stage() as stage:
        reading = reader.read(
            incoming.content, name=incoming.name, given=incoming.given, format_code=incoming.format_code,
            import_id=stage.import_id, folder=stage.folder,
        )  # fmt: skip
        desk.keep_original(incoming, stage)
        if reading.state != "read":
            return desk.put_aside(incoming, reading, stage)
        return desk.commit(incoming, reading, stage, desk.compare(reading, stage))
