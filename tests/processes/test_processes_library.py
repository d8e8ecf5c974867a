"""The library of processes: no card leaves a question open, and one that would is refused when it is read."""

from __future__ import annotations

import pytest

from daozhang.errors import RefusedError
from daozhang.services.processes import faults, keys, process_named, processes, read
from daozhang.texts import LANGUAGES, has

WHOLE = {
    "fee": "none", "contacts": ["ACQ_CS"], "documents": ["licence"], "stages": ["review"], "steps": [["review", "acquirer", 3]],
    "pages": {"business": ["acquirer"]},
}  # fmt: skip


def test_every_card_has_documents_time_contact_and_a_way_to_verify_in_both_languages() -> None:
    assert len(processes()) == 12
    for one in processes().values():
        assert one.documents, one.code
        assert one.contacts, one.code
        assert one.workdays > 0, one.code
        assert one.key("verify") in keys(one), one.code
        assert [key for key in keys(one) for language in LANGUAGES if not has(language, key)] == []
        assert sum(one.workdays_of.values()) == one.workdays


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"documents": []}, "no documents"),
        ({"contacts": []}, "no contacts"),
        ({"steps": []}, "no steps"),
        ({"steps": [["review", "acquirer", 0]]}, "no expected time"),
        ({"fee": "something"}, "fee something"),
        ({"documents": ["a_paper_nobody_named"]}, "no text process-document-a-paper-nobody-named"),
        ({"contacts": ["NOBODY"]}, "no text contact-role-nobody"),
        ({"opens": "changes"}, "either a page of its own or an application"),
        ({"links": ["nowhere"]}, "page nowhere"),
        ({"stages": ["sleep"]}, "stage sleep"),
    ],
)
def test_a_card_with_an_open_question_is_refused(change: dict[str, object], said: str) -> None:
    assert faults(read("open_terminal", WHOLE)) == []
    with pytest.raises(ValueError, match=said):
        read("open_terminal", WHOLE | change)


def test_a_card_without_its_own_words_is_refused() -> None:
    with pytest.raises(ValueError, match="no text process-unheard-of-verify"):
        read("unheard_of", WHOLE)


def test_an_unknown_process_names_the_known_ones() -> None:
    with pytest.raises(RefusedError) as refused:
        process_named("sell-everything")
    assert "change_account" in str(refused.value.facts["possible"])
