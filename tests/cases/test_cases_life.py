"""The table of a case's life: no step skipped, none illegal, and money can always still arrive."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from daozhang.cases import CLOSED, SYSTEM, Needs, State, Step, Who, after, next_steps
from daozhang.cases.life import OPEN_STATES, TABLE
from daozhang.errors import RefusedError

EVERYTHING: dict[str, Any] = {need.value: "x" for need in Needs if need is not Needs.NOTE} | {
    "bank_lines": [{"file": "b", "line_no": 1}]
}


def actor(step: Step) -> str:
    return SYSTEM if TABLE[step].who is Who.SYSTEM else "li"


def go(state: State, step: Step) -> State:
    return after(state, step, by=actor(step), note="done", facts=EVERYTHING)


class LifeOfACase(RuleBasedStateMachine):
    """Walks the table at random; after every step the case can still be settled, at most one reopening away."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.OPEN

    @rule(step=st.sampled_from(list(TABLE)))
    def take(self, step: Step) -> None:
        rule_ = TABLE[step]
        if self.state in rule_.sources:
            self.state = go(self.state, step)
            assert self.state is (rule_.to or self.state)
            return
        with pytest.raises(RefusedError):
            go(self.state, step)

    @rule(step=st.sampled_from([step for step in TABLE if TABLE[step].needs]))
    def nothing_in_hand(self, step: Step) -> None:
        with pytest.raises(RefusedError):
            after(self.state, step, by=actor(step))

    @rule(step=st.sampled_from(list(TABLE)))
    def wrong_actor(self, step: Step) -> None:
        wrong = "li" if TABLE[step].who is Who.SYSTEM else SYSTEM
        with pytest.raises(RefusedError):
            after(self.state, step, by=wrong, note="done", facts=EVERYTHING)

    @precondition(lambda self: self.state not in {State.SETTLED, State.FINAL})
    @rule()
    def money_arrives(self) -> None:
        self.state = go(self.state, Step.MONEY_MATCHED)

    @invariant()
    def can_still_settle(self) -> None:
        state = self.state
        if state in {State.SETTLED, State.FINAL}:
            state = go(state, Step.RETURNED)
        assert go(state, Step.MONEY_MATCHED) is State.SETTLED

    @invariant()
    def a_person_is_never_stuck(self) -> None:
        assert self.state in CLOSED or next_steps(self.state)


TestLifeOfACase = LifeOfACase.TestCase
TestLifeOfACase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def reachable() -> set[State]:
    found, todo = {State.OPEN}, [State.OPEN]
    while todo:
        state = todo.pop()
        for rule_ in TABLE.values():
            if state in rule_.sources and rule_.to and rule_.to not in found:
                found.add(rule_.to)
                todo.append(rule_.to)
    return found


def test_every_state_is_reachable_and_every_step_is_possible_somewhere() -> None:
    assert reachable() == set(State)
    assert set(TABLE) == set(Step) - {Step.OPENED}
    assert all(rule_.sources for rule_ in TABLE.values())


def test_only_bank_lines_and_the_product_settle_a_case() -> None:
    assert [step for step, rule_ in TABLE.items() if rule_.to is State.SETTLED] == [Step.MONEY_MATCHED]
    for state in OPEN_STATES:
        with pytest.raises(RefusedError, match="error-case-step-of-product"):
            after(state, Step.MONEY_MATCHED, by="li", note="the bank called", facts=EVERYTHING)
        with pytest.raises(RefusedError, match="bank_lines"):
            after(state, Step.MONEY_MATCHED, by=SYSTEM, facts={"bank_lines": []})


def test_no_person_closes_a_case_alone() -> None:
    closing = {step for step, rule_ in TABLE.items() if rule_.to in CLOSED and rule_.who is Who.PERSON}
    assert closing == {Step.WRITE_OFF_APPROVED}
    with pytest.raises(RefusedError, match="error-case-same-person"):
        after(State.OPEN, Step.WRITE_OFF_APPROVED, by="li", facts={"asked_by": "li"})
    assert after(State.OPEN, Step.WRITE_OFF_APPROVED, by="wang", facts={"asked_by": "li"}) is State.WRITTEN_OFF


def test_a_refusal_says_what_is_possible() -> None:
    with pytest.raises(RefusedError) as refused:
        after(State.OPEN, Step.RECEIPT_CONFIRMED, by="li", facts={"external_no": "T1"})
    assert refused.value.facts["possible"] == ("report_sent, remedy_started, measure_taken, commented, assigned")
