"""Clearing → payout → bank line, judged for one merchant: what is late, missing, held, returned, short, doubled.

Late is not missing and not yet due is not late. A claim of the acquirer is believed only when a bank line proves it;
whether the absence of that line means anything is asked of the coverage first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from daozhang.breaks.absent import absent_sources, orders_aside
from daozhang.breaks.kinds import Break, BreakType, Evidence, Grain, Keys, Severity
from daozhang.breaks.owed import Judgement, Merchant, OwedDay, looks_like
from daozhang.breaks.set_aside import that_may_be, waiting_for
from daozhang.matching.aside_lines import Wanted
from daozhang.matching.bank import BankLeg, Credit
from daozhang.matching.coverage import Coverage, SetAside
from daozhang.matching.money import DayMoney, spread
from daozhang.matching.payouts import BROKEN_STATES, Chain, Payout


def judge_merchant(merchant: Merchant, leg: BankLeg, cover: Coverage, as_of: datetime) -> Judgement:
    """Return what is wrong with the merchant's payouts and where the money of each day is."""
    judge = _Judge(merchant, leg, cover, as_of)
    for day in merchant.days:
        judge.start_day(day)
    for chain in merchant.chains:
        judge.chain(chain)
    judge.days_without_payout()
    for money in judge.result.money.values():
        assert money.residue == 0, (merchant.merchant_no, money)
    return judge.result


