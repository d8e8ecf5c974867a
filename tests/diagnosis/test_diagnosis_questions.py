"""The questions that split causes best: uncertainty falls with each answer, and an answer is used."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from breaks_for_tests import TODAY, a_break

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.explain import explain
from daozhang.diagnosis.questions import (
    MOST_QUESTIONS,
    best_questions,
    entropy_bits,
    gain_bits,
    questions,
    with_answers,
)
from daozhang.diagnosis.ranking import evidence, weights
from daozhang.texts import LANGUAGES, has

UNSURE: list[tuple[str, Break]] = [
    ("failed, unread", a_break("payout_failed", reason_text="月亮太圆", planned_minor=100, bank_name="工商银行")),
    ("returned, unread", a_break("payout_returned", reason_text="月亮太圆", planned_minor=100)),
    ("no payout", a_break("payout_missing", expected_minor=100)),
    ("not credited", a_break("credit_missing", state="claimed", paid_minor=100)),
    ("no answer", a_break("outcome_unknown", amount_minor=100)),
    ("twice", a_break("duplicate", amount_minor=100)),
    ("not cleared", a_break("missing_in_clearing", amount_minor=100, source_complete=False)),
    ("not in the journal", a_break("missing_in_journal", gross_minor=100)),
    ("fee", a_break("fee_mismatch", expected_fee_minor=10, charged_fee_minor=90)),
    ("deduction", a_break("deduction_not_agreed", deducted_minor=100, agreed_minor=0)),
    ("silent", a_break("terminal_offline", router_no="R1", carrier="CMCC", region="440300")),
    ("money of somebody", a_break("credit_unidentified", amount_minor=100, counterparty_name="王五", text="货款")),
]
IDS = [name for name, _ in UNSURE]


def _uncertain_after(found: Break, cause: str, told: dict[str, object], asked: int) -> list[float]:
    """Return the uncertainty before and after each question of a person who sees the true cause.

    Where several answers are true under the cause, each of them counts alike.
    """
    bits = [entropy_bits(with_answers(found, told))]
    questions_left = best_questions(found, told) if asked < MOST_QUESTIONS else ()
    if not questions_left:
        return bits * (MOST_QUESTIONS + 1 - asked)
    question = questions_left[0]
    true_answers = [
        value for value in question.values if cause in weights(with_answers(found, {**told, question.name: value}))
    ]
    assert true_answers, (cause, question.name)
    later = [_uncertain_after(found, cause, {**told, question.name: value}, asked + 1) for value in true_answers]
    return [*bits, *(sum(column) / len(later) for column in zip(*later, strict=True))]


@pytest.mark.parametrize(("name", "found"), UNSURE, ids=IDS)
def test_uncertainty_falls_with_each_question_and_the_true_cause_is_never_lost(name: str, found: Break) -> None:
    causes = weights(found)
    total = sum(causes.values())
    steps = [(weight / total, _uncertain_after(found, code, {}, 0)) for code, weight in causes.items()]
    means = [sum(weight * bits[at] for weight, bits in steps) for at in range(MOST_QUESTIONS + 1)]
    asked = len(best_questions(found))
    assert means[1] < means[0], name
    assert all(after <= before + 1e-9 for before, after in pairwise(means)), means
    assert means[min(asked, 2)] < means[0]


@pytest.mark.parametrize(("name", "found"), UNSURE, ids=IDS)
def test_one_to_three_questions_the_best_first_and_none_about_what_is_known(name: str, found: Break) -> None:
    asked = best_questions(found)
    assert 1 <= len(asked) <= MOST_QUESTIONS, name
    gains = [gain_bits(found, one) for one in asked]
    assert gains == sorted(gains, reverse=True)
    known = replace(found, facts={**found.facts, asked[0].fact: asked[0].values[0]})
    assert asked[0] not in best_questions(known)
    assert asked[0] not in best_questions(found, {asked[0].name: "?"})


@pytest.mark.parametrize(
    ("kind", "facts", "answers", "cause"),
    [
        ("payout_failed", {"reason_text": "月亮太圆"}, {"account-problem": "blocked"}, "D005"),
        ("payout_missing", {}, {"payout-order": "held"}, "D035"),
        ("credit_missing", {"state": "claimed"}, {"whose-account": "strange"}, "D023"),
        ("outcome_unknown", {}, {"customer-charged": False}, "D094"),
        ("duplicate", {}, {"orders-behind": 2}, "D076"),
        ("deduction_not_agreed", {}, {"deducted-for": "deposit"}, "D046"),
        ("fee_mismatch", {"expected_fee_minor": 10, "charged_fee_minor": 90}, {"fee-page": "cap"}, "D044"),
        ("terminal_offline", {}, {"power-and-line": "broken"}, "D062"),
    ],
)
def test_an_answer_gives_the_cause(kind: str, facts: dict[str, object], answers: dict[str, object], cause: str) -> None:
    found = a_break(kind, **facts)
    (before,) = explain([found], TODAY)
    assert before.cause_code == ""
    (after,) = explain([found], replace(TODAY, answers={found.finding_id: answers}))
    assert after.cause_code == cause
    assert after.found.finding_id == found.finding_id


def test_an_answer_never_goes_before_what_a_file_says() -> None:
    found = a_break("outcome_unknown", charged=True, reversal="missing")
    (after,) = explain([found], replace(TODAY, answers={found.finding_id: {"customer-charged": False}}))
    assert after.cause_code == "D069"


def test_every_question_has_words_breaks_that_exist_and_evidence_that_reads_its_fact() -> None:
    kinds = {kind.value for kind in BreakType}
    lines = " ".join(line for one in evidence().values() for line in (*one.said, *one.when))
    for question in questions().values():
        assert question.on <= kinds
        assert question.fact in lines or question.fact == "charged", question.name
        for language in LANGUAGES:
            for value in (None, *question.values):
                assert has(language, question.key(value)), question.key(value)
