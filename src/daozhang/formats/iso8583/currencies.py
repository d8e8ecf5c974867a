"""ISO 4217 numbers, as messages and clearing files of card networks carry them."""

from __future__ import annotations

from typing import Final

from daozhang.formats.cells import UnreadableError

_CODES: Final = {
    "036": "AUD", "048": "BHD", "124": "CAD", "156": "CNY", "208": "DKK", "344": "HKD", "356": "INR", "360": "IDR", "376": "ILS",
    "392": "JPY", "400": "JOD", "410": "KRW", "414": "KWD", "446": "MOP", "458": "MYR", "484": "MXN", "512": "OMR", "554": "NZD",
    "578": "NOK", "608": "PHP", "634": "QAR", "643": "RUB", "682": "SAR", "702": "SGD", "704": "VND", "710": "ZAR", "752": "SEK",
    "756": "CHF", "764": "THB", "784": "AED", "788": "TND", "818": "EGP", "826": "GBP", "840": "USD", "901": "TWD", "946": "RON",
    "949": "TRY", "975": "BGN", "978": "EUR", "985": "PLN", "986": "BRL",
}  # fmt: skip


def currency_of(number: str, column: str = "49") -> str | None:
    """Return the three letters of a currency number, None when the field is empty; a number that is not known is a reject."""
    if not number.strip():
        return None
    code = _CODES.get(number) or (
        number if number.isascii() and number.isalpha() and number.isupper() and len(number) == 3 else None
    )
    if code is None:
        raise UnreadableError(column, number, "reject-currency")
    return code
