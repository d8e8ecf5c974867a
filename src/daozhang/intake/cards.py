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
from collections.abc import Mapping
from typing import Final

from daozhang.intake.card_forms import ALONE, PLAIN_SIGNS, SUSPECT, TRACK_1, TRACK_2, WRITTEN, may_hold_card

MASKED: Final = re.compile(r"\d{6}\*{6}\d{4}~[A-Z2-7]{8}")
SHORTEST_CARD: Final = 13
"""Digits of the shortest card number; no shorter text can hold one."""
_RUN = re.compile(r"(?<![0-9])[0-9]")
_NOT_DIGITS = re.compile(r"[^0-9]+")
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
        return self.cut_form_by_form(text) if len(text) >= SHORTEST_CARD and may_hold_card(text) else text

    def cut_form_by_form(self, text: str) -> str:
        """Return what ``cut`` returns, of any text, without asking first whether it could hold a card number at all."""
        while SUSPECT.search(text) is not None:
            plain = text.translate(PLAIN_SIGNS)
            cut = self._cut_once(plain, text)
            if plain == text or (alone := ALONE.sub(self._alone, cut)) == cut:
                return cut
            text = alone  # what stood beside such a number stands alone now
        return text

    def _cut_once(self, plain: str, text: str) -> str:
        """Return the text with what is written as a card number cut, whatever scripts its digits are of."""
        plain, text = self._without_tracks(plain, text)
        pieces: list[str] = []
        done = place = 0
        while (start := _RUN.search(plain, place)) is not None:
            end = self._card_end(plain, start.start())
            if end:
                digits = _NOT_DIGITS.sub("", plain[start.start() : end])
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

    def _alone(self, run: re.Match[str]) -> str:
        """Return a run of digits of one script, cut when it is a card number though digits of another script touch it."""
        digits = run.group().translate(PLAIN_SIGNS)
        return self.masked(digits) if is_card_number(digits) else run.group()

    @staticmethod
    def is_harmless(number: int | None) -> bool:
        """Return whether a whole number is no card number."""
        return number is None or not is_card_number(str(abs(number)))

    def _card_end(self, plain: str, start: int) -> int:
        """Return where the card number that starts at ``start`` ends, 0 when none does."""
        for form in WRITTEN:
            match = form.match(plain, start)
            if match and is_card_number(_NOT_DIGITS.sub("", match.group())):
                return match.end()
        return 0

    def _without_tracks(self, plain: str, text: str) -> tuple[str, str]:
        for form in (TRACK_1, TRACK_2):
            while (match := form.search(plain)) is not None:
                plain = plain[: match.start()] + plain[match.end() :]
                text = text[: match.start()] + text[match.end() :]
        return plain, text
