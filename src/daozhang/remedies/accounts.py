"""What can be checked of a settlement account before anybody sends money to it, each fault with the sign that is wrong.

Numbers: Luhn (ISO/IEC 7812-1) and the issuer's lengths for cards, ISO 7064 MOD 97-10 for IBANs, ISO 7064 MOD 11,10 for the
twelve-digit bank number 联行号 (held against 35 published numbers), GB 32100-2015 for the unified social credit code. Names
are compared sign by sign with the licence, since that is how a bank compares them. Nothing here keeps or prints a number.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from daozhang.money import to_text

KINDS: Final = ("corporate", "personal", "personal_class_ii", "personal_class_iii")
"""Kinds of account: 对公, 个人一类, 二类, 三类."""

DAY_LIMIT_MINOR: Final = {"personal_class_ii": 10_000_00, "personal_class_iii": 2_000_00}
"""Most that may be paid into an account of the class on one day from a party that is not the holder's own account, fen
(银发〔2016〕302号). A bank may allow less."""

CREDIT_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Signs of the unified social credit code by value; I, O, S, V and Z are not used."""

_CREDIT_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_BRACKETS: Final = {
    "(": "（",
    ")": "）",
    "[": "（",
    "]": "）",
    "［": "（",
    "］": "）",
    "【": "（",
    "】": "）",
    "〔": "（",
    "〕": "）",
}
_UNSEEN: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which field of the form, the text key that says so (``account-fault-…``), and its facts."""

    where: str
    key: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """An account as somebody typed it, and what the licence says. ``day_minor`` is what a busy day pays, fen; 0: unknown."""

    number: str
    holder: str
    kind: str
    bank_code: str = ""
    licence_name: str = ""
    legal_person: str = ""
    credit_code: str = ""
    day_minor: int = 0


def faults(form: AccountForm) -> tuple[Fault, ...]:
    """Return everything that is wrong with an account, in the order of the form; empty when nothing is."""
    found = [number_fault(form.number, form.kind), *_holder_faults(form)]
    found += [bank_code_fault(form.bank_code, is_needed=form.kind == "corporate" and not _is_iban(form.number))]
    found += [credit_code_fault(form.credit_code)] if form.credit_code.strip() else []
    found += [kind_fault(form), limit_fault(form.kind, form.day_minor)]
    return tuple(fault for fault in found if fault is not None)


def number_fault(number: str, kind: str) -> Fault | None:
    """Return what is wrong with an account number; a personal account is paid to a card, a corporate one never."""
    text = compact(number)
    if _is_iban(text):
        return None if _mod_97(text) == 1 else Fault("number", "account-fault-iban")
    for place, sign in enumerate(text, start=1):
        if not sign.isascii() or not sign.isdigit():
            return Fault("number", "account-fault-not-a-digit", {"place": place, "sign": sign})
    if not 8 <= len(text) <= 32:
        return Fault("number", "account-fault-length", {"count": len(text)})
    if kind == "corporate":
        return Fault("number", "account-fault-card-for-corporate") if is_card(text) and luhn(text) else None
    return card_fault(text)


def card_fault(digits: str) -> Fault | None:
    """Return what is wrong with a card number: its issuer's prefix, its length, its check digit."""
    lengths = issuer_lengths(digits)
    if not lengths:
        return Fault("number", "account-fault-issuer", {"prefix": digits[:2]})
    if len(digits) not in lengths:
        return Fault(
            "number", "account-fault-card-length", {"count": len(digits), "expected": "/".join(map(str, lengths))}
        )
    return None if luhn(digits) else Fault("number", "account-fault-luhn")


def issuer_lengths(digits: str) -> tuple[int, ...]:
    """Return how many digits cards of this prefix have; empty when no issuer starts so."""
    two = digits[:2]
    if two == "62" or digits[:3] in {"603", "621", "622"}:
        return (16, 17, 18, 19)
    if two in {"34", "37"}:
        return (15,)
    if two == "35":
        return (16,)
    if digits[:1] == "4":
        return (13, 16, 19)
    if "51" <= two <= "55" or "2221" <= digits[:4] <= "2720":
        return (16,)
    return (16, 19) if digits[:1] in {"6", "9"} else ()


def is_card(digits: str) -> bool:
    """Return whether digits have the prefix and the length of a card."""
    return digits.isascii() and digits.isdigit() and len(digits) in issuer_lengths(digits)


def luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign)
        total += value if place % 2 == 0 else (value * 2 - 9 if value > 4 else value * 2)
    return total % 10 == 0


def bank_code_fault(code: str, *, is_needed: bool) -> Fault | None:
    """Return what is wrong with a 联行号: twelve digits, the last one the check digit of ISO 7064 MOD 11,10."""
    text = compact(code)
    if not text:
        return Fault("bank_code", "account-fault-bank-code-needed") if is_needed else None
    if not (text.isascii() and text.isdigit()) or len(text) != 12:
        return Fault("bank_code", "account-fault-bank-code-length", {"count": len(text)})
    expected = bank_code_check(text[:11])
    if text[11] != expected:
        return Fault("bank_code", "account-fault-bank-code-check", {"given": text[11], "expected": expected})
    return None


