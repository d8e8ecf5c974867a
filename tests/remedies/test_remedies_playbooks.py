"""Every cause has a playbook whose steps have words, people and proofs; dangerous causes stop before they act."""

from __future__ import annotations

import pytest

from daozhang.diagnosis.catalogue import causes, role_key
from daozhang.remedies.playbooks import UNKNOWN, playbook_of, playbooks, steps
from daozhang.texts import LANGUAGES, has


def test_every_cause_and_the_unknown_has_a_playbook_and_nothing_else_has() -> None:
    assert set(playbooks()) == {*causes(), UNKNOWN}
    assert playbook_of("") == playbook_of("D999") == playbooks()[UNKNOWN]


@pytest.mark.parametrize("code", list(playbooks()))
def test_a_playbook_is_in_words_and_begins_with_something_to_do(code: str) -> None:
    book = playbook_of(code)
    assert book
    assert len({step.key for step in book}) == len(book)
    for step in book:
        for language in LANGUAGES:
            assert has(language, step.text_key), step.text_key
            assert has(language, step.proof_key), step.proof_key
            assert has(language, role_key(step.who)), step.who


def test_every_step_is_used() -> None:
    assert set(steps()) == {step.key for book in playbooks().values() for step in book}


def places(code: str) -> dict[str, int]:
    return {step.key: place for place, step in enumerate(playbook_of(code))}


def test_a_payout_is_issued_again_only_after_what_makes_it_safe() -> None:
    for code in playbooks():
        at = places(code)
        if "request-reissue" not in at:
            continue
        assert at["request-reissue"] > 0, code
        assert at["link-reissue"] > at["request-reissue"], code
        assert at["match-bank-line"] > at["request-reissue"], code
        if "file-account-change" in at:
            assert at["second-person"] < at["file-account-change"], code
            if "test-credit" in at:
                assert at["test-credit"] < at["request-reissue"], code


@pytest.mark.parametrize("code", ["D013", "D015", "D019", "D095"])
def test_an_open_outcome_is_queried_before_anything_is_paid(code: str) -> None:
    assert places(code)["query-original"] < places(code)["request-reissue"]


@pytest.mark.parametrize("code", ["D014", "D021", "D027"])
def test_what_only_needs_time_is_never_issued_again(code: str) -> None:
    assert "request-reissue" not in places(code)
    assert "do-not-resend" in places(code)


def test_a_sale_without_answer_is_not_swiped_again_and_a_batch_keeps_its_memory() -> None:
    assert playbook_of("D067")[0].key == "no-second-swipe"
    assert playbook_of("D050")[0].key == "keep-memory"
    assert places("D094")["query-sale"] < places("D094")["charge-again"]
