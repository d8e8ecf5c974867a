"""Messages of terminals and switches put together byte by byte, without the tables that read them."""

from __future__ import annotations

from collections.abc import Mapping

TPDU = bytes.fromhex("6000030000")
HEADER = bytes.fromhex("613100310000")
DIGITS = {3: 6, 4: 12, 7: 10, 11: 6, 12: 6, 13: 4, 14: 4, 15: 4, 25: 2}
COUNTED = {2: 1, 32: 1, 35: 1, 48: 2, 60: 2, 61: 2}
TEXT = {37: 12, 38: 6, 39: 2, 41: 8, 42: 15, 49: 3}


def packed(digits: str, *, left: bool = False, pad: str = "0") -> bytes:
    """Return digits two to a byte; an odd number is filled in front, or behind when ``left``."""
    if len(digits) % 2:
        digits = digits + pad if left else pad + digits
    return bytes.fromhex(digits)


def counted(value: bytes, size: int, width: int) -> bytes:
    """Return a value behind its length as packed digits of ``width`` bytes."""
    return bytes.fromhex(f"{size:0{2 * width}d}") + value


def terminal_field(number: int, value: str, pad: str) -> bytes:
    """Return one field as a terminal writes it; PIN is eight bytes, 22 is filled behind."""
    if number in DIGITS:
        return packed(value.zfill(DIGITS[number]))
    if number in TEXT:
        return value.ljust(TEXT[number]).encode()
    if number in COUNTED:
        return counted(packed(value, left=True, pad=pad), len(value), COUNTED[number])
    return {22: packed(value, left=True), 52: bytes.fromhex(value) if number == 52 else b""}[number]


def bitmap(numbers: Mapping[int, str], bits: int = 64) -> bytes:
    return sum(1 << (bits - number) for number in numbers).to_bytes(bits // 8, "big")


def terminal(mti: str, fields: Mapping[int, str], *, pad: str = "0") -> bytes:
    """Return a message of a UnionPay terminal: TPDU, header, packed type, bitmap of 64, fields."""
    body = b"".join(terminal_field(number, fields[number], pad) for number in sorted(fields))
    return TPDU + HEADER + bytes.fromhex(mti) + bitmap(fields) + body


LL = {2: 2, 32: 2, 35: 2, 48: 3, 60: 3, 63: 3}
SWITCH = {**DIGITS, **TEXT, 22: 3, 66: 1, 74: 10, 75: 10, 76: 10, 77: 10, 86: 16, 87: 16, 88: 16, 89: 16, 90: 42}


def switch(mti: str, fields: Mapping[int, str]) -> bytes:
    """Return a message of the generic dialect in text: type, bitmap in hex, fields as characters."""
    present = {number: value for number, value in fields.items() if value is not None}
    bits = 128 if any(number > 64 for number in present) else 64
    marked = {1: "", **present} if bits == 128 else present
    out = mti + bitmap(marked, bits).hex().upper()
    for number in sorted(present):
        value = present[number]
        out += f"{len(value):0{LL[number]}d}{value}" if number in LL else value.ljust(SWITCH[number])
    return out.encode("ascii")


def framed(*messages: bytes) -> bytes:
    """Return messages behind two-byte lengths."""
    return b"".join(len(one).to_bytes(2, "big") + one for one in messages)


BASE = {
    3: "000000",
    4: "10000",
    11: "000001",
    22: "051",
    25: "00",
    41: "12345678",
    42: "898310058120001",
    49: "156",
    60: "22000021000601",
}


def sale(trace: str, fen: int, **more: str) -> dict[int, str]:
    """Return the fields of a sale with a card number that must never leave."""
    named = {int(name.removeprefix("f")): value for name, value in more.items()}
    return {
        **BASE,
        2: "6222021234567890123",
        11: trace,
        4: str(fen),
        14: "2912",
        35: "6222021234567890123D29122010000012300",
        52: "0123456789ABCDEF",
        **named,
    }


def answer(asked: Mapping[int, str], code: str, **more: str) -> dict[int, str]:
    """Return the fields of an answer: what was asked without secrets, local time, reference number, code."""
    kept = {number: asked[number] for number in (2, 3, 4, 11, 25, 41, 42, 49, 60) if number in asked}
    named = {int(name.removeprefix("f")): value for name, value in more.items()}
    return {**kept, 12: "101530", 13: "0615", 32: "48981000", 37: f"101530{asked[11]}", 39: code, **named}


def totals(debit: int, debits: int, credit: int, refunds: int, verdict: str) -> str:
    """Return field 48 of a batch settlement: home and abroad, 62 digits."""
    return f"{debit:012d}{debits:03d}{credit:012d}{refunds:03d}{verdict}" + "0" * 30 + verdict
