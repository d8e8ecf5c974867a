"""Files inside a zip or a gzip, each a file of its own named ``zip/member``; a hostile one is refused before it is unpacked."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Final

from daozhang.errors import InputError
from daozhang.formats.sheet_limits import check_package
from daozhang.formats.zip_limits import DAMAGED, MOST_MEMBERS, PACKED, check_directory
from daozhang.intake.content import CHUNK, Content

RATIO: Final = 100
"""Most times a member may grow; text that people send shrinks to a tenth, rarely to a fiftieth."""
SMALL: Final = 1024 * 1024
"""Bytes below which the ratio does not matter."""
_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP: Final = b"\x1f\x8b\x08"
_GZIP_EXTRA, _GZIP_NAMED = 4, 8
_UTF8_FLAG: Final = 0x800


def is_archive(packed: Path | IO[bytes]) -> bool:
    """Return whether a file is a zip of files or a gzip. A workbook is a zip too, by its way of writing, but one file to its owner."""
    if isinstance(packed, Path):
        with packed.open("rb") as file:
            return is_archive(file)
    packed.seek(0)
    head = packed.read(len(_MAGIC[0]))
    return head.startswith(_GZIP) or (head.startswith(_MAGIC) and not check_package(packed, only_kind=True))


def members(packed: Path | IO[bytes], *, limit: int) -> Iterator[tuple[str, Callable[[], Content]]]:
    """Yield each member's name and what takes its bytes; InputError when the zip is damaged, locked, nested or a bomb.

    ``limit`` is how many bytes all members may have together.
    """
    if _begins(packed, _GZIP):
        yield _gzip_name(packed), lambda: _gunzipped(packed, limit)
        return
    try:
        _check_directory(packed)
        archive = zipfile.ZipFile(packed)
        entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_clutter(entry.filename)]
        _check(entries, limit)
    except DAMAGED as error:
        raise InputError("refused-zip-damaged") from error
    for entry in sorted(entries, key=_name):
        yield _name(entry), lambda entry=entry: _content(archive, entry)  # type: ignore[misc]


def _begins(packed: Path | IO[bytes], magic: bytes) -> bool:
    with _opened(packed) as file:
        return file.read(len(magic)) == magic


def _opened(packed: Path | IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    """Return the file from its first byte on; one that was open stays open."""
    if isinstance(packed, Path):
        return packed.open("rb")
    packed.seek(0)
    return nullcontext(packed)


def _gunzipped(packed: Path | IO[bytes], limit: int) -> Content:
    """Unpack a gzip in memory, within ``limit`` and never to more than a text shrinks from; no archive may be in it."""
    with _opened(packed) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        try:
            with gzip.GzipFile(fileobj=file) as stream:
                content = Content(
                    _not_too_many(iter(lambda: stream.read(CHUNK), b""), max(SMALL, RATIO * size)), limit=limit
                )
        except DAMAGED as error:
            raise InputError("refused-zip-damaged") from error
    return _unless_nested(content)


def _not_too_many(chunks: Iterator[bytes], most: int) -> Iterator[bytes]:
    seen = 0
    for chunk in chunks:
        seen += len(chunk)
        if seen > most:
            raise InputError("refused-zip-bomb", ratio=RATIO)
        yield chunk


def _gzip_name(packed: Path | IO[bytes]) -> str:
    """Return the name that a gzip keeps of its file, without folders; ``content`` when it keeps none."""
    with _opened(packed) as file:
        head = file.read(4096)
    start = 10
    flags = head[3] if len(head) > start else 0
    if flags & _GZIP_EXTRA:
        start += 2 + int.from_bytes(head[10:12], "little")
    raw, ended, _ = head[start:].partition(b"\0") if flags & _GZIP_NAMED else (b"", b"", b"")
    return (_decoded(raw) or "").rpartition("/")[2] or "content" if ended else "content"


def _check_directory(packed: Path | IO[bytes]) -> None:
    if isinstance(packed, Path):
        with packed.open("rb") as file:
            check_directory(file)
    else:
        check_directory(packed)


def _check(entries: list[zipfile.ZipInfo], limit: int) -> None:
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise InputError("refused-spreadsheet")
    if len(entries) > MOST_MEMBERS:
        raise InputError("refused-zip-too-many", limit=MOST_MEMBERS)
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError("refused-zip-locked")
    if any(entry.compress_type not in PACKED for entry in entries):
        raise InputError("refused-zip-damaged")
    if any(entry.filename.lower().endswith((".zip", ".rar", ".7z", ".gz", ".tar")) for entry in entries):
        raise InputError("refused-zip-nested")
    if sum(entry.file_size for entry in entries) > limit:
        raise InputError("refused-too-large", limit=limit // (1024 * 1024))
    if any(entry.file_size > SMALL and entry.file_size > RATIO * max(1, entry.compress_size) for entry in entries):
        raise InputError("refused-zip-bomb", ratio=RATIO)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Content:
    """Unpack one member in memory; never more than its entry promised, whatever the packed bytes say."""
    try:
        with archive.open(entry) as packed:
            content = Content(iter(lambda: packed.read(CHUNK), b""), limit=entry.file_size)
    except DAMAGED as error:
        raise InputError("refused-zip-damaged") from error
    return _unless_nested(content)


def _unless_nested(content: Content) -> Content:
    """Return what was unpacked; InputError when it is an archive itself."""
    with as_file(content) as file:
        is_nested = is_archive(file)
    if is_nested:
        content.close()
        raise InputError("refused-zip-nested")
    return content


def as_file(content: Content) -> IO[bytes]:
    """Return the bytes as a file that can be read at any place."""
    if content.handle < 0:
        return io.BytesIO(b"".join(content.chunks()))
    return os.fdopen(os.dup(content.handle), "rb")


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the member's name; without the UTF-8 flag Chinese systems write GBK, which zipfile read as cp437."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    return _decoded(entry.filename.encode("cp437", errors="replace")) or entry.filename


def _decoded(raw: bytes) -> str | None:
    """Return a name in UTF-8 or as Chinese systems write it; None when it is neither."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in {".DS_Store", "Thumbs.db"}
