"""The cells of a row: what is read as a text, a whole number, a moment …, and the one text of a value.

An empty cell is unknown (None). A cell that does not read as its type raises ``BadCellError``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from daozhang.records import ColumnType

LOCAL: Final = ZoneInfo("Asia/Shanghai")
LONGEST_CELL: Final = 65_536
SHOWN: Final = 200
"""Characters of a failing cell that are kept with the row that was set aside."""
FIRST_YEAR, LAST_YEAR = 1970, 2199
SEPARATOR: Final = "\x1f"

Value = str | int | Decimal | datetime | date | bool | None

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,14}(\.[0-9]+)?")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:[.,]([0-9]{1,9}))?\s?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_FLAGS = {"1": True, "0": False, "true": True, "false": False}


class BadCellError(Exception):
    """A cell that is not what its column says; carries the reason key and what was expected."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason, self.facts = reason, facts


LARGEST_WHOLE: Final = 10**12
"""Minor units (or a count) from which on a whole number is no payment but a number in the wrong column, most likely a
card or account number: ten thousand million yuan on one line. Such a line is set aside, its digits are not shown."""


def readers(zone: str) -> dict[ColumnType, Callable[[object], Value]]:
    """Return what reads the cells of each type in a file whose clock stands in ``zone``."""
    return {
        ColumnType.TEXT: _text,
        ColumnType.MINOR: _whole,
        ColumnType.COUNT: _whole,
        ColumnType.NUMBER: _number,
        ColumnType.MOMENT: MomentReader(zone),
        ColumnType.DAY: _day,
        ColumnType.CLOCK: _clock,
        ColumnType.FLAG: _flag,
    }


class MomentReader:
    """Reads moments of one file; ``zone`` is where the source's clock stands when a moment carries no offset."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._is_local = self._zone.key == LOCAL.key

    def __call__(self, cell: object) -> datetime | None:
        """Return the moment in China time; None when the cell is empty."""
        if isinstance(cell, datetime):
            return self._local(cell)
        text = _stripped(cell)
        if text is None:
            return None
        match = _MOMENT.fullmatch(text)
        if match is None:
            raise BadCellError("reject-moment")
        day, minutes, seconds, fraction, offset = match.groups()
        try:
            moment = datetime.fromisoformat(f"{day}T{minutes or '00:00'}{seconds or ':00'}")
        except ValueError:
            raise BadCellError("reject-moment") from None
        moment += timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))
        return self._local(moment.replace(tzinfo=_offset(offset)) if offset else moment)

    def _local(self, moment: datetime) -> datetime:
        """Return the moment as Asia/Shanghai wall-clock time without a zone."""
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise BadCellError("reject-moment")
        if moment.tzinfo is None:
            if self._is_local:
                return moment
            moment = moment.replace(tzinfo=self._zone)
        return moment.astimezone(LOCAL).replace(tzinfo=None)


def canonical(value: Value) -> str:
    """Return the one text of a typed value."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return text.rstrip("0") if value.microsecond else text
    return f"{value:.4f}" if isinstance(value, Decimal) else str(value)


def shown(text: str) -> str:
    """Return a text as it may be kept beside a set-aside row: no NUL or other control signs, 200 characters at most."""
    calm = "".join("�" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text[:SHOWN])
    return calm if len(text) <= SHOWN else calm[: SHOWN - 1] + "…"


def _stripped(cell: object) -> str | None:
    text = cell.strip() if isinstance(cell, str) else str(cell).strip()
    if len(text) > LONGEST_CELL:
        raise BadCellError("reject-text-too-long", expected=LONGEST_CELL)
    if "\0" in text or SEPARATOR in text:
        raise BadCellError("reject-control-sign")
    return text or None


def _text(cell: object) -> str | None:
    return _stripped(cell)


def _whole(cell: object) -> int | None:
    if isinstance(cell, int) and not isinstance(cell, bool):
        number = cell
    else:
        text = _stripped(cell)
        if text is None:
            return None
        if len(text) > 32 or not _WHOLE.fullmatch(text):
            raise BadCellError("reject-whole")
        number = int(text)
    if abs(number) >= LARGEST_WHOLE:
        raise BadCellError("reject-too-large", digits=len(str(abs(number))))
    return number


def _number(cell: object) -> Decimal | None:
    text = _stripped(cell)
    if text is None:
        return None
    if len(text) > 64 or not _NUMBER.fullmatch(text):
        raise BadCellError("reject-number")
    number = Decimal(text)
    rounded = number.quantize(Decimal("0.0001"))
    if rounded != number:
        raise BadCellError("reject-number-too-fine")
    return abs(rounded) if rounded == 0 else rounded


def _day(cell: object) -> date | None:
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    text = _stripped(cell)
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadCellError("reject-day")
    return day


def _clock(cell: object) -> str | None:
    text = _stripped(cell)
    if text is not None and not _CLOCK.fullmatch(text):
        raise BadCellError("reject-clock")
    return text


def _flag(cell: object) -> bool | None:
    if isinstance(cell, bool):
        return cell
    text = _stripped(cell)
    if text is None:
        return None
    if text.lower() not in _FLAGS:
        raise BadCellError("reject-flag")
    return _FLAGS[text.lower()]


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return timezone.utc  # noqa: UP017 - beside the other offsets
    digits = text[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if size >= timedelta(hours=24):
        raise BadCellError("reject-moment")
    return timezone(size if text[0] == "+" else -size)
