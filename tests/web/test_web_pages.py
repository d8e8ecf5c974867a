"""Every page of the console, logged in and out, in both languages, on real workspaces."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from web_story import ACQUIRER, ALARM_PAYOUT, BROKEN, CLOCK, FILES, MERCHANT, NAME, SALE_RRN

from daozhang.desk.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parent.parent / "mapping"))
from mapping_files import fen_text

PASSWORD = "a long enough one"
WORDS_OF_THE_FILES = f"账号户名不符|{NAME}|中国工商银行|联合收单|供水公司|水费|业务明细"
"""Chinese that stands in the files themselves, or is the name of a file."""


def _import_all(workspace: Workspace, files: dict[str, str]) -> None:
    from daozhang.desk.imports import import_bytes

    for name, body in files.items():
        import_bytes(workspace, name, body.encode())


def _story(workspace: Workspace) -> None:
    from django.contrib.auth.models import User
    from django.db import connections

    from daozhang.desk.settle_day import run_day
    from daozhang.web import context

    cache.clear()
    stopped = Workspace(workspace.root, workspace.settings.model_copy(update={"clock_at": CLOCK}))
    context.use(stopped)
    _import_all(stopped, FILES | BROKEN)
    run_day(stopped, CLOCK)
    for name in ("li", "wang"):
        User.objects.create_user(name, password=PASSWORD)
    connections.close_all()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a workspace with the story read in and judged, made once."""
    from daozhang.desk import workspace as workspaces

    root = tmp_path_factory.mktemp("judged") / "workspace"
    _story(workspaces.create(root))
    return root


