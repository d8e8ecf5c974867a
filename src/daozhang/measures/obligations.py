"""The CSV of what has to be paid: ``due_on,title,amount`` and, where wanted, ``currency`` and ``account_tail``."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Final

from daozhang import money
from daozhang.errors import InputError

COLUMNS: Final = ("due_on", "title", "amount", "currency", "account_tail")
MOST_LINES: Final = 20_000
LONGEST_TITLE: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One line: what has to be paid on a day. ``amount_minor`` is positive."""

    due_on: date
    title: str
    amount_minor: int
    currency: str = "CNY"
    account_tail: str = ""
    line_no: int = 0


def read(text: str, name: str) -> list[Due]:
    """Return the lines of the CSV; InputError names the first that cannot be used, and then nothing is taken.

    ``amount`` is written in the currency's own unit, as people write it (``12,000.00``). All or nothing: half a list of
    obligations would show money that is already promised.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    headers = [str(one or "").strip() for one in reader.fieldnames or ()]
    if not {"due_on", "title", "amount"} <= set(headers):
        raise InputError("error-cash-header", name=name, headers=", ".join(headers)[:200])
    reader.fieldnames = headers
    found: list[Due] = []
    try:
        for row in reader:
            if len(found) >= MOST_LINES:
                raise InputError("error-cash-too-long", name=name, most=MOST_LINES)
            cells = {key: str(value or "").strip() for key, value in row.items() if isinstance(key, str)}
            if any(cells.values()):
                found.append(line(cells, name, reader.line_num))
    except csv.Error as error:
        raise InputError("error-cash-csv", name=name, detail=str(error)) from None
    return found


def line(cells: dict[str, str], name: str, line_no: int = 0) -> Due:
    """Return one obligation from its cells; InputError says which cell cannot be used."""
    currency = (cells.get("currency") or "CNY").upper()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise InputError("error-cash-cell", name=name, line_no=line_no, cell="currency", value=currency[:40])
    try:
        due_on = date.fromisoformat(cells.get("due_on", ""))
    except ValueError:
        raise _unusable(cells, "due_on", name, line_no) from None
    amount = money.to_minor(cells.get("amount", ""), currency)
    if amount is None or not 0 < amount < 10**15:
        raise _unusable(cells, "amount", name, line_no)
    title = " ".join(cells.get("title", "").split())
    if not title or len(title) > LONGEST_TITLE:
        raise _unusable(cells, "title", name, line_no)
    return Due(
        due_on=due_on, title=title, amount_minor=amount, currency=currency,
        account_tail=cells.get("account_tail", "")[-8:], line_no=line_no,
    )  # fmt: skip


def _unusable(cells: dict[str, str], cell: str, name: str, line_no: int) -> InputError:
    return InputError("error-cash-cell", name=name, line_no=line_no, cell=cell, value=cells.get(cell, "")[:40])
