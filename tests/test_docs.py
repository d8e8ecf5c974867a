"""Documentation that fails when something is undocumented, a link leads nowhere, or a page is behind the code."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from daozhang.breaks import BreakType
from daozhang.cases.life import TABLE, State, Step
from daozhang.cli.main import app
from daozhang.desk.configuration import Configuration
from daozhang.diagnosis.catalogue import causes
from daozhang.formats.registry import REGISTRY
from daozhang.matching.levels import LEVELS
from daozhang.matching.money import BUCKETS
from daozhang.records import TABLES, table_named

REPO = Path(__file__).parent.parent
SOURCE = REPO / "src" / "daozhang"
DOCS = REPO / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted((*DOCS.rglob("*.md"), *REPO.glob("*.md")))


def read(path: Path) -> str:
    """Return a page."""
    return path.read_text(encoding="utf-8")


@cache
def headings(path: Path) -> tuple[str, ...]:
    """Return the headings of a page, code blocks left out."""
    prose = re.sub(r"^```.*?^```", "", read(path), flags=re.MULTILINE | re.DOTALL)
    return tuple(re.findall(r"^#{1,6} (.+?)\s*$", prose, re.MULTILINE))


def first_words(path: Path) -> set[str]:
    """Return the first word of each heading, without marks."""
    return {heading.split()[0].strip("`") for heading in headings(path)}


def anchors(path: Path) -> set[str]:
    """Return the anchors that a heading gets."""
    plain = (re.sub(r"[^\w\s-]", "", one.lower()).strip() for one in headings(path))
    return {re.sub(r"\s", "-", one) for one in plain}


def shown(page: Path) -> str:
    """Name a page in a message."""
    return page.relative_to(REPO).as_posix()


# -- everything has its place


def commands() -> Iterator[tuple[str, Any]]:
    root: Any = typer.main.get_command(app)
    for name, command in root.commands.items():
        if getattr(command, "commands", None):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())
        else:
            yield name, command


def section(page: Path, heading: str) -> str:
    """Return the text below a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", read(page), re.MULTILINE | re.DOTALL)
    assert found, f"{shown(page)} has no heading {heading!r}"
    return found[1]


@pytest.mark.parametrize(("name", "command"), [*commands()], ids=lambda one: one if isinstance(one, str) else "")
def test_a_command_has_its_heading_its_options_and_its_exit_status(name: str, command: Any) -> None:
    said = section(REFERENCE / "commands.md", name)

    assert "Exit status: 0 " in said
    for option in command.params:
        for written in option.opts if option.param_type_name == "option" else []:
            assert f"`{written}`" in said
    for row in re.findall(r"^\| `.+$", said, re.MULTILINE):
        assert re.fullmatch(r"\| `.+` \| \S.* \|", row), f"{name}: not explained: {row}"


def test_every_setting_has_its_heading_and_says_its_default() -> None:
    for name in Configuration.model_fields:
        said = section(REFERENCE / "settings.md", name)
        assert "- Type: " in said
        assert "- Default: " in said
        assert len(said.strip().splitlines()[0]) > 15, f"{name} is not explained"


def test_every_table_column_and_value_is_on_the_page() -> None:
    page = REFERENCE / "interchange.md"
    for table in TABLES:
        said = section(page, table.name)
        for column in table.columns:
            assert f"| `{column.name}` | {column.type.value} |" in said, f"{table.name}.{column.name}"
            for value in column.values:
                assert f"| `{value}` |" in said, f"{table.name}.{column.name}: {value}"


def test_every_format_has_its_page_in_the_index() -> None:
    index = read(REFERENCE / "formats" / "README.md")
    assert [one.code for one in REGISTRY if f"]({one.code}.md)" not in index] == []
    assert {path.stem for path in (REFERENCE / "formats").glob("*.md")} - {"README"} == {one.code for one in REGISTRY}


def test_every_break_type_has_its_heading() -> None:
    assert set(BreakType) - first_words(REFERENCE / "breaks.md") == set()


def test_every_cause_has_its_heading() -> None:
    assert set(causes()) - first_words(REFERENCE / "causes.md") == set()


def test_every_state_has_its_heading_and_every_step_its_row() -> None:
    page = REFERENCE / "case-life.md"
    assert set(State) - first_words(page) == set()
    assert [step.value for step in TABLE if f"`{step.value}`" not in read(page)] == []


def test_every_level_and_bucket_has_its_row() -> None:
    assert [one.sentence for one in LEVELS if f"| `{one.sentence}` |" not in read(REFERENCE / "levels.md")] == []
    assert [one for one in BUCKETS if f"| `{one}` |" not in read(REFERENCE / "money.md")] == []


def test_every_message_has_its_row() -> None:
    page = read(REFERENCE / "messages.md")
    said = {
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(error|refused|reject|input)-[a-z0-9-]+", node.value)
    }

    assert len(said) > 60
    assert sorted(key for key in said if f"| `{key}` |" not in page) == []


