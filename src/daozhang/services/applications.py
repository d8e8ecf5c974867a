"""The life of an application: filled in at leisure, sent, decided by somebody else, then through the stages of its process.

Which stages come is declared by the process. Nothing here knows who stores an application; an application is a value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from daozhang.errors import RefusedError
from daozhang.money import to_minor
from daozhang.services.processes import Process

DRAFT: Final = "draft"
RETURNED: Final = "returned"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"
DONE: Final = "done"
EDITABLE: Final = frozenset({DRAFT, RETURNED})
"""The applicant still writes."""
OVER: Final = frozenset({REFUSED, WITHDRAWN, DONE})
"""Nothing more happens. Every other state is the name of the stage that is under way."""

OPTIONAL: Final = frozenset({"mcc", "store_name", "bank_code", "case", "amount", "serial"})
LONGEST: Final = 200
PERSONAL: Final = frozenset({"account_number"})
"""Fields that are checked, sealed where that is allowed, and never shown again."""

_PHONE: Final = re.compile(r"(?:\+?86[- ]?)?(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|400\d{7}|\d{5})")
_SERIAL: Final = re.compile(r"[0-9A-Z][0-9A-Z-]{5,31}")
_TERMINAL: Final = re.compile(r"[0-9A-Za-z]{4,16}")
_MERCHANT: Final = re.compile(r"[0-9A-Za-z]{6,32}")


class Reason(StrEnum):
    """Why an application is not accepted; the desk names one of them, so that the applicant knows what to change."""

    DOCUMENT_UNREADABLE = "document_unreadable"
    DOCUMENT_MISSING = "document_missing"
    NAME_DIFFERS = "name_differs"
    LICENCE_EXPIRED = "licence_expired"
    ACCOUNT_DIFFERS = "account_differs"
    ADDRESS_UNCLEAR = "address_unclear"
    DEVICE_BOUND = "device_bound"
    TRADE_NOT_SERVED = "trade_not_served"
    RISK_DECLINED = "risk_declined"


FINAL: Final = frozenset({Reason.TRADE_NOT_SERVED, Reason.RISK_DECLINED})
"""Reasons that changing the application does not cure; the others send it back with everything that was typed."""

PAGE_OF: Final[Mapping[Reason, tuple[str, ...]]] = {
    Reason.DOCUMENT_UNREADABLE: ("documents",), Reason.DOCUMENT_MISSING: ("documents",), Reason.LICENCE_EXPIRED: ("documents",),
    Reason.NAME_DIFFERS: ("business", "account"), Reason.ACCOUNT_DIFFERS: ("account",), Reason.ADDRESS_UNCLEAR: ("shop",),
    Reason.DEVICE_BOUND: ("device",),
}  # fmt: skip
"""The page that a reason sends back to: the first of these that the form has, else its documents."""


class Act(StrEnum):
    """Everything that can happen to an application."""

    STARTED = "started"
    SAVED = "saved"
    ADDED = "added"
    REMOVED = "removed"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SHIPPED = "shipped"
    BOUND = "bound"
    TESTED = "tested"
    BOOKED = "booked"
    TRAINED = "trained"
    CONFIRMED = "confirmed"


ACTS_OF: Final[Mapping[str, tuple[Act, ...]]] = {
    "review": (Act.ACCEPTED, Act.SENT_BACK, Act.DECLINED), "ship": (Act.SHIPPED,), "bind": (Act.BOUND,), "test": (Act.TESTED,),
    "train": (Act.BOOKED, Act.TRAINED), "received": (Act.CONFIRMED,), "deposit": (Act.CONFIRMED,), "released": (Act.CONFIRMED,),
    "settled": (Act.CONFIRMED,),
}  # fmt: skip
"""Stage → what can be done in it; besides, everything that is not over can be withdrawn."""

NEEDS: Final[Mapping[Act, tuple[str, ...]]] = {
    Act.SHIPPED: ("carrier", "tracking_no"), Act.BOUND: ("serial", "terminal_no"), Act.BOOKED: ("trainer", "on", "people"),
    Act.TRAINED: ("people",), Act.CONFIRMED: ("note",), Act.SENT_BACK: ("reason",), Act.DECLINED: ("reason", "note"),
    Act.WITHDRAWN: ("note",),
}  # fmt: skip
"""What must be said with an act."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that cannot stay as it is: which, the text key that says why, and its facts."""

    where: str
    key: str
    facts: dict[str, object] = field(default_factory=dict)


