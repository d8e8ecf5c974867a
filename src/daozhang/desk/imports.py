"""Imports for everyone above: bring files in, take one back, what is visible, what was set aside, lines of an original."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO

from django.db.models import Count

from daozhang.desk import drill_files, mappings, sent_again, sight
from daozhang.desk.import_desk import ImportDesk
from daozhang.desk.import_undo import undo
from daozhang.desk.import_watch import Watch, WatchedDesk, WatchedReader
from daozhang.desk.models import Import, ImportPart, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.engine.lake import Part, SourceFile
from daozhang.errors import InputError, RefusedError
from daozhang.flows.import_files import FileResult, Incoming, import_file
from daozhang.formats.base import Given
from daozhang.formats.fixed_width import record_bytes_of
from daozhang.formats.registry import hides_lines
from daozhang.intake import arrivals, evidence, keyring, unpack, vault
from daozhang.intake.arrivals import Delivery
from daozhang.intake.cards import CardGuard
from daozhang.intake.content import Content
from daozhang.intake.read_file import BoundedReader
from daozhang.intake.reading import Said

__all__ = [
    "FileResult",
    "import_bytes",
    "import_paths",
    "import_upload",
    "importing",
    "original_lines",
    "quarantined",
    "undo",
    "visible",
]

Progress = Callable[[FileResult], None]
FACTS = (ImportPart.Kind.ACCEPTED, ImportPart.Kind.PROMOTED)


class _Importer:
    """One call: one child, one desk, any number of files."""

    def __init__(
        self, workspace: Workspace, reader: BoundedReader, desk: ImportDesk, on_progress: Progress | None, watch: Watch
    ) -> None:
        self._limit = workspace.settings.reader_memory_mb * 1024 * 1024
        self._largest = workspace.settings.largest_file_mb * 1024 * 1024
        self._reader, self._desk, self._on_progress = reader, desk, on_progress
        self._watch = watch

    def file(self, delivery: Delivery) -> list[FileResult]:
        """Bring in one file, or every file of a zip."""
        try:
            if not unpack.is_archive(delivery.path):
                return [
                    self.content(delivery, delivery.name, partial(Content.of_file, delivery.path, limit=self._largest))
                ]
            return self.zipped(delivery, delivery.path)
        except InputError as error:
            return [self._refused(delivery.name, error)]
        except OSError as error:
            return [self._refused(delivery.name, InputError("refused-unreadable", fault=error.strerror or ""))]

    def zipped(self, delivery: Delivery, packed: Path | IO[bytes]) -> list[FileResult]:
        """Bring in every file of a zip; a zip that is refused gives one answer."""
        try:
            return [
                self.content(delivery, f"{delivery.name}/{member}", take)
                for member, take in unpack.members(packed, limit=self._limit)
                if member.rpartition("/")[2] != arrivals.FILE_NAME
            ]
        except InputError as error:
            return [self._refused(delivery.name, error)]

    def pieces(self, delivery: Delivery, pieces: Iterable[bytes]) -> list[FileResult]:
        """Bring in one file, or every file of a zip, from bytes that come piece by piece."""
        try:
            with Content(pieces, limit=self._limit) as content:
                with unpack.as_file(content) as packed:
                    if unpack.is_archive(packed):
                        return self.zipped(delivery, packed)
                return [self.content(delivery, delivery.name, lambda: content)]
        except InputError as error:
            return [self._refused(delivery.name, error)]

    def content(self, delivery: Delivery, name: str, take: Callable[[], Content]) -> FileResult:
        """Bring in one file's bytes."""
        try:
            with take() as content:
                drill_files.refuse(content.sha256, name)
                incoming = Incoming(
                    name=name, content=content, given=delivery.given, format_code=mappings.versioned(delivery.format_code),
                    arrived_at=delivery.arrived_at,
                )  # fmt: skip
                result = import_file(
                    incoming, WatchedReader(self._reader, self._watch), WatchedDesk(self._desk, self._watch)
                )
        except InputError as error:
            return self._refused(name, error)
        if self._on_progress:
            self._on_progress(result)
        return result

    def _refused(self, name: str, error: InputError) -> FileResult:
        result = self._desk.refusal(name, Said(error.key, dict(error.facts)))
        if self._on_progress:
            self._on_progress(result)
        return result


