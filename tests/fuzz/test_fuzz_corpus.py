"""What the fuzzer found is read again on every run: the corpus that reaches the most code, and every input that once broke a parser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_targets import CORPUS, REGRESSIONS, TARGETS, covered, every_registered_code, seeds

REPO = Path(__file__).parent.parent.parent
ALL_KEPT = 2 * 1024 * 1024
KEPT = 200 * 1024
"""Bytes of corpus, of all parsers and of one."""


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*")) if folder.is_dir() else []


def test_every_registered_format_has_a_target() -> None:
    assert every_registered_code() == covered()


@pytest.mark.parametrize("name", TARGETS)
def test_every_parser_has_a_corpus_of_bounded_size(name: str) -> None:
    found = kept(CORPUS / name)

    assert found
    assert sum(path.stat().st_size for path in found) <= KEPT


def test_the_corpus_is_small_and_belongs_to_parsers() -> None:
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) <= ALL_KEPT
    assert {path.name for folder in (CORPUS, REGRESSIONS) for path in kept(folder)} <= set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_the_parser_survives_its_corpus(name: str) -> None:
    for path in kept(CORPUS / name):
        TARGETS[name].run(path.read_bytes())
    for _, body in seeds(TARGETS[name]):
        TARGETS[name].run(body)


@pytest.mark.parametrize(
    "path", [path for folder in kept(REGRESSIONS) for path in kept(folder)], ids=lambda path: f"{path.parent.name}/{path.name}"
)  # fmt: skip
def test_what_once_broke_a_parser_does_so_no_more(path: Path) -> None:
    TARGETS[path.parent.name].run(path.read_bytes())


def test_the_tool_names_the_parsers() -> None:
    said = subprocess.run(
        [sys.executable, str(REPO / "tools" / "fuzz.py"), "--list"], capture_output=True, text=True, check=True
    )

    assert said.stdout.split() == list(TARGETS)
