"""One cell → one value: amounts in yuan, days, moments, account tails. Every reader uses these and no other parser.

A cell that cannot be read raises ``UnreadableError``, which the row loop turns into a reject of that one line.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from daozhang.errors import InputError
from daozhang.money import to_minor

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
LARGEST_MINOR: Final = 10**17
"""No amount of this world is larger (a quadrillion yuan in fen): a longer run of digits is damage. BIGINT holds it."""

NO_CURRENCY: Final = "X" * 3
"""ISO 4217's code for no currency: where a file names none the amount stays visible and joins nothing."""

_BLANKS: Final = " \t\r\n\v\f\0\u00a0\u3000\ufeff"
_PLAIN_YUAN = re.compile(r"-?\d{1,14}\.\d\d", re.ASCII)
_PLAIN_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", re.ASCII)
_DASHES = re.compile(r"[-\u2010-\u2015\u2212－]+")
_DAY = re.compile(
    r"(?P<y>\d{4})(?:(?P<sep>[-/.年])(?P<m>\d{1,2})(?:(?P=sep)|月)(?P<d>\d{1,2})日?|(?P<m2>\d{2})(?P<d2>\d{2}))",
    re.ASCII,
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:：](\d{2})(?:[:：](\d{2})(?:\.(\d{1,9}))?)?|(\d{2})(\d{2}))", re.ASCII)
_OFFSET = re.compile(r"\s*(Z|[+-]\d{2}:?\d{2})$", re.ASCII)


class UnreadableError(Exception):
    """One cell cannot be translated; carries what ``Sink.reject`` needs. Never leaves the reader."""

    def __init__(self, column: str, value: str, reason: str, **facts: object) -> None:
        super().__init__(column, value, reason, facts)
        self.column = column
        self.value = value
        self.reason = reason
        self.facts = facts


def clean(cell: str) -> str:
    """Return a cell without the blanks, tabs and full-width blanks that exports pad it with."""
    return cell.strip(_BLANKS)


def clean_dashes(cell: str) -> str:
    """Return a cell cleaned, empty when it holds only dashes; a run of four or more dashes in front is padding too."""
    text = clean(cell)
    if text[:1].isalnum():
        return text
    return "" if _DASHES.fullmatch(text) else re.sub(r"^-{4,}\s*", "", text)


def column_name(cell: str) -> str:
    """Return a header cell in one form: no blanks anywhere, no quotes or backticks, half-width brackets and slashes."""
    text = "".join(cell.split()).translate(_HEADER)
    return text.strip("`'\"\ufeff\0")


_HEADER: Final = str.maketrans({"（": "(", "）": ")", "／": "/", "\ufeff": None, "\u3000": None, "：": ":"})


def yuan(column: str, text: str, currency: str = "CNY") -> int:
    """Return an amount in major units as signed whole minor units; a finer one only when the rest is zero."""
    if currency == "CNY" and _PLAIN_YUAN.fullmatch(text):
        return int(text[:-3] + text[-2:])  # how nearly every amount is printed; the long way gives the same
    minor = to_minor(text, currency)
    if minor is None or abs(minor) > LARGEST_MINOR:
        raise UnreadableError(column, text, "reject-amount")
    return minor


def day(column: str, text: str) -> date:
    """Return a calendar day written as 2026-06-15, 2026/6/15, 2026.06.15, 20260615 or 2026年6月15日."""
    match = _DAY.fullmatch(text)
    found = _day(match) if match else None
    if found is None:
        raise UnreadableError(column, text, "reject-day")
    return found


def leading_day(column: str, text: str) -> date:
    """Return the day that a moment starts with, as it is written there, whatever its time zone."""
    match = _DAY.match(text)
    found = _day(match) if match else None
    if found is None:
        raise UnreadableError(column, text, "reject-day")
    return found


