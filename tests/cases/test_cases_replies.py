"""Official answers become steps: who, what, by when, how it is proven; what cannot be read stays unclear."""

from __future__ import annotations

import tomllib
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from daozhang.calendars import shipped
from daozhang.cases.parties import Party
from daozhang.cases.replies import Action, read_reply, words
from daozhang.remedies.playbooks import steps
from daozhang.texts import LANGUAGES, has

CAME = datetime(2026, 11, 25, 10, 0)
REPLIES = tomllib.loads((Path(__file__).parent / "replies" / "replies.toml").read_text(encoding="utf-8"))["reply"]


def workdays_after(moment: datetime, days: int) -> datetime | None:
    answer = shipped().workdays_after(moment.date(), days)
    return datetime.combine(answer, time(18, 0)) if hasattr(answer, "year") and hasattr(answer, "day") else None


def test_there_are_twenty() -> None:
    assert len(REPLIES) == 20


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply["text"][:18])
def test_a_real_style_answer_is_read_as_expected(reply: dict[str, Any]) -> None:
    read = read_reply(reply["text"], CAME, Party(reply["from"]), workdays_after)
    said = [
        f"{one.action}/{one.who or '-'}/{f'{one.by_at:%Y-%m-%d %H:%M}' if one.by_at else '-'}" for one in read.steps
    ]
    assert said == reply["expect"]
    assert list(read.external_nos) == reply.get("external", [])
    assert list(read.case_numbers) == reply.get("cases", [])
    assert all(one.what in " ".join(reply["text"].split("\n")) for one in read.steps)


def test_no_answer_passes_unseen() -> None:
    for text in ("", "您好，谢谢！", "???", "x" * 20_000, "\x00\n> quoted"):
        assert [one.action for one in read_reply(text, CAME, Party.BANK, workdays_after).steps] == [Action.UNCLEAR], (
            text
        )


def test_every_action_has_its_words_its_texts_and_a_proof_that_exists() -> None:
    assert set(words()) == set(Action) - {Action.UNCLEAR}
    proofs = {one.proof for one in steps().values()}
    for action, known in words().items():
        assert known.proof in proofs, action
        assert known.who in {"sender", *Party}, action
    for language in LANGUAGES:
        assert [one for one in Action if not has(language, f"reply-{one.replace('_', '-')}")] == []
