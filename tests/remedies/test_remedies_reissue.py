"""When money may be asked for again. Every refusal has its row; the properties hold for all situations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.codes import RETRIES
from daozhang.remedies.reissue import Queried, Situation, may_reissue
from daozhang.texts import LANGUAGES, has

READY = Situation(
    retry="FIX_DATA_THEN_REISSUE", finality="final", queried=Queried.FAILED, queries=1, is_prepared=True,
    asked_by="an", approved_by="bo",
)  # fmt: skip

ROWS: list[tuple[str, dict[str, object], str]] = [
    ("ready", {}, "allowed"),
    ("final reason, nobody asked", {"queried": Queried.NOT_ASKED}, "allowed"),
    ("it was paid", {"queried": Queried.PAID}, "paid"),
    ("wait", {"retry": "WAIT"}, "wait"),
    ("wait, although the query says failed", {"retry": "WAIT", "queried": Queried.FAILED}, "wait"),
    ("no sale", {"retry": "NO_ACTION"}, "no-sale"),
    ("a terminal", {"retry": "SIGN_IN_AGAIN"}, "not-a-payout"),
    ("no reason known", {"retry": ""}, "unknown"),
    ("query first, not asked", {"retry": "QUERY_FIRST", "queried": Queried.NOT_ASKED}, "query-first"),
    ("query first, still open", {"retry": "QUERY_FIRST", "queried": Queried.PENDING}, "query-first"),
    ("query first, failed", {"retry": "QUERY_FIRST"}, "allowed"),
    ("not found once", {"retry": "QUERY_FIRST", "queried": Queried.NOT_FOUND, "queries": 1}, "query-twice"),
    ("not found twice", {"retry": "QUERY_FIRST", "queried": Queried.NOT_FOUND, "queries": 2}, "allowed"),
    ("not found twice, new number", {"retry": "QUERY_FIRST", "queried": Queried.NOT_FOUND, "queries": 2, "keeps_number": False}, "keep-number"),
    ("not final, not asked", {"finality": "unknown", "queried": Queried.NOT_ASKED}, "query-first"),
    ("data not corrected", {"is_prepared": False}, "fix-first"),
    ("no answer yet", {"retry": "CONTACT", "is_prepared": False}, "ask-first"),
    ("same channel", {"retry": "SWITCH_CHANNEL_OR_CARD", "is_prepared": False}, "channel-first"),
    ("new number", {"keeps_number": False}, "keep-number"),
    ("new number after a return", {"keeps_number": False, "queried": Queried.RETURNED}, "allowed"),
    ("one person", {"approved_by": "an"}, "two-people"),
    ("nobody approved", {"approved_by": ""}, "two-people"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "why"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_situation_has_its_answer(change: dict[str, object], why: str) -> None:
    answer = may_reissue(replace(READY, **change))  # type: ignore[arg-type]
    assert answer.why == "reissue-" + why
    assert answer.is_allowed == (why == "allowed")


SITUATIONS = st.builds(
    Situation,
    retry=st.sampled_from([*RETRIES, "", "SOMETHING"]),
    finality=st.sampled_from(["final", "unknown"]),
    queried=st.sampled_from(Queried),
    queries=st.integers(0, 4),
    keeps_number=st.booleans(),
    is_prepared=st.booleans(),
    asked_by=st.sampled_from(["", "an", "bo"]),
    approved_by=st.sampled_from(["", "an", "bo"]),
)


@given(SITUATIONS)
def test_money_is_never_asked_for_twice(now: Situation) -> None:
    answer = may_reissue(now)
    for language in LANGUAGES:
        assert has(language, answer.why)
    if not answer.is_allowed:
        return
    assert now.retry not in {"WAIT", "NO_ACTION", "SIGN_IN_AGAIN", ""}
    assert now.queried not in {Queried.PAID, Queried.PENDING}
    assert now.asked_by != now.approved_by
    assert "" not in {now.asked_by, now.approved_by}
    assert now.keeps_number or now.queried is Queried.RETURNED
    if now.retry == "QUERY_FIRST" or now.finality != "final":
        assert now.queried in {Queried.FAILED, Queried.RETURNED, Queried.NOT_FOUND}
