"""What a zip may be before anything in it is looked at: how its members are packed, and how large its directory is."""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from daozhang.errors import InputError

MOST_MEMBERS: Final = 10_000
"""Most files a zip may hold."""
DIRECTORY: Final = 4 * 1024 * 1024
"""Most bytes of a zip's directory, which is more than ten thousand long names take."""
PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How parts and files may be packed. The rarer ways let a few bytes ask for gigabytes of memory."""
DAMAGED: Final = (
    zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, IndexError, struct.error, zlib.error,
)  # fmt: skip
"""What the standard library raises over a damaged zip: an empty name, a broken stream and a wrong checksum differ."""
_LONGEST_END: Final = 65535 + 22 + 20 + 56
"""Bytes at the end of a zip within which its directory's size stands."""
_END: Final = re.compile(rb"PK\x05\x06")


def check_directory(packed: IO[bytes]) -> None:
    """Return when a zip's directory is of a size that may be read; ``InputError`` when it is larger.

    Each entry of some fifty bytes becomes an object of a kilobyte, and the standard library reads all of them at once.
    """
    end = packed.seek(0, os.SEEK_END)
    packed.seek(max(0, end - _LONGEST_END))
    tail = packed.read(_LONGEST_END)
    sizes = [size for found in _END.finditer(tail) for size in _directory_sizes(tail, found.start())]
    packed.seek(0)
    if max(sizes, default=0) > DIRECTORY:
        raise InputError("refused-zip-too-many", limit=MOST_MEMBERS)


def _directory_sizes(tail: bytes, at: int) -> Iterator[int]:
    """Yield the sizes that an end of directory, and the wide one that may stand before it, say the directory has."""
    if at + 16 <= len(tail):
        yield int.from_bytes(tail[at + 12 : at + 16], "little")
    wide = at - 20 - 56
    if wide >= 0 and tail[wide : wide + 4] == b"PK\x06\x06":
        yield int.from_bytes(tail[wide + 40 : wide + 48], "little")
