"""The quarantine in the console: filter, correct one cell or all of a kind, see how it reads, take it in, take it back."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

sys.path.insert(0, str(Path(__file__).parent.parent / "intake"))

from intake_tables import as_csv, clearing, facts

from daozhang.desk import imports
from daozhang.desk.models import ExpectedFile, Import, Job, QuarantinedRow
from daozhang.web import context

WRONG = "12.5O"


@pytest.fixture
def page(sqlite_workspace: Any) -> tuple[Any, Client, str]:
    """Return a workspace with a file of which four lines wait, somebody logged in, and the import."""
    from django.contrib.auth.models import User

    cache.clear()
    context.use(sqlite_workspace)
    rows = [clearing(1), clearing(8, gross_minor=WRONG), *(clearing(number, fee_minor="-") for number in (9, 10, 11))]
    result = imports.import_bytes(sqlite_workspace, "clearings.csv", as_csv(rows).encode())
    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = "en"
    client.force_login(User.objects.create_user("li", password="a long enough one"))
    return sqlite_workspace, client, result.import_id


def form_of(client: Client, address: str) -> dict[str, str]:
    """Return what the form of a line would send if nobody touched it."""
    import html
    import re

    text = client.get(address).content.decode()
    return {name: html.unescape(value) for name, value in re.findall(r'name="(cell-\d+)" value="([^"]*)"', text)}


def test_one_cell(page: tuple[Any, Client, str]) -> None:
    workspace, client, import_id = page
    listed = client.get(f"/import/{import_id}/aside").content.decode()
    assert "4 lines wait" in listed
    assert WRONG in listed
    address = f"/import/{import_id}/aside/3"
    form = form_of(client, address)
    (place,) = [name for name, value in form.items() if value == WRONG]

    untouched = client.post(f"{address}/preview", {**form, "why": "checked"})
    assert untouched.status_code == 422
    assert "Nothing was changed" in untouched.content.decode()
    shown = client.post(f"{address}/preview", {**form, place: "1008", "why": "the slip"}).content.decode()
    assert "1 lines can be read" in shown
    assert f"gross_minor: {WRONG} → 1008" in shown.replace("\u2068", "").replace("\u2069", "")
    assert len(facts(workspace)) == 1

    done = client.post(f"{address}/apply", {**form, place: "1008", "why": "the slip"}, follow=True).content.decode()

    assert "1 lines were corrected" in done
    assert "the slip" in done
    assert len(facts(workspace)) == 2
    assert Job.objects.filter(kind="run").exists()
    made = Import.objects.get(corrects=import_id)
    assert made.events.get().by == "li"
    client.post(f"/import/{made.id}/undo")
    assert len(facts(workspace)) == 1
    assert QuarantinedRow.objects.filter(corrected_by__isnull=True).count() == 4


def test_all_lines_with_the_same_cell(page: tuple[Any, Client, str]) -> None:
    workspace, client, import_id = page
    address = f"/import/{import_id}/aside/4"
    assert "Correct all 3 lines" in client.get(address).content.decode()
    form = form_of(client, address)
    (place,) = [name for name, value in form.items() if value == "-"]

    client.post(f"{address}/apply", {**form, place: "", "same": "1", "why": "a dash is no fee"})

    assert len(facts(workspace)) == 4
    assert Import.objects.get(corrects=import_id).rows_in == 3
    listed = client.get(f"/import/{import_id}/aside?reason=reject-whole").content.decode()
    assert "1 lines wait, 3 are corrected" in listed.replace("\u2068", "").replace("\u2069", "")


def test_what_still_cannot_be_read_is_said_and_nothing_is_lost(page: tuple[Any, Client, str]) -> None:
    workspace, client, import_id = page
    address = f"/import/{import_id}/aside/3"
    form = form_of(client, address)
    (place,) = [name for name, value in form.items() if value == WRONG]
    shown = client.post(f"{address}/preview", {**form, place: "12,50", "why": "?"}).content.decode()
    assert "1 lines stay set aside" in shown
    refused = client.post(f"{address}/apply", {**form, place: "12,50", "why": "?"})
    assert refused.status_code == 422
    assert "12,50" in refused.content.decode()
    assert len(facts(workspace)) == 1


def test_the_export_is_for_people_and_executes_nothing(sqlite_workspace: Any, page: tuple[Any, Client, str]) -> None:
    _, client, _ = page
    hostile = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1"]
    rows = [clearing(20 + number, gross_minor=value) for number, value in enumerate(hostile)]
    made = imports.import_bytes(sqlite_workspace, "hostile.csv", as_csv(rows).encode())

    body = client.get(f"/import/{made.import_id}/aside/export").content.decode()

    assert body.startswith("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(body.removeprefix("\ufeff"))) for cell in row]
    assert len(cells) == 6 * (1 + len(hostile))
    assert [cell for cell in cells if cell.lstrip()[:1] in set("=+-@＝＋－＠")] == []


def test_a_plan_is_set_and_dropped(page: tuple[Any, Client, str]) -> None:
    _, client, _ = page
    plan = {
        "table": "clearings",
        "acquirer": "UP",
        "merchant_no": "",
        "account_tail": "",
        "at": "08:30",
        "after": "1",
        "workdays": "1",
    }
    shown = client.post("/expected", plan, follow=True).content.decode()
    assert "set by a person" in shown
    row = ExpectedFile.objects.get()
    assert (row.acquirer, row.at, row.counts_workdays, row.set_by) == ("UP", "08:30", True, "li")
    client.post("/expected", {**plan, "forget": "1"})
    assert not ExpectedFile.objects.exists()
    assert client.post("/expected", {**plan, "table": "nothing"}, follow=True).status_code == 200
    assert not ExpectedFile.objects.exists()


def test_the_pages_speak_both_languages(page: tuple[Any, Client, str]) -> None:
    import re

    _, client, import_id = page
    for language in ("en", "zh"):
        client.cookies["daozhang_language"] = language
        for address in (
            f"/import/{import_id}",
            f"/import/{import_id}/aside",
            f"/import/{import_id}/aside/3",
            "/expected",
        ):
            html = client.get(address).content.decode()
            assert "⟦" not in html, (address, language)
            assert html.count("<h1") == 1, address
            assert not re.search(r"<(script|style)>|\son\w+=|style=", html), address
            if language == "en":
                text = re.sub(r"<[^>]+>", " ", re.sub(r"<(\w+)[^>]*lang=\"zh-CN\".*?</\1>", " ", html))
                assert not re.search("[一-鿿]", text), (address, re.findall("[一-鿿]+", text))
