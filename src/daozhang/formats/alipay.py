"""What 支付宝 bills share: lines of ``#`` around the table, the account and the period in them, GB18030, tabs after ids."""

from __future__ import annotations

import re
from datetime import date, timedelta

from daozhang.errors import InputError
from daozhang.formats.base import Source
from daozhang.formats.cells import UnreadableError, day
from daozhang.formats.decoding import decode, peek
from daozhang.formats.lines import Columns, first_records

_ACCOUNT = re.compile(r"账号[:：]\s*\[(\d+)\]")
_PERIOD = re.compile(r"起始日期[:：]\s*\[([^\]\s]+)[^\]]*\]\s*终止日期[:：]\s*\[([^\]\s]+)[^\]]*\]")


def stated_account(comment: str) -> str:
    """Return the partner number (PID) a ``#`` line names, empty when it names none.

    The export writes the PID followed by ``0156`` (20 digits).
    """
    match = _ACCOUNT.search(comment)
    account = match[1] if match else ""
    return account.removesuffix("0156") if len(account) == 20 else account


def stated_period(comment: str) -> tuple[date, date] | None:
    """Return first and last day a ``#`` line states (the end written there is exclusive); None when it states none."""
    match = _PERIOD.search(comment)
    if match is None:
        return None
    try:
        first_on, last_on = day("", match[1]), day("", match[2]) - timedelta(days=1)
    except UnreadableError:
        return None
    return (first_on, last_on) if first_on <= last_on else None


def header_of(source: Source) -> tuple[str, Columns] | None:
    """Return the first line and the header behind the leading ``#`` lines; None when something else stands there.

    A title line whose bytes are damaged is no obstacle: exports with one occur. It then reads as ``#``.
    """
    is_whole = bool(peek(source))
    title = ""
    for record, columns in first_records(source if is_whole else _without_first_line(source)):
        title = title or (record.text if is_whole else "#")
        if not record.text.startswith("#") and not record.is_blank:
            return title, columns
    return None


def _without_first_line(source: Source) -> Source:
    return Source(source.name, source.head().partition(b"\n")[2])


def text_of(source: Source) -> str:
    """Return the text of a bill, a damaged title line as ``#``; ``InputError`` when another byte is no text."""
    data = source.data
    try:
        return decode(data)
    except InputError:
        if not data.startswith(b"#") or b"\n" not in data:
            raise
        return "#\n" + decode(data[data.index(b"\n") + 1 :])
