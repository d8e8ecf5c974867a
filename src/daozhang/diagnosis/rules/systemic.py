"""One cause behind many: an acquirer that pays nobody, one bank in trouble, a cut file, a router, a carrier, a region.

A break that has a cause of its own keeps it: the shop whose card number is wrong stays its own incident in a flood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from daozhang.breaks import Break, BreakType
from daozhang.codes import response_of
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import day, flag, number, waiting_for, word
from daozhang.diagnosis.rules import outages
from daozhang.diagnosis.shared import Shared
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

SILENT_MERCHANTS: Final = 3
"""So many merchants of one acquirer unpaid, and none paid, is one cause and not so many."""
SILENT_SHARE_PCT: Final = 20
"""With some paid: more than this share, of at least ``SILENT_AMONG_PAID`` merchants, is one cause (field practice)."""
SILENT_AMONG_PAID: Final = 5
SILENT_GOES_ON_DAYS: Final = 3
"""So many days after a clearing day for which nobody was paid, the silence still counts as the same one."""
BANK_FAILURES: Final = 3
"""So many payouts of a day to one bank failed, and none paid, points at the bank."""
TWO_SHOPS: Final = 2
CUT_SHARE_PCT: Final = 30
CUT_ROWS: Final = 5
"""So many rows, and this share of an acquirer's day, missing from clearing puts the file in doubt before the rows."""
WIDE_UNKNOWN: Final = 10
"""So many unanswered payments at one acquirer in one day are an outage, not so many accidents."""

Judged = Sequence[tuple[Break, Verdict | None]]
_OPEN_TO_THE_BANK: Final = frozenset({"D013", "D015", "D021", "D095", "D096"})
"""Causes of a single failed payout that a bank's own trouble explains better."""


def explain_together(judged: Judged, today: DayFacts) -> dict[str, Verdict]:
    """Return, by finding id, the verdict about many that replaces what a break says alone."""
    together: dict[str, Verdict] = {}
    for rule in (_notices, _banks, _acquirers, _fees, _retrievals, _cut_files, outages.explain_together, _hosts):
        for finding_id, verdict in rule(judged, today).items():
            together.setdefault(finding_id, verdict)
    return together


def _groups(breaks: Iterable[Break], key: Callable[[Break], str]) -> Mapping[str, list[Break]]:
    grouped: dict[str, list[Break]] = defaultdict(list)
    for found in breaks:
        if key(found):
            grouped[key(found)].append(found)
    return grouped


def _all(members: Iterable[Break], verdict: Verdict) -> dict[str, Verdict]:
    return {found.finding_id: verdict for found in members}


def _acquirers(judged: Judged, _today: DayFacts) -> dict[str, Verdict]:
    """Judge each clearing day of an acquirer: how many merchants are unpaid, and how many were paid."""
    unpaid = [
        found
        for found, verdict in judged
        if verdict is None
        and found.type in {BreakType.PAYOUT_MISSING, BreakType.CREDIT_MISSING}
        and flag(found, "not_due") is not True
        and not waiting_for(found)
    ]
    answer: dict[str, Verdict] = {}
    silences: dict[str, tuple[date, int]] = {}
    by_day = _groups(unpaid, lambda found: f"{found.keys.acquirer}|{found.keys.settled_on or ''}")
    for name, members in sorted(by_day.items()):
        acquirer = name.partition("|")[0]
        silent, paid = _merchants(members)
        if paid == 0:
            silent = _still_silent(silences, acquirer, members[0].keys.settled_on, silent)
        nobody = paid == 0 and silent >= SILENT_MERCHANTS
        share = 100 * silent // max(1, silent + (paid or 0))
        if not acquirer or not (nobody or (silent >= SILENT_AMONG_PAID and share > SILENT_SHARE_PCT)):
            continue
        verdict = Verdict(
            cause="D086",
            certainty=Certainty.PROVEN if nobody else Certainty.LIKELY if paid is not None else Certainty.POSSIBLE,
            scope=Scope.POPULATION,
            population="acquirer:" + acquirer,
            why="why-acquirer-silent" if nobody else "why-acquirer-many",
            facts={"acquirer": acquirer, "silent": silent, "paid": paid if paid is not None else "?"},
        )
        answer |= _all(members, verdict)
    return answer