def test_every_area_of_texts_has_its_row() -> None:
    said = section(REFERENCE / "messages.md", "Areas")
    areas = {path.stem for language in ("zh", "en") for path in (SOURCE / "texts" / language).glob("*.ftl")}

    assert set(re.findall(r"^\| `(\w+)` \| \S", said, re.MULTILINE)) == areas


def test_every_page_is_on_the_map() -> None:
    reached, waiting = set(), [DOCS / "index.md", REPO / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        waiting += [path for path, _ in targets(page) if path.suffix == ".md" and path.exists()]

    assert sorted(shown(page) for page in PAGES if page not in reached) == []


# -- what pages say is true


def targets(page: Path) -> list[tuple[Path, str]]:
    """Return the files of this repository that a page links to, with their anchors."""
    prose = re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL))
    links = [found.split(" ")[0] for found in re.findall(r"\]\(([^)]+)\)", prose)]
    inside = [link.partition("#") for link in links if not re.match(r"[a-z]+:", link)]
    return [((page.parent / path).resolve() if path else page, anchor) for path, _, anchor in inside]


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in targets(page):
        assert path.exists(), f"{shown(page)} links to {path}, which is not there"
        if anchor:
            assert anchor in anchors(path), f"{shown(page)} links to {path.name}#{anchor}"


ROOMS = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or path.is_dir()}
A_FILE = re.compile(r"[\w.-]+(/[\w.*-]+)+/?")
A_NAME = re.compile(r"(?:daozhang\.)?[a-z_]+(\.[A-Za-z_]\w*)+")


