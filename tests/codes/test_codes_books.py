"""The code books are whole: closed lists kept, no code twice, declined and unknown never mixed up."""

from __future__ import annotations

import pytest

from daozhang.codes import (
    OUTCOMES,
    RETRIES,
    network_reason,
    network_reasons,
    reasons,
    response_of,
    responses,
)
from daozhang.diagnosis.catalogue import causes


def test_every_reason_keeps_the_closed_lists() -> None:
    for row in reasons():
        assert row.retry in RETRIES
        assert row.finality in {"final", "unknown"}
        assert row.cause in causes()
        assert row.code or row.text
        assert (row.state in {"PENDING", "UNKNOWN"}) == (row.finality == "unknown"), row


def test_no_provider_says_two_things_with_one_code_on_one_interface() -> None:
    said: dict[tuple[str, str, str], tuple[str, str]] = {}
    for row in reasons():
        if row.code:
            key = (row.provider, row.interface, row.code)
            assert said.setdefault(key, (row.cause, row.finality)) == (row.cause, row.finality), key


@pytest.mark.parametrize(
    ("code", "outcome"),
    [("00", "approved"), ("11", "approved"), ("A2", "approved"), ("05", "declined"), ("51", "declined"), ("55", "declined"),
     ("77", "declined"), ("A0", "declined"), ("97", "declined"), ("68", "unknown"), ("91", "unknown"), ("96", "unknown"),
     ("98", "unknown"), ("Z1", "unknown"), ("94", "unknown")],
)  # fmt: skip
def test_a_response_code_says_what_became_of_the_payment(code: str, outcome: str) -> None:
    response = response_of(code.lower())
    assert response is not None
    assert response.outcome == outcome


def test_an_unknown_outcome_is_queried_and_a_plain_decline_is_no_settlement() -> None:
    for response in responses().values():
        assert response.outcome in OUTCOMES
        assert response.cause in {*causes(), ""}
        if response.outcome == "unknown":
            assert response.retry == "QUERY_FIRST"
        if response.cause == "D092":
            assert response.outcome == "declined"


def test_a_code_that_is_not_in_the_book_is_unknown() -> None:
    assert response_of("ZZ") is None
    assert response_of("") is None


def test_the_book_of_nacha_has_every_return_and_change_in_both_languages() -> None:
    book = network_reasons("nacha")

    assert (sum(code.startswith("R") for code in book), sum(code.startswith("C") for code in book)) == (71, 11)
    for reason in book.values():
        assert reason.meaning("zh")
        assert reason.meaning("en").isascii()
        assert reason.meaning("zh") != reason.meaning("en")
        assert reason.concerns in {"credit", "debit", "credit+debit", "other"}


def test_every_code_that_has_a_cause_is_in_the_book_of_its_network() -> None:
    assert {row.code for row in reasons() if row.provider == "ach"} <= set(network_reasons("ach"))


def test_a_code_of_no_network_has_no_words() -> None:
    assert network_reason("nacha", " r03 ") == network_reason("ach", "R03")
    assert network_reason("nacha", "R99") is None
    assert network_reason("leshua", "R03") is None