def _still_silent(silences: dict[str, tuple[date, int]], acquirer: str, settled_on: date | None, silent: int) -> int:
    """Return how many merchants are known to be unpaid: who paid nobody a day before has not begun again, however few are due."""
    if settled_on is None:
        return silent
    before = silences.get(acquirer)
    if before and (settled_on - before[0]).days <= SILENT_GOES_ON_DAYS:
        silent = max(silent, before[1])
    silences[acquirer] = (settled_on, silent)
    return silent


def _merchants(members: Sequence[Break]) -> tuple[int, int | None]:
    """Return how many merchants are unpaid and how many paid (None when nobody counted); merchants, not payouts."""
    own = len({found.keys.merchant_no for found in members})
    counted = [number(found, "paid_merchants") for found in members if number(found, "paid_merchants") is not None]
    return own, max((item for item in counted if item is not None), default=None)


def _banks(judged: Judged, today: DayFacts) -> dict[str, Verdict]:
    """Judge each bank's failed and hanging payouts of one clearing day."""
    failed = [
        (found, verdict)
        for found, verdict in judged
        if (verdict is None or verdict.cause in _OPEN_TO_THE_BANK) and _is_stuck_at_the_bank(found)
    ]
    causes = {found.finding_id: verdict.cause for found, verdict in failed if verdict}
    answer: dict[str, Verdict] = {}
    for name, members in _groups(
        (found for found, _ in failed), lambda found: f"{word(found, 'bank_name')}|{found.keys.settled_on or ''}"
    ).items():
        bank = name.partition("|")[0]
        told = any(causes.get(found.finding_id) == "D095" for found in members)
        counted = today.tally("payouts_by_bank", bank)
        paid = counted.paid if counted else max((number(found, "same_bank_paid") or 0 for found in members), default=0)
        shops = len({found.keys.merchant_no for found in members})
        if not bank or len(members) < BANK_FAILURES or shops < TWO_SHOPS:
            continue
        if paid and not told and not _stands_out(today, bank, len(members)):
            continue
        verdict = Verdict(
            cause="D095",
            certainty=Certainty.PROVEN if told else Certainty.LIKELY,
            scope=Scope.POPULATION,
            population="bank:" + bank,
            why="why-one-bank",
            facts={"bank": bank, "failed": len(members)},
        )
        answer |= _all(members, verdict)
    return answer


def _stands_out(today: DayFacts, bank: str, failed: int) -> bool:
    """Return whether a bank that did pay others fails far more often than all other banks; unknown without their counts."""
    tallies = {
        name: tally
        for name in today.counts.get("payouts_by_bank", {})
        if (tally := today.tally("payouts_by_bank", name))
    }
    if bank not in tallies or len(tallies) < 2:
        return False
    rest = [tally for name, tally in tallies.items() if name != bank]
    here = Shared(
        failed=failed, all=max(failed, tallies[bank].all), failed_elsewhere=sum(one.failed for one in rest),
        all_elsewhere=sum(one.all for one in rest),
    )  # fmt: skip
    return here.stands_out


def _is_stuck_at_the_bank(found: Break) -> bool:
    if found.type is BreakType.CREDIT_MISSING:
        return word(found, "state") == "pending" and not waiting_for(found)
    return found.type in {BreakType.PAYOUT_FAILED, BreakType.PAYOUT_RETURNED} and not word(found, "replaced_by")


def _fees(judged: Judged, _today: DayFacts) -> dict[str, Verdict]:
    """Let a difference of one fen, taken for rounding alone, follow the raised rate of the same shop and card kind."""

    def plan(found: Break) -> tuple[str, ...]:
        return (found.keys.acquirer, found.keys.merchant_no, word(found, "card_kind"), word(found, "channel"))

    raised = {plan(found): verdict for found, verdict in judged if verdict and verdict.cause == "D043"}
    answer: dict[str, Verdict] = {}
    for found, verdict in judged:
        if verdict and verdict.why == "why-rounding" and plan(found) in raised and found.gap_minor < 0:
            answer[found.finding_id] = replace(
                verdict, cause="D043", category=None, severity=None, why="why-rate", certainty=Certainty.LIKELY
            )
    return answer


