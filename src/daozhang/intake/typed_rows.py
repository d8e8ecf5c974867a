"""One row at a time: cells become typed values of a table, or the row is set aside with the cell that failed.

Nothing is defaulted but the currency (CNY) and nothing is guessed: an empty cell is unknown, a cell that does not read
as its type is a reject. ``set_wise`` accepts the same rows faster; whatever it is not sure of comes here.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from daozhang.intake.cards import MASKED, SHORTEST_CARD, CardGuard
from daozhang.intake.reading import Reject
from daozhang.records import Column, ColumnType, Table

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


class _BadCellError(Exception):
    """A cell that is not what its column says; carries the reason key and what was expected."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason, self.facts = reason, facts


LARGEST_WHOLE: Final = 10**12
"""Minor units (or a count) from which on a whole number is no payment but a number in the wrong column, most likely a
card or account number: ten thousand million yuan on one line. Such a line is set aside, its digits are not shown."""


class RowTyper:
    """Types rows of one file. ``zone`` is where the source's clock stands when a moment carries no offset."""

    def __init__(self, guard: CardGuard, zone: str = "Asia/Shanghai") -> None:
        self.guard = guard
        self._zone = ZoneInfo(zone)
        self._read: dict[ColumnType, Callable[[object], Value]] = {
            ColumnType.TEXT: _text,
            ColumnType.MINOR: _whole,
            ColumnType.COUNT: _whole,
            ColumnType.NUMBER: _number,
            ColumnType.MOMENT: self._moment,
            ColumnType.DAY: _day,
            ColumnType.CLOCK: _clock,
            ColumnType.FLAG: _flag,
        }

    def row(self, table: Table, line_no: int, values: Mapping[str, object]) -> tuple[Value, ...] | Reject:
        """Return the row's values in the order of the table's columns, or why it is set aside."""
        typed: dict[str, Value] = {}
        for column in table.columns:
            cell = values.get(column.name)
            if cell is None and not column.required:
                typed[column.name] = column.default
                continue
            if isinstance(cell, str) and len(cell) >= SHORTEST_CARD:
                cell = self.guard.cut(cell)
            try:
                typed[column.name] = self._cell(column, cell)
            except _BadCellError as bad:
                shown_cell = "" if bad.reason == "reject-too-large" else cell  # its digits may be a card number
                return self.reject(line_no, column.name, shown_cell, bad.reason, **bad.facts)
        self._keep_card_tail(typed)
        return self._sum_reject(table, line_no, typed) or tuple(typed.values())

    def reject(self, line_no: int, column: str, value: object, reason: str, **facts: object) -> Reject:
        """Return a reject whose value and facts hold no card data, no NUL and not more than a glance can take in."""
        return Reject(line_no, column[:64], shown(self.guard.cut(_as_text(value))), reason, self.guard.cut_facts(facts))

    def _cell(self, column: Column, cell: object) -> Value:
        value = None if cell is None else self._read[column.type](cell)
        if value is None:
            if column.required:
                raise _BadCellError("reject-empty")
            return column.default
        if column.values and value not in column.values:
            raise _BadCellError("reject-value", expected=", ".join(column.values))
        if column.name == "currency" and not re.fullmatch(r"[A-Z]{3}", str(value)):
            raise _BadCellError("reject-currency")
        return value

    def _moment(self, cell: object) -> datetime | None:
        if isinstance(cell, datetime):
            return self._local(cell)
        text = _stripped(cell)
        if text is None:
            return None
        match = _MOMENT.fullmatch(text)
        if match is None:
            raise _BadCellError("reject-moment")
        day, minutes, seconds, fraction, offset = match.groups()
        try:
            moment = datetime.fromisoformat(f"{day}T{minutes or '00:00'}{seconds or ':00'}")
        except ValueError:
            raise _BadCellError("reject-moment") from None
        moment += timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))
        return self._local(moment.replace(tzinfo=_offset(offset)) if offset else moment)

    def _local(self, moment: datetime) -> datetime:
        """Return the moment as Asia/Shanghai wall-clock time without a zone."""
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise _BadCellError("reject-moment")
        if moment.tzinfo is None:
            if self._zone.key == LOCAL.key:
                return moment
            moment = moment.replace(tzinfo=self._zone)
        return moment.astimezone(LOCAL).replace(tzinfo=None)

    def _keep_card_tail(self, typed: dict[str, Value]) -> None:
        """Leave four characters in ``card_tail``; the token of a whole number moves to ``card_token`` when that is unknown."""
        tail = typed.get("card_tail")
        if not isinstance(tail, str) or len(tail) <= 4:
            return
        masked = MASKED.search(tail)
        if masked:
            number, token = masked.group().split("~")
            typed["card_token"] = typed.get("card_token") or token
            typed["card_tail"] = number[-4:]
        else:
            typed["card_tail"] = re.sub(r"[\s-]", "", tail)[-4:]

    def _sum_reject(self, table: Table, line_no: int, typed: Mapping[str, Value]) -> Reject | None:
        if table.name != "clearings":
            return None
        gross, fee, net = (typed[name] for name in ("gross_minor", "fee_minor", "net_minor"))
        if isinstance(gross, int) and isinstance(fee, int) and net != gross - fee:
            return self.reject(line_no, "net_minor", net, "reject-net-stated", expected=str(gross - fee))
        return None


