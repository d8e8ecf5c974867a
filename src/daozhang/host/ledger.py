"""The host's memory: requests are answered from it, and what the journal holds builds it again after a restart.

``answer`` changes nothing that ``take`` does not change from request and answer alone. So the journal, which keeps both, is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from daozhang.formats.iso8583.whole import Fields
from daozhang.host.asking import Asked
from daozhang.host.batches import Answered, AnswerKey, Batch, Payment, Till
from daozhang.host.deciding import APPROVED, Verdict, decide, original_of

_ECHOED: Final[tuple[str, ...]] = ("3", "4", "7", "11", "12", "13", "25", "41", "42", "49", "60", "70")
"""Fields an answer repeats. The card number is not among them: the terminal has it."""
_NEEDED: Final = ("11", "41", "42")


@dataclass(slots=True)
class Ledger:
    """Batches and answers by merchant and terminal. ``limit_minor`` is the most a payment may be, None for no limit."""

    limit_minor: int | None = None
    acquirer_no: str = "48980000"
    tills: dict[tuple[str, str], Till] = field(default_factory=dict)
    messages: int = 0

    def answer(self, asked: Asked, at: datetime) -> tuple[Fields, bool]:
        """Return the fields of the answer, and whether it was given before; the ledger is not changed.

        ``at`` is local time of Asia/Shanghai; it stands in the answer where the request carries no time.
        """
        if any(not asked.message[name].strip("\0 ") for name in _NEEDED) or not asked.trace_no.isdigit():
            return self._fields(asked, Verdict("30", {}), at), False
        till = self._till(asked)
        if (known := till.answered.get(_key(asked))) is not None:
            if known.asked == asked.digest():
                return known.fields, True
            if known.generation == till.generation or asked.is_terminal:
                return self._fields(asked, Verdict("94", {}), at), False
        return self._fields(asked, self._decided(asked, till), at), False

    def take(self, asked: Asked, answer: Fields) -> None:
        """Take one exchange into the books: live before its answer is sent, or while the journal is read back."""
        self.messages += 1
        till = self.tills.setdefault((asked.message["42"], asked.message["41"]), Till())
        key = _key(asked)
        if asked.group == "8" or answer["39"] in {"30", "94"} or self._is_repeat(till, key, asked):
            return
        batch = self._batch(asked, till, begin=True)
        till.answered[key] = Answered(asked.digest(), till.generation, answer)
        if asked.group in "12" and answer["39"] == APPROVED:
            _take_payment(asked, batch, answer)
        elif asked.group == "3" and answer["39"] == APPROVED:
            _take_upload(asked, batch)
        elif asked.group == "4" and answer["39"] == APPROVED:
            _take_reversal(asked, batch)
        elif asked.group == "5":
            _take_settlement(till, batch, answer["39"])

    def _decided(self, asked: Asked, till: Till) -> Verdict:
        return decide(asked, till, self._batch(asked, till, begin=False), limit_minor=self.limit_minor)

    def _till(self, asked: Asked) -> Till:
        return self.tills.get((asked.message["42"], asked.message["41"])) or Till()

    @staticmethod
    def _is_repeat(till: Till, key: AnswerKey, asked: Asked) -> bool:
        known = till.answered.get(key)
        return known is not None and known.asked == asked.digest()

    @staticmethod
    def _batch(asked: Asked, till: Till, *, begin: bool) -> Batch:
        """Return the batch a request belongs to: the one a terminal names, the open one of a switch."""
        number = asked.message.batch_no if asked.is_terminal else ""
        for one in (till.batch, till.before):
            if one is not None and number in {"", one.number}:
                return one
        fresh = Batch(number)
        if begin:
            if till.batch.payments:
                till.before, till.generation = till.batch, till.generation + 1
            till.batch = fresh
        return fresh

    def _fields(self, asked: Asked, verdict: Verdict, at: datetime) -> Fields:
        """Return a whole answer; reference and approval number follow from how many messages the books hold."""
        fields: Fields = {name: asked.fields[name] for name in _ECHOED if name in asked.fields}
        fields["t"] = answer_type(asked.message.mti)
        fields.setdefault("12", f"{at:%H%M%S}")
        fields.setdefault("13", f"{at:%m%d}")
        if asked.group in "124":
            fields["32"] = self.acquirer_no
            fields["37"] = f"{at:%y%j}"[1:] + f"{self.messages % 10**8:08d}"
            if asked.group in "12" and verdict.code == APPROVED:
                fields["38"] = f"{self.messages % 10**6:06d}"
        return {**fields, "39": verdict.code, **verdict.fields}


def answer_type(mti: str) -> str:
    """Return the type of the answer: 0200 and 0201 → 0210, 0420 → 0430."""
    return f"{mti[:2]}{int(mti[2]) + 1}0"


def _key(asked: Asked) -> AnswerKey:
    return asked.group, asked.message.batch_no if asked.is_terminal else "", asked.trace_no


def _take_payment(asked: Asked, batch: Batch, answer: Fields) -> None:
    if not asked.kind:
        return
    original = original_of(asked, batch) if asked.kind == "void" else None
    if original is not None:
        original.voided = True
    batch.payments[asked.trace_no] = Payment(
        asked.trace_no, asked.kind, asked.amount_minor or 0, answer.get("37", ""), original.trace_no if original else ""
    )


def _take_upload(asked: Asked, batch: Batch) -> None:
    if batch.uploaded is None:
        batch.uploaded = {}
    if not asked.ends_upload:
        batch.uploaded |= {one.trace_no: one for one in asked.uploads(batch.payments)}


def _take_reversal(asked: Asked, batch: Batch) -> None:
    original = original_of(asked, batch)
    if original is None:
        batch.reversed_unseen.add(asked.original_trace_no)
        return
    original.undone = True
    if original.original_trace_no in batch.payments:
        batch.payments[original.original_trace_no].voided = False


def _take_settlement(till: Till, batch: Batch, code: str) -> None:
    """Close a batch that agrees; one that does not waits for the upload, which begins anew."""
    if code == APPROVED and batch is till.batch:
        till.close()
    elif code in {"77", "95"}:
        batch.uploaded = None