@pytest.fixture
def story(judged: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Return a copy of the judged workspace, its clock standing at the story's end."""
    from django.db import connections

    from daozhang.desk import workspace as workspaces
    from daozhang.web import context

    cache.clear()
    connections.close_all()
    shutil.copytree(judged, tmp_path / "workspace")
    opened = workspaces.open_workspace(tmp_path / "workspace")
    copy = workspaces.Workspace(opened.root, opened.settings.model_copy(update={"clock_at": CLOCK}))
    context.use(copy)
    yield copy
    connections.close_all()


@pytest.fixture
def empty(sqlite_workspace: Workspace) -> Workspace:
    """Return a workspace in which nothing has happened."""
    from daozhang.web import context

    cache.clear()
    context.use(sqlite_workspace)
    return sqlite_workspace


def _client(name: str = "", language: str = "zh") -> Client:
    from django.contrib.auth.models import User

    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = language
    if name:
        client.force_login(User.objects.get(username=name))
    return client


def _facts() -> dict[str, str]:
    from daozhang.desk.models import Case, Finding, Import

    return {
        "case": Case.objects.get().number,
        "finding": Finding.objects.filter(severity="alarm").first().finding_id,
        "import": Import.objects.get(file_name="payouts_2026-09.csv").id,
        "broken": Import.objects.get(file_name="transactions_broken.csv").id,
    }


ROUTES: dict[str, tuple[Callable[[dict[str, str]], list[object]], int]] = {
    "today": (lambda _: [], 200),
    "run": (lambda _: [], 405),
    "where": (lambda _: [], 200),
    "why": (lambda _: [], 200),
    "days": (lambda _: [], 200),
    "day": (lambda _: [ACQUIRER, MERCHANT, "2026-09-22"], 200),
    "findings": (lambda _: [], 200),
    "finding": (lambda f: [f["finding"]], 200),
    "finding-rows": (lambda f: [f["finding"]], 404),
    "finding-answer": (lambda f: [f["finding"]], 405),
    "import": (lambda _: [], 200),
    "import-progress": (lambda _: [], 200),
    "import-cancel": (lambda _: [1], 405),
    "ways": (lambda _: [], 200),
    "ways-look": (lambda _: ["bank"], 405),
    "import-detail": (lambda f: [f["import"]], 200),
    "import-undo": (lambda f: [f["import"]], 200),
    "import-rows": (lambda f: [f["import"], "accepted"], 200),
    "aside": (lambda f: [f["broken"]], 200),
    "aside-export": (lambda f: [f["broken"]], 200),
    "aside-line": (lambda f: [f["broken"], 2], 200),
    "aside-preview": (lambda f: [f["broken"], 2], 405),
    "aside-apply": (lambda f: [f["broken"], 2], 405),
    "expected": (lambda _: [], 200),
    "measures": (lambda _: [], 200),
    "metrics": (lambda _: [], 302),
    "ops-providers": (lambda _: [], 200),
    "ops-health": (lambda _: [], 200),
    "ops-effects": (lambda _: [], 200),
    "ops-paths": (lambda _: [], 200),
    "ops-quality": (lambda _: [], 200),
    "ops-pack": (lambda _: [], 200),
    "digest": (lambda _: [], 200),
    "case-opinion": (lambda f: [f["case"]], 200),
    "cash": (lambda _: [], 200),
    "cash-owed": (lambda _: [], 405),
    "cash-csv": (lambda _: [], 200),
    "cash-feed": (lambda _: [], 200),
    "measure-rows": (lambda _: ["coverage"], 200),
    "map": (lambda f: [f["unread"]], 200),
    "formats": (lambda _: [], 200),
    "format-export": (lambda f: [f["format"]], 200),
    "format-retire": (lambda f: [f["format"]], 405),
    "fleet": (lambda _: [], 200),
    "fleet-export": (lambda _: [], 200),
    "fleet-terminal": (lambda _: ["T0000001"], 200),
    "fleet-devices": (lambda _: [], 200),
    "fleet-versions": (lambda _: [], 200),
    "fleet-registrations": (lambda _: [], 200),
    "fleet-care": (lambda _: [], 200),
    "selfcheck": (lambda _: [], 200),
    "selfcheck-card": (lambda _: ["tamper"], 200),
    "selfcheck-run": (lambda _: ["no-such-check"], 404),
    "cases": (lambda _: [], 200),
    "agenda": (lambda _: [], 200),
    "reply-join": (lambda _: [1], 405),
    "cases-many": (lambda _: [], 405),
    "case": (lambda f: [f["case"]], 200),
    "case-party": (lambda f: [f["case"]], 405),
    "case-help": (lambda f: [f["case"]], 405),
    "case-reply": (lambda f: [f["case"]], 405),
    "case-reply-step": (lambda f: [f["case"], 1], 405),
    "case-prove": (lambda f: [f["case"]], 405),
    "case-option": (lambda f: [f["case"]], 405),
    "case-customer": (lambda f: [f["case"]], 405),
    "case-link": (lambda f: [f["case"]], 405),
    "case-step": (lambda f: [f["case"]], 405),
    "case-measure": (lambda f: [f["case"]], 405),
    "case-write-off": (lambda f: [f["case"]], 405),
    "case-report": (lambda f: [f["case"], "zh"], 302),
    "case-pack": (lambda f: [f["case"], "zh", "whole"], 302),
    "requests": (lambda _: [], 200),
    "request-ask": (lambda _: [], 405),
    "request": (lambda _: ["PR0"], 404),
    "request-act": (lambda _: ["PR0"], 405),
    "request-form": (lambda _: ["PR0"], 404),
    "changes": (lambda _: [], 200),
    "change-new": (lambda _: [], 200),
    "change": (lambda _: ["AC0"], 404),
    "change-act": (lambda _: ["AC0"], 405),
    "evidence": (lambda f: [f["import"], 3], 200),
    "evidence-text": (lambda f: [f["import"], 3], 200),
    "help": (lambda _: [], 200),
    "rooms": (lambda _: [], 200),
    "fees": (lambda _: [], 200),
    "backups": (lambda _: [], 200),
    "offers": (lambda _: [], 200),
    "trust": (lambda _: [], 200),
    "plans": (lambda _: [], 200),
    "plan-pdf": (lambda _: [0], 404),
    "continuity": (lambda _: [], 200),
    "drills": (lambda _: [], 200),
    "operators": (lambda _: [], 200),
    "manuals": (lambda _: [], 200),
    "cautions": (lambda _: [], 200),
    "learning": (lambda _: [], 200),
    "course": (lambda _: ["timeouts"], 302),
    "manual": (lambda _: ["timeout"], 200),
    "contacts": (lambda _: [], 200),
    "webhooks": (lambda _: [], 200),
    "people": (lambda _: [], 200),
    "person-role": (lambda _: [1], 405),
    "inquiries": (lambda _: [], 200),
    "inquiry": (lambda _: ["IQ0"], 404),
    "inquiry-act": (lambda _: ["IQ0"], 405),
    "inquiry-pack": (lambda _: ["IQ0"], 404),
    "inquiry-paper": (lambda _: ["IQ0", 1], 404),
    "terms": (lambda _: [], 200),
    "terms-act": (lambda _: ["TC0"], 405),
    "mine": (lambda _: [], 200),
    "rights": (lambda _: [], 200),
    "mine-send": (lambda f: [f["case"]], 405),
    "processes": (lambda _: [], 200),
    "process": (lambda _: ["open_terminal"], 200),
    "application": (lambda _: ["AP0"], 404),
    "application-act": (lambda _: ["AP0"], 405),
    "application-add-paper": (lambda _: ["AP0"], 405),
    "application-paper": (lambda _: ["AP0", 1], 404),
    "logout": (lambda _: [], 405),
}
"""Route → its arguments in the story, and what a person who is logged in gets."""

OPEN_TO_ALL = {"login", "first", "join", "language", "healthz"}


def test_every_route_has_a_row() -> None:
    named = {one.name for one in get_resolver("daozhang.web.urls").url_patterns if isinstance(one, URLPattern)}
    assert named == set(ROUTES) | OPEN_TO_ALL


@pytest.fixture
def unread(story: Workspace, tmp_path: Path) -> dict[str, str]:
    """Return the facts of the story with a file that no format knows, and a format that was taught for it."""
    from daozhang.desk import mappings
    from daozhang.desk.imports import import_bytes
    from daozhang.formats.base import Given
    from daozhang.intake.content import Content

    body = "day;who;how much\n" + "".join(f"2026-09-{20 + no};till {no};{100 + no}.50\n" for no in range(1, 8))
    result = import_bytes(story, "unread.csv", body.encode())
    assert result.state == "unclaimed"
    said = {"unit": "minor", "sign": "as_read", "cleared_on": "same"}
    with Content((fen_text(tmp_path).path.read_bytes(),), limit=1_000_000) as content:
        found = mappings.look(story, "taught.txt", content, given=Given(acquirer="YUNFU"), answers=said)
    row = mappings.save(story, mappings.named(found.proposal, code="own_yunfu", title_en="Yunfu"), by="li")
    return {**_facts(), "unread": result.import_id, "format": row.code}


def test_routes_for_people_and_for_strangers(story: Workspace, unread: dict[str, str]) -> None:
    facts = unread
    stranger, person = _client(), _client("li")
    for name, (arguments, status) in ROUTES.items():
        address = reverse(name, args=arguments(facts))
        away = stranger.get(address)
        assert away.status_code == 302, name
        assert away.headers["Location"].startswith(("/login?next=", "/api/v1/metrics")), (
            name
        )  # that one asks for a token
        assert person.get(address).status_code == status, name
    assert stranger.get("/healthz").json() == {"status": "ok"}
    assert stranger.post("/import", {}).status_code == 302


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_speaks_its_language_and_loads_only_ours(
    story: Workspace, unread: dict[str, str], language: str
) -> None:
    facts, seen = unread, 0
    person = _client("li", language)
    for name, (arguments, status) in ROUTES.items():
        if status != 200:
            continue
        response = person.get(reverse(name, args=arguments(facts)))
        if not response.headers["Content-Type"].startswith("text/html"):  # a table, a calendar, a PDF
            continue
        seen += 1
        html = response.content.decode()
        assert "⟦" not in html, (name, re.findall("⟦[^⟧]*⟧", html))
        if name != "import-progress":
            assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in html, name
            assert html.count("<h1") == 1, name
        assert not re.search(r"<(script|style)>|\son\w+=|style=", html), name
        assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
        if language == "en":
            if name == "formats":  # what is unsure about a format names the words of that format's files
                html = re.sub(r"<details>.*?</details>", " ", html, flags=re.DOTALL)
            text = re.sub(r"<[^>]+>", " ", re.sub(r"<(\w+)[^>]*lang=\"zh-CN\".*?</\1>", " ", html))
            own = re.sub(WORDS_OF_THE_FILES, "", text)
            assert not re.search("[一-鿿]", own), (name, re.findall("[一-鿿]+", own))
    assert seen > len(ROUTES) / 3


def test_today_says_what_needs_a_person(story: Workspace) -> None:
    html = _client("li").get("/").content.decode()
    assert "1 件事需要您处理" in html
    assert "-¥386.17" in html
    assert NAME in html
    assert "2026-09-24 10:30" in html
    assert "演示时钟" in html


def test_today_of_an_empty_workspace_says_where_to_start(empty: Workspace) -> None:
    from django.contrib.auth.models import User

    User.objects.create_user("li", password=PASSWORD)
    html = _client("li", "en").get("/").content.decode()
    assert "Start with your files" in html
    assert 'href="/import"' in html


def test_a_day_is_drawn_and_every_number_leads_to_its_rows(story: Workspace) -> None:
    html = _client("li", "en").get(f"/days/{ACQUIRER}/{MERCHANT}/2026-09-21").content.decode()
    assert "¥182.89" in html
    assert 'href="#bank-entries"' in html
    assert 'id="bank-entries"' in html
    assert "bank_entries_6217_2026-09.csv:2" in html
    assert '<path class="ribbon f-arrived"' in html
    missing = _client("li", "en").get(f"/days/{ACQUIRER}/{MERCHANT}/2026-09-22").content.decode()
    assert "¥386.17" in missing
    assert ALARM_PAYOUT in missing
    assert _client("li").get(f"/days/{ACQUIRER}/{MERCHANT}/2031-01-01").status_code == 404
    assert _client("li").get(f"/days/{ACQUIRER}/{MERCHANT}/2026-99-01").status_code == 404


def test_a_day_lists_the_banks_answers_and_notices_each_with_its_line(story: Workspace) -> None:
    address = f"/days/{ACQUIRER}/{MERCHANT}/2026-09-22"
    before = _client("li", "en").get(address).content.decode()
    assert 'id="payout-answers"' not in before
    assert 'id="bank-notices"' not in before
    answers = "payout_no,answered_at,state,amount_minor,reason_scheme,reason_code,reason_text\n"
    notices = "account_tail,booked_at,amount_minor,counterparty_name,text,bank_reference,kind\n"
    files = {
        "payout_answers.csv": f"{answers}OTHER,2026-09-23T09:00:00,returned,1,nacha,R03,\n"
        f"{ALARM_PAYOUT},2026-09-23T09:05:00,returned,38617,iso20022_return,AC04,closed\n",
        "bank_notices.csv": f"{notices}6217,2026-09-23T08:00:00,18289,联合收单,,N1,notice\n"
        f"6217,2026-09-23T09:00:00,38617,联合收单,{ALARM_PAYOUT} back,N2,notice\n",
    }
    _import_all(story, files)
    html = _client("li", "en").get(address).content.decode()
    assert 'id="payout-answers"' in html
    assert "payout_answers.csv:3" in html
    assert "payout_answers.csv:2" not in html
    assert "AC04" in html
    assert "bank_notices.csv:3" in html
    assert "bank_notices.csv:2" not in html
    first = _client("li", "zh").get(f"/days/{ACQUIRER}/{MERCHANT}/2026-09-21").content.decode()
    assert "bank_notices.csv:2" in first
    assert "银行在对账单之前发来的通知" in first


def test_where_shows_the_way_of_a_payment(story: Workspace) -> None:
    html = _client("li", "en").get("/where", {"q": SALE_RRN}).content.decode()
    for part in ("¥88.50", "transactions_2026-09.csv:5", "clearings_2026-09.csv:5", ALARM_PAYOUT):
        assert part in html, part
    none = _client("li", "en").get("/where", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in none
    assert "Nothing fits" in none
    assert _client("li").get("/where", {"q": "\x00%" * 300}).status_code == 200


def test_evidence_opens_the_line(story: Workspace) -> None:
    facts = _facts()
    html = _client("li").get(f"/evidence/{facts['import']}/3").content.decode()
    assert "账号户名不符" in html
    assert '<li class="it">' in html
    body = _client("li").get(f"/evidence/{facts['import']}/3/text").content.decode()
    assert "3\t" in body
    assert "账号户名不符" in body


def test_a_row_that_was_set_aside_is_shown_with_its_reason(story: Workspace) -> None:
    from daozhang.desk.models import Import

    one = Import.objects.get(file_name="transactions_broken.csv")
    html = _client("li", "en").get(f"/import/{one.id}").content.decode()
    assert "12.5O" in html
    assert "amount_minor" in html
    assert "Line 2" in html


def test_every_count_of_an_import_opens_its_rows(story: Workspace) -> None:
    from daozhang.desk.imports import import_bytes

    again = import_bytes(story, "again.csv", (FILES["payouts_2026-09.csv"] + "\n").encode())
    assert (again.duplicate, again.control) == (2, 2)
    client = _client("li", "en")
    facts = _facts()
    detail = client.get(f"/import/{facts['import']}").content.decode()
    for kind in ("accepted", "control"):
        assert f'href="/import/{facts["import"]}/rows/{kind}"' in detail
    taken = client.get(f"/import/{facts['import']}/rows/accepted").content.decode()
    assert ALARM_PAYOUT in taken
    assert "¥386.17" in taken
    assert "Payout" in taken
    for name in ("settled_on", "planned_minor", "currency", "Sept."):
        assert f">{name}" not in taken, name
    assert f'href="/evidence/{facts["import"]}/3"' in taken
    assert "card_token" not in taken
    head = client.get(f"/import/{facts['import']}/rows/control").content.decode()
    assert "acquirer,merchant_no,payout_no" in head
    assert ALARM_PAYOUT not in head
    doubled = client.get(f"/import/{again.import_id}/rows/duplicate").content.decode()
    assert ALARM_PAYOUT in doubled
    assert f'href="/evidence/{again.import_id}/3"' in doubled
    broken = client.get(f"/import/{facts['broken']}").content.decode()
    assert f'href="/import/{facts["broken"]}/aside"' in broken
    assert client.get(f"/import/{facts['import']}/rows/nonsense").status_code == 404
    assert client.get(f"/import/{facts['import']}/rows/accepted?from=100").status_code == 200


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.csv", b"", "0 bytes"),
        ("blank.csv", b" \r\n\r\n", "nothing but blanks"),
        ("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1" + bytes(range(256)) * 20, "picture"),
        ("scan.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n", "picture"),
        ("noise.bin", bytes(range(1, 32)) * 200, "picture"),
    ],
)
def test_what_is_no_table_is_not_offered_to_be_taught(story: Workspace, name: str, data: bytes, says: str) -> None:
    from daozhang.desk.imports import import_bytes

    result = import_bytes(story, name, data)
    html = _client("li", "en").get(f"/import/{result.import_id}").content.decode()
    assert result.state == "unclaimed"
    assert says in html
    assert "/map" not in html


