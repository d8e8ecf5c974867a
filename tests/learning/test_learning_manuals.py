"""The library: twenty questions find their page, an expired notice is never offered as current, any file is taken in or refused."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daozhang.cli.main import app
from daozhang.desk import clock, house_audit
from daozhang.desk import learning_manuals as desk
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import causes
from daozhang.errors import InputError, RefusedError
from daozhang.learning import manuals

QUESTIONS = {
    "zh": {
        "客人买错了今天就要退钱": "void-or-refund", "刷卡转圈没反应，客人说银行短信扣了": "timeout", "一个订单扣了两次怎么处理": "duplicate",
        "晚上关店前要做什么结账": "batch-close", "结算单显示不平怎么办": "batch-unbalanced", "终端提示77要重新签到": "batch-rejected",
        "换班的时候操作员怎么办": "sign-in", "小票没有打出来可以再打一张吗": "reprint", "打印机卡纸了": "printer", "店里WiFi断了还能收款吗": "network",
        "国庆节期间的钱什么时候到": "holidays", "晚上十一点以后刷的钱为什么晚一天": "cutoff", "多输了一个零收多了": "wrong-amount",
        "酒店押金预授权没完成钱在哪里": "preauth", "离线存的交易没有上送": "offline", "能不能恢复出厂设置": "clear-memory",
        "卡余额不足被拒算未到账吗": "declined", "所有顾客都刷不了显示96": "host-outage", "想换一张结算银行卡": "account-change",
        "银行来调单要小票": "retrieval", "有人打电话说免费办POS机": "trust", "打款失败户名错误退回": "payout-failed",
    },
    "en": {
        "customer wants money back for something bought this morning": "void-or-refund",
        "terminal hangs and no answer, was the customer debited": "timeout", "we charged the customer twice": "duplicate",
        "how do I close the shop in the evening, totals": "batch-close", "settlement totals differ between terminal and host": "batch-unbalanced",
        "terminal says 77 sign in again": "batch-rejected", "shift change, how do I log in as another operator": "sign-in",
        "the receipt did not print, can I print another": "reprint", "paper jam": "printer", "wifi is down at the shop": "network",
        "when does the money come during the national day holiday": "holidays", "payment at half past eleven at night arrived a day late": "cutoff",
        "I typed an extra zero": "wrong-amount", "hotel deposit was never completed": "preauth",
        "stored offline payments were not uploaded": "offline", "may I do a factory reset": "clear-memory",
        "card refused insufficient funds": "declined", "every customer gets code 96": "host-outage",
        "change the bank account for settlement": "account-change", "the bank asks for a signed slip, dispute": "retrieval",
        "somebody offers a free POS terminal and asks for a code": "trust", "account name mismatch, payout returned": "payout-failed",
    },
}  # fmt: skip

NOTICE = """title: 日切时间调整通知
kind: notice
source: 示例支付官网公告
version: {version}
valid_until: {until}
causes: D026

自{version}起，日切时间调整，夜间 23 点后的交易次日清算。
"""


@pytest.mark.parametrize(("language", "question"), [(name, one) for name, asked in QUESTIONS.items() for one in asked])
def test_a_question_finds_its_page_among_the_first_three(
    language: str, question: str, sqlite_workspace: Workspace
) -> None:
    found = desk.find(sqlite_workspace, question, language, limit=3)
    assert f"{language}/{QUESTIONS[language][question]}" in [one.ref for one in found]


def test_both_languages_have_the_same_pages_and_known_causes() -> None:
    codes = {
        language: {one.code for one in manuals.own_pages() if one.language == language} for language in ("zh", "en")
    }
    assert codes["zh"] == codes["en"]
    assert len(codes["zh"]) >= 20
    assert {cause for one in manuals.own_pages() for cause in one.causes} <= set(causes())


def test_an_expired_notice_is_never_offered_as_current(workspace: Workspace) -> None:
    today = clock.now(workspace).date()
    for version, until in (("2025-01", today - timedelta(days=1)), ("2026-01", today)):
        desk.bring_in(workspace, f"n{version}.md", NOTICE.format(version=version, until=until).encode(), by="li")
    found = desk.find(workspace, "日切时间调整通知", "zh")
    assert [(one.version, one.standing) for one in found if one.kind == "notice"] == [
        ("2026-01", "current"),
        ("2025-01", "expired"),
    ]
    assert [one.standing for one in found] == sorted(
        one.standing for one in found
    )  # nothing current after an expired one
    assert found[-1].standing == "expired"
    assert [one.version for one in desk.of_cause(workspace, "D026", "zh") if one.kind == "notice"] == ["2026-01"]


def test_what_is_brought_in_is_found_by_its_section_and_leaves_a_trace(workspace: Workspace) -> None:
    body = "source: maker\n\n# 概述\n型号 SP-630\n\n## 更换电池\n先关机，拧下后盖螺丝，取出旧电池。\n\n## 恢复通讯参数\n进入菜单九。\n"
    made = desk.bring_in(workspace, "SP-630.md", body.encode("gb18030"), by="li")
    assert desk.bring_in(workspace, "again.md", body.encode("gb18030"), by="wang").pk == made.pk
    first = desk.find(workspace, "怎么更换电池", "zh")[0]
    assert (first.document, first.title, first.number, first.source) == ("SP-630", "更换电池", 2, "maker")
    assert "取出旧电池" in first.excerpt
    desk.retire(workspace, made.pk, by="li")
    assert all(one.document != "SP-630" for one in desk.find(workspace, "怎么更换电池", "zh"))
    with pytest.raises(RefusedError):
        desk.page(workspace, first.ref)
    assert house_audit.broken_at() is None


@pytest.mark.parametrize(
    ("name", "body", "key"),
    [
        ("a.md", b"title: x\n\ntext", "error-manual-source"), ("b.md", b"source: x\n\n", "error-manual-empty"),
        ("c.bin", b"\xff\xfe\x00\x01", "error-manual-unread"), ("d.pdf", b"%PDF-1.7 broken", "error-manual-unread"),
        ("e.md", b"source: x\nvalid_until: soon\n\ntext", "error-manual-day"), ("f.md", b"source: x\nkind: rumour\n\ntext", "error-manual-kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_whole(name: str, body: bytes, key: str, sqlite_workspace: Workspace) -> None:
    with pytest.raises(InputError) as refused:
        desk.bring_in(sqlite_workspace, name, body, by="li")
    assert refused.value.key == key
    assert desk.listed() == []


def test_a_pdf_is_read_page_by_page(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    import typst

    source = tmp_path / "m.typ"
    source.write_text(
        "Overview of the device\n#pagebreak()\nReplacing the thermal fuse under the cover", encoding="utf-8"
    )
    made = desk.bring_in(sqlite_workspace, "m.pdf", typst.compile(str(source)), by="li", source="maker", title="Device")
    assert (made.pages.count(), made.language) == (2, "en")
    assert [(one.document, one.number) for one in desk.find(sqlite_workspace, "thermal fuse", "en")[:1]] == [
        ("Device", 2)
    ]


def test_the_command_answers_with_source_and_page(sqlite_workspace: Workspace) -> None:
    said = CliRunner().invoke(
        app, ["manuals", "search", "卡纸", "-w", str(sqlite_workspace.root), "--language", "zh", "--json"]
    )
    assert said.exit_code == 0, said.output
    first = json.loads(said.stdout)["pages"][0]
    assert (first["ref"], first["source"], first["standing"]) == ("zh/printer", "Daozhang", "current")
