"""Questions on a finding: asked where causes are open, kept on the case, read by the next run."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from daozhang.breaks import BreakType
from daozhang.desk import audit, cause_answers
from daozhang.desk.models import Case, Finding
from daozhang.desk.runs import record_run
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.explain import explain

sys.path.insert(0, str(Path(__file__).parent.parent))
from desk_making import NOON, finding

UNREAD = finding(kind=BreakType.PAYOUT_FAILED, facts={"reason_text": "月亮太圆", "planned_minor": 10_000})


@pytest.fixture
def desk(sqlite_workspace: Any) -> Workspace:
    """Return a workspace with one failed payout whose reason nobody can read."""
    from django.contrib.auth.models import User

    from daozhang.web import context

    cache.clear()
    here = Workspace(sqlite_workspace.root, sqlite_workspace.settings.model_copy(update={"clock_at": NOON}))
    context.use(here)
    said = explain([UNREAD.found], DayFacts(as_of=NOON))
    record_run(here, run_id="r1", as_of=NOON, findings=said, inputs_hash="1", folder="f", counts={})
    User.objects.create_user("li")
    return here


def _client(language: str) -> Client:
    from django.contrib.auth.models import User

    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = language
    client.force_login(User.objects.get(username="li"))
    return client


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_causes_that_fit_and_asks(desk: Workspace, language: str) -> None:
    html = _client(language).get(f"/findings/{UNREAD.found.finding_id}").content.decode()
    assert "⟦" not in html
    assert html.count("<h1") == 1
    shown = [int(pct) for pct in re.findall(r'muted">(\d+) ?%<', html)]
    assert len(shown) == 3
    assert shown == sorted(shown, reverse=True)
    assert sum(shown) <= 100
    assert html.count('name="question" value="account-problem"') == 1


def test_an_answer_stands_on_the_case_and_the_next_run_gives_the_cause(desk: Workspace) -> None:
    finding_id = UNREAD.found.finding_id
    client = _client("zh")
    client.post(f"/findings/{finding_id}/answer", {"question": "account-problem", "value": "blocked"})
    event = Case.objects.get().events.get(step="commented")
    assert (event.by, event.facts["answer"]) == ("li", "blocked")
    assert "止付或冻结" in event.note
    assert audit.verify(desk).is_whole
    assert cause_answers.answers(NOON - timedelta(minutes=1)) == {}
    given = cause_answers.answers(NOON)
    assert given == {finding_id: {"account-problem": "blocked"}}
    (said,) = explain([UNREAD.found], DayFacts(as_of=NOON, answers=given))
    assert said.cause_code == "D005"
    page = client.get(f"/findings/{finding_id}").content.decode()
    assert 'value="account-problem"' not in page
    assert "止付或冻结" in page


def test_who_cannot_say_is_not_asked_again_and_what_is_no_answer_is_refused(desk: Workspace) -> None:
    finding_id = UNREAD.found.finding_id
    client = _client("en")
    refused = client.post(
        f"/findings/{finding_id}/answer", {"question": "account-problem", "value": "moon"}, follow=True
    )
    assert "no answer to the question" in refused.content.decode()
    assert not Case.objects.get().events.filter(step="commented").exists()
    client.post(f"/findings/{finding_id}/answer", {"question": "account-problem", "value": "?"})
    row = Finding.objects.get()
    assert "account-problem" not in {one.name for one in cause_answers.open_questions(row)}
    (said,) = explain([UNREAD.found], DayFacts(as_of=NOON, answers=cause_answers.answers()))
    assert said.cause_code == ""