def test_an_unknown_table_is_offered_to_be_taught(story: Workspace, unread: dict[str, str]) -> None:
    html = _client("li", "en").get(f"/import/{unread['unread']}").content.decode()
    assert f'href="/import/{unread["unread"]}/map"' in html


def test_an_import_is_taken_back_after_a_question(story: Workspace) -> None:
    from daozhang.desk.models import Import, Job

    facts = _facts()
    person = _client("li")
    assert "确认撤销" in person.get(f"/import/{facts['import']}/undo").content.decode()
    assert Import.objects.get(pk=facts["import"]).state == "accepted"
    assert person.post(f"/import/{facts['import']}/undo").status_code == 302
    assert Import.objects.get(pk=facts["import"]).state == "undone"
    assert Job.objects.filter(kind="run").exists()
    again = person.post(f"/import/{facts['import']}/undo")
    assert again.status_code in {409, 422}
    assert "没有任何改动" in again.content.decode()


def test_steps_of_a_case(story: Workspace) -> None:
    from daozhang.desk.models import Case

    number = _facts()["case"]
    person = _client("li")
    person.post(f"/cases/{number}/step", {"step": "report_sent", "note": "已致电收单机构客服"})
    assert Case.objects.get(pk=number).state == "reported"
    refused = person.post(f"/cases/{number}/step", {"step": "receipt_confirmed"}, follow=True)
    assert Case.objects.get(pk=number).state == "reported"
    assert "对方受理编号" in refused.content.decode()
    person.post(f"/cases/{number}/step", {"step": "receipt_confirmed", "external_no": "KF-778"})
    assert Case.objects.get(pk=number).external_no == "KF-778"
    person.post(f"/cases/{number}/measure", {"note": "已核对开户许可证"})
    html = person.get(f"/cases/{number}").content.decode()
    assert "已核对开户许可证" in html
    assert "KF-778" in html
    forced = person.post(f"/cases/{number}/step", {"step": "money_matched", "note": "到了"}, follow=True)
    assert Case.objects.get(pk=number).state == "waiting"
    assert 'class="said error"' in forced.content.decode()
    assert person.post("/cases/DZ-1999-000001/step", {"step": "chased"}).status_code == 404


