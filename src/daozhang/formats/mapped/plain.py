"""A mapping ⇄ plain data (dict, list, str, int, bool), both ways exact. Whatever is not expected is an error with its place.

A mapping may come from a stranger's file: every text, list and count is bounded here, and nothing of it is ever run.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, Field, fields
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from daozhang.errors import InputError
from daozhang.formats.mapped.spec import Amount, Check, ColumnRule, FileShape, Kept, Mapping, Moment, TableRule

LONGEST_TEXT: Final = 300
MOST_ENTRIES: Final = 600
"""Entries of one list or table: columns of a wide file, or cells that are translated."""
MOST_IN_ALL: Final = 20_000
"""Texts of one mapping altogether."""

_PARTS: Final = (Amount, Check, ColumnRule, FileShape, Kept, Mapping, Moment, TableRule)
_PAIRS_OF_TEXT: Final = tuple[tuple[str, str], ...]
_PAIRS_OF_RULES: Final = tuple[tuple[str, ColumnRule], ...]


def to_plain(value: object) -> Any:  # noqa: ANN401 - a table, a list or a plain value
    """Return a mapping (or a part of one) as plain data; what stands at its default is left out."""
    if isinstance(value, _PARTS):
        kept: dict[str, object] = {}
        for name, (part, hint) in _named_parts(type(value)):
            inner = getattr(value, name)
            if inner != part.default:
                kept[name] = {key: to_plain(one) for key, one in inner} if _is_pairs(hint) else to_plain(inner)
        return kept
    return [to_plain(one) for one in value] if isinstance(value, tuple) else value


def from_plain(data: object) -> Mapping:
    """Return the mapping that plain data describes; ``InputError`` names the place of what does not belong."""
    counter = _Counter()
    found = _part(Mapping, data, "", counter)
    assert isinstance(found, Mapping)
    return found


class _Counter:
    """Counts the texts of one mapping."""

    def __init__(self) -> None:
        self.texts = 0

    def text(self, value: object, place: str) -> str:
        self.texts += 1
        if not isinstance(value, str):
            raise InputError("input-mapping-value", place=place, value=_shown(value), expected="text")
        if len(value) > LONGEST_TEXT or self.texts > MOST_IN_ALL:
            raise InputError("input-mapping-large", place=place, limit=LONGEST_TEXT)
        if any(0xD800 <= ord(sign) <= 0xDFFF or sign == "\0" for sign in value):
            raise InputError("input-mapping-value", place=place, value=_shown(value), expected="text")
        return value


def _part(kind: type, data: object, place: str, counter: _Counter) -> object:
    table = _table(data, place)
    known = dict(_named_parts(kind))
    for key in table:
        if key not in known:
            raise InputError("input-mapping-key", place=_join(place, _shown(key)), known=", ".join(known))
    values: dict[str, object] = {}
    for name, (part, hint) in known.items():
        if name in table:
            values[name] = _value(hint, table[name], _join(place, name), counter)
        elif part.default is MISSING:
            raise InputError("input-mapping-missing", place=_join(place, name))
    made: object = kind(**values)
    return made


def _value(hint: object, data: object, place: str, counter: _Counter) -> object:
    if hint is str:
        return counter.text(data, place)
    if hint is bool:
        return _exactly(bool, data, place, "true, false")
    if hint is int:
        return _exactly(int, data, place, "a whole number")
    if _is_pairs(hint):
        inner: object = str if hint == _PAIRS_OF_TEXT else ColumnRule
        table = _table(data, place)
        return tuple(
            (counter.text(key, place), _value(inner, one, _join(place, str(key)), counter))
            for key, one in table.items()
        )
    if isinstance(hint, type) and hint in _PARTS:
        return _part(hint, data, place, counter)
    assert get_origin(hint) is tuple, hint
    return tuple(
        _value(get_args(hint)[0], one, f"{place}[{number}]", counter) for number, one in enumerate(_list(data, place))
    )


def _exactly(kind: type, data: object, place: str, expected: str) -> object:
    if type(data) is not kind or (isinstance(data, int) and abs(data) > 10**6):
        raise InputError("input-mapping-value", place=place, value=_shown(data), expected=expected)
    return data


def _table(data: object, place: str) -> dict[Any, object]:
    if not isinstance(data, dict):
        raise InputError("input-mapping-value", place=place or "mapping", value=_shown(data), expected="a table")
    if len(data) > MOST_ENTRIES:
        raise InputError("input-mapping-large", place=place or "mapping", limit=MOST_ENTRIES)
    return data


def _list(data: object, place: str) -> list[object]:
    if not isinstance(data, list):
        raise InputError("input-mapping-value", place=place, value=_shown(data), expected="a list")
    if len(data) > MOST_ENTRIES:
        raise InputError("input-mapping-large", place=place, limit=MOST_ENTRIES)
    return data


def _is_pairs(hint: object) -> bool:
    return hint in {_PAIRS_OF_TEXT, _PAIRS_OF_RULES}


def _named_parts(kind: type) -> tuple[tuple[str, tuple[Field[Any], object]], ...]:
    return _NAMED[kind]


def _without_none(hint: object) -> object:
    if get_origin(hint) in {Union, types.UnionType}:
        return next(one for one in get_args(hint) if one is not type(None))
    return hint


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else type(value).__name__ if isinstance(value, dict | list) else str(value)
    return "".join(sign if sign.isprintable() else "�" for sign in text[:60])


def _hinted(kind: type) -> tuple[tuple[str, tuple[Field[Any], object]], ...]:
    hints = get_type_hints(kind)
    return tuple((part.name, (part, _without_none(hints[part.name]))) for part in fields(kind))


_NAMED: Final[dict[type, tuple[tuple[str, tuple[Field[Any], object]], ...]]] = {kind: _hinted(kind) for kind in _PARTS}