def import_paths(
    workspace: Workspace, paths: Iterable[Path], *, format_code: str = "", given: Given | None = None,
    arrived_at: datetime | None = None, on_progress: Progress | None = None,
) -> list[FileResult]:  # fmt: skip
    """Bring in files, folders and zips and return what became of each file, in the order they were read.

    A folder's delivery list goes before ``given``, ``format_code`` and ``arrived_at``, which stand for files nobody listed.
    """
    said = given or Given()
    deliveries = [
        _with_defaults(delivery, said, format_code, arrived_at)
        for path in paths
        for delivery in arrivals.deliveries(_existing(Path(path)))
    ]
    with _importer(workspace, on_progress) as importer:
        return [result for delivery in deliveries for result in importer.file(delivery)]


def import_upload(
    workspace: Workspace, name: str, data: bytes | Iterable[bytes], *, format_code: str = "",
    given: Given | None = None, arrived_at: datetime | None = None, on_progress: Progress | None = None,
    watch: Watch | None = None,
) -> list[FileResult]:  # fmt: skip
    """Bring in one upload and return what became of it: one answer, or one for each file of a zip.

    ``data`` may come piece by piece; it is never held twice.
    """
    delivery = Delivery(Path(name), name, given or Given(), format_code, arrived_at)
    with _importer(workspace, on_progress, watch) as importer:
        return importer.pieces(delivery, (data,) if isinstance(data, bytes) else data)


def import_bytes(
    workspace: Workspace, name: str, data: bytes, *, format_code: str = "", given: Given | None = None,
    arrived_at: datetime | None = None,
) -> FileResult:  # fmt: skip
    """Bring in one upload and return one answer; the answers for the files of a zip are added up.

    The state of a zip is the one that needs a person most; ``import_upload`` gives each file's own answer.
    """
    results = import_upload(workspace, name, data, format_code=format_code, given=given, arrived_at=arrived_at)
    return results[0] if len(results) == 1 else _together(name, results)


def _together(name: str, results: Sequence[FileResult]) -> FileResult:
    order = ("refused", "unclaimed", "accepted", "unchanged")
    tables: Counter[str] = Counter()
    for one in results:
        tables.update(one.tables)
    return FileResult(
        file=name, sha256="", import_id="", format=", ".join(sorted({one.format for one in results if one.format})),
        state=min((one.state for one in results), key=order.index, default="refused"), tables=dict(tables),
        rows_in=sum(one.rows_in for one in results), control=sum(one.control for one in results),
        accepted=sum(one.accepted for one in results), duplicate=sum(one.duplicate for one in results),
        quarantined=sum(one.quarantined for one in results),
        warnings=tuple(said for one in results for said in one.warnings) or (() if results else (Said("refused-zip-empty"),)),
    )  # fmt: skip


def visible(workspace: Workspace, *, as_of: datetime | None = None) -> tuple[list[Part], list[SourceFile]]:  # noqa: ARG001 - the desk is the open workspace's
    """Return the parts and files that are facts; with ``as_of`` without files that are stated to have come later.

    A file of which nobody said when it came counts as always known.
    """
    imports = [
        row
        for row in Import.objects.filter(state=Import.State.ACCEPTED)
        if as_of is None or row.arrived_at is None or row.arrived_at <= as_of
    ]
    known = {row.id for row in imports}
    parts = ImportPart.objects.filter(
        import_row__state=Import.State.ACCEPTED, kind__in=FACTS, is_live=True, rows__gt=0
    ).order_by("import_row__seq", "id")
    again = sent_again.replaced_by(imports)
    waiting = dict(
        QuarantinedRow.objects.filter(corrected_by__isnull=True, import_row__state=Import.State.ACCEPTED)
        .values_list("import_row_id")
        .annotate(lines=Count("line_no", distinct=True))
    )
    later = sent_again.parts_of(again.values()) if again else {}
    return [
        Part(one.table, one.path, later.get((again.get(one.import_row_id, ""), one.table), ()))
        for one in parts
        if one.import_row_id in known
    ], [_source_file(row, waiting.get(row.id, 0)) for row in imports]


