"""A JSON answer as a table: the objects of its first list are the rows, the names inside them the columns.

An inner object's names are joined by points (``amount_money.amount``). Numbers stay the text they are written as.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Source
from daozhang.formats.decoding import decode, peek
from daozhang.formats.lines import Columns, Record

_DEEPEST: Final = 6
_MOST_COLUMNS: Final = 400
_NAME: Final = re.compile(r'"([A-Za-z_][A-Za-z0-9_]{0,80})"\s*:')


def is_json(source: Source) -> bool:
    """Return whether a file begins like a JSON object or list."""
    return source.head(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def names_in(source: Source) -> frozenset[str]:
    """Return the names that the beginning of a file uses, to know it by; empty when it is no JSON."""
    return frozenset(_NAME.findall(peek(source))) if is_json(source) else frozenset()


def table_of(source: Source) -> tuple[Columns, list[Record]]:
    """Return the columns and the records of a JSON file; record numbers count the objects from 1."""
    try:
        data = json.loads(decode(source.data), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise InputError("input-json", line=getattr(error, "lineno", 1)) from error
    rows = [dict(_flat(one, "", 0)) for one in _rows(data)]
    names = list(dict.fromkeys(name for row in rows for name in row))[:_MOST_COLUMNS]
    records = []
    for number, row in enumerate(rows, 1):
        cells = tuple(row.get(name, "") for name in names)
        records.append(Record(number, cells, " ".join(filter(None, cells))))
    return Columns({name: place for place, name in enumerate(names)}, len(names)), records


def _rows(data: object) -> list[dict[str, object]]:
    """Return the first list of objects, the outermost first; an object without a list is one row itself."""
    level: list[object] = [data]
    for _ in range(3):
        for one in level:
            if isinstance(one, list) and one and all(isinstance(row, dict) for row in one):
                return [row for row in one if isinstance(row, dict)]
        level = [inner for one in level if isinstance(one, dict) for inner in one.values()]
    if isinstance(data, dict):
        inner = [one for one in data.values() if isinstance(one, dict)]
        return [inner[0] if len(inner) == 1 else data]
    return []


def _flat(row: dict[str, object], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, f"{prefix}{name}.", depth + 1)
        elif isinstance(value, bool):
            yield prefix + name, "true" if value else "false"
        elif isinstance(value, str):
            yield prefix + name, value
