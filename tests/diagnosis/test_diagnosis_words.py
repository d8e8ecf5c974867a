"""Every cause, break, category, grain, severity and role has its words in both languages, and they keep the tone."""

from __future__ import annotations

import re
import sys
from importlib import resources
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from breaks_for_tests import a_break

from daozhang.breaks import BreakType, Grain, Severity
from daozhang.diagnosis.catalogue import ASPECTS, GRADES, causes, role_key
from daozhang.diagnosis.finding import CauseCategory
from daozhang.diagnosis.lines import short_line
from daozhang.texts import LANGUAGES, has, say

AREAS = ("breaks", "causes", "diagnosis", "reasons", "remedies")
HAN = re.compile(r"[\u4e00-\u9fff]")


def keys_of(language: str, area: str) -> list[str]:
    text = (resources.files("daozhang.texts") / language / f"{area}.ftl").read_text(encoding="utf-8")
    return re.findall(r"^([a-z][\w-]*) =", text, re.MULTILINE)


def test_the_catalogue_has_99_causes_with_numbers_without_a_gap() -> None:
    assert list(causes()) == [f"D{no:03d}" for no in range(1, 100)]


@pytest.mark.parametrize("code", list(causes()))
def test_a_cause_is_whole(code: str) -> None:
    cause = causes()[code]
    assert cause.grade in GRADES
    assert cause.expected_hours >= 0
    assert cause.category is not CauseCategory.UNKNOWN
    assert cause.contacts
    for language in LANGUAGES:
        for role in cause.contacts:
            assert has(language, role_key(role))
        for aspect in ASPECTS:
            assert has(language, cause.key(aspect)), cause.key(aspect)
            said = say(language, cause.key(aspect))
            assert bool(HAN.search(said)) == (language == "zh"), said


def test_no_two_causes_have_one_name() -> None:
    for language in LANGUAGES:
        names = [say(language, cause.key("name")) for cause in causes().values()]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_closed_list_has_its_words(language: str) -> None:
    dashed = [("category", CauseCategory), ("grain", Grain), ("severity", Severity)]
    wanted = [f"{family}-{item.value.replace('_', '-')}" for family, values in dashed for item in values]
    for kind in BreakType:
        name = "break-" + kind.value.replace("_", "-")
        wanted += [name + "-name", name + "-short", "ask-" + kind.value.replace("_", "-")]
    assert [key for key in wanted if not has(language, key)] == []


@pytest.mark.parametrize("kind", list(BreakType))
def test_a_short_line_is_filled_by_amount_day_and_merchant(kind: BreakType) -> None:
    for language in LANGUAGES:
        said = say(
            language, f"break-{kind.value.replace('_', '-')}-short", amount="¥12.00", day="2026-11-20", merchant="M1"
        )
        assert "2026-11-20" in said
        assert "$" not in said


def test_the_line_of_a_break_takes_its_facts_from_it() -> None:
    key, facts = short_line(a_break("payout_failed", gap=-123_456))
    assert say("zh", key, **facts) == "M1 清算日 2026-11-20 的打款 ¥1,234.56 未成功。"
    quiet = a_break("clock_skew", gap=0, keys={"settled_on": None, "merchant_no": ""}, since="2026-11-19T08:00:00")
    assert short_line(quiet) == (
        "break-clock-skew-short",
        {"amount": "¥0.00", "day": "2026-11-19", "merchant": "CHANJET"},
    )
    held = a_break("payout_held", gap=0, held_minor=500)
    assert short_line(held)[1]["amount"] == "¥5.00"


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_keys_once(area: str) -> None:
    chinese, english = keys_of("zh", area), keys_of("en", area)
    assert chinese == english
    assert len(set(chinese)) == len(chinese)


@pytest.mark.parametrize("area", AREAS)
def test_the_words_stay_calm(area: str) -> None:
    for language, alarming in (
        ("zh", "损失|丢失了|严重|紧急|警告|立刻|被骗"),
        ("en", r"\blost\b|money is gone|urgent|warning|danger|stolen|!"),
    ):
        text = (resources.files("daozhang.texts") / language / f"{area}.ftl").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if re.search(alarming, line) and "heartbeat" not in line]
        assert lines == []
