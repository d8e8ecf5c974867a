"""Reason texts: every known string, forms of one string, codes by interface, and saying nothing when unsure."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from daozhang.cli import reasons as door
from daozhang.codes import RETRIES, KnownReason, reasons
from daozhang.diagnosis.catalogue import causes
from daozhang.diagnosis.normal import grams, likeness, normal
from daozhang.diagnosis.reasons import read_reason, read_with

REPO = Path(__file__).parent.parent.parent
SAMPLES = REPO / "tests" / "samples" / "reasons"


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_all_131_real_strings_have_their_cause_with_and_without_their_provider() -> None:
    strings = rows("real_reasons.csv")
    assert len(strings) == 131
    for row in strings:
        own = read_reason(row["text"], provider=row["provider"], code=row["code"])
        assert own.cause_code == row["cause"], row
        assert own.finality == ("unknown" if row["state"] in {"PENDING", "UNKNOWN"} else "final"), row
        assert read_reason(row["text"]).cause_code == row["cause"], row


def test_a_provider_whose_strings_are_left_out_is_asked_about_and_never_misread() -> None:
    for row in rows("real_reasons.csv"):
        others = [one for one in reasons() if one.provider != row["provider"]]
        for by_words in (False, True):
            assert read_with(others, row["text"], by_words=by_words).cause_code in {"", row["cause"]}, row


def test_texts_that_were_not_learnt_are_read_right_or_not_at_all() -> None:
    right = 0
    for row in rows("scheme_meanings.csv"):
        for text in (row["text_zh"], row["text_en"]):
            answer = read_reason(text).cause_code
            if row["cause"]:
                assert answer in {"", row["cause"]}, (text, answer)
                right += answer == row["cause"]
    assert right >= 70


def test_the_same_code_is_final_in_real_time_and_unknown_on_query() -> None:
    said = {
        interface: read_reason("系统忙", provider="gaohuitong", interface=interface, code="3028")
        for interface in ("", "query", "realtime")
    }
    assert {name: one.finality for name, one in said.items()} == {
        "": "unknown",
        "query": "unknown",
        "realtime": "final",
    }
    assert {one.cause_code for one in said.values()} == {"D021"}
    assert all(one.retry == "QUERY_FIRST" for one in said.values())


@pytest.mark.parametrize(
    "text",
    [
        "账号户名不符",
        " 账号户名不符 ",
        "【账号户名不符】",
        "账号户名不符[3031]",
        "帐号户名不符",
        "3031 账号户名不符",
        "账号 户名 不符！",
    ],
)
def test_width_blanks_brackets_and_codes_do_not_hide_a_known_text(text: str) -> None:
    meaning = read_reason(text)
    assert (meaning.cause_code, meaning.how) == ("D002", "text")


def test_numbers_in_a_text_are_placeholders() -> None:
    seen = "交易失败(域值[832087718120100304005964]长度为[24]超过最大长度[19]!NFILL出错)"
    other = "交易失败（域值［6228480402564890018］长度为［22］超过最大长度［19］！NFILL出错）"
    assert normal(seen) == normal(other)
    assert read_reason(other).how == "text"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("收款账户已经销户，请更换", "D006"),
        ("对方账户被冻结", "D005"),
        ("收款人姓名与账户不符", "D002"),
        ("司法冻结", "D036"),
        ("收款行系统维护中", "D095"),
        ("beneficiary name does not match", "D002"),
        ("Account has been closed", "D006"),
        ("Order does not exist", "D015"),
    ],
)
def test_words_decide_texts_nobody_listed(text: str, cause: str) -> None:
    meaning = read_reason(text)
    assert (meaning.cause_code, meaning.how) == (cause, "words")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "失败",
        "交易失败",
        "未知错误",
        "月亮太圆",
        "error",
        "0",
        "???",
        "付款账户余额正常",
        "账户已销户且户名不符",
        "付款人户名不符",
        "请联系客服",
    ],
)
def test_what_says_too_little_or_two_things_is_asked(text: str) -> None:
    meaning = read_reason(text)
    assert meaning.ask, meaning
    assert (meaning.confidence, meaning.retry, meaning.finality) == (0, "", "unknown")


def test_a_near_miss_of_a_long_known_text_is_read_by_likeness_with_less_confidence() -> None:
    meaning = read_with(reasons(), "发卡行交易权限受限或者为II类卡该卡当日交易超限请详情咨询发卡行", by_words=False)
    assert (meaning.cause_code, meaning.how) == ("D007", "likeness")
    assert 50 < meaning.confidence <= 70


def test_a_text_between_two_known_ones_is_asked() -> None:
    def known(text: str, cause: str) -> KnownReason:
        return KnownReason(
            provider="p", interface="", code="", text=text, state="FAILED", cause=cause, retry="CONTACT",
            finality="final", source="code",
        )  # fmt: skip

    name, number = known("收款方账户名称核验没有通过", "D002"), known("收款方账户号码核验没有通过", "D001")
    asked = "收款方账户资料核验没有通过"
    assert read_with([name], asked, by_words=False).cause_code == "D002"
    assert read_with([name, number], asked, by_words=False).ask


def test_a_code_of_one_provider_is_not_read_for_another() -> None:
    assert read_reason("", provider="wechatpay", code="3031").ask
    assert read_reason("", provider="gaohuitong", code="3031").cause_code == "D002"


def test_a_code_of_unknown_origin_that_its_words_contradict_is_asked() -> None:
    assert read_reason("账户已冻结", code="3031").ask
    assert read_reason("账号户名不符", code="3031").cause_code == "D002"
    assert read_reason("账户已冻结", code="3031", provider="gaohuitong").cause_code == "D002"


def test_a_terminal_code_reads_by_the_response_book() -> None:
    assert read_reason("68", provider="pos_terminal").finality == "unknown"
    assert read_reason("54", provider="pos_terminal").cause_code == "D092"
    assert read_reason("54").ask


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_asked_and_never_breaks(text: str) -> None:
    meaning = read_reason(text)
    assert meaning == read_reason(text)
    assert meaning.ask == (meaning.confidence == 0)
    if not meaning.ask:
        assert meaning.cause_code in causes()
        assert meaning.retry in RETRIES


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_symmetric_and_whole_only_for_equal_pairs(one: str, other: str) -> None:
    a, b = grams(one), grams(other)
    assert likeness(a, b) == likeness(b, a)
    assert 0 <= likeness(a, b) <= 100
    assert likeness(a, a) == 100
    assert (likeness(a, b) == 100) == (a == b)


def test_the_figures_in_the_docs_are_those_the_tool_measures() -> None:
    tool = REPO / "tools" / "reasons_hold_out.py"
    code = f"import sys; sys.path.insert(0, {str(tool.parent)!r}); import reasons_hold_out as t; print(t.table())"
    table = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO
    ).stdout.strip()
    page = (REPO / "docs" / "concepts" / "why.md").read_text(encoding="utf-8")
    assert table in page


@pytest.fixture
def command() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    door.register(app)
    return app


def test_the_command_prints_for_people_and_programs(command: typer.Typer) -> None:
    known = CliRunner().invoke(command, ["reason", "--json", "--provider", "gaohuitong", "--code", "3018", "已清户"])
    assert known.exit_code == 0
    answer = json.loads(known.stdout)
    assert answer["cause_code"] == "D006"
    assert answer["retry"] == "FIX_DATA_THEN_REISSUE"
    assert 0.9 < answer["confidence"] <= 1
    people = CliRunner().invoke(command, ["reason", "有缺陷的成功"])
    assert people.exit_code == 0
    assert "D014" in people.stdout
    assert "Again: not now" in people.stdout
    table = CliRunner().invoke(command, ["reason", "--csv", "账户", "已冻结"])
    assert table.stdout.splitlines()[1].startswith("账户 已冻结,D005,third_party,final,CONTACT")


def test_the_command_says_ask_with_status_1_and_refuses_nothing_with_2(command: typer.Typer) -> None:
    asked = CliRunner().invoke(command, ["reason", "--json", "月亮太圆"])
    assert asked.exit_code == 1
    assert json.loads(asked.stdout)["answer"] == "ask"
    empty = CliRunner().invoke(command, ["reason"])
    assert empty.exit_code == 2
    assert "--code" in empty.stderr


def test_the_installed_program_knows_the_command() -> None:
    program = Path(sys.executable).with_name("daozhang")
    done = subprocess.run([program, "reason", "--json", "账户已冻结"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["cause_code"] == "D005"


@pytest.mark.parametrize(
    ("scheme", "provider", "code"),
    [
        ("nacha", "ach", "R03"),
        ("nacha", "ach", "C01"),
        ("iso20022_return", "iso20022", "AC04"),
        ("NACHA", "ach", "R16"),
    ],
)
def test_the_door_takes_the_name_of_a_scheme_for_its_book(scheme: str, provider: str, code: str) -> None:
    app = typer.Typer()
    door.register(app)
    result = CliRunner().invoke(app, ["--json", "--provider", scheme, code])

    assert result.exit_code == 0
    assert json.loads(result.output)["cause_code"] == read_reason("", provider=provider, code=code).cause_code


def test_a_network_code_without_a_cause_is_said_in_words_and_left_to_a_person() -> None:
    app = typer.Typer()
    door.register(app)
    result = CliRunner().invoke(app, ["--provider", "nacha", "R15"])

    assert result.exit_code == 1
    assert "deceased" in result.output or "已故" in result.output
