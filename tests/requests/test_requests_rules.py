"""The life of a request and of an account change as values; a hundred thousand payouts over a line that fails, none twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.errors import RefusedError
from daozhang.remedies import account_change, retry
from daozhang.remedies.recharge import ChargeSituation, Consent, Outcome, may_recharge
from daozhang.remedies.reissue import Queried, Situation, may_reissue
from daozhang.remedies.retry import ASKED_AFTER, SYSTEM, Instruction, RequestState, RequestStep, Told, begin, hear
from daozhang.texts import LANGUAGES, has

NOW = datetime(2026, 11, 23, 9, 0)
STARTED = begin(Instruction(state=RequestState.APPROVED))


def test_an_unanswered_call_is_asked_about_after_five_minutes_an_hour_and_daily_five_times() -> None:
    step, now = hear(STARTED, Told.NOTHING, NOW)
    assert (step, now.state) == (RequestStep.UNANSWERED, RequestState.UNKNOWN)
    moment, waits = NOW, []
    while now.state is RequestState.UNKNOWN:
        assert now.next_at is not None
        waits.append(now.next_at - moment)
        moment = now.next_at
        step, now = hear(now, Told.NOTHING, moment)
    assert waits == [timedelta(minutes=5), timedelta(hours=1), *[timedelta(days=1)] * 5]
    assert (step, now.state, now.next_at) == (RequestStep.GIVEN_UP, RequestState.PERSON, None)
    assert now.sends == 1, "nothing was sent again"


def test_only_two_queries_that_find_nothing_send_the_same_message_again() -> None:
    _, now = hear(STARTED, Told.NOTHING, NOW)
    step, now = hear(now, Told.NOT_FOUND, NOW + ASKED_AFTER[0])
    assert (step, now.state) == (RequestStep.ASKED, RequestState.UNKNOWN)
    step, broken = hear(now, Told.NOTHING, NOW + timedelta(hours=2))
    assert broken.not_found == 0, "a silence in between is no second query"
    step, now = hear(now, Told.NOT_FOUND, NOW + timedelta(hours=2))
    assert (step, now.state) == (RequestStep.NOT_RECEIVED, RequestState.AGAIN)
    assert begin(now).sends == 2


def test_what_the_bank_has_had_before_is_unknown_and_not_refused() -> None:
    assert hear(STARTED, Told.KNOWN, NOW)[1].state is RequestState.UNKNOWN


@given(st.sampled_from(RequestState), st.sampled_from(RequestStep), st.sampled_from(["an", SYSTEM, ""]))
def test_no_step_outside_the_table_and_none_by_the_wrong_hand(state: RequestState, step: RequestStep, by: str) -> None:
    rule = retry.TABLE.get(step)
    hand = "an" if rule is not None and rule.by_person else SYSTEM
    is_possible = rule is not None and state in rule.sources and by == hand
    if is_possible:
        assert rule is not None
        assert retry.after(state, step, by=by, note="seen", made_by="bo") is (rule.to or state)
        return
    with pytest.raises(RefusedError):
        retry.after(state, step, by=by, note="seen", made_by="bo")


def test_whoever_asks_cannot_approve_however_the_name_is_written() -> None:
    for name in ("an", " An ", "AN"):
        with pytest.raises(RefusedError, match="error-request-same-person"):
            retry.after(RequestState.DRAFTED, RequestStep.APPROVED, by=name, made_by="an")
        with pytest.raises(RefusedError, match="error-request-same-person"):
            account_change.after(
                account_change.ChangeState.DOCUMENTED, account_change.ChangeStep.APPROVED, by=name, asked_by="an"
            )


@given(st.sampled_from(account_change.ChangeState), st.sampled_from(account_change.ChangeStep))
def test_an_account_is_used_only_after_documents_two_people_cooling_off_and_a_test(
    state: account_change.ChangeState, step: account_change.ChangeStep
) -> None:
    order = ["drafted", "documented", "cooling", "testing", "tested", "active", "done"]
    rule = account_change.TABLE.get(step)
    if rule is None or rule.to is None or rule.to.value not in order or state not in rule.sources:
        return
    if rule.step is not account_change.ChangeStep.TEST_FAILED:
        assert order.index(rule.to.value) - order.index(state.value) in {0, 1}


RECHARGE = ChargeSituation(
    outcome=Outcome.UNKNOWN, queried=Queried.FAILED, queries=1,
    consent=Consent(at=NOW, how="in_person", heard_by="li"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, "allowed"),
        ({"queried": Queried.NOT_ASKED}, "query-first"),
        ({"queried": Queried.PENDING}, "query-first"),
        ({"queried": Queried.PAID}, "charged"),
        ({"is_in_clearing": True}, "charged"),
        ({"outcome": Outcome.APPROVED}, "charged"),
        ({"queried": Queried.NOT_FOUND}, "query-twice"),
        ({"queried": Queried.NOT_FOUND, "queries": 2}, "allowed"),
        ({"consent": None}, "consent"),
        ({"consent": Consent(at=NOW, how="guessed", heard_by="li")}, "consent"),
        ({"consent": Consent(at=NOW, how="phone", heard_by=" ")}, "consent"),
        ({"outcome": Outcome.DECLINED, "queried": Queried.NOT_ASKED}, "allowed"),
    ],
)
def test_a_card_is_charged_again_only_after_a_query_and_with_consent(change: dict[str, object], why: str) -> None:
    answer = may_recharge(replace(RECHARGE, **change))  # type: ignore[arg-type]
    assert answer.why == "recharge-" + why
    assert answer.is_allowed == (why == "allowed")
    assert all(has(language, answer.why) for language in LANGUAGES)


@dataclass
class SimulatedBank:
    """Takes each number once, as banks do with a message they have had; some payments it refuses or sends back later."""

    draw: random.Random
    faults_pct: int
    paid: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)
    late: list[tuple[str, int]] = field(default_factory=list)
    calls: int = 0
    faults: int = 0

    def take(self, number: str, chain: int) -> Told:
        if number in self.paid or number in self.refused:
            return Told.KNOWN
        if self.draw.randrange(100) < 15:
            self.refused.add(number)
            return Told.REFUSED
        self.paid[number] = chain
        return Told.TAKEN

    def call(self, number: str, chain: int) -> Told:
        """Return what the sender hears of a call over the line."""
        match self._fault():
            case "lost":
                return Told.NOTHING
            case "late":
                self.late.append((number, chain))
                return Told.NOTHING
            case "unanswered" | "killed":
                self.take(number, chain)
                return Told.NOTHING
            case "doubled":
                self.take(number, chain)
        return self.take(number, chain)

    def query(self, number: str) -> Told:
        if self._fault() != "through":
            return Told.NOTHING
        if number in self.returned:
            return Told.RETURNED
        if number in self.refused:
            return Told.REFUSED
        return Told.TAKEN if number in self.paid else Told.NOT_FOUND

    def time_passes(self) -> None:
        """Deliver what was held up, send some payments back."""
        if self.late and self.draw.random() < 0.5:
            self.take(*self.late.pop(self.draw.randrange(len(self.late))))

    def _fault(self) -> str:
        self.calls += 1
        if self.draw.randrange(100) >= self.faults_pct:
            return "through"
        self.faults += 1
        return self.draw.choice(("lost", "late", "unanswered", "doubled", "killed"))


def pay(bank: SimulatedBank, chain: int, *, number_of: Callable[[int, int, int], str], at: datetime) -> RequestState:
    """Pay one chain by the rules until it is paid or needs a person; return how it ended."""
    for issue in range(8):
        now = Instruction(state=RequestState.APPROVED)
        while now.state not in {RequestState.SENT, RequestState.FAILED, RequestState.RETURNED, RequestState.PERSON}:
            if now.state in {RequestState.APPROVED, RequestState.AGAIN}:
                now = begin(now)
                told = bank.call(number_of(chain, issue, now.sends), chain)
            else:
                assert now.next_at is not None
                at = now.next_at
                told = bank.query(number_of(chain, issue, now.sends))
            bank.time_passes()
            _, now = hear(now, told, at)
        number = number_of(chain, issue, now.sends)
        if now.state is RequestState.SENT and bank.draw.randrange(100) < 5:
            bank.returned.add(number)
            now = hear(now, Told.RETURNED, at)[1]
        if now.state in {RequestState.SENT, RequestState.PERSON}:
            return now.state
        queried = Queried.RETURNED if now.state is RequestState.RETURNED else Queried.FAILED
        situation = Situation(
            retry="FIX_DATA_THEN_REISSUE", finality="final", queried=queried, queries=1, keeps_number=False,
            is_linked=True, is_prepared=True, asked_by="an", approved_by="bo",
        )  # fmt: skip
        assert may_reissue(situation).is_allowed
    return now.state


def doubles(bank: SimulatedBank) -> int:
    """Return how many chains the bank has paid more than once, what came back not counted."""
    while bank.late:
        bank.take(*bank.late.pop())
    kept = [chain for number, chain in bank.paid.items() if number not in bank.returned]
    return len(kept) - len(set(kept))


def one_number(chain: int, issue: int, sends: int) -> str:
    return f"{chain}-{issue}"


def new_number(chain: int, issue: int, sends: int) -> str:
    return f"{chain}-{issue}-{sends}"


@pytest.mark.parametrize("payouts", [3_000, pytest.param(100_000, marks=pytest.mark.deep)])
def test_no_payout_is_made_twice_over_a_line_on_which_a_quarter_of_the_calls_fail(payouts: int) -> None:
    bank = SimulatedBank(random.Random(11), faults_pct=25)  # noqa: S311 - the same faults each time
    ends = [pay(bank, chain, number_of=one_number, at=NOW) for chain in range(payouts)]
    assert doubles(bank) == 0
    assert bank.faults * 100 >= 20 * bank.calls
    paid = {chain for number, chain in bank.paid.items() if number not in bank.returned}
    assert {chain for chain, end in enumerate(ends) if end is RequestState.SENT} <= paid
    assert ends.count(RequestState.PERSON) * 100 < payouts, "almost all end without a person"


def test_a_sender_that_took_a_new_number_each_time_would_be_found_out() -> None:
    bank = SimulatedBank(random.Random(11), faults_pct=25)  # noqa: S311 - as above
    for chain in range(3_000):
        pay(bank, chain, number_of=new_number, at=NOW)
    assert doubles(bank) > 0
