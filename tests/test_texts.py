"""The catalogue is whole: two languages with the same keys and facts, every key that is asked for, none that is not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor

from daozhang import errors
from daozhang.breaks import BreakType, Grain, Severity
from daozhang.cases.life import Needs, State, Step
from daozhang.desk.models import Import
from daozhang.diagnosis.catalogue import ASPECTS, causes
from daozhang.diagnosis.finding import CauseCategory
from daozhang.formats.registry import REGISTRY
from daozhang.matching.levels import LEVELS
from daozhang.matching.money import BUCKETS
from daozhang.remedies.playbooks import steps
from daozhang.texts import LANGUAGES, say

REPO = Path(__file__).parent.parent
SOURCE = REPO / "src" / "daozhang"
TEXTS = SOURCE / "texts"
PYTHON = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((*SOURCE.rglob("*.html"), *SOURCE.rglob("*.typ")))
TABLES = sorted((*SOURCE.rglob("*.toml"), *SOURCE.rglob("*.csv")))

KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
SPOKEN_ONLY = ("error-", "reject-", "warn-", "refused-", "why-", "unsure-")
"""A literal that begins so is a key wherever it stands."""
SPEAKERS = {"say", "say_all", "text", "t", "has"}
ERRORS = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.DaozhangError)}
"""Exceptions carry a key and facts to a door."""
CARRIERS = {"Said", "warn", "reject"}
"""Calls whose facts are filled up on the way: a reject gets its column and its value."""
PREFIXED = {SOURCE / "reports" / "failure_report.py": "report-"}
"""Modules with a ``text`` of their own that puts this in front."""
BY_OTHERS = {"warn-trailer-missing"}
"""Said only by formats that another package brings; theirs is the text."""
SPOKEN_OF_DAYS = {"name_zh", "name_en"}
"""A day of the calendar has its name in both languages; each text takes its own."""

ALARMIST = {
    "zh": (
        "损失", "丢钱", "丢失资金", "钱没了", "被骗", "被盗用", "严重", "警告", "危险", "紧急", "崩溃", "致命", "灾难性",
        "追究", "造成损失", "资金风险",
    ),
    "en": (
        "money lost", "lost money", "lost your money", "losses", "stolen", "fraudulent", "disaster!", "fatal",
        "catastroph", "panic", "warning:", "danger", "urgent", "emergency", "crash", "victim", "!!",
    ),
}  # fmt: skip
"""Words that say more than is proven, or frighten. A cause may name a crime or a disaster: that is its name."""
NAMES_A_CRIME_OR_DISASTER = re.compile(r"^(cause-d\d+-|why-|remedy-|category-|contact-role-)")


@dataclass(frozen=True)
class Text:
    """One message of a catalogue."""

    area: str
    written: str
    facts: frozenset[str]
    refers_to: frozenset[str]


class _Facts(Visitor):
    def __init__(self) -> None:
        self.facts: set[str] = set()
        self.refers_to: set[str] = set()

    def visit_VariableReference(self, node: fluent.VariableReference) -> None:  # noqa: N802 - the visitor looks it up by this name
        self.facts.add(node.id.name)

    def visit_MessageReference(self, node: fluent.MessageReference) -> None:  # noqa: N802 - the visitor looks it up by this name
        self.refers_to.add(node.id.name)


@cache
def catalogue(language: str) -> dict[str, Text]:
    """Return every message of a language by its key; a key written twice fails here."""
    found: dict[str, Text] = {}
    for path in sorted((TEXTS / language).glob("*.ftl")):
        source = path.read_text(encoding="utf-8")
        for entry in FluentParser().parse(source).body:
            assert not isinstance(entry, fluent.Junk), f"{path.name} cannot be read: {str(entry.content)[:80]!r}"
            if not isinstance(entry, fluent.Message):
                continue
            assert entry.span is not None
            assert entry.id.name not in found, f"{language}: {entry.id.name} is written twice"
            facts = _Facts()
            facts.visit(entry)
            written = source[entry.span.start : entry.span.end]
            found[entry.id.name] = Text(path.stem, written, frozenset(facts.facts), frozenset(facts.refers_to))
    return found


def all_facts(language: str, key: str) -> frozenset[str]:
    """Return the facts a text needs, those of the texts it refers to included."""
    text = catalogue(language)[key]
    return text.facts.union(*(all_facts(language, other) for other in text.refers_to))


@cache
def trees() -> dict[Path, ast.Module]:
    """Return the parsed code of the product."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in PYTHON}


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    """Walk all code."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            yield path, node


def called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def asked_for() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """Give (key, where, facts or None when they are not all in sight) for each key the code names in a call."""
    for path, node in nodes():
        if not (isinstance(node, ast.Call) and called(node) in SPEAKERS | ERRORS | CARRIERS):
            continue
        prefix = PREFIXED.get(path, "") if called(node) == "text" else ""
        for argument in node.args[:2]:
            for one in ast.walk(argument) if isinstance(argument, ast.IfExp) else [argument]:
                if not (isinstance(one, ast.Constant) and isinstance(one.value, str)):
                    continue
                if prefix or KEY.fullmatch(one.value):
                    yield (
                        prefix + one.value.removeprefix(prefix),
                        f"{path.relative_to(REPO)}:{node.lineno}",
                        facts_of(node),
                    )


def facts_of(node: ast.Call) -> frozenset[str] | None:
    """Return the names of the facts a call brings, None when they cannot be read off it."""
    if called(node) in CARRIERS or any(one.arg is None for one in node.keywords):
        return None
    given = {one.arg for one in node.keywords if one.arg}
    for argument in node.args:
        if isinstance(argument, ast.Dict):
            given |= {str(one.value) for one in argument.keys if isinstance(one, ast.Constant)}
    return frozenset(given)


def asked_for_by_templates() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """Give the same for the tags of the pages."""
    for path in TEMPLATES:
        source = path.read_text(encoding="utf-8")
        for found in re.finditer(r"""\{%\s*(t|t_facts)\s+["']([^"']+)["']([^%]*)%\}""", source):
            facts = frozenset(re.findall(r"(\w+)=", found[3])) if found[1] == "t" else None
            line = source.count("\n", 0, found.start()) + 1
            if "|add:" not in found[3]:
                yield found[2], f"{path.relative_to(REPO)}:{line}", facts


def literals() -> frozenset[str]:
    """Return every key-like literal of code, pages and tables, in calls or not."""
    found = {
        node.value
        for _, node in nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value)
    }
    for path in (*TEMPLATES, *TABLES):
        found |= set(re.findall(r"(?<![\w-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w-])", path.read_text(encoding="utf-8")))
    return frozenset(found)


def composed() -> frozenset[str]:
    """Return a pattern for every key that code puts together and that begins with at least one whole word.

    ``f"cause-{code}-name"`` and ``"break-" + kind + "-name"`` count; so does ``{% word "kind" value %}``.
    """
    found: set[str] = set()
    for _, node in nodes():
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(one.value)) if isinstance(one, ast.Constant) else "\0" for one in node.values]
            found.add("".join(parts))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            found.add("".join(_added(node)))
    for path in TEMPLATES:
        source = path.read_text(encoding="utf-8")
        found |= {re.escape(one) + "\0" for one in re.findall(r"""["']([a-z][a-z-]*-)["']\s*\|\s*add:""", source)}
        found |= {f"{prefix}{re.escape(one)}\\-\0" for one in re.findall(r"""\{%\s*word\s+["']([\w-]+)["']""", source)
                  for prefix in ("", "web\\-")}  # fmt: skip
        found |= {re.escape(one) + "\0" for one in re.findall(r"""(?:say|text|t)\(["']([a-z-]+-)["']\s*\+""", source)}
    return frozenset(one.replace("\0", ".+") for one in found if re.match(r"[a-z][a-z0-9]*\\-", one) and "\0" in one)


def _added(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _added(node.left)
        yield from _added(node.right)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    else:
        yield "\0"


def dashed(value: str) -> str:
    """Return a name as keys write it."""
    return value.replace("_", "-")


FAMILIES = {
    "break": [f"break-{dashed(one)}-{part}" for one in BreakType for part in ("name", "short")],
    "question": [f"ask-{dashed(one)}" for one in BreakType],
    "category": [f"category-{dashed(one)}" for one in CauseCategory],
    "grain": [f"grain-{dashed(one)}" for one in Grain],
    "severity": [f"severity-{one}" for one in Severity],
    "cause": [one.key(aspect) for one in causes().values() for aspect in ASPECTS],
    "case state": [f"state-{dashed(one)}{part}" for one in State for part in ("", "-means")],
    "case step": [f"step-{dashed(one)}" for one in Step],
    "need": [f"need-{dashed(one)}" for one in Needs],
    "format": [one.title_key for one in REGISTRY],
    "unsure": [key for one in REGISTRY for key in one.unsure],
    "level": [one.sentence for one in LEVELS],
    "bucket": [f"money-head-{dashed(one)}-minor" for one in (*BUCKETS, "expected")],
    "kind of source": [f"ways-kind-{one}" for one in ("folder", "imap", "sftp", "store")],
    "import state": [f"import-state-{one}" for one in Import.State.values],
    "remedy": [key for one in steps().values() for key in (one.text_key, one.proof_key)],
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_member_of_a_closed_list_has_its_text(family: str, language: str) -> None:
    assert FAMILIES[family]
    assert [key for key in FAMILIES[family] if key not in catalogue(language)] == []


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("zh")) == set(catalogue("en"))


def test_a_key_stands_in_the_same_area_in_both_languages() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    assert {key: text.area for key, text in zh.items()} == {key: text.area for key, text in en.items()}


def test_both_languages_are_filled_by_the_same_facts() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    differing = {
        key: sorted(zh[key].facts ^ en[key].facts)
        for key in zh
        if zh[key].facts - SPOKEN_OF_DAYS != en[key].facts - SPOKEN_OF_DAYS
    }

    assert differing == {}


def test_every_key_that_is_asked_for_exists() -> None:
    known = catalogue("en")
    asked = [*asked_for(), *asked_for_by_templates()]

    assert len(asked) > 300
    assert [(key, where) for key, where, _ in asked if key not in known] == []


def test_every_literal_that_can_only_be_a_key_exists() -> None:
    spoken = {one for one in literals() if one.startswith(SPOKEN_ONLY)}

    assert len(spoken) > 100
    assert spoken - set(catalogue("en")) - BY_OTHERS == set()


def test_a_text_gets_every_fact_it_names() -> None:
    known = catalogue("en")
    short = [
        (key, where, sorted(all_facts("en", key) - facts))
        for key, where, facts in (*asked_for(), *asked_for_by_templates())
        if facts is not None and key in known and not all_facts("en", key) <= facts
    ]

    assert short == []


def test_no_text_is_left_over() -> None:
    named = literals() | {key for family in FAMILIES.values() for key in family}
    named |= {other for text in catalogue("en").values() for other in text.refers_to}
    patterns = re.compile("|".join(f"(?:{one})" for one in sorted(composed())))

    assert sorted(key for key in catalogue("en") if key not in named and not patterns.fullmatch(key)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_stay_calm(language: str) -> None:
    loud = {
        (key, word)
        for key, text in catalogue(language).items()
        for word in ALARMIST[language]
        if word in text.written.lower() and not NAMES_A_CRIME_OR_DISASTER.match(key)
    }

    assert loud == set()


def test_chinese_is_chinese() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    bare = {
        key
        for key, text in catalogue("zh").items()
        if not han.search(text.written) and re.search(r"[a-z]{4,} [a-z]{3,}", _without_facts(text.written))
    }

    assert bare == set()


def _without_facts(written: str) -> str:
    return re.sub(r"\{[^}]*\}", "", written.partition("=")[2])


def test_a_missing_key_is_seen() -> None:
    assert say("en", "no-such-key-anywhere") == "⟦no-such-key-anywhere⟧"
