"""The form of the assistant: only what a person said is an answer."""

from __future__ import annotations

from daozhang.web.mapping_page import answers_of

FORM = {
    "table-now": "clearings",
    "a:table": "clearings",
    "w:table": "clearings",
    "a:sign": "as_read",
    "w:sign": "as_read",
    "a:unit": "minor",
    "a:acquirer": "A",
}


def test_what_the_form_repeats_from_the_file_is_no_answer() -> None:
    assert answers_of(FORM) == {"unit": "minor", "acquirer": "A"}


def test_another_word_than_the_files_is_an_answer() -> None:
    assert answers_of(FORM | {"a:sign": "turned"})["sign"] == "turned"


def test_of_another_table_only_what_does_not_depend_on_it_counts() -> None:
    assert answers_of(FORM | {"a:table": "bank_entries", "a:sign": "turned"}) == {
        "table": "bank_entries",
        "acquirer": "A",
    }
