"""What the 银联 files share: the day and the merchant in their names, times without a year, keys and signs."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Source
from daozhang.formats.cells import UnreadableError
from daozhang.formats.fixed_width import FixedRecord

_NAME = re.compile(r"IN[ND](\d{6})\d{2}[A-Z]+(?:_(\w+))?", re.ASCII | re.IGNORECASE)

_MOMENT = re.compile(r"\d{10}", re.ASCII)

HALF_A_YEAR: Final = 182
DEFAULT_ACQUIRER: Final = "unionpay"


def clearing_day(source: Source) -> date:
    """Return the clearing day: given with the file, else from the official file name; ``InputError`` asks for it."""
    if source.given.covers_on:
        return source.given.covers_on
    match = _NAME.search(source.name)
    try:
        if match:
            return datetime.strptime(match[1], "%y%m%d").date()
    except ValueError:
        pass
    raise InputError("input-day-unknown", file=source.name)


def named_merchant(source: Source) -> str:
    """Return the merchant number given with the file, else the one in its official name; empty when neither is there."""
    match = _NAME.search(source.name)
    return source.given.merchant_no or (match[2] or "" if match else "")


def occurred_at(record: FixedRecord, name: str, cleared_on: date) -> datetime:
    """Return MMDDhhmmss in the year nearest to the clearing day: 1231… cleared on 1 January is last year's."""
    text = record.text(name)
    found = _in_year(text, cleared_on.year)
    if found is None or abs((found.date() - cleared_on).days) > HALF_A_YEAR:
        years = [at for year in (-1, 0, 1) if (at := _in_year(text, cleared_on.year + year))]
        found = min(years, key=lambda at: abs((at.date() - cleared_on).days), default=None)
    if found is None:
        raise UnreadableError(name, text, "reject-moment")
    return found


def _in_year(text: str, year: int) -> datetime | None:
    if _MOMENT.fullmatch(text) is None:
        return None
    month, day_, hour, minute, second = (int(text[at : at + 2]) for at in range(0, 10, 2))
    try:
        return datetime(year, month, day_, hour, minute, second)
    except ValueError:
        return None


def settle_key(record: FixedRecord) -> str:
    """Return the four fields that name a payment in the network (F32, F33, F11, F7), joined."""
    names = ("代理机构标识码", "发送机构标识码", "系统跟踪号", "交易传输时间")
    return "".join(record.text(name) for name in names)
