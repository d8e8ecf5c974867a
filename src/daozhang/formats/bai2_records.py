"""BAI2 text → records with the line each stands on, and the fields of a record whose stream goes on in 88 records.

A line usually holds one record that ends in ``/``; but a text may hold a slash itself, a record may end without one, a
line may hold several records, and a line that starts with no record code goes on with the text before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from daozhang.formats.cells import LARGEST_MINOR, UnreadableError
from daozhang.formats.lines import physical_lines

CODES: Final = frozenset({"01", "02", "03", "16", "49", "88", "98", "99"})
WITHOUT_MONEY: Final = "890"
"""Type code of a record that only says something."""
_NEXT = re.compile(r"/[ \t]+(?=16,\d{3},|88,|(?:49|98|99),[+-]?\d+,|0[123],)", re.ASCII)
_CODE = re.compile(r"\s*(\d\d)(?=[,/]|\s*$)", re.ASCII)
_EXTRA: Final = {"": 0, "0": 0, "1": 0, "2": 0, "Z": 0, "S": 3, "V": 2}
"""Fields that follow a funds type: availability in three steps (S), value day and time (V). D says its own number."""


@dataclass(slots=True)
class Record:
    """One record: where it starts, its code, what follows the code, and its 88 records and wrapped lines."""

    line_no: int
    code: str
    body: str
    more: list[str] = field(default_factory=list)
    physical: int = 1

    def stream(self) -> list[str]:
        """Return the fields of a record without text: its own and those of its 88 records, one stream."""
        return [cell.strip() for cell in ",".join([self.body, *self.more]).split(",")]


def records(text: str) -> Iterator[tuple[Record, list[int]]]:
    """Yield each record with the lines of its 88 records and wrapped lines; blank lines belong to the record before."""
    current: Record | None = None
    behind: list[int] = []
    for line_no, line in enumerate(physical_lines(text), 1):
        for piece in _NEXT.split(line):
            code = _CODE.match(piece)
            if code is None or code[1] not in CODES:
                if current is not None:
                    _wrap(current, piece)
                    behind.append(line_no)
                    continue
                current, behind = Record(line_no, "", piece), []
                continue
            body = _unslashed(piece[code.end() + 1 :])
            if code[1] == "88" and current is not None:
                current.more.append(body)
                current.physical += 1
                behind.append(line_no)
                continue
            if current is not None:
                yield current, behind
            current, behind = Record(line_no, code[1], body), []
    if current is not None:
        yield current, behind


def _unslashed(body: str) -> str:
    return body.rstrip().removesuffix("/").rstrip(" \t")


def _wrap(record: Record, piece: str) -> None:
    text = _unslashed(piece).strip()
    if not text:
        return
    if record.more:
        record.more[-1] += f" {text}"
    else:
        record.body += f" {text}"


def minor(column: str, text: str) -> int:
    """Return a signed whole amount; BAI2 writes minor units without a point."""
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) or abs(int(text)) > LARGEST_MINOR:
        raise UnreadableError(column, text, "reject-amount")
    return int(text)


def day(column: str, text: str) -> date:
    """Return a day written YYMMDD; every BAI2 file is of this century."""
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        raise UnreadableError(column, text, "reject-day") from None


def extra_fields(fields: list[str], at: int) -> int | None:
    """Return how many fields follow the funds type at ``at``; None while the stream is too short to tell."""
    if at >= len(fields):
        return None
    funds = fields[at].strip().upper()
    if funds == "D":
        if at + 1 >= len(fields):
            return None
        count = fields[at + 1].strip()
        if not re.fullmatch(r"\d{1,4}", count, re.ASCII):
            raise UnreadableError("Funds Type", f"D,{count}", "reject-value", expected="D,0 … D,9999")
        return 1 + 2 * int(count)
    if funds not in _EXTRA:
        raise UnreadableError("Funds Type", funds, "reject-value", expected="0 1 2 S V D Z")
    return _EXTRA[funds]


@dataclass(frozen=True, slots=True)
class Summary:
    """One status or summary amount of an account record (03): its type code and signed minor units."""

    type_code: str
    minor: int


def summaries(record: Record) -> tuple[str, str, list[Summary]]:
    """Return the account number, its currency (empty: the group's) and all amounts of an account record."""
    fields = record.stream()
    account, currency = fields[0], fields[1] if len(fields) > 1 else ""
    found, at = [], 2
    while at < len(fields):
        code, amount = fields[at], fields[at + 1] if at + 1 < len(fields) else ""
        if amount:
            found.append(Summary(code, minor(code or "Amount", amount)))
        at += 4 + (extra_fields(fields, at + 3) or 0)
    return account, currency.upper(), found


@dataclass(frozen=True, slots=True)
class Detail:
    """One transaction record (16): type code, amount in minor units, value day, the two references and the text."""

    type_code: str
    minor: int
    value_on: date | None
    bank_reference: str
    customer_reference: str
    text: str


def detail(record: Record) -> Detail:
    """Return a transaction; ``UnreadableError`` names the field that does not read.

    Until the text has begun an 88 record goes on with the fields, afterwards with the text, commas and all.
    """
    stream, texts = record.body, []
    for more in record.more:
        if _text_begins(stream) is None:
            stream += f",{more}"
        else:
            texts.append(more.strip())
    fields = stream.split(",")
    begins = _text_begins(stream)
    start = len(fields) if begins is None else begins
    extra = max(0, extra_fields(fields, 2) or 0)
    code, amount = fields[0].strip(), fields[1].strip() if len(fields) > 1 else ""
    if not re.fullmatch(r"\d{3}", code, re.ASCII):
        raise UnreadableError("Type Code", code, "reject-value", expected="100 … 999")
    if not amount and code != WITHOUT_MONEY:
        raise UnreadableError("Amount", "", "reject-empty")
    is_valued = fields[2].strip().upper() == "V" if len(fields) > 2 else False
    valued = fields[3].strip() if is_valued and len(fields) > 3 else ""
    references = [cell.strip() for cell in fields[3 + extra : 5 + extra]] + ["", ""]
    narrative = ",".join(fields[start:]).strip()
    return Detail(
        code,
        minor("Amount", amount or "0"),
        day("Value Date", valued) if valued else None,
        references[0],
        references[1],
        " ".join(" ".join(filter(None, [narrative, *texts])).split()),
    )


def _text_begins(stream: str) -> int | None:
    """Return the place of the text among the fields; None while the stream does not reach it."""
    fields = stream.split(",")
    extra = extra_fields(fields, 2)
    begins = 5 + (extra or 0)
    return begins if extra is not None and len(fields) > begins else None