def after(state: str, act: Act, process: Process, *, facts: Mapping[str, str], is_other: bool) -> str:
    """Return the state after ``act``. ``is_other``: the person is not the one who sent it. RefusedError says what is possible."""
    if act is Act.SUBMITTED and state in EDITABLE:
        return process.stages[0]
    possible = ACTS_OF.get(state, ())
    if act is Act.WITHDRAWN and state not in OVER:
        _need(act, facts)
        return WITHDRAWN
    if act not in possible:
        raise RefusedError("error-application-step", act=act.value, state=state, possible=", ".join(possible) or "-")
    _need(act, facts)
    if state == "review" and not is_other:
        raise RefusedError("error-application-same-person")
    if act in {Act.SENT_BACK, Act.DECLINED}:
        is_final = reason_named(facts.get("reason", "")) in FINAL
        return REFUSED if act is Act.DECLINED or is_final else RETURNED
    return state if act is Act.BOOKED else next_stage(state, process)


def next_stage(state: str, process: Process) -> str:
    """Return the stage after ``state``; ``done`` after the last one."""
    place = process.stages.index(state) + 1
    return process.stages[place] if place < len(process.stages) else DONE


def reason_named(value: str) -> Reason:
    """Return a reason by its name; RefusedError lists them."""
    try:
        return Reason(value)
    except ValueError:
        raise RefusedError("error-application-reason", possible=", ".join(Reason)) from None


def page_to_fix(reason: Reason, process: Process) -> str:
    """Return the page of the form that a reason sends back to."""
    wanted = [page for page in PAGE_OF.get(reason, ()) if page in process.pages]
    return wanted[0] if wanted else "documents"


def page_faults(
    values: Mapping[str, str], names: tuple[str, ...], *, is_kept: Callable[[str], bool]
) -> list[FieldFault]:
    """Return what is missing or misshapen on one page. ``is_kept``: a personal field was given before and is kept sealed."""
    found = []
    for name in names:
        value = values.get(name, "").strip()
        if not value:
            if name not in OPTIONAL and not is_kept(name):
                found.append(FieldFault(name, "application-fault-empty"))
        elif (check := CHECKS.get(name)) is not None and (fault := check(value)):
            found.append(FieldFault(name, fault))
    return found


def tidy(name: str, value: str) -> str:
    """Return a value as it is kept: full-width digits made narrow in numbers and codes, blanks at both ends gone."""
    value = "".join(sign for sign in value if sign >= " ").strip()[:LONGEST]
    if name in {"serial", "terminal_no", "merchant_no", "contact_phone", "terminals", "credit_code", "bank_code"}:
        value = unicodedata.normalize("NFKC", value).replace(" ", "")
    return value.upper() if name in {"serial", "credit_code"} else value


def _shaped(pattern: re.Pattern[str], key: str) -> Callable[[str], str]:
    return lambda value: "" if pattern.fullmatch(value) else key


def _count(value: str) -> str:
    return "" if value.isdecimal() and 1 <= int(value) <= 99 else "application-fault-count"


def _day(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "application-fault-day"
    return ""


def _amount(value: str) -> str:
    try:
        minor = to_minor(value)
    except ValueError:
        minor = None
    return "" if minor is not None and minor > 0 else "application-fault-amount"


CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    "contact_phone": _shaped(_PHONE, "application-fault-phone"), "serial": _shaped(_SERIAL, "application-fault-serial"),
    "terminal_no": _shaped(_TERMINAL, "application-fault-terminal"), "merchant_no": _shaped(_MERCHANT, "application-fault-merchant"),
    "terminals": _count, "people": _count, "from_on": _day, "on": _day, "amount": _amount,
}  # fmt: skip
"""Field → its check of shape: an empty text, or the text key of what is wrong. Accounts and codes are checked by ``remedies``."""


def _need(act: Act, facts: Mapping[str, str]) -> None:
    missing = [name for name in NEEDS.get(act, ()) if not facts.get(name, "").strip()]
    if missing:
        raise RefusedError("error-application-needs", act=act.value, missing=", ".join(missing))
    for name in NEEDS.get(act, ()):
        check = CHECKS.get(name)
        fault = check(facts[name]) if check else ""
        if fault:
            raise RefusedError("error-application-value", field=name, value=facts[name])
