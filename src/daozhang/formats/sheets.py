"""Workbooks (xlsx, xls, ods) as rows of text cells; a hostile one is refused by its directory before it is opened.

A workbook keeps fifteen digits of a number and no leading zeros. So a cell that was a number says so (``Number``), and
one with more digits than that says that its last ones are not to be trusted (``Blurred``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from weakref import WeakKeyDictionary

from daozhang.errors import InputError
from daozhang.formats.base import Source
from daozhang.formats.ole_limits import check_cells
from daozhang.formats.sheet_limits import check_package

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP: Final = b"PK\x03\x04"
ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
DIGITS: Final = 15
"""Digits a workbook keeps of a number."""


class Number(str):
    """The text of a cell that held a number: leading zeros, if it had any, are gone."""

    __slots__ = ()


class Blurred(Number):
    """The text of a number with more digits than a workbook keeps: the last ones are not what was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, and what gives its rows. A row has the number it has in the workbook (1 = the first)."""

    name: str
    _inner: Any

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield (row number, cells) of every row down to the last filled one."""
        start = self._inner.start
        if start is None:
            return
        yield from ((number, ()) for number in range(1, start[0] + 1))
        for number, cells in enumerate(self._inner.iter_rows(), start[0] + 1):
            yield number, tuple(map(_text, cells))


def is_workbook(source: Source) -> bool:
    """Return whether a file is a workbook by its first bytes and, for a zip, by its directory."""
    head = source.head(8)
    if head.startswith(OLE):
        return True
    return head.startswith(ZIP) and check_package(source.file(), only_kind=True) != ""


def check_openable(source: Source) -> None:
    """Say why a workbook that no format knows could not even be looked into (``InputError``); nothing of any other file."""
    if is_workbook(source):
        sheets_of(source)


_OPEN: WeakKeyDictionary[Source, tuple[Sheet, ...] | InputError] = WeakKeyDictionary()
"""What was opened, or why it was not: every format looks into the same workbook."""


def sheets_of(source: Source) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook, opened once; ``InputError`` when it is locked, damaged or too large."""
    found = _OPEN.get(source)
    if found is None:
        try:
            found = _open(source)
        except InputError as error:
            found = error.with_traceback(None)
        _OPEN[source] = found
    if isinstance(found, InputError):
        raise found
    return found


def _open(source: Source) -> tuple[Sheet, ...]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum  # noqa: PLC0415 - rare

    if source.head(8).startswith(OLE):
        check_cells(source.data)
    # Behind an old workbook may stand a zip, which the library opens when it finds the old one damaged.
    if not source.head(8).startswith(OLE) or check_package(source.file(), only_kind=True):
        check_package(source.file())
    try:
        book = CalamineWorkbook.from_filelike(source.file())
        return tuple(
            Sheet(known.name, book.get_sheet_by_name(known.name))
            for known in book.sheets_metadata
            if known.typ == SheetTypeEnum.WorkSheet
        )
    except PasswordError as error:
        raise InputError("refused-sheet-locked") from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise InputError("refused-sheet-damaged") from error
    except BaseException as error:
        # A fault inside the library comes as an exception that is not an Exception; anything else goes on its way.
        if type(error).__name__ != "PanicException":
            raise
        raise InputError("refused-sheet-damaged") from error


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    assert isinstance(cell, timedelta)
    seconds = int(cell.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _number(value: float) -> Number:
    """Return a number as the workbook shows it: fifteen digits, without the noise of binary fractions."""
    if isinstance(value, int) or value.is_integer():
        text = str(int(value))
        return Blurred(text) if len(text.lstrip("-")) > DIGITS else Number(text)
    text = f"{value:.{DIGITS}g}"
    return Number(text) if "e" not in text else Number(f"{value:.20f}".rstrip("0"))
