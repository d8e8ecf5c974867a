"""The desk's side of an import: staged out of sight, then visible in one transaction with its rows, or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from django.db import transaction

from daozhang.desk import clock
from daozhang.desk.import_parts import Lake, make_durable, table_of, visible_parts
from daozhang.desk.models import Counter, Import, ImportPart, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.flows.import_files import FileResult, Incoming, Stage
from daozhang.formats.base import Given
from daozhang.intake import vault
from daozhang.intake.cards import CardGuard
from daozhang.intake.keyring import Keyring
from daozhang.intake.reading import Reading, Said, StagedPart, to_wire

COUNTER: Final = "imports"
STAGING: Final = ".staging"
ORIGINAL: Final = "original"


@dataclass(frozen=True, slots=True)
class Compared:
    """How many rows of each staged part are visible already, as of the ``imports`` counter ``at``."""

    at: int
    known: dict[str, int]


class ImportDesk:
    """Keeps imports of one workspace during one call; see ``flows.import_files.Desk``."""

    def __init__(self, workspace: Workspace, ring: Keyring) -> None:
        self._workspace = workspace
        self._ring = ring
        self.guard = CardGuard(ring.key("token"))
        settings = workspace.settings
        self.lake = Lake(workspace.root, memory=settings.engine_memory, threads=settings.engine_threads)
        self._session = workspace.lake / STAGING / secrets.token_hex(6)
        self._session.mkdir(mode=0o700, parents=True)
        self._lock = (self._session / ".lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __enter__(self) -> Self:
        sweep(self._workspace)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lake.close()
        shutil.rmtree(self._session, ignore_errors=True)
        self._lock.close()

    def same_bytes(self, incoming: Incoming) -> FileResult | None:
        """Return ``unchanged`` with the earlier import's counts when these bytes are in already."""
        known = _same_delivery(incoming)
        return None if known is None else self._unchanged(incoming, known)

    @contextlib.contextmanager
    def stage(self) -> Iterator[Stage]:
        """Give a fresh import id and its folder."""
        import_id = new_import_id()
        folder = self._session / import_id
        folder.mkdir(mode=0o700)
        try:
            yield Stage(import_id, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep_original(self, incoming: Incoming, stage: Stage) -> None:
        """Write the original, encrypted, beside the folder of the staged rows."""
        vault.write(stage.folder / ORIGINAL, incoming.content.chunks(), self._ring)

    def compare(self, reading: Reading, stage: Stage) -> Compared:
        """Find how many rows of each staged part are visible already."""
        at = _counter_value()
        known = {}
        for part in reading.parts:
            visible = visible_parts(part.table, part.day_from, part.day_to)
            known[part.file] = self.lake.known_rows(stage.folder / part.file, table_of(part), visible)
        return Compared(at, known)

    def commit(self, incoming: Incoming, reading: Reading, stage: Stage, comparison: Compared) -> FileResult:
        """Make the import visible; files first, on the disk, then the rows that say so."""
        with transaction.atomic():
            seq = next_number(COUNTER)
            known = _same_delivery(incoming)
            if known is not None:
                return self._unchanged(incoming, known)
            if seq != comparison.at + 1:
                comparison = self.compare(reading, stage)
            kept = self.kept_parts(reading, stage, comparison)
            row = self._import_row(incoming, reading, stage, seq)
            _count(row, reading, kept)
            if row.rows_in != row.control + row.accepted + row.duplicate + row.quarantined:
                raise AssertionError(f"rows lost in {row.id}")
            self._move_in(stage, [part for _, part in kept])
            row.save(force_insert=True)
            ImportPart.objects.bulk_create([part_row(row, kind, part) for kind, part in kept])
            QuarantinedRow.objects.bulk_create(
                [
                    QuarantinedRow(
                        import_row=row,
                        line_no=one.line_no,
                        column=one.column,
                        value=one.value,
                        reason=one.reason,
                        facts=one.facts,
                    )
                    for one in reading.rejects
                ],
                batch_size=2000,
            )
        return _result(row)

    def put_aside(self, incoming: Incoming, reading: Reading, stage: Stage) -> FileResult:
        """Remember a file that waits for a person; the same file for the same reason is remembered once."""
        assert reading.refusal is not None
        state = Import.State.UNCLAIMED if reading.state == "unclaimed" else Import.State.REFUSED
        warnings = [_said(reading.refusal)]
        with transaction.atomic():
            seq = next_number(COUNTER)
            before = Import.objects.filter(sha256=incoming.content.sha256, state=state, format=reading.format)
            for known in before.filter(file_name=self.guard.cut(incoming.name)[:512]):
                if known.warnings == warnings:
                    transaction.set_rollback(True)
                    return _result(known)
            row = self._import_row(incoming, reading, stage, seq)
            row.state, row.warnings = state, warnings
            self._move_in(stage, [])
            row.save(force_insert=True)
        return _result(row)

    def refusal(self, name: str, said: Said) -> FileResult:
        """Return the answer for something that could not even be taken as bytes; it leaves no trace."""
        facts = self.guard.cut_facts(said.facts)
        return FileResult(
            file=self.guard.cut(name), sha256="", import_id="", format="", state="refused",
            warnings=(Said(said.key, facts),),
        )  # fmt: skip

    def _unchanged(self, incoming: Incoming, known: Import) -> FileResult:
        return FileResult(
            file=self.guard.cut(incoming.name), sha256=known.sha256, import_id=known.id, format=known.format,
            state="unchanged", tables=dict(known.tables), rows_in=known.rows_in, control=known.control, accepted=0,
            duplicate=known.accepted + known.duplicate, quarantined=known.quarantined,
        )  # fmt: skip

    def kept_parts(self, reading: Reading, stage: Stage, comparison: Compared) -> list[tuple[str, StagedPart]]:
        """Return the parts that stay, split where only some of the rows are new."""
        kept: list[tuple[str, StagedPart]] = []
        for part in reading.parts:
            path, known = stage.folder / part.file, comparison.known[part.file]
            if known == 0:
                kept.append((ImportPart.Kind.ACCEPTED, part))
            elif known == part.rows:
                target = path.with_name(part.file.replace(".parquet", ".duplicates.parquet"))
                path.rename(target)
                kept.append((ImportPart.Kind.DUPLICATE, _renamed(part, target.name)))
            else:
                kept += self._split(part, path)
        return kept

    def _split(self, part: StagedPart, path: Path) -> list[tuple[str, StagedPart]]:
        table = table_of(part)
        fresh = path.with_name(part.file.replace(".parquet", ".new.parquet"))
        known = path.with_name(part.file.replace(".parquet", ".duplicates.parquet"))
        self.lake.split(path, table, visible_parts(part.table, part.day_from, part.day_to), fresh=fresh, known=known)
        fresh.replace(path)
        return [
            (ImportPart.Kind.ACCEPTED, self.lake.measure(path, table)),
            (ImportPart.Kind.DUPLICATE, self.lake.measure(known, table)),
        ]

    def _import_row(self, incoming: Incoming, reading: Reading, stage: Stage, seq: int) -> Import:
        cut, given = self.guard.cut, incoming.given
        return Import(
            id=stage.import_id, seq=seq, file_name=cut(incoming.name)[:512], sha256=incoming.content.sha256,
            size_bytes=incoming.content.size, format=reading.format, state=Import.State.ACCEPTED,
            acquirer=cut(given.acquirer)[:64], merchant_no=cut(given.merchant_no)[:64],
            account_tail=cut(given.account_tail)[:32], covers_on=given.covers_on,
            delivery=cut(delivery_of(given))[:256],
            covers=[
                {"table": one.table, "first_on": one.first_on.isoformat(), "last_on": one.last_on.isoformat(),
                 "account_tail": one.account_tail, "merchant_no": one.merchant_no}
                for one in reading.covers
            ],
            statements=[*to_wire(reading)["statements"], *to_wire(reading)["totals"]],
            arrived_at=incoming.arrived_at, imported_at=clock.now(self._workspace),
            warnings=[_said(one) for one in reading.warnings],
            original=f"originals/{stage.import_id}.dzo",
        )  # fmt: skip

    def _move_in(self, stage: Stage, parts: list[StagedPart]) -> None:
        """Put the staged files in their final place; nobody looks there before the transaction ends."""
        original = self._workspace.originals / f"{stage.import_id}.dzo"
        (stage.folder / ORIGINAL).rename(original)
        make_durable([self._workspace.originals])
        self.move_rows_in(stage, parts)

    def move_rows_in(self, stage: Stage, parts: list[StagedPart]) -> None:
        """Put the staged rows in their final place and flush them."""
        if not parts:
            return
        wanted = {part.file for part in parts}
        for file in stage.folder.iterdir():
            if file.name not in wanted:
                file.unlink()
        make_durable([*(stage.folder / name for name in wanted), stage.folder])
        stage.folder.rename(self._workspace.lake / stage.import_id)
        make_durable([self._workspace.lake])


def sweep(workspace: Workspace) -> None:
    """Remove what an importer that was killed left behind: staging folders nobody holds, files no import names."""
    for session in (workspace.lake / STAGING).iterdir():
        lock = session / ".lock"
        if not lock.exists():
            continue
        with lock.open("w") as held, contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(session, ignore_errors=True)
    with transaction.atomic():
        hold(COUNTER)
        known = set(Import.objects.values_list("id", flat=True))
        for folder in workspace.lake.glob("im_*"):
            if folder.name not in known:
                shutil.rmtree(folder)
        for original in workspace.originals.glob("im_*.dzo"):
            if original.stem not in known:
                original.unlink()


def hold(name: str) -> Counter:
    """Take the counter's row until the transaction ends: one importer at a time, on SQLite and on PostgreSQL."""
    Counter.objects.get_or_create(name=name)
    return Counter.objects.select_for_update().get(name=name)


def next_number(name: str) -> int:
    """Return the next number; call inside a transaction, which then nobody else shares."""
    counter = hold(name)
    counter.value += 1
    counter.save(update_fields=["value"])
    return counter.value


def _same_delivery(incoming: Incoming) -> Import | None:
    """Return the accepted import of these bytes, unless they now speak of another day, account or merchant.

    Two days without lines are two files with the same bytes: the delivery list says which day each is about, and
    each makes its own day complete.
    """
    given = incoming.given
    stated = {
        "covers_on": given.covers_on, "account_tail": given.account_tail, "acquirer": given.acquirer, "merchant_no": given.merchant_no,
    }  # fmt: skip
    same = Import.objects.filter(sha256=incoming.content.sha256, state=Import.State.ACCEPTED)
    return same.filter(**{name: value for name, value in stated.items() if value}).first()


def delivery_of(given: Given) -> str:
    """Return what tells two deliveries of the same bytes apart."""
    return f"{given.covers_on or ''}|{given.account_tail}|{given.acquirer}|{given.merchant_no}"


def new_import_id() -> str:
    """Return an id that no import has."""
    return "im_" + secrets.token_hex(5)


def _counter_value() -> int:
    counter = Counter.objects.filter(name=COUNTER).first()
    return 0 if counter is None else counter.value


def _count(row: Import, reading: Reading, kept: list[tuple[str, StagedPart]]) -> None:
    row.rows_in = reading.rows_in
    row.control = reading.control
    row.quarantined = len(reading.rejects)
    row.accepted = sum(part.lines for kind, part in kept if kind == ImportPart.Kind.ACCEPTED)
    row.duplicate = sum(part.lines for kind, part in kept if kind == ImportPart.Kind.DUPLICATE)
    tables = dict.fromkeys(reading.about, 0)
    for part in reading.parts:
        tables[part.table] = tables.get(part.table, 0) + part.rows
    row.tables = tables


def part_row(row: Import, kind: str, part: StagedPart) -> ImportPart:
    """Return the row that says of one staged part what it is."""
    return ImportPart(
        import_row=row, table=part.table, kind=kind, path=f"lake/{row.id}/{part.file}", rows=part.rows,
        day_from=part.day_from, day_to=part.day_to,
    )  # fmt: skip


def _renamed(part: StagedPart, file: str) -> StagedPart:
    return StagedPart(part.table, file, part.rows, part.lines, part.day_from, part.day_to)


def _said(said: Said) -> dict[str, object]:
    return {"key": said.key, "facts": said.facts}


def _result(row: Import) -> FileResult:
    return FileResult(
        file=row.file_name, sha256=row.sha256, import_id=row.id, format=row.format, state=row.state,
        tables=dict(row.tables), rows_in=row.rows_in, control=row.control, accepted=row.accepted,
        duplicate=row.duplicate, quarantined=row.quarantined,
        warnings=tuple(Said(one["key"], one["facts"]) for one in row.warnings),
    )  # fmt: skip
