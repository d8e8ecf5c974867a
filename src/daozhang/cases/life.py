"""The life of a case as one table: from which states a step is possible, where it leads, who may take it, what it needs.

A case settles on a matched line of the bank statement, never because someone says so: ``money_matched`` is taken by the
product alone and only with bank lines in hand. Money can arrive at any moment, so that step is possible from every state
but ``settled`` and ``final``; from those a return or a regression opens the case again first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from daozhang.errors import RefusedError

SYSTEM: Final = "system"
"""Who took a step that no person took. No person may use this name."""


class State(StrEnum):
    """Where a case stands. ``settled`` waits for the return window; ``final`` is over it."""

    OPEN = "open"
    REPORTED = "reported"
    WAITING = "waiting"
    INSTRUCTED = "instructed"
    REMEDY = "remedy"
    VERIFYING = "verifying"
    SETTLED = "settled"
    FINAL = "final"
    EXPLAINED = "explained"
    WRITTEN_OFF = "written_off"


class Step(StrEnum):
    """Everything that can happen to a case."""

    OPENED = "opened"
    REPORT_SENT = "report_sent"
    RECEIPT_CONFIRMED = "receipt_confirmed"
    INSTRUCTION_RECEIVED = "instruction_received"
    REMEDY_STARTED = "remedy_started"
    REMEDY_DONE = "remedy_done"
    NOT_FIXED = "not_fixed"
    MONEY_MATCHED = "money_matched"
    EXPLAINED = "explained"
    WINDOW_OVER = "window_over"
    RETURNED = "returned"
    REGRESSED = "regressed"
    WRITE_OFF_ASKED = "write_off_asked"
    WRITE_OFF_APPROVED = "write_off_approved"
    WRITE_OFF_DECLINED = "write_off_declined"
    MEASURE_TAKEN = "measure_taken"
    CHASED = "chased"
    TOLD = "told"
    COMMENTED = "commented"
    ASSIGNED = "assigned"
    GAP_CHANGED = "gap_changed"
    CAUSE_CHANGED = "cause_changed"
    DEADLINE_PASSED = "deadline_passed"
    PARTY_ASKED = "party_asked"
    PARTY_ANSWERED = "party_answered"
    PARTY_CLOSED = "party_closed"
    REMINDED = "reminded"
    CHASE_SENT = "chase_sent"
    ESCALATED = "escalated"
    TAKEN_OUTSIDE = "taken_outside"
    HELP_SOUGHT = "help_sought"
    REPLY_TAKEN = "reply_taken"
    INSTRUCTION_DECIDED = "instruction_decided"
    STEP_PROVEN = "step_proven"
    OPTION_CHOSEN = "option_chosen"
    MERGED = "merged"
    UNMERGED = "unmerged"
    PARTED = "parted"
    CUSTOMER_TOLD = "customer_told"


class Who(StrEnum):
    """Who may take a step."""

    PERSON = "person"
    SYSTEM = "system"


class Needs(StrEnum):
    """What a step must bring with it. The names are those of the facts, except ``note``."""

    NOTE = "note"
    EXTERNAL_NO = "external_no"
    BANK_LINES = "bank_lines"
    GROUNDS = "grounds"
    ASKED_BY = "asked_by"
    ASSIGNEE = "assignee"
    PARTY = "party"
    LEVEL = "level"
    HELP = "help"
    REMEDY = "remedy"
    OPTION = "option"
    INTO = "into"
    CUSTOMER = "customer"


OPEN_STATES: Final = frozenset(
    {State.OPEN, State.REPORTED, State.WAITING, State.INSTRUCTED, State.REMEDY, State.VERIFYING}
)
"""The case still needs work."""

CLOSED: Final = frozenset(State) - OPEN_STATES


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. ``to`` None means the state stays; ``needs`` lists what is asked for, all of it."""

    step: Step
    sources: frozenset[State]
    to: State | None
    who: Who
    needs: tuple[Needs, ...] = ()
    is_measure: bool = False


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


