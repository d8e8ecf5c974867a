"""Fees of a month against the contract: every planted overcharge is found with its exact amount, and nothing else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daozhang.cli.main import app
from daozhang.desk import offers, trust
from daozhang.desk.imports import import_bytes
from daozhang.desk.settle_day import run_day
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.services.offers import Mix

CONTRACTS = """acquirer,merchant_no,from_on,cycle,channel,card_kind,rate_bp,cap_minor,rounding,refund_fee
LIANHE,M1,2026-01-01,T+1,card,credit,60,,half_up_each,kept
LIANHE,M1,2026-01-01,T+1,card,debit,50,2000,half_up_each,kept
LIANHE,M1,2026-01-01,T+1,wechat,,38,,half_up_each,kept
"""
HEAD = "acquirer,merchant_no,terminal_no,trace_no,rrn,occurred_at,cleared_on,kind,gross_minor,fee_minor,net_minor,channel,card_kind\n"


def _line(number: int, gross: int, fee: int, channel: str, card_kind: str = "", day: str = "2026-10-10") -> str:
    return (
        f"LIANHE,M1,T1,{number:06},R{number:011},{day}T10:00:{number % 60:02},{day},sale,{gross},{fee},{gross - fee},"
        f"{channel},{card_kind}\n"
    )


def _clearings() -> str:
    right = [
        _line(1, 10_000, 60, "card", "credit"),
        _line(2, 1_000_000, 2_000, "card", "debit"),
        _line(3, 12_345, 47, "wechat"),  # 46.911 fen
        _line(4, 500, 3, "alipay"),  # no contract speaks for it
        _line(5, 10_000, 60, "card", "credit", day="2026-11-01"),
    ]
    planted = [
        _line(11, 1_000_000, 5_000, "card", "debit"),  # the cap of 20.00 was ignored: 30.00 too much
        _line(12, 50_000, 340, "card", "credit"),  # 0.68 % in place of 0.60 %: 0.40 too much
        _line(13, 20_000, 86, "wechat"),  # 0.10 added for early money that was never agreed (76 + 10)
        _line(14, 10_000, 50, "card", "credit"),  # too little: 0.10 in the shop's favour
    ]
    return HEAD + "".join(right + planted)


@pytest.fixture
def shop(sqlite_workspace: Workspace) -> Workspace:
    """Return a workspace with the contracts and the clearing lines."""
    for name, body in {"contracts.csv": CONTRACTS, "clearings.csv": _clearings()}.items():
        assert import_bytes(sqlite_workspace, name, body.encode()).state == "accepted"
    return sqlite_workspace


def test_every_overcharge_is_found_with_its_amount(shop: Workspace) -> None:
    found = offers.fees(shop, *offers.month_span("2026-10"))
    assert [(one["trace_no"], one["difference_minor"]) for one in found.lines] == [
        ("000011", 3_000), ("000012", 40), ("000013", 10), ("000014", -10),
    ]  # fmt: skip
    assert {one["file"] for one in found.lines} == {"clearings.csv"}
    assert found.differing == 4
    assert sum(one["difference_minor"] for one in found.months) == 3_040
    assert sum(one["unknown_count"] for one in found.months) == 1
    assert sum(one["line_count"] for one in found.months) == 8
    by = {(one["channel"], one["card_kind"]): one for one in found.months}
    assert (by["card", "debit"]["charged_minor"], by["card", "debit"]["agreed_minor"]) == (7_000, 4_000)


def test_a_line_that_names_no_channel_is_not_judged_until_the_journal_names_it(sqlite_workspace: Workspace) -> None:
    silent = HEAD + "".join(_line(number, 10_000, 38, "", "") for number in (1, 2))
    import_bytes(sqlite_workspace, "contracts.csv", CONTRACTS.encode())
    import_bytes(sqlite_workspace, "clearings.csv", silent.encode())
    october = offers.month_span("2026-10")
    before = offers.fees(sqlite_workspace, *october)
    assert (before.differing, [one["unknown_count"] for one in before.months]) == (0, [2])
    journal = (
        "acquirer,merchant_no,terminal_no,trace_no,rrn,occurred_at,kind,amount_minor,status,channel,card_kind\n"
        + "".join(
            f"LIANHE,M1,T1,{number:06},R{number:011},2026-10-10T10:00:{number:02},sale,10000,approved,{paid}\n"
            for number, paid in ((1, "wechat,"), (2, "card,credit"))
        )
    )
    import_bytes(sqlite_workspace, "transactions.csv", journal.encode())
    run_day(sqlite_workspace, datetime(2026, 10, 20, 10))
    after = offers.fees(sqlite_workspace, *october)
    assert [(one["trace_no"], one["channel"], one["difference_minor"]) for one in after.lines] == [
        ("000002", "card", -22)
    ]
    assert sum(one["unknown_count"] for one in after.months) == 0


def test_a_month_of_batch_rounding_is_compared_per_day(sqlite_workspace: Workspace) -> None:
    contract = CONTRACTS.replace("half_up_each", "half_up_batch")
    lines = HEAD + "".join(_line(number, 130, 0 if number > 1 else 8, "wechat") for number in range(1, 17))
    for name, body in {"contracts.csv": contract, "clearings.csv": lines}.items():
        import_bytes(sqlite_workspace, name, body.encode())
    found = offers.fees(sqlite_workspace, *offers.month_span("2026-10"))
    # 16 × 1.30 at 0.38 % is 7.904 fen: 8 for the batch, though each alone would be 0
    assert [(one["charged_minor"], one["agreed_minor"], one["difference_minor"]) for one in found.months] == [(8, 8, 0)]
    assert found.lines == []


def test_the_command_gives_the_table_of_a_claim(shop: Workspace) -> None:
    told = CliRunner().invoke(app, ["fees", "check", "2026-10", "--workspace", str(shop.root), "--csv"])
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert told.exit_code == 1
    assert next((row["rrn"], row["difference_minor"], row["line_no"]) for row in rows) == ("R00000000011", "3000", "7")
    agreed = CliRunner().invoke(app, ["fees", "check", "2026-11", "--workspace", str(shop.root), "--json"])
    assert (agreed.exit_code, json.loads(agreed.stdout)["differing"]) == (0, 0)


def test_offers_are_compared_on_the_shops_own_tickets(shop: Workspace, tmp_path: Path) -> None:
    offer = tmp_path / "a.toml"
    offer.write_text('name = "A"\n[[fee]]\nrate_bp = 100\n', encoding="utf-8")
    mix = offers.own_mix(shop)
    assert (mix.days, sum(one.count for one in mix.tickets)) == (23, 9)
    told = CliRunner().invoke(
        app, ["fees", "compare", str(offer), "--workspace", str(shop.root), "--json", "--months", "12"]
    )
    total = json.loads(told.stdout)["spans"][0]["offers"][0]["total_minor"]
    fees = sum((2 * gross * 100 + 10_000) // 20_000 * count for gross, count in _counted(mix))
    assert total == (2 * fees * 365 + 23) // 46


def _counted(mix: Mix) -> list[tuple[int, int]]:
    return [(one.amount_minor, one.count) for one in mix.tickets]


def test_without_history_it_says_what_is_missing(sqlite_workspace: Workspace) -> None:
    with pytest.raises(InputError) as refused:
        offers.own_mix(sqlite_workspace)
    assert refused.value.key == "error-offer-no-history"


LIST = "机构名称,许可证编号,有效期至,网址\n甲支付有限公司,Z2000131000011,2030年1月1日,https://www.jiapay.example\n"


@pytest.mark.parametrize("encode", [str.encode, lambda text: text.encode("gb18030")])
def test_the_list_of_institutions_is_taken_in_and_used(
    sqlite_workspace: Workspace, encode: Callable[[str], bytes]
) -> None:
    assert trust.judge(sqlite_workspace, "https://jiapay.example").verdict == "unverified"
    assert trust.import_list(sqlite_workspace, encode(LIST), source="test", by="li") == 1
    assert trust.listed()[0].valid_to == date(2030, 1, 1)
    assert trust.judge(sqlite_workspace, "https://jiapay.example/pos").verdict == "verified"
    with pytest.raises(InputError):
        trust.import_list(sqlite_workspace, encode("机构名称,有效期至\n乙,昨天\n"), source="test", by="li")
    assert [one.name for one in trust.listed()] == ["甲支付有限公司"]


def test_the_command_says_what_to_do(sqlite_workspace: Workspace) -> None:
    told = CliRunner().invoke(
        app,
        ["trust", "check", "个人免费POS机办理官网，点击网址进入申请页面", "--workspace", str(sqlite_workspace.root)],
    )
    assert told.exit_code == 1
    assert "Unverified promotion" in told.stdout
    assert "Do not apply" in told.stdout


def test_the_mix_is_of_one_currency(shop: Workspace) -> None:
    foreign = HEAD.replace("card_kind\n", "card_kind,currency\n") + _line(90, 7_000, 70, "card", "credit").replace(
        "\n", ",USD\n"
    )
    assert import_bytes(shop, "clearings_usd.csv", foreign.encode()).state == "accepted"
    assert sum(one.count for one in offers.own_mix(shop).tickets) == 9
    dollars = offers.own_mix(shop, currency="USD")
    assert [(one.amount_minor, one.count) for one in dollars.tickets] == [(7_000, 1)]


def test_a_contact_verified_here_is_known_and_a_mail_providers_domain_is_not(sqlite_workspace: Workspace) -> None:
    from daozhang.desk import contacts

    on = date(2026, 1, 1)
    contacts.add(
        sqlite_workspace,
        "ACQ_CS",
        "portal",
        "https://desk.jiapay.example/help",
        verified_on=on,
        source="contract",
        by="li",
    )
    contacts.add(sqlite_workspace, "ACQ_CS", "email", "desk@mail.example", verified_on=on, source="contract", by="li")
    assert trust.judge(sqlite_workspace, "https://desk.jiapay.example/new").verdict == "verified"
    assert trust.judge(sqlite_workspace, "https://pos.mail.example/").verdict == "unverified"


@pytest.mark.parametrize("body", [b"name\n\x00\n", b"name\n" + b'"' + b"x" * 200_000 + b'"\n', b"\xff\xfe\x00", b""])
def test_a_list_nobody_can_read_is_refused_and_the_old_one_stays(sqlite_workspace: Workspace, body: bytes) -> None:
    trust.import_list(sqlite_workspace, LIST.encode(), source="test", by="li")
    with pytest.raises(InputError):
        trust.import_list(sqlite_workspace, body, source="test", by="li")
    assert len(trust.listed()) == 1
