"""Caution cards stand at the risky moments, and only there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from daozhang.learning import manuals
from daozhang.learning.cautions import CARDS, Moment, applying, of_cause
from daozhang.texts import LANGUAGES, has

NOW = datetime(2026, 11, 20, 15)


@pytest.mark.parametrize(
    ("moment", "codes"),
    [
        (Moment(act="void", now=NOW, sold_at=NOW), ["void"]),
        (Moment(act="void", now=NOW, sold_at=NOW, batch_closed=True), ["refund", "void"]),
        (Moment(act="refund", now=NOW, sold_at=NOW), ["void", "refund"]),
        (Moment(act="refund", now=NOW, sold_at=NOW - timedelta(days=2)), ["refund"]),
        (Moment(act="refund", now=NOW, sold_at=NOW - timedelta(days=31)), ["refund_old", "refund"]),
        (Moment(act="swipe_again", now=NOW, unanswered=True), ["swipe_again"]),
        (Moment(act="clear_memory", now=NOW), ["clear_memory"]),
        (Moment(act="close", now=NOW, balances=False), ["close_unbalanced"]),
        (Moment(act="close", now=NOW, unanswered=True), ["swipe_again"]),
        (Moment(act="close", now=NOW), []),
        (Moment(act="sale", now=NOW), []),
        (Moment(act="account_change", now=NOW), ["account_change"]),
    ],
)
def test_a_moment_has_its_cards(moment: Moment, codes: list[str]) -> None:
    assert [one.code for one in applying(moment)] == codes


def test_every_card_has_texts_and_its_steps() -> None:
    for one in CARDS:
        assert all(has(language, key) for language in LANGUAGES for key in (one.title_key, one.text_key))
        assert all(manuals.own_page(one.page, language) for language in LANGUAGES)
    assert [one.code for one in of_cause("D050")] == ["clear_memory", "close_unbalanced"]
    assert of_cause("D029") == ()
