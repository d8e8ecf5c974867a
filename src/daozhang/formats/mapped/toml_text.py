"""A mapping's plain data as TOML a person can read: one line per column rule. Reading it back gives the same data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SHORT: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def toml_of(data: dict[str, Any]) -> str:
    """Return the TOML text of a mapping's plain data (``plain.to_plain``)."""
    lines = [
        f"{_key(name)} = {_inline(value)}" for name, value in data.items() if name not in {"shape", "tables", "checks"}
    ]
    lines += ["", "[shape]", *_lines(data["shape"])]
    for check in data.get("checks", ()):
        lines += ["", "[[checks]]", *_lines(check)]
    for table in data["tables"]:
        lines += ["", "[[tables]]", *_lines({name: value for name, value in table.items() if name != "columns"})]
        lines += ["", "[tables.columns]", *_lines(table["columns"])]
    return "\n".join(lines) + "\n"


def _lines(table: dict[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        yield f"{_key(name)} = {_inline(value)}"


def _inline(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return "[" + ", ".join(_inline(one) for one in value) + "]"
    assert isinstance(value, dict)
    inner = ", ".join(f"{_key(name)} = {_inline(one)}" for name, one in value.items())
    return "{ " + inner + " }" if inner else "{}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    return '"' + "".join(_sign(sign) for sign in text) + '"'


def _sign(sign: str) -> str:
    if sign in _SHORT:
        return _SHORT[sign]
    return f"\\u{ord(sign):04X}" if ord(sign) < 0x20 or ord(sign) == 0x7F else sign
