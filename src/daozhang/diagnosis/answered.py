"""A cause from what people answered: said where an answer leaves one cause that it speaks for."""

from __future__ import annotations

from typing import Final

from daozhang.breaks import Break, Grain
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.ranking import evidence, weights
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

_SCOPES: Final = {
    Grain.TRANSACTION: Scope.TRANSACTION, Grain.TERMINAL: Scope.TERMINAL, Grain.BATCH: Scope.BATCH, Grain.FILE: Scope.FILE,
    Grain.PAYOUT: Scope.PAYOUT, Grain.BANK_ENTRY: Scope.BANK_ENTRY, Grain.MERCHANT_DAY: Scope.MERCHANT_DAY,
}  # fmt: skip


def from_answers(found: Break, today: DayFacts) -> Verdict | None:
    """Return the one cause that the answers about this break leave and speak for; None without answers or with several."""
    if not today.answers.get(found.finding_id):
        return None
    left = [code for code in weights(found) if evidence()[code].holds(found) is True]
    if len(left) != 1:
        return None
    return Verdict(
        cause=left[0], certainty=Certainty.LIKELY, scope=_SCOPES.get(found.grain, Scope.MERCHANT), why="why-answered",
        facts={"answers": len(today.answers[found.finding_id])},
    )  # fmt: skip
