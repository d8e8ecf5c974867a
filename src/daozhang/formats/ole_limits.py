"""How many cells an old workbook (xls) spans, found out before any library opens it.

A few bytes of its header or of one cell's place make a library ask for gigabytes. So the header must be one that programs
write, and the rectangle of every sheet is measured by the places its cells name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.sheet_limits import CELLS

_SECTORS: Final = {3: 9, 4: 12}
"""Version → power of two of a sector's bytes."""
_LAST_SECTOR: Final = 0xFFFFFFFA
_SMALL_BELOW: Final = 4096
_SMALL_PIECE: Final = 64
"""Bytes below which a stream lies among the small ones, and of one of their pieces."""
_FIRST_FATS: Final = 109
_SHEET_BEGINS: Final = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_CELLS: Final = frozenset(
    {0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406, 0x027E}
)  # fmt: skip
"""Records of cells; each begins with its row and its (first) column. 00BD and 00BE end with their last column."""
_LOCKED: Final = 0x002F
_SEVERAL: Final = frozenset({0x00BD, 0x00BE})


def check_cells(data: bytes) -> None:
    """Return when the sheets of an xls span no more than ``CELLS``; ``InputError`` when more, or when the file is damaged."""
    try:
        book = _workbook_of(data)
    except (struct.error, IndexError, KeyError) as error:
        raise InputError("refused-sheet-damaged") from error
    if sum(rows * columns for rows, columns in _rectangles(book)) > CELLS:
        raise InputError("refused-sheet-cells", limit=CELLS)


def _workbook_of(data: bytes) -> bytes:
    """Return the stream that holds the cells; empty when there is none, which is the library's to say."""
    version, order, shift, small = struct.unpack_from("<HHHH", data, 26)
    if order != 0xFFFE or _SECTORS.get(version) != shift or small != 6:
        raise InputError("refused-sheet-damaged")
    fats, first = struct.unpack_from("<II", data, 44)
    (of_fats,) = struct.unpack_from("<I", data, 72)
    size = 1 << shift
    if max(fats, of_fats) * size > len(data):
        raise InputError("refused-sheet-damaged")
    places = [place for place in struct.unpack_from(f"<{_FIRST_FATS}I", data, 76) if place < _LAST_SECTOR]
    places += _more_fats(data, size, struct.unpack_from("<I", data, 68)[0], of_fats)
    fat = [entry for place in places[:fats] for entry in _numbers(_sector(data, place, size))]
    directory = b"".join(_chain(data, fat, first, size))
    for at in range(0, len(directory) - 127, 128):
        length = min(64, int.from_bytes(directory[at + 64 : at + 66], "little"))
        name = directory[at : at + max(0, length - 2)].decode("utf-16-le", errors="replace")
        start, held = struct.unpack_from("<II", directory, at + 116)
        if held > len(data) and directory[at + 66] == 2:
            raise InputError("refused-sheet-damaged")
        if name in {"Workbook", "Book"}:
            if held >= _SMALL_BELOW:
                return b"".join(_chain(data, fat, start, size))[:held]
            return _small_stream(data, fat, directory, size, start)[:held]
    return b""


def _small_stream(data: bytes, fat: list[int], directory: bytes, size: int, place: int) -> bytes:
    """Return a stream that lies in pieces of 64 bytes within the stream of the directory's first entry."""
    (first,) = struct.unpack_from("<I", data, 60)
    table = [entry for sector in _chain(data, fat, first, size) for entry in _numbers(sector)]
    (start,) = struct.unpack_from("<I", directory, 116)
    container = b"".join(_chain(data, fat, start, size))
    pieces: list[bytes] = []
    while place < _LAST_SECTOR:
        if len(pieces) * _SMALL_PIECE > _SMALL_BELOW:
            raise InputError("refused-sheet-damaged")
        pieces.append(container[place * _SMALL_PIECE : (place + 1) * _SMALL_PIECE])
        place = table[place]
    return b"".join(pieces)


def _more_fats(data: bytes, size: int, place: int, count: int) -> list[int]:
    found: list[int] = []
    seen: set[int] = set()
    for _ in range(count):
        if place >= _LAST_SECTOR:
            break
        if place in seen:
            raise InputError("refused-sheet-damaged")
        seen.add(place)
        sector = _numbers(_sector(data, place, size))
        if not sector:  # it lies behind the end of the file
            raise InputError("refused-sheet-damaged")
        *numbers, place = sector
        found += [number for number in numbers if number < _LAST_SECTOR]
    return found


def _numbers(sector: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])


def _sector(data: bytes, place: int, size: int) -> bytes:
    start = (place + 1) * size
    return data[start : start + size]


def _chain(data: bytes, fat: list[int], place: int, size: int) -> Iterator[bytes]:
    """Yield the sectors of a stream; InputError when they go round in circles."""
    left = len(data) // size + 1
    while place < _LAST_SECTOR:
        left -= 1
        if left < 0:
            raise InputError("refused-sheet-damaged")
        yield _sector(data, place, size)
        place = fat[place]


def _rectangles(book: bytes) -> Iterator[tuple[int, int]]:
    """Yield rows and columns of what the cells of each sheet span."""
    rows: list[int] = []
    columns: list[int] = []
    at = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        at += 4
        if kind == _LOCKED:
            return  # what follows is enciphered; the library says that a password is missing
        if kind in _SHEET_BEGINS:
            yield _span(rows), _span(columns)
            rows, columns = [], []
        elif kind in _CELLS and length >= 4 and at + length <= len(book):
            row, column = struct.unpack_from("<HH", book, at)
            last = struct.unpack_from("<H", book, at + length - 2)[0] if kind in _SEVERAL and length >= 6 else column
            rows = [min([row, *rows]), max([row, *rows])]
            columns = [min([column, last, *columns]), max([column, last, *columns])]
        at += length
    yield _span(rows), _span(columns)


def _span(ends: list[int]) -> int:
    return ends[1] - ends[0] + 1 if ends else 0