def test_a_write_off_takes_two_people(story: Workspace) -> None:
    from daozhang.desk.models import Case

    number = _facts()["case"]
    li, wang = _client("li"), _client("wang")
    li.post(f"/cases/{number}/write-off", {"act": "ask", "note": "金额小，不再追索"})
    refused = li.post(f"/cases/{number}/write-off", {"act": "approve"}, follow=True).content.decode()
    assert Case.objects.get(pk=number).state == "open"
    assert 'class="said error"' in refused
    assert "须由另一位同事同意" in refused
    assert "等您决定" in wang.get("/").content.decode()
    wang.post(f"/cases/{number}/write-off", {"act": "approve"})
    assert Case.objects.get(pk=number).state == "written_off"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_a_pdf_or_names_what_is_missing(story: Workspace, language: str) -> None:
    number = _facts()["case"]
    person = _client("li", language)
    missing = person.get(f"/cases/{number}/report/{language}", follow=True)
    assert 'class="said error"' in missing.content.decode()
    person.post(f"/cases/{number}/measure", {"note": "called the acquirer"})
    made = person.get(f"/cases/{number}/report/{language}")
    assert made.headers["Content-Type"] == "application/pdf"
    assert b"".join(made.streaming_content)[:5] == b"%PDF-"
    assert person.get(f"/cases/{number}/report/fr").status_code == 404


