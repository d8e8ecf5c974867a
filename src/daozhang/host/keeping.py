"""Message → what the journal may hold of it: the last four digits of the card, and no track, PIN, expiry or chip data.

A message cut this way is still a message of its dialect, so that the journal is read like any other log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from daozhang.formats.iso8583.messages import DETAIL_DIGITS, KEPT, TOTALS_DIGITS
from daozhang.formats.iso8583.whole import Fields
from daozhang.intake.cards import is_card_number

_PLAIN: Final = frozenset({*KEPT, "t", "70"})
_CARD = slice(8, 28)
"""Where the card number stands in the 40 digits of an uploaded payment: behind card type 2 and trace number 6."""
_ORIGINAL_DIGITS: Final = 20
"""Type, trace number and moment of field 90; the institutions behind them are not needed."""


def kept(fields: Mapping[str, str], *, is_terminal: bool) -> Fields:
    """Return the fields that may be kept, the card number cut to its last four digits behind zeros.

    A field that is no place for a card number and looks like one all the same is left out.
    """
    found = {name: text for name, text in fields.items() if name in _PLAIN and not is_card_number(text.strip())}
    number = re.split("[=D]", fields.get("2") or fields.get("35", ""))[0].strip().rstrip("F")
    if len(number) > 4:
        found["2"] = number[-4:].zfill(min(len(number), 19))
    for name, cut in (("48", _field_48), ("60", _field_60), ("61", _field_61), ("90", _field_90)):
        if name in fields and (text := cut(fields, is_terminal=is_terminal)):
            found[name] = text
    return found


def details_of(digits: str) -> list[str]:
    """Return the payments of an upload, 40 digits each; none where the field holds something else."""
    if not digits.isdigit() or len(digits) < 2 + DETAIL_DIGITS or len(digits) != 2 + int(digits[:2]) * DETAIL_DIGITS:
        return []
    return [digits[at : at + DETAIL_DIGITS] for at in range(2, len(digits), DETAIL_DIGITS)]


def _field_48(fields: Mapping[str, str], *, is_terminal: bool) -> str:
    """Return the totals of a batch, the count of an upload's end, or its payments with their card numbers cut."""
    text, group = fields["48"], fields["t"][1]
    if not is_terminal or not text.isdigit():
        return ""
    if group == "5":
        return text if len(text) == TOTALS_DIGITS else ""
    if group == "3":
        cut = [f"{one[: _CARD.start]}{one[_CARD][-4:].zfill(20)}{one[_CARD.stop :]}" for one in details_of(text)]
        return text[:2] + "".join(cut) if cut else text[:4]
    return ""


def _field_60(fields: Mapping[str, str], *, is_terminal: bool) -> str:
    """Return kind, batch and management code of a terminal; the batch alone of a switch's settlement."""
    text = fields["60"]
    size = 11 if is_terminal else 6 if fields["t"][1] == "5" else 0
    return text[:size] if text[:size].isdigit() else ""


def _field_61(fields: Mapping[str, str], *, is_terminal: bool) -> str:
    """Return batch and trace number of the payment a terminal takes back."""
    return fields["61"][:12] if is_terminal and fields["61"][:12].isdigit() else ""


def _field_90(fields: Mapping[str, str], *, is_terminal: bool) -> str:
    """Return type, trace number and moment of the payment a switch takes back, the rest as zeros."""
    text = fields["90"]
    return "" if is_terminal or not text.isdigit() else text[:_ORIGINAL_DIGITS].ljust(42, "0")