TABLE: Final[Mapping[Step, Rule]] = {
    rule.step: rule
    for rule in (
        Rule(Step.REPORT_SENT, OPEN_STATES, State.REPORTED, Who.PERSON, (Needs.NOTE,), is_measure=True),
        Rule(
            Step.RECEIPT_CONFIRMED, _from(State.REPORTED), State.WAITING, Who.PERSON, (Needs.EXTERNAL_NO,),
            is_measure=True,
        ),
        Rule(
            Step.INSTRUCTION_RECEIVED, _from(State.REPORTED, State.WAITING), State.INSTRUCTED, Who.PERSON,
            (Needs.NOTE,), is_measure=True,
        ),
        Rule(
            Step.REMEDY_STARTED, _from(State.OPEN, State.INSTRUCTED), State.REMEDY, Who.PERSON, (Needs.NOTE,),
            is_measure=True,
        ),
        Rule(Step.REMEDY_DONE, _from(State.REMEDY), State.VERIFYING, Who.PERSON, (Needs.NOTE,), is_measure=True),
        Rule(Step.NOT_FIXED, _from(State.REMEDY, State.VERIFYING), State.OPEN, Who.PERSON, (Needs.NOTE,)),
        Rule(
            Step.MONEY_MATCHED, OPEN_STATES | {State.EXPLAINED, State.WRITTEN_OFF}, State.SETTLED, Who.SYSTEM,
            (Needs.BANK_LINES,),
        ),
        Rule(Step.EXPLAINED, OPEN_STATES, State.EXPLAINED, Who.SYSTEM, (Needs.GROUNDS,)),
        Rule(Step.WINDOW_OVER, _from(State.SETTLED), State.FINAL, Who.SYSTEM),
        Rule(Step.RETURNED, _from(State.SETTLED, State.FINAL), State.OPEN, Who.SYSTEM, (Needs.GROUNDS,)),
        Rule(Step.REGRESSED, CLOSED, State.OPEN, Who.SYSTEM, (Needs.GROUNDS,)),
        Rule(Step.WRITE_OFF_ASKED, OPEN_STATES, None, Who.PERSON, (Needs.NOTE,)),
        Rule(Step.WRITE_OFF_APPROVED, OPEN_STATES, State.WRITTEN_OFF, Who.PERSON, (Needs.ASKED_BY,)),
        Rule(Step.WRITE_OFF_DECLINED, OPEN_STATES, None, Who.PERSON, (Needs.ASKED_BY, Needs.NOTE)),
        Rule(Step.MEASURE_TAKEN, OPEN_STATES, None, Who.PERSON, (Needs.NOTE,), is_measure=True),
        Rule(Step.CHASED, _from(State.REPORTED, State.WAITING), None, Who.PERSON, (Needs.NOTE,), is_measure=True),
        Rule(Step.TOLD, frozenset(State), None, Who.PERSON, (Needs.NOTE,), is_measure=True),
        Rule(Step.COMMENTED, frozenset(State), None, Who.PERSON, (Needs.NOTE,)),
        Rule(Step.ASSIGNED, OPEN_STATES, None, Who.PERSON, (Needs.ASSIGNEE,)),
        Rule(Step.GAP_CHANGED, OPEN_STATES, None, Who.SYSTEM),
        Rule(Step.CAUSE_CHANGED, OPEN_STATES, None, Who.SYSTEM),
        Rule(Step.DEADLINE_PASSED, OPEN_STATES, None, Who.SYSTEM),
        Rule(Step.PARTY_ASKED, OPEN_STATES, None, Who.PERSON, (Needs.NOTE, Needs.PARTY), is_measure=True),
        Rule(Step.PARTY_ANSWERED, OPEN_STATES, None, Who.PERSON, (Needs.NOTE, Needs.PARTY), is_measure=True),
        Rule(Step.PARTY_CLOSED, OPEN_STATES, None, Who.PERSON, (Needs.NOTE, Needs.PARTY), is_measure=True),
        Rule(Step.REMINDED, OPEN_STATES, None, Who.SYSTEM, (Needs.PARTY,)),
        Rule(Step.CHASE_SENT, OPEN_STATES, None, Who.SYSTEM, (Needs.PARTY,)),
        Rule(Step.ESCALATED, OPEN_STATES, None, Who.SYSTEM, (Needs.LEVEL,)),
        Rule(Step.TAKEN_OUTSIDE, OPEN_STATES, None, Who.PERSON, (Needs.NOTE, Needs.LEVEL), is_measure=True),
        Rule(Step.HELP_SOUGHT, OPEN_STATES, None, Who.PERSON, (Needs.NOTE, Needs.HELP), is_measure=True),
        Rule(Step.REPLY_TAKEN, frozenset(State), None, Who.PERSON, (Needs.NOTE,), is_measure=True),
        Rule(Step.INSTRUCTION_DECIDED, frozenset(State), None, Who.PERSON, (Needs.NOTE,), is_measure=True),
        Rule(Step.STEP_PROVEN, OPEN_STATES, None, Who.PERSON, (Needs.NOTE, Needs.REMEDY), is_measure=True),
        Rule(Step.OPTION_CHOSEN, OPEN_STATES, None, Who.PERSON, (Needs.OPTION,), is_measure=True),
        Rule(Step.MERGED, OPEN_STATES, None, Who.PERSON, (Needs.NOTE, Needs.INTO)),
        Rule(Step.UNMERGED, OPEN_STATES, None, Who.PERSON, (Needs.NOTE,)),
        Rule(Step.PARTED, OPEN_STATES, None, Who.PERSON, (Needs.NOTE, Needs.INTO)),
        Rule(Step.CUSTOMER_TOLD, frozenset(State), None, Who.PERSON, (Needs.NOTE, Needs.CUSTOMER), is_measure=True),
    )
}  # fmt: skip
"""The whole life. ``opened`` is not here: it makes a case and is never taken on one."""

