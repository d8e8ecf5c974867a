"""The card guard: a card number is cut to its first 6 and last 4 digits and a keyed token before anything leaves the reader.

The token is an HMAC with a key of the workspace, so the same number always gives the same text and rows stay joinable,
while nobody without the key can try numbers. Track data is dropped altogether; columns that carry security codes,
PIN blocks or expiry dates are dropped by name (``is_forbidden_column``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

MASKED: Final = re.compile(r"\d{6}\*{6}\d{4}~[A-Z2-7]{8}")
SHORTEST_CARD: Final = 13
"""Digits of the shortest card number; no shorter text can hold one."""
_OTHER_DIGITS: Final = "０-９٠-٩۰-۹०-९০-৯๐-๙𝟎-𝟿"
"""Digits beyond ASCII that people and programs write: full-width, Arabic, Persian, Indian, Thai, mathematical."""
_BLANKS: Final = " \t\n\r\x0b\x0c\x85\xa0\u2002\u2003\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u3000"
_DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
_MARKS: Final = "._/,·"
_BETWEEN: Final = "[" + _BLANKS + "\\" + _DASHES + _MARKS + "]{1,2}"
"""What may stand between the groups of a card number; a line end may be two signs."""
SUSPECT_SQL: Final = (
    "(?:^|[^0-9])(?:4[0-9]{12}(?:[0-9]{3}){0,2}|3[47][0-9]{13}|3[0568](?:[0-9]{12}|[0-9]{14,17})|5[1-5][0-9]{14}"
    "|2[2-7][0-9]{14}|6[0-9]{15,18})(?:[^0-9]|$)"
    f"|[0-9]{{4}}{_BETWEEN}[0-9]{{4,6}}{_BETWEEN}[0-9]{{4}}|[0-9]{{6}}{_BETWEEN}[0-9]{{10}}|[{_OTHER_DIGITS}]{{4}}"
)
"""What a cell must hold (RE2) before it is worth looking at one by one: digits of an issuer's prefix and length, or
digits in the groups that cards are printed in, or digits beyond ASCII."""

_SUSPECT = re.compile(f"[0-9{_OTHER_DIGITS}](?:(?:{_BETWEEN})?[0-9{_OTHER_DIGITS}]){{12}}")


def _plain_signs() -> dict[int, str]:
    """Return what every sign is read as, one for one: digits as ASCII, blanks as a space, line ends as one, dashes as ``-``."""
    signs = dict.fromkeys(_BLANKS, " ") | dict.fromkeys("\n\r\x85\u2028\u2029", "\n") | dict.fromkeys(_DASHES, "-")
    for first, last in re.findall("(.)-(.)", _OTHER_DIGITS):
        signs |= {chr(code): str(unicodedata.decimal(chr(code))) for code in range(ord(first), ord(last) + 1)}
    return {ord(sign): plain for sign, plain in signs.items()}


_PLAIN_DIGITS: Final = _plain_signs()
_GROUPED = (
    r"[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{1,3}}",
    r"[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{1,7}}",
    r"[0-9]{{4}}{0}[0-9]{{6}}{0}[0-9]{{4,5}}",
)
_BLANK = r"[ \n]{1,2}"
_WRITTEN = tuple(
    re.compile(
        form + r"(?![0-9]|\*{6}[0-9]{4}~)"
    )  # the first digits of a number that is cut already are no part of another
    for form in (
        r"[0-9]{13,19}",
        *(form.format(between) for form in _GROUPED for between in (_BLANK, *map(re.escape, "-" + _MARKS))),
        rf"[0-9]{{6}}(?:{_BLANK}|-)[0-9]{{10,13}}",  # with a point it would be an amount with many decimals
        r"[0-9]{1,3}(?:,[0-9]{3}){4,5}\.[0-9]{2}",
        r"[0-9]{1,3}(?:,[0-9]{3}){4,6}",  # what stood where an amount belongs and was written as one
        r"(?=[0-9\n]{14,21}(?![0-9\n]))[0-9]{1,18}\n{1,2}[0-9]{1,18}",
    )
)
"""The ways a card number is written: in one run, in groups with the same sign between them, broken once by a line end."""
_RUN = re.compile(r"(?<![0-9])[0-9]")
_TRACKS = (
    re.compile(r"%?[A-Za-z][0-9 ]{12,23}\^[^^?]{2,40}\^[0-9 ]{4,}[^?]*\??"),
    re.compile(r";?[0-9]{12,19}=[0-9]{4,}[^?\s,;]*\??"),
)
_FORBIDDEN = frozenset(
    {
        "cvv", "cvv2", "cvn", "cvn2", "cvc", "cvc2", "cid", "安全码", "pin", "pinblock", "pindata", "密码", "个人标识码",
        "expiry", "expirydate", "expiration", "expirationdate", "expdate", "exp", "validthru", "有效期", "卡有效期",
        "track", "track1", "track2", "track3", "trackdata", "磁道", "磁道信息", "一磁道", "二磁道", "三磁道",
    }
)  # fmt: skip


def is_forbidden_column(name: str) -> bool:
    """Return whether a column of this name carries data that may never be kept: security code, PIN, expiry, track."""
    return re.sub(r"[\W_]+", "", name).lower() in _FORBIDDEN


def is_card_number(digits: str) -> bool:
    """Return whether the digits are a card number: an issuer's prefix and length, and the Luhn check digit.

    Prefix 62 (UnionPay) with 16 to 19 digits counts without Luhn, since some issuers do not keep it. Fifteen digits
    are an American Express number only: that is also the length of a merchant number of a Chinese acquirer (ISO 8583
    field 42), many of which start with 30 or 35.
    """
    size = len(digits)
    if not 13 <= size <= 19:
        return False
    if digits.startswith("62") and size >= 16:
        return True
    return _has_issuer(digits, size) and _luhn(digits)


def _has_issuer(digits: str, size: int) -> bool:
    first, two = digits[0], digits[:2]
    if two in {"34", "37"}:
        return size == 15
    if two in {"30", "35", "36", "38"}:
        return size >= 14 and size != 15
    if first == "4":
        return size in {13, 16, 19}
    if first == "5":
        return size == 16 and "1" <= digits[1] <= "5"
    if first == "2":
        return size == 16 and "2" <= digits[1] <= "7"
    return first == "6" and size >= 16


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = ord(digit) - 48
        total += value if place % 2 == 0 else (value * 2 - 9 if value > 4 else value * 2)
    return total % 10 == 0


class CardGuard:
    """Cuts card numbers out of texts with one key of the workspace."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, digits: str) -> str:
        """Return the eight-character keyed token of a card number."""
        return base64.b32encode(hmac.digest(self._key, digits.encode("ascii"), hashlib.sha256)).decode("ascii")[:8]

    def masked(self, digits: str) -> str:
        """Return ``first6******last4~token``."""
        return f"{digits[:6]}******{digits[-4:]}~{self.token(digits)}"

    def cut(self, text: str) -> str:
        """Return the text without track data and with every card number cut; the very same text when it has none."""
        if len(text) < SHORTEST_CARD or _SUSPECT.search(text) is None:
            return text
        plain = text.translate(_PLAIN_DIGITS)
        plain, text = self._without_tracks(plain, text)
        pieces: list[str] = []
        done = place = 0
        while (start := _RUN.search(plain, place)) is not None:
            end = self._card_end(plain, start.start())
            if end:
                digits = re.sub(r"[^0-9]", "", plain[start.start() : end])
                pieces += [text[done : start.start()], self.masked(digits)]
                done = place = end
            else:
                place = start.end()
        return "".join((*pieces, text[done:]))

    def cut_facts(self, facts: Mapping[str, object]) -> dict[str, object]:
        """Return facts of a message with every text in them cut; anything but text and whole numbers becomes text.

        A whole number that could be a card number becomes a text that is cut.
        """
        return {
            name: value if isinstance(value, int) and self.is_harmless(value) else self.cut(str(value))
            for name, value in facts.items()
        }

    @staticmethod
    def is_harmless(number: int | None) -> bool:
        """Return whether a whole number is no card number."""
        return number is None or not is_card_number(str(abs(number)))

    def _card_end(self, plain: str, start: int) -> int:
        """Return where the card number that starts at ``start`` ends, 0 when none does."""
        for form in _WRITTEN:
            match = form.match(plain, start)
            if match and is_card_number(re.sub(r"[^0-9]", "", match.group())):
                return match.end()
        return 0

    def _without_tracks(self, plain: str, text: str) -> tuple[str, str]:
        for form in _TRACKS:
            while (match := form.search(plain)) is not None:
                plain = plain[: match.start()] + plain[match.end() :]
                text = text[: match.start()] + text[match.end() :]
        return plain, text