def bank_code_check(eleven: str) -> str:
    """Return the twelfth digit of a 联行号."""
    carried = 10
    for sign in eleven:
        carried = ((carried + int(sign)) % 10 or 10) * 2 % 11
    return str((11 - carried) % 10)


def credit_code_fault(code: str) -> Fault | None:
    """Return what is wrong with a unified social credit code: eighteen signs, the last one the check sign of GB 32100."""
    text = compact(code).upper()
    if len(text) != 18:
        return Fault("credit_code", "account-fault-credit-length", {"count": len(text)})
    for place, sign in enumerate(text, start=1):
        if sign not in CREDIT_SIGNS:
            return Fault("credit_code", "account-fault-credit-sign", {"place": place, "sign": sign})
    expected = credit_code_check(text[:17])
    if text[17] != expected:
        return Fault("credit_code", "account-fault-credit-check", {"given": text[17], "expected": expected})
    return None


def credit_code_check(seventeen: str) -> str:
    """Return the eighteenth sign of a unified social credit code."""
    total = sum(CREDIT_SIGNS.index(sign) * weight for sign, weight in zip(seventeen, _CREDIT_WEIGHTS, strict=True))
    return CREDIT_SIGNS[-total % 31]


def name_fault(given: str, licence: str) -> Fault | None:
    """Return the first sign by which a name differs from the licence, and in which way; None when they are equal.

    The way is ``width`` (full and half width), ``bracket``, ``blank``, ``unseen`` (a sign that is not shown), ``sign``,
    ``missing`` or ``extra``. Places count from 1.
    """
    if given == licence:
        return None
    for name, start, end, low, high in SequenceMatcher(a=given, b=licence, autojunk=False).get_opcodes():
        if name != "equal":
            mine, theirs = given[start:end], licence[low:high]
            break
    way = _way(mine, theirs)
    facts = {"place": start + 1, "given": _shown(mine[:1]), "expected": _shown(theirs[:1]), "licence": licence}
    return Fault("holder", f"account-fault-name-{way}", facts)


def kind_fault(form: AccountForm) -> Fault | None:
    """Return why an account of this kind cannot be used: an enterprise is paid to its own corporate account."""
    if form.kind not in KINDS:
        return Fault("kind", "account-fault-kind")
    code = compact(form.credit_code).upper()
    if form.kind != "corporate" and code.startswith("91"):
        return Fault("kind", "account-fault-enterprise-needs-corporate")
    return None


def limit_fault(kind: str, day_minor: int) -> Fault | None:
    """Return that a busy day pays more than the class of the account takes in a day."""
    limit = DAY_LIMIT_MINOR.get(kind)
    if limit is None or day_minor <= limit:
        return None
    return Fault("kind", "account-fault-class-limit", {"limit": to_text(limit), "day": to_text(day_minor)})


def compact(text: str) -> str:
    """Return a number without blanks and dashes, full-width signs made narrow."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if not sign.isspace() and sign not in "-‐–—" and sign not in _UNSEEN)


def _holder_faults(form: AccountForm) -> list[Fault | None]:
    if not form.holder.strip():
        return [Fault("holder", "account-fault-holder-empty")]
    expected = form.licence_name if form.kind == "corporate" else form.legal_person
    return [name_fault(form.holder, expected)] if expected else []


def _way(mine: str, theirs: str) -> str:
    if not mine or not theirs:
        odd = mine or theirs
        if odd[0] in _UNSEEN:
            return "unseen"
        return "blank" if odd[0].isspace() else ("extra" if mine else "missing")
    if _is_bracket_pair(mine[0], theirs[0]):
        return "bracket"
    if unicodedata.normalize("NFKC", mine[0]) == unicodedata.normalize("NFKC", theirs[0]):
        return "blank" if mine[0].isspace() else "width"
    return "unseen" if mine[0] in _UNSEEN else "blank" if mine[0].isspace() else "sign"


def _is_bracket_pair(mine: str, theirs: str) -> bool:
    """Return whether two signs are the same bracket in different shapes."""
    one = _BRACKETS.get(mine, mine)
    return one in _BRACKETS.values() and one == _BRACKETS.get(theirs, theirs)


def _shown(sign: str) -> str:
    """Return a sign so that a person sees it: what prints nothing by its number."""
    if not sign:
        return "—"
    return f"U+{ord(sign):04X}" if sign.isspace() or sign in _UNSEEN else sign


def _is_iban(text: str) -> bool:
    plain = compact(text).upper()
    return (
        15 <= len(plain) <= 34 and plain[:2].isalpha() and plain[2:4].isdigit() and plain.isascii() and plain.isalnum()
    )


def _mod_97(text: str) -> int:
    plain = compact(text).upper()
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97