def fingerprint(table: Table, values: tuple[Value, ...]) -> bytes:
    """Return the 16-byte md5 of a row's content: table name and canonical texts, unknown being an empty text.

    The canonical text is what ``set_wise`` finds in a clean cell, so both ways of reading give the same fingerprint.
    """
    text = SEPARATOR.join((table.name, *map(canonical, values)))
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False).digest()


def occurrence(content: bytes, number: int) -> bytes:
    """Return the fingerprint of the ``number``-th equal row of a file (1 = the first, whose fingerprint is its content)."""
    if number == 1:
        return content
    return hashlib.md5(f"{content.hex().upper()}#{number}".encode("ascii"), usedforsecurity=False).digest()


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


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _stripped(cell: object) -> str | None:
    text = cell.strip() if isinstance(cell, str) else str(cell).strip()
    if len(text) > LONGEST_CELL:
        raise _BadCellError("reject-text-too-long", expected=LONGEST_CELL)
    if "\0" in text or SEPARATOR in text:
        raise _BadCellError("reject-control-sign")
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
            raise _BadCellError("reject-whole")
        number = int(text)
    if abs(number) >= LARGEST_WHOLE:
        raise _BadCellError("reject-too-large", digits=len(str(abs(number))))
    return number


def _number(cell: object) -> Decimal | None:
    text = _stripped(cell)
    if text is None:
        return None
    if len(text) > 64 or not _NUMBER.fullmatch(text):
        raise _BadCellError("reject-number")
    number = Decimal(text)
    rounded = number.quantize(Decimal("0.0001"))
    if rounded != number:
        raise _BadCellError("reject-number-too-fine")
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
        raise _BadCellError("reject-day")
    return day


def _clock(cell: object) -> str | None:
    text = _stripped(cell)
    if text is not None and not _CLOCK.fullmatch(text):
        raise _BadCellError("reject-clock")
    return text


def _flag(cell: object) -> bool | None:
    if isinstance(cell, bool):
        return cell
    text = _stripped(cell)
    if text is None:
        return None
    if text.lower() not in _FLAGS:
        raise _BadCellError("reject-flag")
    return _FLAGS[text.lower()]


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return timezone.utc  # noqa: UP017 - beside the other offsets
    digits = text[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if size >= timedelta(hours=24):
        raise _BadCellError("reject-moment")
    return timezone(size if text[0] == "+" else -size)