# -- who may enter


@pytest.fixture
def first(workspace: Workspace) -> Iterator[Client]:
    """Return a stranger at the door of a workspace without people, on SQLite and on PostgreSQL."""
    from daozhang.web import context

    cache.clear()
    context.use(workspace)
    yield _client()
    cache.clear()


def _account(name: str = "li", password: str = PASSWORD, again: str = "") -> dict[str, str]:
    return {"username": name, "password": password, "password_again": again or password}


def test_the_first_account_needs_the_printed_address_and_closes_the_door(first: Client) -> None:
    from django.contrib.auth.models import User

    from daozhang.web import tokens

    token = tokens.first_run_token()
    assert first.get("/first/wrong").status_code == 404
    assert first.post(f"/first/{token}x", _account()).status_code == 404
    assert first.post(f"/first/{token}", _account(password="short")).status_code == 200
    assert first.post(f"/first/{token}", _account(again="another long one")).status_code == 200
    assert not User.objects.exists()
    assert first.post(f"/first/{token}", _account()).headers["Location"] == "/"
    assert first.get("/").status_code == 200
    assert _client().get(f"/first/{token}").status_code == 404
    assert _client().post(f"/first/{token}", _account("eve")).status_code == 404
    assert list(User.objects.values_list("username", flat=True)) == ["li"]