def _retrievals(judged: Judged, _today: DayFacts) -> dict[str, Verdict]:
    """Join a chargeback with the retrieval request that came before it for the same payment."""

    def payment(found: Break) -> tuple[str, ...]:
        keys = found.keys
        return (keys.acquirer, keys.merchant_no, keys.rrn or keys.network_no or keys.order_no or keys.trace_no)

    asked = {payment(found) for found, verdict in judged if verdict and verdict.cause == "D038" and payment(found)[2]}
    return {
        found.finding_id: replace(verdict, cause="D040", why="why-after-retrieval", certainty=Certainty.LIKELY)
        for found, verdict in judged
        if verdict and verdict.cause == "D039" and payment(found) in asked
    }


def _notices(judged: Judged, today: DayFacts) -> dict[str, Verdict]:
    """Let a public notice about a bank explain its payouts when nothing else does."""
    answer: dict[str, Verdict] = {}
    causes = {"bank_maintenance": "D095", "sanction": "D088"}
    for found, verdict in judged:
        bank = word(found, "bank_name")
        if not bank or (verdict is not None and verdict.cause not in _OPEN_TO_THE_BANK):
            continue
        at = found.due_at or found.occurred_at or today.as_of
        for kind, cause in causes.items():
            notice = today.notice(kind, at=at, scope=bank)
            if notice and notice.scope == bank:
                answer[found.finding_id] = Verdict(
                    cause=cause,
                    certainty=Certainty.PROVEN,
                    scope=Scope.POPULATION,
                    population="bank:" + bank,
                    why="why-notice",
                    facts={
                        "bank": bank,
                        "until": notice.to_at.strftime("%Y-%m-%d %H:%M"),
                        "source": notice.source or "-",
                    },
                )
    return answer


def _cut_files(judged: Judged, _today: DayFacts) -> dict[str, Verdict]:
    missing = [
        found
        for found, _ in judged
        if found.type is BreakType.MISSING_IN_CLEARING
        and (number(found, "share_missing") or 0) >= CUT_SHARE_PCT
        and word(found, "status") not in {"declined", "stored"}
    ]
    answer: dict[str, Verdict] = {}
    for name, members in _groups(
        missing, lambda found: f"{found.keys.acquirer}|{day(found, 'expected_on') or ''}"
    ).items():
        if len(members) < CUT_ROWS:
            continue
        acquirer, _, expected = name.partition("|")
        share = max(number(found, "share_missing") or 0 for found in members)
        verdict = Verdict(
            cause="D073",
            certainty=Certainty.LIKELY,
            scope=Scope.FILE,
            population="acquirer:" + acquirer,
            why="why-many-missing",
            facts={"share": share, "acquirer": acquirer, "day": expected or "?", "rows": len(members)},
        )
        answer |= _all(members, verdict)
    return answer


def _hosts(judged: Judged, _today: DayFacts) -> dict[str, Verdict]:
    """Many unanswered payments of several merchants at one acquirer, with codes that say the host is in trouble."""
    unanswered = []
    for found, verdict in judged:
        response = response_of(word(found, "response_code"))
        open_still = verdict is None or verdict.cause == "D094"
        if found.type is BreakType.OUTCOME_UNKNOWN and open_still and response and response.cause == "D060":
            unanswered.append(found)
    answer: dict[str, Verdict] = {}
    for acquirer, members in _groups(unanswered, lambda found: found.keys.acquirer).items():
        if len(members) < WIDE_UNKNOWN or len({found.keys.merchant_no for found in members}) < SILENT_MERCHANTS:
            continue
        verdict = Verdict(
            cause="D060",
            certainty=Certainty.LIKELY,
            scope=Scope.POPULATION,
            population="acquirer:" + acquirer,
            why="why-host-trouble",
            facts={"acquirer": acquirer, "count": len(members)},
        )
        answer |= _all(members, verdict)
    return answer
