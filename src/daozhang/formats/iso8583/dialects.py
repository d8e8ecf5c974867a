"""How a message is written: the UnionPay terminal dialect and three generic forms of the 1987 edition.

A dialect is a table of fields. Decoding proves the dialect: the fields that the bitmap names must use up the message to
its last byte. What a decoder's error carries is the message itself, so no error of it ever leaves this module.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from iso8583.specs import default as ascii_with_binary_bitmap
from iso8583.specs import default_ascii

from daozhang.formats.iso8583.whole import Fields, Spec, fields_of

TPDU_BYTES: Final = 5
TERMINAL_HEADER_BYTES: Final = 6
PADS: Final = ("0", "F", "D")
"""Half bytes that fill an odd number of digits; which one differs from maker to maker."""
_MTI: Final = re.compile(r"0[1-8][0-4][0-5]", re.ASCII)
_NUMERIC: Final = frozenset(
    {*range(2, 34), 49, 50, 51, 53, *range(66, 91), *range(92, 95), 97, 99, 100, 101} - {28, 29, 30, 31}
)
"""Fields of the 1987 edition that hold digits only, two to a byte in its packed form."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to write a message: what stands before it, and the tables that may fit (they differ in padding)."""

    code: str
    body_of: Callable[[bytes], bytes]
    specs: Callable[[], tuple[Spec, ...]]
    mti_of: Callable[[bytes], str]

    def decode(self, data: bytes) -> Fields | None:
        """Return fields by number, the message type under ``t``; None when the bytes are no message of this dialect."""
        body = self.body_of(data)
        if not _MTI.fullmatch(self.mti_of(body)):
            return None
        for spec in self.specs():
            if (fields := fields_of(body, spec)) is not None:
                return fields
        return None


def _packed(field: Mapping[str, Any], *, pad: str, pad_left: bool) -> dict[str, Any]:
    """Return a field of digits two to a byte, its length in digits, packed too."""
    prefix = {0: 0, 2: 1, 3: 2}[field["len_type"]]
    return {
        **field, "data_enc": "b", "len_enc": "bcd", "len_type": prefix, "len_count": "nibbles",
        ("left_pad" if pad_left else "right_pad"): pad,
    }  # fmt: skip


@cache
def _generic_packed() -> tuple[Spec, ...]:
    spec: dict[str, Any] = dict(ascii_with_binary_bitmap)
    for number in range(2, 129):
        name = str(number)
        if number in _NUMERIC:
            spec[name] = _packed(spec[name], pad="0", pad_left=True)
        elif spec[name]["len_type"]:
            spec[name] = {**spec[name], "len_enc": "bcd", "len_type": spec[name]["len_type"] - 1}
    spec["35"] = _packed(default_ascii["35"], pad="0", pad_left=False)
    spec["t"] = {**spec["t"], "data_enc": "b"}
    return (spec, spec | {name: {**spec[name], "right_pad": "F", "left_pad": ""} for name in ("2", "35")})


@cache
def _terminal() -> tuple[Spec, ...]:
    table = (resources.files("daozhang.formats") / "layouts" / "iso8583_unionpay_pos.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    return tuple(_terminal_spec(rows, pad) for pad in PADS)


def _terminal_spec(rows: list[dict[str, str]], pad: str) -> Spec:
    spec: dict[str, Any] = dict(ascii_with_binary_bitmap)
    spec["t"] = {**spec["t"], "data_enc": "b"}
    for row in rows:
        prefix = int(row["prefix"])
        field: dict[str, Any] = {
            "data_enc": "latin-1", "len_enc": "bcd", "len_type": prefix, "max_len": int(row["length"]), "desc": row["name"],
        }  # fmt: skip
        if row["kind"] == "bytes":
            field["data_enc"] = "b"
        elif row["kind"].startswith("bcd"):
            is_left = row["kind"] == "bcd_left" or bool(prefix)
            field |= {
                "data_enc": "b",
                "len_count": "nibbles",
                ("right_pad" if is_left else "left_pad"): pad if prefix else "0",
            }
        spec[row["field"]] = field
    return spec


def _without_tpdu(data: bytes) -> bytes:
    """Return the message behind a TPDU (``60`` and two addresses), the bytes themselves where none stands before it."""
    return data[TPDU_BYTES:] if data[:1] == b"\x60" else data


def _behind_terminal_header(data: bytes) -> bytes:
    """Return the message behind TPDU and terminal header; nothing where they are not there."""
    header = data[TPDU_BYTES : TPDU_BYTES + TERMINAL_HEADER_BYTES]
    return (
        data[TPDU_BYTES + TERMINAL_HEADER_BYTES :] if data[:1] == b"\x60" and header[:1] in b"\x60\x61\x62\x63" else b""
    )


def _packed_mti(body: bytes) -> str:
    return body[:2].hex()


def _text_mti(body: bytes) -> str:
    return body[:4].decode("latin-1")


TERMINAL: Final = Dialect("unionpay_pos", _behind_terminal_header, _terminal, _packed_mti)
GENERIC: Final = (
    Dialect("text", _without_tpdu, lambda: (default_ascii,), _text_mti),
    Dialect("text_binary_bitmap", _without_tpdu, lambda: (ascii_with_binary_bitmap,), _text_mti),
    Dialect("packed", _without_tpdu, _generic_packed, _packed_mti),
)
DIALECTS: Final = (TERMINAL, *GENERIC)


def decode(data: bytes) -> tuple[Dialect, Fields] | None:
    """Return the first dialect that reads the bytes to their end, and the fields; None when none does.

    A two-byte length in front that counts exactly the rest is left out.
    """
    has_length = len(data) > 2 and int.from_bytes(data[:2], "big") == len(data) - 2
    body = data[2:] if has_length else data
    for dialect in DIALECTS:
        if (fields := dialect.decode(body)) is not None:
            return dialect, fields
    return None


def looks_like_message(data: bytes) -> bool:
    """Return whether the bytes begin like a message of any dialect, behind a length or not, read to its end or not."""
    return any(
        _MTI.fullmatch(dialect.mti_of(dialect.body_of(body))) for body in (data, data[2:]) for dialect in DIALECTS
    )