def test_only_one_of_two_first_accounts_is_made(first: Client) -> None:
    from django.contrib.auth.models import User

    from daozhang.web import tokens

    assert tokens.make_first_user("li", PASSWORD) is not None
    assert tokens.make_first_user("eve", PASSWORD) is None
    assert User.objects.count() == 1


def test_a_colleague_joins_by_a_link_that_works_once(first: Client) -> None:
    from django.contrib.auth.models import User

    User.objects.create_user("li", password=PASSWORD)
    html = _client("li").post("/people", {"username": "wang", "role": "administrator"}).content.decode()
    link = re.search(r'value="http://localhost(/join/[^"]+)"', html)
    assert link is not None
    stranger = _client()
    assert stranger.post("/login", {"username": "wang", "password": ""}).status_code == 200
    assert stranger.get(link[1] + "0").status_code == 404
    assert stranger.post(link[1], {"password": PASSWORD, "password_again": PASSWORD}).status_code == 302
    assert stranger.get("/").status_code == 200
    assert _client().get(link[1]).status_code == 404
    assert (
        "已有同名的同事"
        in _client("li").post("/people", {"username": "wang", "role": "administrator"}).content.decode()
    )


def test_login_and_its_rest_after_too_many_tries(first: Client) -> None:
    from django.contrib.auth.models import User

    User.objects.create_user("li", password=PASSWORD)
    good = {"username": "li", "password": PASSWORD}
    assert first.post("/login", good | {"next": "https://elsewhere.example/"}).headers["Location"] == "/"
    assert first.post("/logout").headers["Location"] == "/login"
    assert first.get("/").status_code == 302
    for _ in range(5):
        assert first.post("/login", {"username": "li", "password": "no"}).status_code == 200
    assert first.post("/login", good).status_code == 429
    assert first.post("/login", {"username": "LI", "password": PASSWORD}).status_code == 429


