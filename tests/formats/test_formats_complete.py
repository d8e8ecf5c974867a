"""A format is there when all its pieces are: sample, checked reading, page, row in the index, titles, texts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from formats_samples import SAMPLES, files_in

from daozhang.formats.base import Format
from daozhang.formats.registry import REGISTRY
from daozhang.records import table_named
from daozhang.texts import LANGUAGES, has, say

REPO = Path(__file__).parent.parent.parent
PAGES = REPO / "docs" / "reference" / "formats"
ROOM = REPO / "src" / "daozhang" / "formats"
CATALOGUES = {language: REPO / "src" / "daozhang" / "texts" / language / "formats.ftl" for language in LANGUAGES}

each_format = pytest.mark.parametrize("known", REGISTRY, ids=lambda known: known.code)


@each_format
def test_has_a_sample_and_its_checked_reading(known: Format) -> None:
    samples = files_in(SAMPLES / known.code)

    assert samples
    if known.read is not None:
        assert all(path.with_name(path.name + ".expected.txt").exists() for path in samples)


@each_format
def test_has_its_page_and_its_row_in_the_index(known: Format) -> None:
    page = (PAGES / f"{known.code}.md").read_text(encoding="utf-8")
    index = (PAGES / "README.md").read_text(encoding="utf-8")

    assert page.startswith(f"# {known.code}\n")
    for part in ("**What it is.**", "**Recognised by**"):
        assert part in page
    (row,) = [line for line in index.splitlines() if f"[`{known.code}`]({known.code}.md)" in line]
    assert row.endswith(f"| {known.evidence} |")


@each_format
def test_what_no_real_file_has_tried_says_so(known: Format) -> None:
    page = (PAGES / f"{known.code}.md").read_text(encoding="utf-8")

    assert known.evidence == ("own" if known.plain is not None else known.evidence)
    assert known.evidence in {"sample", "documentation", "own"}
    if known.evidence == "documentation":
        assert "documentation" in page
    else:
        assert [path for path in files_in(SAMPLES / known.code) if not path.name.startswith("SYNTHETIC")]


@each_format
def test_its_page_names_every_table_and_column_it_fills(known: Format) -> None:
    page = (PAGES / f"{known.code}.md").read_text(encoding="utf-8")
    if known.read is None:
        return
    for expected in SAMPLES.glob(f"{known.code}/*.expected.txt"):
        for column in set(re.findall(r"^    (\w+)=", expected.read_text(encoding="utf-8"), re.MULTILINE)):
            assert column in page, f"{known.code}.md does not name {column}"


@each_format
def test_has_titles_and_texts_of_what_is_unsure_in_both_languages(known: Format) -> None:
    for language in LANGUAGES:
        for key in (known.title_key, *known.unsure):
            assert has(language, key), f"{language}: {key}"
    assert say("zh", known.title_key) != say("en", known.title_key)


@each_format
def test_names_real_tables(known: Format) -> None:
    page = (PAGES / f"{known.code}.md").read_text(encoding="utf-8")
    assert known.tables or "taken as control" in page
    assert [table_named(name).name for name in known.tables] == list(known.tables)


def _keys_in_code() -> set[str]:
    code = "\n".join(path.read_text(encoding="utf-8") for kind in ("*.py", "*.toml") for path in ROOM.rglob(kind))
    return set(re.findall(r'"((?:reject|warn|input|unsure)-[a-z0-9-]+)"', code))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_code_has_a_text_and_every_text_a_key(language: str) -> None:
    text = CATALOGUES[language].read_text(encoding="utf-8")
    keys = set(re.findall(r"^([a-z][a-z0-9-]*) =", text, re.MULTILINE))
    titles = {known.title_key for known in REGISTRY}

    assert _keys_in_code() <= keys
    assert keys - titles <= _keys_in_code()


def test_both_languages_ask_for_the_same_facts() -> None:
    facts = {
        language: {
            line.partition(" =")[0]: set(re.findall(r"\$(\w+)", line))
            for line in path.read_text(encoding="utf-8").splitlines()
            if " = " in line
        }
        for language, path in CATALOGUES.items()
    }

    assert facts["zh"] == facts["en"]


def test_the_index_names_every_warning() -> None:
    index = (PAGES / "README.md").read_text(encoding="utf-8")

    assert {key for key in _keys_in_code() if key.startswith("warn-")} == set(re.findall(r"`(warn-[a-z-]+)`", index))
