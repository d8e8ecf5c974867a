"""The bounded reader: a process that gets one file at a time, reads it within its limits and writes staged parts.

It opens no file of the user, knows no database and keeps nothing. When a file makes it exceed its memory or processor
time it ends, and the importer says so of that file alone. Run as ``python -m daozhang.intake FD``.
"""

from __future__ import annotations

import contextlib
import os
import resource
import socket
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from daozhang.errors import InputError
from daozhang.formats import registry
from daozhang.formats.base import Format, Given, Source
from daozhang.formats.decoding import peek
from daozhang.formats.mapped.rows import PARQUET
from daozhang.formats.sheets import check_openable, is_workbook
from daozhang.intake import named_cells, sampling, wire
from daozhang.intake.cards import CardGuard
from daozhang.intake.own_formats import OwnFormats, own_formats
from daozhang.intake.read_source import read_source
from daozhang.intake.reading import Reading, Said, to_wire
from daozhang.intake.sampling import refusal_to_wire
from daozhang.intake.set_wise import Stage

if TYPE_CHECKING:
    import duckdb

MIB = 1024 * 1024


class Reader:
    """Reads files one after the other with one guard, one engine and fixed limits."""

    def __init__(self, hello: dict[str, Any], *, is_bounded: bool = True) -> None:
        """``is_bounded`` false leaves the limits of this process as they are: for a simulation, which writes its own files."""
        self._is_bounded = is_bounded
        self._guard = CardGuard(bytes.fromhex(hello["token_key"]))
        self._memory_mb = int(hello["memory_mb"])
        self._cpu_s = int(hello["cpu_s"])
        self._threads = int(hello["threads"])
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._own = own_formats(hello.get("mappings", ()))
        if is_bounded:
            # Arrow's own allocator claims a gibibyte of address space at its first use; the limit would take that for real.
            pa.set_memory_pool(pa.system_memory_pool())
            _limit_memory(self._memory_mb)

    def read(self, request: dict[str, Any], data: bytes | None, handle: int) -> Reading:
        """Return what the file holds, whose bytes are here or behind a handle; a refusal is an answer, not an exception."""
        if self._is_bounded:
            _limit_time(self._cpu_s)
        given = Given(**{**request["given"], "covers_on": _day(request["given"]["covers_on"])})
        source = Source(request["name"], data, given, handle=handle)
        format_ = ""
        try:
            chosen = _choose(source, request["format"], self._own)
            if isinstance(chosen, Reading):
                return chosen
            format_ = chosen.code
            stage = Stage(Path(request["folder"]), request["import_id"])
            return read_source(chosen, source, stage, self._guard, self._duckdb)
        except InputError as error:
            return Reading("refused", format_, Said(error.key, self._guard.cut_facts(error.facts)))
        except Exception as error:  # noqa: BLE001 - a fault of one reader must not cost the other files
            return Reading("refused", format_, self._fault(error))

    def look(self, request: dict[str, Any], data: bytes | None, handle: int) -> dict[str, Any]:
        """Return what is asked about a file (``sampling.answer``, ``named_cells.answer``), or its refusal; nothing is staged."""
        _limit_time(self._cpu_s)
        given = Given(**{**request["given"], "covers_on": _day(request["given"]["covers_on"])})
        source = Source(request["name"], data, given, handle=handle)
        try:
            if request["ask"] == "lines":
                wanted = frozenset(map(int, request["lines"].split(",")))
                return named_cells.answer(source, request["format"], wanted, self._own.mappings, self._guard.cut)
            return sampling.answer(request, source, self._guard)
        except InputError as error:
            return refusal_to_wire(Said(error.key, self._guard.cut_facts(error.facts)))
        except Exception as error:  # noqa: BLE001 - a fault of one reader must not cost the page
            return refusal_to_wire(self._fault(error))

    def _fault(self, error: Exception) -> Said:
        """Return what to say of an error that no reader should raise. The engine is loaded only when it has been asked for."""
        name = type(error).__name__
        if isinstance(error, MemoryError) or name == "OutOfMemoryException":
            return Said("refused-memory", {"limit": self._memory_mb})
        is_engine = type(error).__module__.partition(".")[0] in {"duckdb", "_duckdb", "pyarrow"}
        return Said("refused-parquet" if is_engine else "refused-reader-fault", {"fault": name})

    def _duckdb(self) -> duckdb.DuckDBPyConnection:
        if self._engine is None:
            import duckdb  # noqa: PLC0415 - thirty megabytes that a file read as a stream does without

            self._engine = duckdb.connect(":memory:")
            self._engine.execute(
                f"SET memory_limit='{max(64, self._memory_mb * 6 // 10)}MiB'; SET threads={self._threads}"
            )
            self._engine.execute("SET temp_directory=''; SET preserve_insertion_order=true")
            self._engine.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
        return self._engine