def test_a_form_from_elsewhere_is_refused_in_words(first: Client) -> None:
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    strict.cookies["daozhang_language"] = "en"
    answer = strict.post("/login", {"username": "li", "password": PASSWORD})
    assert answer.status_code == 403
    assert "That form was not accepted" in answer.content.decode()


def test_the_language_switch_stays_and_leads_nowhere_else(first: Client) -> None:
    answer = first.post("/language", {"language": "en", "next": "/login"})
    assert answer.headers["Location"] == "/login"
    assert first.cookies["daozhang_language"].value == "en"
    assert "Log in" in first.get("/login").content.decode()
    assert first.post("/language", {"language": "xx", "next": "//evil.example"}).headers["Location"] == "/"
    assert first.cookies["daozhang_language"].value == "en"


def test_a_page_that_is_not_there(story: Workspace) -> None:
    for language, word in (("zh", "没有这个页面"), ("en", "There is no such page")):
        answer = _client("li", language).get("/nowhere")
        assert answer.status_code == 404
        assert word in answer.content.decode()


def _file(name: str, body: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body.encode(), content_type="text/csv")


def test_an_upload_is_sealed_while_it_arrives_and_waits_for_the_worker(story: Workspace) -> None:
    from daozhang.desk import uploads
    from daozhang.desk.models import Job

    body = "acquirer,merchant_no\n" + "lianhe,898310012340001\n" * 120_000
    answer = _client("li").post(
        "/import", {"files": [_file("big.csv", body), _file("small.csv", "x,y\n")], "acquirer": "lianhe"}
    )
    assert answer.headers["Location"].startswith("/import?batch=")
    big, small = Job.objects.filter(kind="import").order_by("pk")
    assert big.payload["acquirer"] == "lianhe"
    assert uploads.read(story, big.payload["upload"]) == body.encode()
    assert uploads.read(story, small.payload["upload"]) == b"x,y\n"
    sealed = (story.root / "uploads" / big.payload["upload"]).read_bytes()
    assert b"898310012340001" not in sealed
    assert "big.csv" in _client("li").get(answer.headers["Location"]).content.decode()


def test_a_sealed_upload_that_was_touched_is_refused(story: Workspace) -> None:
    from daozhang.desk import uploads
    from daozhang.errors import InputError

    upload = uploads.start(story)
    upload.write(b"a" * (uploads.PIECE + 5))
    name = upload.close()
    path = story.root / "uploads" / name
    whole = path.read_bytes()
    for damaged in (whole[:-20], whole[:-1] + b"\0", whole[:40] + b"\1" + whole[41:], whole[: uploads.PIECE + 60]):
        path.write_bytes(damaged)
        with pytest.raises(InputError):
            uploads.read(story, name)
    with pytest.raises(InputError):
        uploads.read(story, "../daozhang.toml")
    path.write_bytes(whole)
    assert uploads.sweep(story, {name}, older_than_s=-1) == 0
    assert uploads.sweep(story, set()) == 0
    assert uploads.sweep(story, set(), older_than_s=-1) == 1


def test_a_stranger_leaves_no_file_behind(story: Workspace) -> None:
    before = Client(SERVER_NAME="localhost").post("/import", {"files": [_file("x.csv", "a,b\n" * 1000)]})
    assert before.status_code == 302
    assert before.headers["Location"].startswith("/login")
    assert not (story.root / "uploads").exists() or not list((story.root / "uploads").iterdir())


def test_a_bug_of_ours_shows_no_trace(story: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from daozhang.web.views import today

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr(today.readings, "last_run", broken)
    client = _client("li", "en")
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Something of ours went wrong" in answer.content.decode()
    assert "secret inside" not in answer.content.decode()


def test_each_sum_of_today_opens_the_days_that_make_it(story: Workspace) -> None:
    client = _client("li")
    page = client.get("/").content.decode()
    links = re.findall(r'href="/days\?show=(\w+)&amp;since=([\d-]+)"', page)
    assert links
    every = client.get("/days").content.decode().count('href="/days/')
    for bucket, since in links:
        shown = client.get("/days", {"show": bucket, "since": since}).content.decode()
        assert f'<option value="{bucket}" selected>' in shown
        assert 0 < shown.count('href="/days/') <= every
    nothing = client.get("/days", {"show": "returned", "since": "2999-01-01"}).content.decode()
    assert 'href="/days/' not in nothing
