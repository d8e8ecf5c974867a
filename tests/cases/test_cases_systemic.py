"""One thing wrong in every row: one finding, one case, its rows listed on demand by command and API object, its letter able to be written."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from typer.testing import CliRunner

from daozhang.desk.workspace import Workspace

ROWS = 60
NOW = datetime(2026, 9, 24, 10, 30)
SHOPS = ("898310012340001", "898310012340002")
HEAD = "acquirer,merchant_no,terminal_no,batch_no,trace_no,rrn,occurred_at,"


def files(rate: int) -> dict[str, str]:
    """Return journal and clearing of 60 sales of two shops; the contract says 60 basis points."""
    sales = [(SHOPS[n % 2], n + 1, 10_000 + n * 170, f"2026-09-21T12:{n:02d}:00") for n in range(ROWS)]
    journal = [
        f"lianhe,{shop},T000000{shop[-1]},000001,{n:06d},{n:012d},{at},sale,{amount},approved,card,debit"
        for shop, n, amount, at in sales
    ]
    lines = []
    for shop, n, amount, at in sales:
        fee = (amount * rate + 5000) // 10_000
        lines.append(
            f"lianhe,{shop},T000000{shop[-1]},000001,{n:06d},{n:012d},{at},2026-09-21,sale,{amount},{fee},{amount - fee},card,debit"
        )
    agreed = [f"lianhe,{shop},2026-01-01,T+1,23:00,14:00,CN,60,half_up_each,kept" for shop in SHOPS]
    return {
        "contracts.csv": "acquirer,merchant_no,from_on,cycle,cutover,due_time,calendar,rate_bp,rounding,refund_fee\n" + "\n".join(agreed) + "\n",
        "transactions_0921.csv": f"{HEAD}kind,amount_minor,status,channel,card_kind\n" + "\n".join(journal) + "\n",
        "clearings_0921.csv": f"{HEAD}cleared_on,kind,gross_minor,fee_minor,net_minor,channel,card_kind\n" + "\n".join(lines) + "\n",
    }  # fmt: skip


@pytest.fixture
def judged(sqlite_workspace: Workspace) -> Workspace:
    """Return a workspace in which every fee is 65 basis points and 20 rows are enough to be said once."""
    from daozhang.desk.imports import import_bytes
    from daozhang.desk.settle_day import run_day

    place = Workspace(
        sqlite_workspace.root, sqlite_workspace.settings.model_copy(update={"clock_at": NOW, "systemic_rows": 20})
    )
    for name, body in files(65).items():
        import_bytes(place, name, body.encode())
    run_day(place, NOW)
    return place


def test_one_case_stands_for_all_rows_and_the_rows_are_listed(judged: Workspace) -> None:
    from daozhang.cli.main import app
    from daozhang.desk import folded_rows
    from daozhang.desk.models import Case, Finding
    from daozhang.desk.settle_day import run_day

    said = Finding.objects.get(break_type="systemic_difference")
    assert (said.cause_code, said.severity, said.grain) == ("D043", "alarm", "acquirer")
    assert not Finding.objects.filter(break_type="fee_mismatch").exists()
    case = Case.objects.get(incident=said.incident)
    assert case.gap_minor == said.gap_minor < 0
    total, rows = folded_rows.rows_of(judged, said.finding_id, limit=1000, offset=0)
    assert total == len(rows) == ROWS
    assert sum(row["gap_minor"] for row in rows) == said.gap_minor
    assert [abs(row["gap_minor"]) for row in rows] == sorted((abs(row["gap_minor"]) for row in rows), reverse=True)
    some = folded_rows.rows_of(judged, said.finding_id, limit=7, offset=5)[1]
    assert some == rows[5:12]
    again = run_day(judged, NOW)
    assert (again.recorded.opened, again.recorded.updated) == (0, 0)
    printed = CliRunner().invoke(
        app, ["rows", said.finding_id, "--limit", "3", "--json", "--workspace", str(judged.root)]
    )
    assert printed.exit_code == 0, printed.output
    assert len(json.loads(printed.output)["rows"]) == 3
    shown = CliRunner().invoke(app, ["rows", said.finding_id, "--workspace", str(judged.root)])
    assert "clearings_0921.csv" in shown.output
    assert "⟦" not in shown.output


def test_the_pages_and_the_report_of_such_a_case_are_whole(judged: Workspace) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from daozhang.desk.models import Case, Finding
    from daozhang.desk.reports import make_report
    from daozhang.errors import RefusedError
    from daozhang.web import context

    context.use(judged)
    said = Finding.objects.get(break_type="systemic_difference")
    case = Case.objects.get(incident=said.incident)
    user = User.objects.create_user("li")
    for language, word in (("zh", "0.65%"), ("en", "0.65%")):
        client = Client(SERVER_NAME="localhost")
        client.cookies["daozhang_language"] = language
        client.force_login(user)
        for address in (
            f"/findings/{said.finding_id}",
            f"/cases/{case.number}",
            "/findings",
            "/",
            f"/findings/{said.finding_id}/rows",
        ):
            page = client.get(address)
            body = page.content.decode()
            assert page.status_code == 200, address
            assert "⟦" not in body
        assert word in client.get(f"/findings/{said.finding_id}").content.decode()
    with pytest.raises(RefusedError) as told:
        make_report(judged, case.number, "zh")
    assert {name for name, mark in told.value.facts.items() if mark == "missing"} == {"measures"}, (
        "only what a person does is missing"
    )
