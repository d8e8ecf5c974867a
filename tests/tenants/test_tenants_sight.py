"""Sight: each sees its own, in the desk, in the lake and in files; without a sight, nothing."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from tenant_story import FIRST, SECOND, THIRD

import daozhang
from daozhang.desk import book, house_audit, imports, readings, settle_day, sight, sight_lake, tenants
from daozhang.desk.models import Case, Finding, Import
from daozhang.desk.processes_models import Application, Inquiry, TermsChange
from daozhang.desk.sight import Sight
from daozhang.desk.tenants_models import Tenant
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError


def eyes(code: str) -> Sight:
    return Sight(tenant=Tenant.objects.get(code=code).pk, code=code)


def test_what_each_sees(together: Workspace) -> None:
    for code, theirs in (("corner", {FIRST}), ("helper", {FIRST, SECOND}), ("far", {THIRD})):
        numbers = {one.number for one in theirs}
        with sight.seen_by(eyes(code)):
            assert set(Case.objects.values_list("merchant_no", flat=True)) == numbers
            assert set(Finding.objects.values_list("merchant_no", flat=True)) == numbers
            assert {row.merchant_no for row in readings.money(together)} == numbers
            with readings.facts(together) as con:
                for table in ("transactions", "clearings", "payouts", "merchants"):
                    found = con.execute(f"SELECT DISTINCT merchant_no FROM {table}").fetchall()
                    assert {one for (one,) in found} == numbers, table
                tails = {one for (one,) in con.execute("SELECT DISTINCT account_tail FROM bank_entries").fetchall()}
                assert tails == {one.tail for one in theirs}


def test_business_of_a_merchant_is_seen_by_itself(together: Workspace) -> None:
    at, day = datetime(2026, 9, 22, 9, 0), date(2026, 10, 1)
    for one in (FIRST, SECOND):
        whose = {"acquirer": one.acquirer, "merchant_no": one.number}
        Application.objects.create(
            number=f"AP{one.mark}", code=one.mark, process="open_terminal", made_at=at, changed_at=at, **whose
        )
        Inquiry.objects.create(
            number=f"IQ{one.mark}", kind="retrieval", received_at=at, workdays=3, made_at=at, **whose
        )
        TermsChange.objects.create(number=f"TC{one.mark}", from_on=day, asked_at=at, **whose)
    for code, theirs in (("corner", {FIRST}), ("helper", {FIRST, SECOND}), ("far", set())):
        with sight.seen_by(eyes(code)):
            for table in (Application, Inquiry, TermsChange):
                assert set(table.objects.values_list("merchant_no", flat=True)) == {one.number for one in theirs}, code


def test_only_who_may_see_every_line_sees_a_file(together: Workspace) -> None:
    shared = {f"{name}.csv" for name in ("merchants", "contracts", "accounts", "transactions_2026-09", "clearings_2026-09", "payouts_2026-09")}  # fmt: skip
    for code, theirs in (("corner", {"own_payouts.csv"}), ("books", set()), ("helper", shared | {"own_payouts.csv"})):
        with sight.seen_by(eyes(code)):
            assert set(Import.objects.values_list("file_name", flat=True)) == theirs, code


def test_of_a_shared_file_ones_own_line_alone(together: Workspace) -> None:
    file = Import.objects.get(file_name="payouts_2026-09.csv")
    with sight.seen_by(eyes("corner")):
        assert sight_lake.may_see_line(together, file.id, 3)
        assert not sight_lake.may_see_line(together, file.id, 5)
    with sight.seen_by(eyes("books")):
        assert not sight_lake.may_see_line(together, file.id, 3)
        assert sight_lake.may_see_line(together, file.id, 5)


def test_the_names_of_others_are_not_in_the_book(together: Workspace) -> None:
    with sight.seen_by(eyes("corner")):
        assert book.merchant_names(together) == {(FIRST.acquirer, FIRST.number): FIRST.name}
        assert book.latest(together, "contacts") == []


def test_without_eyes_nothing_is_read(together: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with sight.through_a_door():
        for model in apps.get_app_config("desk").get_models():
            if model.__name__ not in sight.OPEN:
                assert not model._default_manager.exists(), model
    assert Case.objects.exists(), "afterwards it is as before"
    monkeypatch.setattr(sight, "_process", [])
    with pytest.raises(sight.NoSightError):
        Case.objects.exists()


def test_every_table_has_its_glasses_and_only_known_ones_show_anything(together: Workspace) -> None:
    for model in apps.get_app_config("desk").get_models():
        assert isinstance(model._default_manager, sight.SeenManager), model
        known = {*sight.RULES, *sight.IMPORTS, *sight.OPEN, "MoneyEvent"}
        with sight.seen_by(eyes("corner")):
            if model.__name__ not in known:
                assert not model._default_manager.exists(), model
    assert {*sight.RULES, *sight.IMPORTS, *sight.OPEN} <= {
        one.__name__ for one in apps.get_app_config("desk").get_models()
    }


def test_the_lake_is_read_through_one_place() -> None:
    root = Path(daozhang.__file__).parent
    houses = {"sight_lake", "book", "settle_day"}
    found = set()
    for room in ("desk", "web", "api", "cli", "reports", "notify"):
        for path in (root / room).rglob("*.py"):
            body = path.read_text(encoding="utf-8")
            if re.search(r"\b(create_views|visible_rows)\b", body) and "imports.visible(" not in body:
                found.add(path.stem)
            if re.search(r"with sight\.house\(\):\n\s+parts, files = imports\.visible", body):
                assert path.stem in houses, f"{path.name}: read the lake through desk.sight_lake"
    assert found <= houses, "parts that were not narrowed must not become views"


def test_a_sight_ends_with_what_gave_it(together: Workspace) -> None:
    user = User.objects.get(username="corner-owner")
    assert tenants.sight_of(user).code == "corner"
    tenants.take_away(together, "corner", FIRST.acquirer, FIRST.number, by="li")
    with sight.seen_by(tenants.sight_of(user)):
        assert not Case.objects.exists()
        assert readings.money(together) == []
    tenants.end(together, "helper", by="li")
    assert tenants.sight_of(User.objects.get(username="helper-owner")) == sight.NOTHING
    tenants.join(together, "corner-owner", "", by="li")
    assert tenants.sight_of(user).is_house
    assert house_audit.broken_at() is None


def test_what_needs_every_fact_is_the_houses(together: Workspace) -> None:
    with sight.seen_by(eyes("helper")):
        for act in (
            lambda: settle_day.run_day(together), lambda: imports.import_bytes(together, "a.csv", b"a"),
            lambda: imports.undo(together, "im_0", by="x"), lambda: tenants.give(together, "helper", "yuanfang", "1", by="x"),
        ):  # fmt: skip
            with pytest.raises(RefusedError, match="error-tenant-house"):
                act()


def test_a_merchant_is_one_number_and_only_an_acquirer_sees_a_whole_one(together: Workspace) -> None:
    for code, number in (("corner", "898310012340099"), ("helper", ""), ("corner", "")):
        with pytest.raises(RefusedError, match="error-tenant-grant"):
            tenants.give(together, code, FIRST.acquirer, number, by="li")
    with pytest.raises(RefusedError, match="error-tenant-taken"):
        tenants.make(together, "corner", "chain", by="li")


def test_a_bank_line_for_several_merchants_is_seen_by_who_sees_them_all(together: Workspace) -> None:
    import pyarrow.parquet as pq

    from daozhang.desk.models import Run

    path = together.root / Run.objects.get().folder / "bank_links.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    first = next(one for one in rows if one["payout_no"] == f"P{FIRST.mark}260921")
    second = next(one for one in rows if one["payout_no"] == f"P{SECOND.mark}260921")
    pq.write_table(table.from_pylist([first, second | {"b_import": first["b_import"], "b_line": first["b_line"]}], table.schema), path)  # fmt: skip
    for code, count in (("corner", 0), ("books", 0), ("helper", 1)):
        with sight.seen_by(eyes(code)), readings.facts(together) as con:
            assert con.execute("SELECT count(*) FROM bank_entries").fetchone() == (count,), code