def code_names(page: Path) -> Iterator[str]:
    """Give what a page writes as code inside its sentences."""
    prose = re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`([^`\n]+)`", prose)


def exists(path: str) -> bool:
    """Return whether a path that a page names is in the repository, from its root or from the package."""
    return any(next(root.glob(path.rstrip("/")), None) is not None for root in (REPO, SOURCE, SOURCE / "texts"))


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_file_of_the_code_that_a_page_names_exists(page: Path) -> None:
    roots = {"src", "tests", "tools", "docs", *(room for room in ROOMS if (SOURCE / room).is_dir())}
    named = [one.partition("::")[0] for one in code_names(page)]
    paths = [one for one in named if A_FILE.fullmatch(one) and one.split("/")[0] in roots]

    assert [path for path in paths if "<" not in path and not exists(path)] == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_name_of_the_code_that_a_page_uses_exists(page: Path) -> None:
    names = [one.removeprefix("daozhang.") for one in code_names(page) if A_NAME.fullmatch(one)]
    ours = [
        one for one in names if one.split(".")[0] in ROOMS and one.rpartition(".")[2] not in {"py", "md", "toml", "ftl"}
    ]

    assert [one for one in ours if not (resolves(one) or is_column(one))] == []


def resolves(name: str) -> bool:
    """Return whether a dotted name under the package leads to a module or to something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = import_module(".".join(("daozhang", *parts[:length])))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            known = {**getattr(found, "model_fields", {}), **getattr(found, "__dataclass_fields__", {})}
            if not hasattr(found, part) and part not in known:
                return False
            found = getattr(found, part, None)
        return True
    return False


def test_a_name_that_is_not_there_is_seen() -> None:
    assert resolves("matching.levels.Level")
    assert not resolves("matching.levels.NoSuchThing")
    assert not resolves("matching.no_such_module")


@cache
def known_tests() -> frozenset[str]:
    """Return path::name of every test function."""
    return frozenset(
        f"{path.relative_to(REPO).as_posix()}::{node.name}"
        for path in (REPO / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"tests/[\w/]+\.py::\w+", read(page))

    assert [one for one in named if one not in known_tests()] == []


def test_every_promise_names_its_tests_or_says_not_yet() -> None:
    rows = dict(re.findall(r"^\| (P\d+) \| (.+) \|$", read(DOCS / "promises.md"), re.MULTILINE))

    assert list(rows) == [f"P{number}" for number in range(1, 24)]
    for name, row in rows.items():
        assert "::test_" in row or "Not yet" in row, name


def test_every_decision_is_listed_and_says_why() -> None:
    folder = DOCS / "decisions"
    index = read(folder / "README.md")
    pages = sorted(folder.glob("0*.md"))

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert f"({page.name})" in index
        assert read(page).startswith(f"# {page.name[:4]} ")
        for part in ("**Decided.**", "**Why.**", "**Looked at.**", "**Costs.**"):
            assert part in read(page), f"{page.name} has no {part}"


def test_every_dependency_has_its_line_and_no_line_is_left_over() -> None:
    declared = tomllib.loads(read(REPO / "pyproject.toml"))
    extras = declared["project"]["optional-dependencies"].values()
    wanted = [
        *declared["project"]["dependencies"],
        *declared["dependency-groups"]["dev"],
        *(one for extra in extras for one in extra),
    ]
    names = {re.split(r"[<>=!\[; ]", one)[0] for one in wanted}

    assert set(re.findall(r"^\| `([^`]+)` \|", read(DOCS / "dependencies.md"), re.MULTILINE)) == names


# -- the glossary


def glossary_rows() -> list[list[str]]:
    """Return the cells of every row of the glossary that has an identifier."""
    rows = re.findall(r"^\| (.+) \|$", read(DOCS / "glossary.md"), re.MULTILINE)
    return [cells for cells in (row.split(" | ") for row in rows) if len(cells) >= 3 and "`" in cells[2]]


def test_every_member_of_a_closed_list_is_in_the_glossary() -> None:
    from daozhang.breaks import Grain, Severity
    from daozhang.diagnosis.finding import CauseCategory
    from daozhang.records.tables import CHANNELS, KINDS, PAYOUT_STATES, STATUSES

    lists = {
        "Tables": [table.name for table in TABLES],
        "Kinds of payments": KINDS,
        "How a payment ended": STATUSES,
        "States of a payout": PAYOUT_STATES,
        "Channels": CHANNELS,
        "Where the money of a day is": ("expected", *BUCKETS),
        "Breaks": list(BreakType),
        "Grains": list(Grain),
        "Severities": list(Severity),
        "Categories of causes": list(CauseCategory),
        "States of a case": list(State),
        "Steps of a case": list(Step),
    }
    for title, members in lists.items():
        said = section(DOCS / "glossary.md", title)
        assert re.findall(r"\| `(\w+)` \|$", said, re.MULTILINE) == [str(one) for one in members], title


def test_every_word_of_the_glossary_is_in_both_languages_and_in_the_code() -> None:
    words = [cells for cells in glossary_rows() if len(cells) == 4]

    assert len(words) > 40
    for chinese, english, identifier, _ in words:
        assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
        assert re.search(r"[a-z]", english), english
        name = identifier.strip("`")
        assert is_column(name) or resolves(name), f"{name} is not in the code"


def is_column(name: str) -> bool:
    """Return whether ``table.column`` is a column of an interchange table."""
    table, _, column = name.partition(".")
    try:
        return table_named(table).column(column).name == column
    except KeyError:
        return False


def test_one_word_has_one_meaning() -> None:
    words = [cells[0] for cells in glossary_rows() if len(cells) == 4]

    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_no_text_of_the_glossary_is_missing() -> None:
    assert "⟦" not in read(DOCS / "glossary.md")


# -- pages that are written by tools


@pytest.mark.parametrize("tool", ["write_reference.py", "write_causes_page.py"])
def test_pages_that_tools_write_are_up_to_date(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, REPO / "tools" / tool, "--check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, f"run tools/{tool}: {done.stdout}{done.stderr}"


@pytest.mark.deep
@pytest.mark.skipif(os.environ.get("DEEP") != "1", reason="makes a whole demo: DEEP=1")
def test_the_tutorial_says_what_its_commands_say() -> None:
    done = subprocess.run(
        [sys.executable, REPO / "tools" / "run_tutorial.py", "--check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, f"run tools/run_tutorial.py: {done.stdout}{done.stderr}"


def test_the_tutorial_uses_commands_and_options_that_exist() -> None:
    known = dict(commands())
    used = re.findall(r"^(?:\$ )?daozhang ([a-z-]+)(.*)$", read(DOCS / "tutorial.md"), re.MULTILINE)

    assert len(used) > 12
    for name, rest in used:
        options = {written for one in known[name].params for written in one.opts}
        assert set(re.findall(r"(?<= )--?[a-z][a-z-]*", rest.partition("|")[0])) <= options, name


# -- the front page


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_front_page_shows_and_tells(page: str) -> None:
    text = read(REPO / page)

    assert "make run" in text
    assert "make test" in text
    assert re.search(r"!\[.+\]\(docs/images/today-(en|zh)\.png\)", text)
    assert len(re.findall(r"^\| .+ \|$", text, re.MULTILINE)) == 2 + 5 - 1  # head, five words; the rule has no blanks
    assert len(text.splitlines()) < 70


def test_both_front_pages_show_the_same_commands() -> None:
    def blocks(page: str) -> list[list[str]]:
        return [
            [line.split("#")[0].split()[:2] for line in block.splitlines()]
            for block in re.findall(r"^```\n(.*?)^```", read(REPO / page), re.MULTILINE | re.DOTALL)
        ]

    assert blocks("README.md") == blocks("README.zh-CN.md")


def test_make_has_what_the_pages_name() -> None:
    goals = set(re.findall(r"^([a-z]+):", read(REPO / "Makefile"), re.MULTILINE))
    named = {one for page in PAGES for one in re.findall(r"`make (\w+)`", read(page))}

    assert named - goals == set()