_OTHERS: Final = (
    b"%PDF",
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
)
"""How pictures, documents and packed files begin."""
LOOKED_AT: Final = 4096


def _choose(source: Source, code: str, own: OwnFormats) -> Format | Reading:
    """Return the one format of the file: the one that was named, or the only one that claims it."""
    if code:
        return registry.format_named(code, own.named)
    claims = registry.formats_claiming(source, own.sniffed)
    if not claims:
        check_openable(source)
        return Reading("unclaimed", refusal=Said(_why_unknown(source)))
    if len(claims) > 1:
        return Reading(
            "refused", refusal=Said("refused-two-formats", {"formats": ", ".join(one.code for one in claims)})
        )
    return claims[0]


def _why_unknown(source: Source) -> str:
    """Return what to say of a file no format knows: it is empty, it is no table at all, or somebody can say how it is read."""
    if not source.size:
        return "refused-empty"
    if is_workbook(source) or source.head(4) == PARQUET:
        return "refused-unclaimed"
    text = peek(source)
    if not text.strip():
        return "refused-blank" if text else "refused-no-text"
    strange = sum(sign < " " and sign not in "\t\r\n\f\v\x01\x1a" for sign in text[:LOOKED_AT])
    is_named = source.head(8).startswith(_OTHERS)
    return "refused-no-text" if is_named or strange * 100 > min(len(text), LOOKED_AT) else "refused-unclaimed"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _limit_memory(memory_mb: int) -> None:
    """Bound what this process may still take, beyond what Python and its libraries hold already; never dump a core."""
    size_kib = resident_kib = 0
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        for line in status:
            if line.startswith("VmSize:"):
                size_kib = int(line.split()[1])
            if line.startswith("VmData:"):
                resident_kib = int(line.split()[1])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_DATA, resident_kib * 1024 + memory_mb * MIB)
    # Address space also counts mapped libraries and thread stacks that are never touched.
    _lower(resource.RLIMIT_AS, size_kib * 1024 + 2 * memory_mb * MIB + 512 * MIB)


def _lower(kind: int, wanted: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(kind, (wanted, wanted))


def _limit_time(cpu_s: int) -> None:
    """Let the next file use ``cpu_s`` of processor time, whatever the files before it used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + cpu_s + 1, hard))


def main(descriptor: int) -> None:
    """Serve until the importer hangs up."""
    connection = socket.socket(fileno=descriptor)
    hello, _ = wire.receive(connection)
    reader = Reader(hello)
    while True:
        try:
            request, handle = wire.receive(connection)
        except wire.EndOfTalkError:
            return
        try:
            held = _held(connection, request["size"], handle)
            look = reader.look if request.get("ask") else lambda *asked: to_wire(reader.read(*asked))
            said = look(request, held, handle)
        except MemoryError:
            said = to_wire(Reading("refused", refusal=Said("refused-memory", {"limit": hello["memory_mb"]})))
        finally:
            if handle >= 0:
                os.close(handle)
        wire.send(connection, said)


def _held(connection: socket.socket, size: int, handle: int) -> bytes | None:
    """Return the bytes that came over the connection; None when they are behind a handle and stay there."""
    return None if handle >= 0 else wire.read_exactly(connection, size)