class _Judge:
    """The judgement of one merchant; each method is one question."""

    def __init__(self, merchant: Merchant, leg: BankLeg, cover: Coverage, as_of: datetime) -> None:
        self.merchant, self.leg, self.cover, self.as_of = merchant, leg, cover, as_of
        self.days = {day.settled_on: day for day in merchant.days}
        self.result = Judgement()

    def start_day(self, day: OwedDay) -> None:
        """Open the day's account: what it should bring, and what is known to differ before any payout."""
        money = DayMoney(
            acquirer=self.merchant.acquirer, merchant_no=self.merchant.merchant_no, settled_on=day.settled_on,
            currency=self.merchant.currency, due_at=day.due_at, expected=day.expected_minor,
        )  # fmt: skip
        for bucket, amount in day.buckets.items():
            money.add(bucket, amount)
        assert day.expected_minor - sum(day.buckets.values()) == day.net_minor, day
        self.result.money[day.settled_on] = money

    # -- one chain of payouts

    def chain(self, chain: Chain) -> None:
        """Judge one chain: its head, the links it replaced, and where its money is."""
        head = chain.head
        credit = self.leg.credits.get(head.payout_no)
        taken_back = self.leg.returns.get(head.payout_no)
        if credit and credit.is_proven:
            lines = tuple(line.evidence for line, _ in credit.lines)
            self.result.settled[head.payout_no] = lines
        if chain.duplicate_of:
            self._paid_twice(chain, credit)
            return
        due_at, judge_on = self._due_of(chain)
        rest = head.planned_minor - head.held_minor - head.deducted_minor
        flows: dict[str, int] = {"held": head.held_minor, "deducted": head.deducted_minor}
        if head.state in BROKEN_STATES or taken_back:
            bucket = "returned" if head.state == "returned" or taken_back else "missing"
            flows[bucket] = flows.get(bucket, 0) + rest
            self._broken(head, rest, due_at, credit)
        elif head.state == "held":
            flows["held"] += rest
        elif credit:
            flows["arrived"] = credit.amount_minor
            flows["missing" if credit.is_proven else "unexplained"] = rest - credit.amount_minor
            self._difference(head, credit, rest, due_at)
        else:
            flows[self._not_credited(head, rest, due_at, judge_on)] = rest
        if head.held_minor or head.state == "held":
            self._held(chain, flows["held"], due_at)
        self._deductions(chain, due_at)
        self._links(chain, credit, rest)
        self._place(chain, flows, due_at)

    def _due_of(self, chain: Chain) -> tuple[datetime | None, date | None]:
        days = [self.days[day] for day in (*chain.days, chain.head.settled_on) if day in self.days]
        dues = [day.due_at for day in days if day.due_at]
        judges = [day.judge_on for day in days if day.judge_on]
        return (max(dues) if dues else None, max(judges) if judges else None)

    def _keys(self, payout: Payout | None, day: date, *, account: str = "") -> Keys:
        return Keys(
            acquirer=self.merchant.acquirer, merchant_no=self.merchant.merchant_no, settled_on=day,
            payout_no=payout.payout_no if payout and not payout.payout_no.startswith("day:") else "",
            account_tail=account or (payout.account_tail if payout else ""),
        )  # fmt: skip

    def _say(
        self, kind: BreakType, payout: Payout, gap: int, due_at: datetime | None, *,
        severity: Severity = Severity.ALARM, evidence: Sequence[Evidence] = (), **facts: object,
    ) -> None:  # fmt: skip
        self.result.breaks.append(
            Break(
                type=kind, grain=Grain.PAYOUT, keys=self._keys(payout, payout.settled_on), gap_minor=gap,
                currency=payout.currency, severity=severity, due_at=due_at,
                occurred_at=payout.finished_at or payout.created_at, facts=facts,
                evidence=(*payout.evidence, *evidence),
            )
        )  # fmt: skip

    def _say_beside(
        self, aside: Sequence[SetAside], kind: BreakType, payout: Payout, gap: int, due_at: datetime | None, *,
        severity: Severity = Severity.ALARM, evidence: Sequence[Evidence] = (), **facts: object,
    ) -> None:  # fmt: skip
        """Say a break; only as one to watch while lines are set aside that may explain it."""
        if aside:
            severity, facts = Severity.WATCH, {**facts, "waiting_for": waiting_for(aside)}
            evidence = (*evidence, *(one.evidence for one in aside))
        self._say(kind, payout, gap, due_at, severity=severity, evidence=evidence, **facts)

    def _reason_facts(self, payout: Payout) -> dict[str, Any]:
        agreed = self.merchant.agreed_tails(payout.sent_on)
        kinds = {tail: kind for tail, _, _, kind in self.merchant.accounts}
        return {
            "reason_code": payout.reason_code, "reason_text": payout.reason_text,
            "reason_scheme": payout.reason_scheme, "planned_minor": payout.planned_minor,
            "account_tail": payout.account_tail, "account_kind": kinds.get(payout.account_tail, ""),
            "account_tail_agreed": agreed[0] if agreed else "", "bank_name": payout.bank_name, "state": payout.state,
            "claimed_on": payout.claimed_at.date() if payout.claimed_at else None,
            "returned_on": payout.finished_at.date() if payout.finished_at and payout.state == "returned" else None,
            "merchant_status": self.merchant.status,
        }  # fmt: skip

    def _broken(self, head: Payout, rest: int, due_at: datetime | None, credit: Credit | None) -> None:
        facts = self._reason_facts(head) | {"attempts": 1, "replaced_by": ""}
        line = self.leg.returns.get(head.payout_no)
        more = [line.evidence] if line else []
        more += [one.evidence for one, _ in credit.lines] if credit else []
        kind = BreakType.PAYOUT_RETURNED if head.state == "returned" or line else BreakType.PAYOUT_FAILED
        if line and head.state != "returned":
            facts["returned_on"] = line.booked_on
        self._say(kind, head, -rest, due_at, evidence=more, **facts)

    def _difference(self, head: Payout, credit: Credit, rest: int, due_at: datetime | None) -> None:
        lines = [line.evidence for line, _ in credit.lines]
        if head.paid_minor != rest:
            kind = BreakType.PAYOUT_SHORT if head.paid_minor < rest else BreakType.PAYOUT_OVER
            self._say(
                kind, head, head.paid_minor - rest, due_at, planned_minor=head.planned_minor,
                expected_minor=rest, parts=[], evidence=lines,
            )  # fmt: skip
        if credit.is_proven and credit.amount_minor != head.paid_minor:
            kind = BreakType.CREDIT_SHORT if credit.amount_minor < head.paid_minor else BreakType.CREDIT_OVER
            self._say(
                kind, head, credit.amount_minor - head.paid_minor, due_at, paid_minor=head.paid_minor,
                credited_minor=credit.amount_minor, evidence=lines,
            )  # fmt: skip
        self._account(head, due_at, proven_there=bool(credit.lines))

    def _account(self, head: Payout, due_at: datetime | None, *, proven_there: bool) -> bool:
        """Say when the payout went to an account that is not the agreed one.

        The gap is 0 when the account was the merchant's own before (the money is in the old account), and the whole
        payout when the book does not know the account at all.
        """
        agreed = self.merchant.agreed_tails(head.sent_on)
        if not head.account_tail or not agreed or head.account_tail in agreed:
            return False
        changed = [from_on for tail, from_on, _, _ in self.merchant.accounts if tail in agreed and from_on]
        is_own = self._is_own(head.account_tail)
        self._say(
            BreakType.CREDIT_TO_OTHER_ACCOUNT, head, 0 if is_own else -head.paid_minor, due_at, paid_tail=head.account_tail,
            agreed_tail=agreed[0], changed_on=max(changed) if changed else None, paid_minor=head.paid_minor,
            proven_there=proven_there, is_own=is_own,
        )  # fmt: skip
        return True

    def _is_own(self, tail: str) -> bool:
        return any(known == tail for known, _, _, _ in self.merchant.accounts)

    def _not_credited(self, head: Payout, rest: int, due_at: datetime | None, judge_on: date | None) -> str:
        """Return the bucket of money that was ordered but is on no statement yet, and say what that means."""
        if head.state == "claimed" and self._account(head, due_at, proven_there=False):
            if not self._is_own(head.account_tail):
                return "missing"
            return "unexplained" if due_at and self.as_of > due_at else "not_due"
        lump = self.leg.lump_of.get(head.payout_no)
        if lump and lump.candidates:
            return "unexplained"  # the finding about the lump names it among those of which some were left out
        if due_at and head.sent_on > due_at.date():
            # An order that was made (again) after the due day is late already; its credit is due on its own day.
            due_at = datetime.combine(head.sent_on, due_at.time())
            judge_on = self.merchant.next_workday(head.sent_on)
        if due_at is None or self.as_of <= due_at:
            return "not_due"
        return self._overdue(head, rest, due_at, judge_on)

    def _overdue(self, head: Payout, rest: int, due_at: datetime, judge_on: date | None) -> str:
        """Say what the silence of the statement means after the due moment; return the bucket."""
        facts = self._reason_facts(head) | {
            "paid_minor": head.paid_minor, "days_late": (self.as_of.date() - due_at.date()).days,
        }  # fmt: skip
        lump = self.leg.lump_of.get(head.payout_no)
        if lump:  # the credit of its group came without it, by exactly its amount
            facts |= {
                "left_out_of": f"{lump.line.evidence}",
                "lump_minor": lump.line.amount_minor,
                "lump_payouts": len(lump.group),
            }
        if head.state == "pending":
            self._say(BreakType.CREDIT_MISSING, head, -rest, due_at, **facts)
            return "missing"
        tail = head.account_tail or (self.merchant.agreed_tails(head.sent_on) or ["?"])[0]
        first = min(head.sent_on, due_at.date())
        gaps = self.cover.account_gaps(tail, first, due_at.date())
        if gaps:
            waiting = [f"bank_statement:{tail}:{day.isoformat()}" for day in gaps[:5]]
            self._say(
                BreakType.CREDIT_MISSING, head, -rest, due_at, severity=Severity.WATCH, waiting_for=waiting, **facts
            )
            return "unexplained"
        until = judge_on or due_at.date() + timedelta(days=1)
        if self.as_of.date() < until or not self.cover.account_is_complete(tail, due_at.date(), until):
            self._say(
                BreakType.CREDIT_MISSING, head, -rest, due_at, severity=Severity.WATCH,
                waiting_for=[f"bank_statement:{tail}:{until.isoformat()}"], **facts,
            )  # fmt: skip
            return "unexplained"
        its = Wanted(
            numbers={"payout_no": head.payout_no}, amounts=frozenset({rest, head.paid_minor}), may_be_part=True
        )
        aside = that_may_be(self.cover.aside_on_account(tail, first, until), its)
        self._say_beside(aside, BreakType.CREDIT_MISSING, head, -rest, due_at, **facts)
        return "unexplained" if aside else "missing"

    def _held(self, chain: Chain, held: int, due_at: datetime | None) -> None:
        head = chain.head
        released = sum(
            other.head.planned_minor for other in self.merchant.chains if other.released_from == head.payout_no
        )
        if held - released > 0:
            facts = self._reason_facts(head) | {"held_minor": held - released}
            self._say(BreakType.PAYOUT_HELD, head, -(held - released), due_at, **facts)

    def _deductions(self, chain: Chain, due_at: datetime | None) -> None:
        """Compare what was deducted with what the contract agrees for the days the payout pays."""
        head = chain.head
        if not head.deducted_minor:
            return
        agreed: list[tuple[str, int]] = []
        for day in chain.days or {head.settled_on: 0}:
            if day in self.days:
                agreed += [one for one in self.days[day].agreed_deductions if one not in agreed]
        used, left = [], head.deducted_minor
        for name, amount in sorted(agreed, key=lambda one: -one[1]):
            if amount <= left:
                used.append(name)
                left -= amount
        if left:
            self._say(
                BreakType.DEDUCTION_NOT_AGREED, head, -left, due_at, deducted_minor=head.deducted_minor,
                agreed_minor=head.deducted_minor - left, agreed_names=used, looks_like=looks_like(left, head.reason_text),
            )  # fmt: skip

    def _links(self, chain: Chain, credit: Credit | None, rest: int) -> None:
        """A broken payout that was re-issued stays in view until the money of its successor is there."""
        if credit and credit.amount_minor >= rest:
            return
        for number, link in enumerate(chain.links[:-1], start=1):
            kind = BreakType.PAYOUT_RETURNED if "returned" in link.states else BreakType.PAYOUT_FAILED
            facts = self._reason_facts(link) | {"attempts": number, "replaced_by": link.replaced_by}
            self._say(kind, link, -rest, None, severity=Severity.WATCH, evidence=chain.head.evidence, **facts)

    def _paid_twice(self, chain: Chain, credit: Credit | None) -> None:
        head = chain.head
        if head.state != "claimed" and credit is None:
            return
        lines = [line.evidence for line, _ in credit.lines] if credit else []
        other = next((one.head for one in self.merchant.chains if one.head.payout_no == chain.duplicate_of), None)
        self._say(
            BreakType.PAYOUT_DUPLICATE, head, head.paid_minor, None, other_payout_no=chain.duplicate_of,
            amount_minor=head.paid_minor, credited=credit is not None,
            evidence=[*(other.evidence if other else ()), *lines],
        )  # fmt: skip
        money = self._money_of(head.settled_on)
        if credit:
            money.add("arrived", credit.amount_minor)
            money.add("missing", -credit.amount_minor)

    def _place(self, chain: Chain, flows: dict[str, int], due_at: datetime | None) -> None:
        """Put the chain's money into the days it pays, and say when plan and clearing differ."""
        head = chain.head
        if chain.released_from:
            money = self._money_of(head.settled_on)
            money.add("held", -head.planned_minor)
            for bucket, amount in flows.items():
                money.add(bucket, amount)
            return
        shares = dict(chain.days)
        if chain.short_minor:
            explained, aside = self._explained_by_agreement(chain), self._clearing_aside(chain)
            bucket = "deducted" if explained else "unexplained" if aside else "missing"
            flows[bucket] = flows.get(bucket, 0) + chain.short_minor
            if not explained:
                self._say_beside(
                    aside, BreakType.PAYOUT_SHORT, head, -chain.short_minor, due_at, planned_minor=head.planned_minor,
                    expected_minor=sum(shares.values()), parts=[],
                    evidence=[one for day in shares for one in self.days[day].evidence],
                )  # fmt: skip
        if chain.over_minor:
            severity, bucket = self._how_sure_of_over(chain)
            self._say_beside(
                self._clearing_aside(chain) if severity is not Severity.INFO else (), BreakType.PAYOUT_OVER, head,
                chain.over_minor, due_at, severity=severity, planned_minor=head.planned_minor,
                expected_minor=sum(shares.values()), parts=[],
            )  # fmt: skip
            if shares:
                flows[bucket] = flows.get(bucket, 0) - chain.over_minor
            else:
                money = self._money_of(head.settled_on)
                for bucket, amount in flows.items():
                    money.add(bucket, amount)
                money.add(bucket, -head.planned_minor)
                return
        for day, buckets in spread(shares, flows).items():
            for bucket, amount in buckets.items():
                self.result.money[day].add(bucket, amount)

    def _how_sure_of_over(self, chain: Chain) -> tuple[Severity, str]:
        """Return how a payout above its clearing is said: an absent clearing file is not an overpayment.

        Only where clearing is complete for every day the payout may pay is it too much; otherwise the rest belongs to
        lines that are not here yet. An acquirer of whom no clearing ever came gives nothing to compare with.
        """
        who = (self.merchant.acquirer, self.merchant.merchant_no)
        if not self.cover.has_source("clearings", who[0]):
            return Severity.INFO, "unexplained"
        days = self._days_it_may_pay(chain)
        if self._clearing_aside(chain):
            return Severity.WATCH, "unexplained"
        if all(self.cover.is_complete("clearings", *who, day) for day in days):
            return Severity.ALARM, "missing"
        return Severity.WATCH, "unexplained"

    def _days_it_may_pay(self, chain: Chain) -> list[date]:
        first, last = min([*chain.days, chain.head.settled_on]), chain.head.settled_on
        return [first + timedelta(days=step) for step in range((last - first).days + 1)]

    def _clearing_aside(self, chain: Chain) -> tuple[SetAside, ...]:
        """Return what is set aside in clearing files of the days the payout may pay: its sum may be in there."""
        who = (self.merchant.acquirer, self.merchant.merchant_no)
        return self.cover.aside("clearings", *who, self._days_it_may_pay(chain))

    def _explained_by_agreement(self, chain: Chain) -> bool:
        amounts = [amount for day in chain.days for _, amount in self.days[day].agreed_deductions]
        return chain.short_minor in {*amounts, sum(amounts)} if amounts else False

    def _money_of(self, day: date) -> DayMoney:
        if day not in self.result.money:
            self.result.money[day] = DayMoney(
                acquirer=self.merchant.acquirer, merchant_no=self.merchant.merchant_no, settled_on=day,
                currency=self.merchant.currency, due_at=None,
            )  # fmt: skip
        return self.result.money[day]

    # -- days for which no payout exists

    def days_without_payout(self) -> None:
        """Judge the days no payout speaks of: proven by the bank alone, not due, below the minimum, or missing."""
        waiting: list[OwedDay] = []
        for day_on, net in sorted(self.merchant.open_net.items()):
            day, money = self.days[day_on], self.result.money[day_on]
            credit = self.leg.credits.get(self.merchant.pseudo.get(day_on, ""))
            if credit:
                money.add("arrived", credit.amount_minor)
                money.add("missing", net - credit.amount_minor)
            elif day.due_at is None or self.as_of <= day.due_at:
                money.add("not_due", net)
                self._explain_not_due(day, net)
            else:
                waiting.append(day)
        self._past_due(waiting)

    def _past_due(self, waiting: Sequence[OwedDay]) -> None:
        """Add up past-due days until the minimum is reached: then one payout of that sum is missing."""
        run: list[OwedDay] = []
        least = max(1, self.merchant.minimum_minor)
        for day in waiting:
            run.append(day)
            total = sum(self.merchant.open_net[one.settled_on] for one in run)
            if total >= least:
                self._missing(run, total)
                run = []
        total = sum(self.merchant.open_net[one.settled_on] for one in run)
        for day in run:
            net = self.merchant.open_net[day.settled_on]
            self.result.money[day.settled_on].add("not_due", net)
            why = "negative" if total < 0 else "minimum"
            self._say_day(
                day, -net, Severity.INFO, not_due=True, why_not_due=why, expected_minor=net,
                shortfall_to_minimum_minor=max(0, least - total), carried_minor=total,
            )  # fmt: skip

    def _missing(self, run: Sequence[OwedDay], total: int) -> None:
        last = run[-1]
        assert last.due_at is not None
        absent = absent_sources(self.merchant, self.cover, last)
        aside = () if absent else orders_aside(self.merchant, self.cover, run)
        waiting = absent or waiting_for(aside)
        for day in run:
            net = self.merchant.open_net[day.settled_on]
            self.result.money[day.settled_on].add("unexplained" if waiting else "missing", net)
        facts: dict[str, object] = {"waiting_for": waiting} if waiting else {}
        self._say_day(
            last, -total, Severity.WATCH if waiting else Severity.ALARM, [one.evidence for one in aside], not_due=False, why_not_due="",
            expected_minor=total, shortfall_to_minimum_minor=0, carried_minor=total, **facts,
        )  # fmt: skip

    def _explain_not_due(self, day: OwedDay, net: int) -> None:
        """Say why money is not there yet where a person would already look for it."""
        if net <= 0 or day.naive_due_on is None or self.as_of.date() < day.naive_due_on or day.due_at is None:
            return
        if day.due_at.date() <= day.naive_due_on:
            return
        self._say_day(
            day, 0, Severity.INFO, not_due=True, why_not_due=day.why_not_due or "cycle", expected_minor=net,
            shortfall_to_minimum_minor=0, carried_minor=0,
        )  # fmt: skip

    def _say_day(
        self, day: OwedDay, gap: int, severity: Severity, evidence: Sequence[Evidence] = (), **facts: object
    ) -> None:
        if severity is Severity.INFO:
            gap = 0  # what is normal moves no money
        self.result.breaks.append(
            Break(
                type=BreakType.PAYOUT_MISSING, grain=Grain.MERCHANT_DAY, keys=self._keys(None, day.settled_on),
                gap_minor=gap, currency=self.merchant.currency, severity=severity, due_at=day.due_at,
                facts={
                    "merchant_status": self.merchant.status, "naive_due_on": day.naive_due_on, "due_at": day.due_at,
                    **facts,
                },
                evidence=(*day.evidence, *evidence),
            )
        )  # fmt: skip
