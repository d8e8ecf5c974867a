"""What keeps the tree tidy: no address of a machine or a registry, no leftovers, no float near money, small documented modules."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPO = Path(__file__).parent.parent
SOURCE = REPO / "src" / "daozhang"
TEXT_FILES = {
    ".py",
    ".md",
    ".toml",
    ".ftl",
    ".html",
    ".css",
    ".js",
    ".typ",
    ".sh",
    ".lock",
    ".csv",
    ".story",
    ".yml",
    ".yaml",
    "",
}
LONGEST_MODULE = 450
"""Lines. It may only go down."""
LONGER_FOR_NOW: dict[str, int] = {}
"""Modules above it and how long they may be; a module that became shorter loses its line here."""

NOT_MINE = re.compile(
    r"/work/|/home/\w|/root\b|/Users/\w|[A-Z]:\\Users|/tmp/\w{2,}"
    r"|\bpypi\.|files\.pythonhosted|\bindex-url\s*=\s*http|\bnpmjs\.|\bcrates\.io|\bdocker\.io\b|\bquay\.io\b"
)
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP)\b|\b[Pp]hase \d")
SAYS_SO_ITSELF = {"tests/test_tidy.py"}
MONEY_ROOMS = ("money.py", "records", "contracts", "expectations", "matching", "breaks", "engine", "flows", "intake", "formats",
               "cases", "desk", "reports", "world")  # fmt: skip
MONEY_NAME = re.compile(r"minor|amount|fee|gross|net|gap|balance|yuan|fen\b|rate_bp|deduct|payout|credit|debit")


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files of the repository that are text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    paths = [REPO / name for name in names if name] or [
        path
        for path in REPO.rglob("*")
        if path.is_file() and not {".git", ".venv", "demo"} & set(path.relative_to(REPO).parts)
    ]
    return tuple(path for path in paths if path.is_file() and path.suffix in TEXT_FILES and "samples" not in path.parts)


def lines() -> Iterator[tuple[str, int, str]]:
    """Give every line with where it stands."""
    for path in tracked():
        name = path.relative_to(REPO).as_posix()
        if name in SAYS_SO_ITSELF:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield name, number, line


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    """Return every module of the product, parsed."""
    paths = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def test_there_is_something_to_look_at() -> None:
    assert len(tracked()) > 300
    assert len(modules()) > 150


def test_no_path_of_a_machine_and_no_host_of_a_registry() -> None:
    assert [(name, number, found[0]) for name, number, line in lines() if (found := NOT_MINE.search(line))] == []


def test_nothing_is_left_for_later() -> None:
    assert [(name, number, line.strip()) for name, number, line in lines() if LEFTOVER.search(line)] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(REPO).as_posix() for path, tree in modules() if not ast.get_docstring(tree) and tree.body
    ]

    assert silent == []


def test_modules_stay_small() -> None:
    sizes = sorted(
        (
            (len(path.read_text(encoding="utf-8").splitlines()), path.relative_to(REPO).as_posix())
            for path, _ in modules()
        ),
        reverse=True,
    )
    print(*(f"{size:5} {name}" for size, name in sizes[:10]), sep="\n")  # noqa: T201 - shown when it fails

    assert [(size, name) for size, name in sizes if size > LONGER_FOR_NOW.get(name, LONGEST_MODULE)] == []
    assert [name for size, name in sizes if size <= LONGEST_MODULE and name in LONGER_FOR_NOW] == []


def near_money() -> Iterator[tuple[str, ast.Module]]:
    """Give the modules that handle money."""
    for path, tree in modules():
        if path.relative_to(SOURCE).parts[0] in MONEY_ROOMS:
            yield path.relative_to(REPO).as_posix(), tree


def floats(tree: ast.AST) -> Iterator[int]:
    """Give the lines on which a money name is annotated as, made from or compared with a float."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            name = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
            annotation = ast.unparse(node.annotation) if node.annotation else ""
            if re.search(r"\bfloat\b", annotation) and MONEY_NAME.search(name):
                yield node.lineno
        elif isinstance(node, ast.FunctionDef) and node.returns and "float" in ast.unparse(node.returns):
            if MONEY_NAME.search(node.name):
                yield node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "float",
            "np.float64",
            "pa.float64",
            "pa.float32",
        }:
            if node.func.__class__ is ast.Attribute or any(MONEY_NAME.search(ast.unparse(one)) for one in node.args):
                yield node.lineno
        elif isinstance(node, ast.BinOp | ast.Compare):
            sides = [node.left, *([node.right] if isinstance(node, ast.BinOp) else node.comparators)]
            numbers = [one for one in sides if isinstance(one, ast.Constant) and isinstance(one.value, float)]
            if numbers and any(MONEY_NAME.search(ast.unparse(one)) for one in sides if one not in numbers):
                yield node.lineno


def test_no_float_comes_near_money() -> None:
    assert [(name, line) for name, tree in near_money() for line in floats(tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        "amount_minor: float = 0",
        "def f(gross: float) -> int: ...",
        "def fee_of(x: int) -> float: ...",
        "x = float(row['amount'])",
        "x = net_minor * 0.006",
        "x = pa.float64()",
    ],
)
def test_a_planted_float_is_seen(code: str) -> None:
    assert list(floats(ast.parse(code))) == [1]


def test_no_sql_makes_a_float_of_money() -> None:
    sql = re.compile(r"(::\s*|\bAS )(DOUBLE|FLOAT|REAL)\b", re.IGNORECASE)
    found = [
        (name, node.lineno)
        for name, tree in near_money()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and sql.search(node.value)
    ]

    assert found == []


LOCK = (REPO / "requirements.lock").read_text(encoding="utf-8")


def test_the_lock_has_hashes_and_no_address() -> None:
    packages = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", LOCK, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9][a-z0-9._-]*==)", LOCK, flags=re.MULTILINE)[1:]

    assert len(packages) > 40
    assert [block.partition("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url|--find-links", LOCK) == []


def test_the_lock_holds_every_dependency() -> None:
    declared = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
    extras = declared["project"]["optional-dependencies"].values()
    wanted = [
        *declared["project"]["dependencies"],
        *declared["dependency-groups"]["dev"],
        *(one for extra in extras for one in extra),
    ]
    names = {re.split(r"[<>=!\[; ]", one)[0].lower().replace("_", "-").replace(".", "-") for one in wanted}

    assert names - set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", LOCK, re.MULTILINE)) == set()


def test_a_migration_that_people_have_run_never_changes() -> None:
    first = SOURCE / "desk" / "migrations" / "0001_initial.py"

    assert hashlib.sha256(first.read_bytes()).hexdigest() == (
        "12e99d4bb77344f915bd8d85a945e5d61fee574ce4fc6662f1c6a360ea1f3ef6"
    )
