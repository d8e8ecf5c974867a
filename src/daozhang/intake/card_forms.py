"""How card numbers are written, as patterns: the exact forms that are cut, and quick tests of what could hold one at all.

A quick test may be wrong in one direction only: what it lets pass, the exact forms do not cut. So a text that passes is
done after one search, and only the few that do not are looked at form by form.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_OTHER_DIGITS: Final = "０-９٠-٩۰-۹०-९০-৯๐-๙𝟎-𝟿"
"""Digits beyond ASCII that people and programs write: full-width, Arabic, Persian, Indian, Thai, mathematical."""
_BLANKS: Final = " \t\n\r\x0b\x0c\x85\xa0\u2002\u2003\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u3000"
_LINE_ENDS: Final = "\n\r\x85\u2028\u2029"
_DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
_MARKS: Final = "._/,·"
_BETWEEN: Final = "[" + _BLANKS + "\\" + _DASHES + _MARKS + "]{1,2}"
"""What may stand between the groups of a card number; a line end may be two signs."""


def _plain_signs() -> dict[int, str]:
    """Return what every sign is read as, one for one: digits as ASCII, blanks as a space, line ends as one, dashes as ``-``."""
    signs = dict.fromkeys(_BLANKS, " ") | dict.fromkeys(_LINE_ENDS, "\n") | dict.fromkeys(_DASHES, "-")
    for first, last in re.findall("(.)-(.)", _OTHER_DIGITS):
        signs |= {chr(code): str(unicodedata.decimal(chr(code))) for code in range(ord(first), ord(last) + 1)}
    return {ord(sign): plain for sign, plain in signs.items()}


PLAIN_SIGNS: Final = _plain_signs()
"""For ``str.translate``: every sign as it is read."""
_WIDE: Final = re.compile("[" + "".join(re.escape(chr(code)) for code in PLAIN_SIGNS if code > 127) + "]")

ALONE: Final = re.compile(
    "|".join(f"(?<![{one}])[{one}]{{13,19}}(?![{one}])" for one in ("0-9", *re.findall(".-.", _OTHER_DIGITS)))
)
"""A run of digits of one script, whatever digits of another script stand directly beside it."""

_BLANK: Final = r"[ \n]{1,2}"
_GROUPED: Final = (
    r"[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{1,3}}",
    r"[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{4}}{0}[0-9]{{1,7}}",
    r"[0-9]{{4}}{0}[0-9]{{6}}{0}[0-9]{{4,5}}",
)
WRITTEN: Final = tuple(
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
TRACK_1: Final = re.compile(r"%?[A-Za-z][0-9 ]{12,23}\^[^^?]{2,40}\^[0-9 ]{4,}[^?]*\??")
TRACK_2: Final = re.compile(r";?[0-9]{12,19}=(?![0-9]{6}\*{6}[0-9]{4}~)[0-9]{4,}[^?\s,;]*\??")

SUSPECT: Final = re.compile(f"[0-9{_OTHER_DIGITS}](?:(?:{_BETWEEN})?[0-9{_OTHER_DIGITS}]){{12}}")
"""Thirteen digits with at most two signs between them: a text without them is left alone, whatever else it looks like."""
_MAYBE: Final = re.compile(
    # A set in front lets the search leap; the run of digits must begin here, with digits that an issuer has.
    r"[2-6](?<![0-9].)(?:(?<=[46])|(?<=2)(?=[2-7,\n\r])|(?<=3)(?=[04-8,\n\r])|(?<=5)(?=[1-5,\n\r]))(?:"
    rf"[0-9]{{3}}{_BETWEEN}(?:[0-9]{{4}}{_BETWEEN}[0-9]{{4}}{_BETWEEN}|[0-9]{{6}}{_BETWEEN}[0-9]{{4}})"
    rf"|[0-9]{{12,18}}(?![0-9])|[0-9]{{5}}{_BETWEEN}[0-9]{{10}}|[0-9]{{0,2}}(?:,[0-9]{{3}}){{4}}|[0-9]{{0,17}}[\n\r][\n\r0-9])"
)

_LINE_END: Final = f"[{_LINE_ENDS}]"
SUSPECT_SQL: Final = (
    "(?:^|[^0-9])(?:4[0-9]{12}(?:[0-9]{3}){0,2}|3[47][0-9]{13}|3[0568](?:[0-9]{12}|[0-9]{14,17})|5[1-5][0-9]{14}"
    "|2[2-7][0-9]{14}|6[0-9]{15,18})(?:[^0-9]|$)"
    f"|(?:^|[^0-9])[2-6](?:[0-9]{{3}}{_BETWEEN}[0-9]{{4,6}}{_BETWEEN}[0-9]{{4}}|[0-9]{{5}}{_BETWEEN}[0-9]{{10}}"
    f"|[0-9]{{0,2}}(?:,[0-9]{{3}}){{4}}|[0-9]{{0,17}}{_LINE_END}{{1,2}}[0-9])"
    f"|[0-9]{{12}}=[0-9]{{4}}|[A-Za-z][0-9 ]{{12,23}}\\^|[{_OTHER_DIGITS}]"
)
"""What a cell must hold (RE2) before it is worth looking at one by one: digits of an issuer's prefix and length, digits in
the groups that cards are printed in, broken by a line end or written as an amount, track data, or digits beyond ASCII."""


def may_hold_card(text: str) -> bool:
    """Return False only of a text that holds neither track data nor a card number in any form."""
    plain = text if text.isascii() or _WIDE.search(text) is None else text.translate(PLAIN_SIGNS)
    return (
        _MAYBE.search(plain) is not None
        or (plain is not text and ALONE.search(text) is not None)
        or ("=" in plain and TRACK_2.search(plain) is not None)
        or ("^" in plain and TRACK_1.search(plain) is not None)
    )
