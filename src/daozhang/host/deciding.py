"""What the host answers to one request: field 39, and what stands beside it. Nothing changes here.

Codes are those of the code book of terminals: 00 approved, 12 no such payment, 22 the other half of it is missing or was
settled, 25 the original is not known, 30 a field is wrong, 40 not supported, 61 over the limit, 64 another amount than the original's,
77 the batch is closed or (terminal) its totals differ, 94 the trace number was used for something else, 95 (switch) totals differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from daozhang.host.asking import SIGN_ON, Asked
from daozhang.host.batches import Batch, Payment, Till, Totals

APPROVED: Final = "00"
_BALANCE: Final = "01"
"""60.1 of a balance enquiry: answered, and counted nowhere."""
_MOST_MINOR: Final = 10**12
_TERMINAL_COUNTS: Final = 1000
"""Field 48 has three digits for a number of payments; the thousandth begins again at 000."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A code and the fields that go with it."""

    code: str
    fields: dict[str, str]


def decide(asked: Asked, till: Till, batch: Batch, *, limit_minor: int | None) -> Verdict:
    """Return the answer to a request that was not answered before."""
    if asked.group == "8":
        return _network(asked, till)
    if asked.group == "5":
        return _settlement(asked, batch)
    if batch.is_closed:
        return Verdict("22" if asked.group == "4" else "77", {})
    if asked.group == "4":
        return Verdict(_reversal(asked, batch), {})
    if asked.group == "3":
        return Verdict(_upload(asked, batch), {})
    return Verdict(_payment(asked, batch, limit_minor) if asked.group in "12" else "40", {})


def _network(asked: Asked, till: Till) -> Verdict:
    """Answer a sign-on with the batch that is open, where the terminal has a place for it."""
    if asked.is_terminal and asked.management == SIGN_ON:
        text = asked.fields.get("60", "").ljust(11, "0")
        return Verdict(APPROVED, {"60": f"{text[:2]}{till.batch.number}{text[8:11]}"})
    return Verdict(APPROVED, {})


def _payment(asked: Asked, batch: Batch, limit_minor: int | None) -> str:
    if not asked.kind:
        return APPROVED if asked.message.kind_code == _BALANCE else "40"
    amount = asked.amount_minor
    if amount is None or not 0 < amount < _MOST_MINOR:
        return "30"
    if asked.trace_no in batch.reversed_unseen:
        return "22"
    if asked.kind == "void":
        return _void(asked, batch, amount)
    return "61" if limit_minor is not None and amount > limit_minor else APPROVED


def original_of(asked: Asked, batch: Batch) -> Payment | None:
    """Return the payment of this batch that a request takes back: by trace number, else by reference number."""
    found = batch.payments.get(asked.original_trace_no)
    return found or batch.by_rrn(asked.message["37"])


def _void(asked: Asked, batch: Batch, amount: int) -> str:
    original = original_of(asked, batch)
    if original is None or original.undone:
        return "25"
    if original.voided or original.kind == "void":
        return "12"
    return APPROVED if original.amount_minor == amount else "64"


def _reversal(asked: Asked, batch: Batch) -> str:
    """Approve, also of a payment that never came: the terminal may not know, and nothing is owed."""
    original = original_of(asked, batch)
    if original is None or original.undone:
        return APPROVED
    return APPROVED if asked.amount_minor in {None, original.amount_minor} else "64"


def _upload(asked: Asked, batch: Batch) -> str:
    if not asked.ends_upload:
        return APPROVED if asked.uploads(batch.payments) else "30"
    count = asked.fields.get("48", "")
    uploaded = len(batch.uploaded) if batch.uploaded is not None else 0
    is_whole = not count.isdigit() or int(count[:4]) == uploaded or batch.uploaded is None
    return APPROVED if is_whole else "95"


def _settlement(asked: Asked, batch: Batch) -> Verdict:
    told = asked.message.totals
    if told is None:
        return Verdict("30", {})
    own = batch.totals()
    wrap = _TERMINAL_COUNTS if asked.is_terminal else _MOST_MINOR
    is_same = (told.debit_minor, told.debit_count, told.credit_minor, told.credit_count) == (
        own.debit_minor, own.debit_count % wrap, own.credit_minor, own.credit_count % wrap,
    )  # fmt: skip
    code = APPROVED if is_same else "77" if asked.is_terminal else "95"
    number = asked.message.batch_no or batch.number
    beside = (
        _terminal_totals(own, is_same=is_same) if asked.is_terminal else _switch_totals(own, number, is_same=is_same)
    )
    return Verdict(code, beside)


def _terminal_totals(own: Totals, *, is_same: bool) -> dict[str, str]:
    """Return field 48: the host's totals and whether they agree (1) or not (2), all as home cards."""
    verdict = "1" if is_same else "2"
    debits, credits_ = own.debit_count % _TERMINAL_COUNTS, own.credit_count % _TERMINAL_COUNTS
    home = f"{own.debit_minor:012d}{debits:03d}{own.credit_minor:012d}{credits_:03d}{verdict}"
    return {"48": f"{home}{'0' * 30}{verdict}"}


def _switch_totals(own: Totals, number: str, *, is_same: bool) -> dict[str, str]:
    return {
        "60": number,
        "66": "1" if is_same else "2",
        "74": f"{own.credit_count:010d}",
        "75": "0" * 10,
        "76": f"{own.debit_count:010d}",
        "77": "0" * 10,
        "86": f"{own.credit_minor:016d}",
        "87": "0" * 16,
        "88": f"{own.debit_minor:016d}",
        "89": "0" * 16,
    }
