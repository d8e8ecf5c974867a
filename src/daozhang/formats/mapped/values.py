"""What one cell of a mapped table means: amounts in either unit and mark, days in any order, moments from serial numbers.

Cells of a workbook that were numbers come as ``Number``; one with more digits than a workbook keeps as ``Blurred``.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from daozhang.errors import InputError
from daozhang.formats import cells as read
from daozhang.formats.cells import UnreadableError
from daozhang.formats.mapped.spec import Amount, Moment
from daozhang.formats.sheets import Blurred, Number

_WHOLE_CURRENCY: Final = "JPY"
"""A currency without decimal places: minor units are read as its major ones."""
_MARKS: Final = re.compile(r"^(?:[A-Z]{3}|[$€£¥￥])?\s*|\s*(?:元|[A-Z]{3})?$")
_SPREADSHEET_NUMBER: Final = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+?\d{1,3}", re.ASCII)
_SIDE: Final = re.compile(r"(CR|DR|贷|借)\.?\s*(?=[\d¥￥])|(?<=[\d.)])\s*(CR|DR|贷|借)\.?$", re.IGNORECASE)
_DEBIT: Final = frozenset({"DR", "借"})
_SPACED: Final = re.compile(r"[+-]?\d{1,3}(?:([ \u00a0\u2009\u202f'’])\d{3})(?:\1\d{3})*(?:[.,]\d+)?", re.ASCII)
"""Thousands with a space or an apostrophe between them."""
_HALF_WIDTH: Final = str.maketrans("（）－−＋", "()--+")
_YYMD: Final = re.compile(r"(\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)|(\d{2})(\d{2})(\d{2})(?=\d{6}$|$|[ T])", re.ASCII)
"""A day with its year in front in two digits; run together with a time of six digits at most."""
_DMY_MDY: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)", re.ASCII)
_HALF_DAY: Final = re.compile(r"\s*(上午|下午|[AaPp]\.?[Mm]\.?)\s*")
_SERIALS: Final = range(32874, 109575)
"""Serial days of 1990-01-01 to 2199-12-31 in the count that workbooks use (1900 system)."""
_SERIAL_START: Final = datetime(1899, 12, 30)
_LETTERS: Final = {
    "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "CCT": 8, "HKT": 8, "SGT": 8,
    "JST": 9, "AEST": 10, "AEDT": 11, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
"""Hours east of UTC. CST is the American one: a Chinese report says CCT, Asia/Shanghai or nothing."""
_TIME_ONLY: Final = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:\.\d+)?)?|\d{6}", re.ASCII)


def identifier(column: str, text: str) -> str:
    """Return an identifier; a number that lost its last digits in a spreadsheet is no identifier any more."""
    if isinstance(text, Blurred) or _SPREADSHEET_NUMBER.fullmatch(text):
        raise UnreadableError(column, str(text), "reject-number-blurred")
    return str(text)


def amount(column: str, text: str, rule: Amount, currency: str) -> int:
    """Return the amount as whole minor units, with the sign it is written with."""
    plain = amount_text(text, rule.decimal)
    try:
        return read.yuan(column, plain, _WHOLE_CURRENCY if rule.unit == "minor" else currency)
    except UnreadableError:
        raise UnreadableError(column, text, "reject-amount") from None


def amount_text(text: str, decimal: str) -> str:
    """Return an amount without currency marks, with a decimal point, and with its minus in front."""
    plain = unmarked(text)
    if decimal == ",":
        plain = plain.replace("\u00a0", "").replace(" ", "").replace(".", "").replace(",", ".")
    return plain


def unmarked(text: str) -> str:
    """Return an amount without currency marks and blanks between thousands, its minus in front, its decimal mark as it is.

    Brackets, a minus behind and DR or 借 mean minus, CR or 贷 means plus. A cell that says its sign twice stays as it is,
    and is no amount.
    """
    plain = text.translate(_HALF_WIDTH).strip() if not text.isascii() else text
    side = ""
    if plain[-1:].isalpha() or plain[:1].isalpha():
        found = _SIDE.search(plain)
        side = (found[1] or found[2]).upper() if found and (found[2] or not found.start()) else ""
        plain = _SIDE.sub("", plain, count=1).strip() if side else plain
    plain = _MARKS.sub("", plain)
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + _MARKS.sub("", plain[1:-1].strip())
    elif plain.endswith("-") and not plain.startswith("-"):
        plain = "-" + plain[:-1].rstrip()
    if _SPACED.fullmatch(plain):
        plain = re.sub("[ \u00a0\u2009\u202f'’]", "", plain)
    if side and plain.startswith(("-", "+")):
        return text
    return f"-{plain}" if side in _DEBIT else plain


def is_negative(text: str) -> bool:
    """Return whether an amount is written with a minus of any kind."""
    return amount_text(text, ".").startswith(("-", "\u2212", "－"))


def moment(column: str, text: str, clock: str, rule: Moment, zone: ZoneInfo | timezone) -> datetime:
    """Return the moment as naive Shanghai time; ``clock`` is the time of day from another cell, or empty."""
    if isinstance(text, Number) and (at := _from_serial(text)) is not None:
        text = at.isoformat(sep=" ") if at.time() != datetime.min.time() else at.date().isoformat()
    written = _in_24_hours(column, _as_ymd(column, text, rule.order))
    if clock and not _has_clock(written):
        written = f"{written} {_in_24_hours(column, clock)}"
    try:
        at = read.moment(column, written, zone)
    except UnreadableError:
        raise UnreadableError(column, f"{text} {clock}".strip(), "reject-moment") from None
    return at + timedelta(days=rule.plus_days)


def zone_of(column: str, name: str) -> ZoneInfo | timezone:
    """Return the zone a cell names: an IANA name, or one of the letters that payment reports use."""
    if name.upper() in _LETTERS:
        return timezone(timedelta(hours=_LETTERS[name.upper()]))
    try:
        return read.zone_named(name)
    except InputError:
        raise UnreadableError(column, name, "reject-zone") from None


def day(column: str, text: str, rule: Moment) -> date:
    """Return the day a cell names, as it is written there; ``part`` ``day`` allows a time of day behind it."""
    if isinstance(text, Number) and (at := _from_serial(text)) is not None:
        found = at.date()
    else:
        written = _as_ymd(column, text, rule.order)
        found = read.leading_day(column, written) if rule.part == "day" else read.day(column, written)
    return found + timedelta(days=rule.plus_days)


def is_clock(text: str) -> bool:
    """Return whether a cell is a time of day and nothing else."""
    return bool(_TIME_ONLY.fullmatch(_HALF_DAY.sub("", text)))


def _has_clock(written: str) -> bool:
    return ":" in written or "：" in written or bool(re.search(r"\d[T ]\d", written))


def _from_serial(text: str) -> datetime | None:
    whole, _, rest = text.partition(".")
    if not whole.isdecimal() or int(whole) not in _SERIALS:
        return None
    seconds = int(("0" + rest).ljust(11, "0")[1:11]) * 86400 if rest else 0
    return _SERIAL_START + timedelta(days=int(whole), seconds=(seconds + 5 * 10**9) // 10**10)


def _as_ymd(column: str, text: str, order: str) -> str:
    if order == "ymd":
        return text
    if order == "yymd":
        return _with_century(column, text)
    match = _DMY_MDY.match(text)
    if match is None:
        # A day whose year stands in front can be read one way only, whatever the order of the others.
        if re.match(r"\d{4}[-/.年]", text):
            return text
        raise UnreadableError(column, text, "reject-day")
    first, _, second, year = match.groups()
    on, month = (first, second) if order == "dmy" else (second, first)
    full = year if len(year) == 4 else f"20{year}"
    return f"{full}-{month.zfill(2)}-{on.zfill(2)}{text[match.end() :]}"


def _with_century(column: str, text: str) -> str:
    """Return a day (and what stands behind it) whose year in front has two digits, of this century, or four."""
    if re.match(r"\d{4}[-/.年]|\d{8}(?!\d)|\d{14}$", text):
        return text
    match = _YYMD.match(text)
    if match is None:
        raise UnreadableError(column, text, "reject-day")
    year, month, on = (match[1], match[3], match[4]) if match[1] else (match[5], match[6], match[7])
    rest = text[match.end() :]
    return f"20{year}-{month.zfill(2)}-{on.zfill(2)}{' ' if rest[:1].isdigit() else ''}{rest}"


def _in_24_hours(column: str, text: str) -> str:
    match = _HALF_DAY.search(text)
    if match is None:
        return text
    rest = _HALF_DAY.sub(" ", text).strip()
    clock = re.search(r"(\d{1,2})([:：]\d{2})", rest)
    if clock is None or not 1 <= int(clock[1]) <= 12:
        raise UnreadableError(column, text, "reject-moment")
    is_late = match[1] == "下午" or match[1][0] in "Pp"
    hour = int(clock[1]) % 12 + (12 if is_late else 0)
    return f"{rest[: clock.start()]}{hour:02d}{clock[2]}{rest[clock.end() :]}"