def _day(match: re.Match[str]) -> date | None:
    year = int(match["y"])
    try:
        found = date(year, int(match["m"] or match["m2"]), int(match["d"] or match["d2"]))
    except ValueError:
        return None
    return found if 1990 <= year <= 2199 else None


def clock(column: str, text: str) -> time:
    """Return a time of day written as 09:30, 09:30:15 or 093015."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise UnreadableError(column, text, "reject-moment")
    hour, minute, second, fraction, minute2, second2 = match.groups()
    try:
        micro = int(((fraction or "") + "000000")[:6])
        return time(int(hour), int(minute or minute2 or 0), int(second or second2 or 0), micro)
    except ValueError:
        raise UnreadableError(column, text, "reject-moment") from None


def moment(column: str, text: str, zone: ZoneInfo | timezone = SHANGHAI) -> datetime:
    """Return a moment as naive Shanghai time. Without an offset it is local time of ``zone``; a bare day is 00:00.

    A bare day is never moved between time zones: it is a booking day of the bank, not a moment.
    """
    plain = _PLAIN_MOMENT.fullmatch(text)
    if plain and zone is SHANGHAI and "1990" <= text[:4] <= "2199":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise UnreadableError(column, text, "reject-moment") from None
    start = _DAY.match(text)
    on = _day(start) if start else None
    if start is None or on is None:
        raise UnreadableError(column, text, "reject-moment")
    rest = text[start.end() :].lstrip("T ").rstrip()
    if not rest:
        return datetime.combine(on, time())
    offset = _OFFSET.search(rest)
    at = datetime.combine(on, clock(column, rest[: offset.start()] if offset else rest))
    return _to_shanghai(column, text, at, _zone_of(offset[1]) if offset else zone)


def _zone_of(offset: str) -> timezone:
    if offset == "Z":
        return timezone(timedelta(0))
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(timedelta(minutes=min(minutes, 1439) * (-1 if offset[0] == "-" else 1)))


def _to_shanghai(column: str, text: str, at: datetime, zone: ZoneInfo | timezone) -> datetime:
    if zone is SHANGHAI:
        return at
    try:
        return at.replace(tzinfo=zone).astimezone(SHANGHAI).replace(tzinfo=None)
    except (OverflowError, ValueError):
        raise UnreadableError(column, text, "reject-moment") from None


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone called ``name``; ``InputError`` when there is none."""
    if name in {"", "Asia/Shanghai"}:
        return SHANGHAI
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InputError("input-timezone", name=name) from error


def tail_of(account: str) -> str | None:
    """Return the last four characters of an account or card number; None when a mask leaves fewer than four."""
    shown = re.sub(r"[\s-]", "", account).rsplit("*", 1)[-1]
    return shown[-4:] if len(shown) >= 4 else None


_NAME_THEN_ACCOUNT = re.compile(r"(.*?)\s*([0-9][0-9*]{4,}[0-9])", re.ASCII | re.DOTALL)


def name_and_tail(text: str) -> tuple[str | None, str | None]:
    """Split a counterparty cell that holds a name and an account number one after the other (招行, 农行 对手信息)."""
    match = _NAME_THEN_ACCOUNT.fullmatch(text)
    if match is None:
        return text or None, None
    return match[1] or None, tail_of(match[2])


CURRENCIES: Final = {
    "人民币": "CNY", "人民币元": "CNY", "RMB": "CNY", "156": "CNY", "美元": "USD", "港币": "HKD", "港元": "HKD",
    "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "瑞士法郎": "CHF", "韩元": "KRW", "瑞典克朗": "SEK",
}  # fmt: skip
"""What statements call currencies → ISO 4217 code."""


def currency(column: str, text: str) -> str | None:
    """Return the ISO 4217 code of a currency cell; None when the cell is empty."""
    if not text:
        return None
    code = CURRENCIES.get(text, text.upper())
    if not re.fullmatch("[A-Z]{3}", code):
        raise UnreadableError(column, text, "reject-currency")
    return code
