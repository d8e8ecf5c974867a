"""Why two rows are one payment or not, through every door: the command, the console's page, the API's object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from typer.testing import CliRunner
from web_story import ALARM_PAYOUT, CLOCK, FILES, SALE_RRN

from daozhang.desk.workspace import Workspace

T, C, P, B = (
    "transactions_2026-09.csv",
    "clearings_2026-09.csv",
    "payouts_2026-09.csv",
    "bank_entries_6217_2026-09.csv",
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Return the story read in and judged."""
    from django.db import connections

    from daozhang.desk import workspace as workspaces
    from daozhang.desk.imports import import_bytes
    from daozhang.desk.settle_day import run_day
    from daozhang.web import context

    cache.clear()
    made = workspaces.create(tmp_path_factory.mktemp("why") / "workspace")
    place = Workspace(made.root, made.settings.model_copy(update={"clock_at": CLOCK}))
    context.use(place)
    for name, body in FILES.items():
        import_bytes(place, name, body.encode())
    run_day(place, CLOCK)
    yield place
    connections.close_all()


def said(place: Workspace, *rows: str) -> dict[str, object]:
    from daozhang.desk import whys, whys_said

    return whys_said.as_json(whys.explain(place, *rows), "en")


def test_a_pair_is_said_with_its_level_and_the_same_from_either_side(judged: Workspace) -> None:
    one, other = said(judged, f"{T}:2", f"{C}:2"), said(judged, f"{C}:2", f"{T}:2")
    assert one == other
    assert one["is_pair"] is True
    assert [step["name"] for step in one["steps"] if step["outcome"] == "paired"] == ["1"]  # type: ignore[attr-defined]
    assert said(judged, f"{T}:2") == one, "a row alone is answered with its partner"


def test_what_differs_is_named_with_how_much(judged: Workspace) -> None:
    found = said(judged, f"{T}:2", f"{C}:4")
    assert found["is_pair"] is False
    assert {"column": "amount_minor", "left": 12800, "right": 30000, "is_met": False, "off": 17200} in found["steps"][
        0
    ]["checks"]  # type: ignore[index]
    assert {one["side"] for one in found["others"]} == {"left", "right"}  # type: ignore[attr-defined]
    assert "reference" in found["reason"]["text"]  # type: ignore[index]


def test_the_money_legs_answer_too(judged: Workspace) -> None:
    assert said(judged, f"{C}:2", f"{P}:2")["is_pair"] is True
    assert said(judged, f"{C}:4", f"{P}:2")["reason"]["key"] == "explain-other-days"  # type: ignore[index]
    assert said(judged, "P20260921", f"{B}:2")["reason"]["key"] == "bank-match-reference"  # type: ignore[index]
    gone = said(judged, ALARM_PAYOUT, f"{B}:3")
    assert gone["is_pair"] is False
    assert "amount" in gone["reason"]["text"]  # type: ignore[index]


def test_a_reference_that_several_rows_carry_asks_which(judged: Workspace) -> None:
    from daozhang.errors import InputError, RefusedError

    with pytest.raises(InputError, match="explain-several-rows"):
        said(judged, SALE_RRN)
    with pytest.raises(InputError, match="explain-no-row"):
        said(judged, "nothing:7")
    with pytest.raises(RefusedError, match="explain-never-compared"):
        said(judged, f"{T}:2", f"{B}:2")


def test_the_command_says_it_in_both_languages(judged: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from daozhang.cli.main import app

    runner = CliRunner()
    where = ["--workspace", str(judged.root)]
    for language, word in (("zh", "两行是同一笔"), ("en", "These are one payment")):
        monkeypatch.setenv("DAOZHANG_LANGUAGE_OF_TERMINAL", language)
        done = runner.invoke(app, ["why", f"{T}:2", f"{C}:2", *where])
        assert done.exit_code == 0, done.output
        assert word in done.output
        assert "⟦" not in done.output
        other = runner.invoke(app, ["why", f"{T}:2", f"{C}:4", *where])
        assert other.exit_code == 1
        assert "⟦" not in other.output
    printed = runner.invoke(app, ["why", f"{T}:2", f"{C}:2", "--json", *where])
    assert json.loads(printed.output)["is_pair"] is True
    assert runner.invoke(app, ["rows", "f_none", *where]).exit_code == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_levels_as_a_table(judged: Workspace, language: str) -> None:
    from django.contrib.auth.models import User

    from daozhang.web import context

    context.use(judged)
    user, _ = User.objects.get_or_create(username="li")
    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = language
    client.force_login(user)
    for query, rows in ((f"?a={T}:2&b={C}:2", 18), (f"?a={T}:2&b={C}:4", 18), ("", 0), ("?a=nothing", 0)):
        page = client.get(f"/why{query}")
        body = page.content.decode()
        assert page.status_code == 200
        assert body.count('<th scope="row">') == rows
        assert "⟦" not in body
    finding = client.get("/where", {"q": SALE_RRN}).content.decode()
    assert re.search(r'href="/why\?a=im_\w+:\d+"', finding)


def test_two_rows_of_a_story_file_are_found_by_the_import_too(judged: Workspace) -> None:
    from daozhang.desk.models import Import

    number = Import.objects.get(file_name=T).id
    assert said(judged, f"{number}:2", f"{C}:2")["is_pair"] is True
    assert Path(judged.root).exists()
