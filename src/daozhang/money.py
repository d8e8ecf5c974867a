"""Whole minor units with a currency beside them; nothing here ever passes through a float.

Signs are towards the merchant: a sale is positive, a refund negative, a negative gap means out of pocket.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

MINOR_DIGITS: Final = {
    "CNY": 2, "USD": 2, "EUR": 2, "GBP": 2, "HKD": 2, "CHF": 2, "SEK": 2, "JPY": 0, "KRW": 0, "VND": 0,
    "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip
"""Decimal places of a currency (ISO 4217). A currency that is not listed has two, like most."""

SYMBOLS: Final = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}

_PLAIN = re.compile(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+")


def digits_of(currency: str) -> int:
    """Return how many decimal places one unit of ``currency`` has."""
    return MINOR_DIGITS.get(currency, 2)


def to_minor(text: str, currency: str = "CNY") -> int | None:
    """Return the amount written in major units as whole minor units, or None when it is not an amount.

    Thousands commas are accepted where they stand in threes; a full-width sign or a ``¥`` in front too.
    An amount finer than one minor unit is accepted only when the rest is zero: nothing is ever rounded away here.
    """
    cleaned = (
        text.strip().replace("\u2212", "-").replace("￥", "").replace("¥", "").replace("＋", "+").replace("－", "-")
    )
    if "," in cleaned:
        if not re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", cleaned):
            return None
        cleaned = cleaned.replace(",", "")
    if not _PLAIN.fullmatch(cleaned):
        return None
    try:
        scaled = Decimal(cleaned).scaleb(digits_of(currency))
    except InvalidOperation:
        return None
    whole = int(scaled)
    return whole if scaled == whole else None


def to_text(minor: int, currency: str = "CNY", *, sign: bool = False, symbol: bool = True) -> str:
    """Return an amount as people write it: ``¥1,234.50``, ``-¥0.08``; with ``sign`` also ``+¥3.00``."""
    digits = digits_of(currency)
    whole, rest = divmod(abs(minor), 10**digits)
    body = f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "")
    mark = "-" if minor < 0 else "+" if sign and minor > 0 else ""
    front = SYMBOLS.get(currency, "") if symbol else ""
    tail = f" {currency}" if symbol and not front else ""
    return f"{mark}{front}{body}{tail}"


def share_of(amount_minor: int, rate_bp: Decimal | int, rounding: str = "half_up") -> int:
    """Return ``amount_minor`` × ``rate_bp`` / 10 000 in minor units, rounded ``half_up`` (away from zero) or ``half_even``.

    The sign follows the amount. At 60 bp 125 fen cost 1 fen (0.75 rounded) and 375 fen cost 2 (2.25 rounded).
    """
    mode = ROUND_HALF_UP if rounding == "half_up" else ROUND_HALF_EVEN
    return int((Decimal(amount_minor) * Decimal(rate_bp) / 10_000).quantize(Decimal(1), rounding=mode))