OWN_DOOR: Final = frozenset(
    {
        Step.WRITE_OFF_ASKED, Step.WRITE_OFF_APPROVED, Step.WRITE_OFF_DECLINED, Step.TOLD, Step.PARTY_ASKED,
        Step.PARTY_ANSWERED, Step.PARTY_CLOSED, Step.TAKEN_OUTSIDE, Step.HELP_SOUGHT, Step.REPLY_TAKEN,
        Step.INSTRUCTION_DECIDED, Step.STEP_PROVEN, Step.OPTION_CHOSEN, Step.MERGED, Step.UNMERGED, Step.PARTED,
        Step.CUSTOMER_TOLD,
    }
)  # fmt: skip
"""Steps of people with a function of their own in the desk, because they touch a second row (write-off, notice, part …)."""

CONTACTS: Final = frozenset(
    {
        Step.REPORT_SENT, Step.RECEIPT_CONFIRMED, Step.INSTRUCTION_RECEIVED, Step.CHASED, Step.TOLD, Step.PARTY_ASKED,
        Step.PARTY_ANSWERED, Step.PARTY_CLOSED, Step.REPLY_TAKEN, Step.TAKEN_OUTSIDE,
    }
)  # fmt: skip
"""Steps that say that somebody spoke with the other side; they begin the time until the next contact anew."""


def after(state: State, step: Step, *, by: str, note: str = "", facts: Mapping[str, object] | None = None) -> State:
    """Return the state after ``step``; RefusedError says what is possible or what is missing."""
    rule = TABLE.get(step)
    if rule is None or state not in rule.sources:
        raise RefusedError("error-case-step", step=step.value, state=state.value, possible=possible_text(state))
    _check_who(rule, by)
    missing = [need.value for need in rule.needs if not _has(need, note, facts or {})]
    if missing:
        raise RefusedError("error-case-needs", step=step.value, missing=", ".join(missing))
    if step is Step.WRITE_OFF_APPROVED and (facts or {}).get(Needs.ASKED_BY.value) == by:
        raise RefusedError("error-case-same-person", by=by)
    return rule.to or state


def next_steps(state: State) -> tuple[Rule, ...]:
    """Return what a person can do from ``state``, in the order of the table."""
    return tuple(rule for rule in TABLE.values() if state in rule.sources and rule.who is Who.PERSON)


def possible_text(state: State) -> str:
    """Return the names of the steps a person can take from ``state``, joined by commas."""
    return ", ".join(rule.step.value for rule in next_steps(state) if rule.step not in OWN_DOOR)


def step_named(name: str, state: State) -> Step:
    """Return the step called ``name`` (dashes allowed); RefusedError lists what is possible when there is none."""
    try:
        return Step(name.replace("-", "_"))
    except ValueError:
        raise RefusedError("error-case-step", step=name, state=state.value, possible=possible_text(state)) from None


def _check_who(rule: Rule, by: str) -> None:
    if rule.who is Who.SYSTEM and by != SYSTEM:
        raise RefusedError("error-case-step-of-product", step=rule.step.value)
    if rule.who is Who.PERSON and (by == SYSTEM or not by.strip()):
        raise RefusedError("error-case-needs-a-person", step=rule.step.value)


def _has(need: Needs, note: str, facts: Mapping[str, object]) -> bool:
    return bool(note.strip()) if need is Needs.NOTE else bool(facts.get(need.value))
