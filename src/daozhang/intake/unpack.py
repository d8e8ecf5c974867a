"""Files inside a zip, each a file of its own named ``zip/member``; a hostile zip is refused before it is unpacked."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator
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
_UTF8_FLAG: Final = 0x800


def is_archive(packed: Path | IO[bytes]) -> bool:
    """Return whether a file is a zip of files. A workbook is a zip too, by its way of writing, but one file to its owner."""
    if isinstance(packed, Path):
        with packed.open("rb") as file:
            return is_archive(file)
    packed.seek(0)
    head = packed.read(len(_MAGIC[0]))
    return head.startswith(_MAGIC) and not check_package(packed, only_kind=True)


def members(packed: Path | IO[bytes], *, limit: int) -> Iterator[tuple[str, Callable[[], Content]]]:
    """Yield each member's name and what takes its bytes; InputError when the zip is damaged, locked, nested or a bomb.

    ``limit`` is how many bytes all members may have together.
    """
    try:
        _check_directory(packed)
        archive = zipfile.ZipFile(packed)
        entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_clutter(entry.filename)]
        _check(entries, limit)
    except DAMAGED as error:
        raise InputError("refused-zip-damaged") from error
    for entry in sorted(entries, key=_name):
        yield _name(entry), lambda entry=entry: _content(archive, entry)  # type: ignore[misc]


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
    raw = entry.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in {".DS_Store", "Thumbs.db"}