def quarantined(workspace: Workspace, import_id: str = "") -> list[QuarantinedRow]:  # noqa: ARG001 - the desk is the open workspace's
    """Return the lines that are set aside, of one import or of all that count (those taken back are left out).

    A line that a correction took in is no longer among them.
    """
    waiting = QuarantinedRow.objects.filter(corrected_by__isnull=True)
    rows = waiting.select_related("import_row").order_by("import_row__seq", "line_no", "id")
    if import_id:
        _import_named(import_id)
        return list(rows.filter(import_row_id=import_id))
    return list(rows.filter(import_row__state=Import.State.ACCEPTED))


def original_lines(workspace: Workspace, import_id: str, line_no: int, around: int = 2) -> list[tuple[int, str]]:
    """Return a line of an original with its neighbours, card data cut; empty when none was kept or none may be shown."""
    row = _import_named(import_id)
    path = workspace.root / row.original
    if not row.original or not path.exists() or hides_lines(row.format):
        return []
    ring = keyring.load(workspace.keys)
    guard = CardGuard(ring.key("token"))
    record_bytes = record_bytes_of(row.format)
    pieces, size = vault.pieces(path, ring), path.stat().st_size
    return evidence.lines_from(pieces, size, line_no, around, guard, record_bytes=record_bytes)


@contextmanager
def importing(workspace: Workspace) -> Iterator[Callable[[Delivery, Iterable[bytes]], list[FileResult]]]:
    """Give what brings in one delivery after the other from bytes that come piece by piece, all with one reader."""
    with _importer(workspace, None) as importer:
        yield importer.pieces


@contextmanager
def _importer(workspace: Workspace, on_progress: Progress | None, watch: Watch | None = None) -> Iterator[_Importer]:
    sight.require_house()
    ring = keyring.load(workspace.keys)
    settings = workspace.settings
    reader = BoundedReader(
        token_key=ring.key("token"), memory_mb=settings.reader_memory_mb, cpu_s=settings.reader_cpu_s,
        threads=settings.engine_threads, mappings=mappings.on_wire(),
    )  # fmt: skip
    with reader, ImportDesk(workspace, ring) as desk:
        yield _Importer(workspace, reader, desk, on_progress, watch or Watch())


def _existing(path: Path) -> Path:
    if not path.exists():
        raise InputError("error-no-such-path", path=str(path))
    return path


def _with_defaults(delivery: Delivery, given: Given, format_code: str, arrived_at: datetime | None) -> Delivery:
    listed = delivery.given
    merged = Given(
        acquirer=listed.acquirer or given.acquirer, merchant_no=listed.merchant_no or given.merchant_no,
        account_tail=listed.account_tail or given.account_tail, covers_on=listed.covers_on or given.covers_on,
        timezone=given.timezone,
    )  # fmt: skip
    return Delivery(
        delivery.path, delivery.name, merged, delivery.format_code or format_code, delivery.arrived_at or arrived_at
    )


def _import_named(import_id: str) -> Import:
    row = Import.objects.filter(id=import_id).first()
    if row is None:
        raise RefusedError("error-no-such-import", import_id=import_id)
    return row


def _source_file(row: Import, set_aside: int) -> SourceFile:
    return SourceFile(
        import_id=row.id, seq=row.seq, file_name=row.file_name, format=row.format, acquirer=row.acquirer,
        merchant_no=row.merchant_no, account_tail=row.account_tail, covers_on=row.covers_on,
        arrived_at=row.arrived_at, covers=_covers(row.covers),
        warnings=tuple((one["key"], one["facts"]) for one in row.warnings), tables=tuple(row.tables.items()),
        statements=tuple(row.statements), set_aside=set_aside,
    )  # fmt: skip


def _covers(said: Sequence[dict[str, str]]) -> tuple[tuple[str, date, date, str, str], ...]:
    return tuple(
        (
            one["table"],
            date.fromisoformat(one["first_on"]),
            date.fromisoformat(one["last_on"]),
            one["account_tail"],
            one["merchant_no"],
        )
        for one in said
    )
