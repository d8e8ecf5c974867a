"""Minutes of work beside a stopwatch, and the one question after a case closed."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from django.test import Client

from daozhang.desk import measures_opinion
from daozhang.desk.measures_cases import seconds_of_work
from daozhang.desk.measures_models import CaseOpinion, Touch
from daozhang.desk.models import Case, Incident
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError

NOON = datetime(2026, 10, 9, 12, 0)


def _case(number: str, state: str = "open", closed_at: datetime | None = None) -> Case:
    incident = Incident.objects.create(
        id=f"i_{number}", scope="payout", cause_category="third_party", first_said_at=NOON, last_said_at=NOON
    )
    return Case.objects.create(
        number=number, incident=incident, state=state, gap_minor=-100, opened_at=NOON, closed_at=closed_at
    )


def test_five_runs_agree_with_the_stopwatch_within_a_tenth(sqlite_workspace: Workspace) -> None:
    from django.contrib.auth.models import User

    from daozhang.web import context

    context.use(sqlite_workspace)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_user("li", password="a long enough one"))
    stopped: dict[str, float] = {}
    client.get("/rooms")  # what is made once is made before the clock runs
    for run, pause in enumerate((0.5, 0.7, 0.4, 0.9, 0.6)):
        number = _case(f"DZ-2026-00000{run}").number
        client.get(f"/cases/{number}/opinion")
        began = time.perf_counter()
        time.sleep(pause)
        client.get("/rooms")
        stopped[number] = time.perf_counter() - began
    measured = seconds_of_work(stopped)
    assert set(measured) == set(stopped)
    for number, seconds in stopped.items():
        assert measured[number] == pytest.approx(seconds, rel=0.1)
    assert Touch.objects.count() == 10, "one for turning to the case, one for turning away"


def test_a_page_that_is_no_case_leaves_no_trace_by_itself(sqlite_workspace: Workspace) -> None:
    from django.contrib.auth.models import User

    from daozhang.web import context

    context.use(sqlite_workspace)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_user("li", password="a long enough one"))
    for _ in range(3):
        client.get("/rooms")
    assert Touch.objects.count() == 0


def test_the_question_is_asked_once_for_each_closing(sqlite_workspace: Workspace) -> None:
    case = _case("DZ-2026-000001", "settled", NOON)
    assert measures_opinion.may_answer(case)
    measures_opinion.answer(sqlite_workspace, case.number, 4, by="li", note=" ok ")
    with pytest.raises(RefusedError):
        measures_opinion.answer(sqlite_workspace, case.number, 5, by="li")
    case.closed_at = NOON.replace(day=10)  # it opened again and was closed again
    case.save()
    measures_opinion.answer(sqlite_workspace, case.number, 2, by="li")
    assert sorted(CaseOpinion.objects.values_list("score", "note")) == [(2, ""), (4, "ok")]


def test_an_open_case_has_no_question_and_six_is_no_answer(sqlite_workspace: Workspace) -> None:
    case = _case("DZ-2026-000001")
    with pytest.raises(RefusedError):
        measures_opinion.answer(sqlite_workspace, case.number, 4, by="li")
    with pytest.raises(InputError):
        measures_opinion.answer(sqlite_workspace, case.number, 6, by="li")
