"""Write the pages that follow from code: commands, settings, interchange, levels, messages, glossary. ``--check`` only compares."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tomllib
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import case_pages
import typer
import written_acceptance
import written_words
from pydantic import SecretStr
from written_words import WRITTEN, ended

from daozhang.cli.main import app
from daozhang.desk import configuration
from daozhang.desk.configuration import Configuration
from daozhang.matching.levels import LEVELS, WEAK_SECONDS, WINDOW_DAYS, Level
from daozhang.records import BOOK_TABLES, FACT_TABLES, Column, Table
from daozhang.records.tables import ColumnType
from daozhang.texts import say

DOCS = Path(__file__).parent.parent / "docs"
WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("reference_words.toml").read_text(encoding="utf-8")
)


COLUMNS: Mapping[str, tuple[str, str, str]] = {
    "import": ("`files` with", "imports.COLUMNS", "`state` is `accepted`, `unchanged`, `unclaimed` or `refused`."),
    "imports": ("`imports` with", "imports.LIST_COLUMNS", ""),
    "quarantine": ("`rows` with", "quarantine.QUARANTINE_COLUMNS", "JSON adds `reason_key` and `facts`."),
    "expect-files": (
        "`sources` with",
        "quarantine.EXPECT_COLUMNS",
        "`how` is `set`, `learned`, `shipped`, `none` (nothing is expected) or empty.",
    ),
    "findings": (
        "`findings` with",
        "settling.FINDING_COLUMNS",
        (
            "Only rows of severity `alarm` claim that something is wrong. `gap_minor` is negative when the merchant is out of pocket;"
            " `evidence` holds `file:line`, joined by `;`. What the lists mean: [breaks](breaks.md), [causes](causes.md)."
        ),
    ),
    "money": ("`money` with", "settling.MONEY_COLUMNS", "Each row adds up: [money](money.md)."),
    "cases": ("`cases` with", "case_texts.CASE_COLUMNS", ""),
    "reason": ("one object with", "reasons.COLUMNS", "JSON adds `read_by` and `known_text`."),
}
"""What ``--json`` and ``--csv`` of a command give: the name of the list, its columns, and what is to be known of them."""


def command_tree() -> Iterator[tuple[str, Any]]:
    """Give every command with its full name, in the order of ``--help``."""
    root: Any = typer.main.get_command(app)
    for name, command in root.commands.items():
        if getattr(command, "commands", None):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())
        else:
            yield name, command


def commands() -> str:
    """Return the page of the commands."""
    parts = [
        "# Commands",
        "",
        WRITTEN,
        "",
        "Every command works on one workspace: `--workspace DIR`, else `DAOZHANG_WORKSPACE`, else the current directory. It prints",
        "for people; `--json` (one object) and `--csv` (a header row) print for programs and keep their names from version to",
        "version. Reasons for a refusal go to standard error. A command ends with",
        "",
        "| status | means |",
        "|---|---|",
        "| 0 | all is well |",
        "| 1 | something needs a person |",
        "| 2 | the work could not be done; an argument that makes no sense counts too |",
        "",
        "The language is that of the terminal (`LANG`); `DAOZHANG_LANGUAGE_OF_TERMINAL` (`zh` or `en`) goes over it.",
        "",
    ]
    for name, command in command_tree():
        about, status = _about(command)
        usage = " ".join(
            ["daozhang", name, *(_argument(one) for one in command.params if _is_argument(one)), "[OPTIONS]"]
        )
        parts += [
            f"## {name}",
            "",
            f"    {usage}",
            "",
            *about,
            "",
            f"Exit status: {status}",
            "",
            *_options(command),
            "",
        ]
        if name in COLUMNS:
            head, where, more = COLUMNS[name]
            module, _, constant = where.partition(".")
            columns = getattr(import_module(f"daozhang.cli.{module}"), constant)
            shown = ", ".join(f"`{column}`" for column in columns)
            parts += [f"For programs: {head} {shown}.{' ' + more if more else ''}", ""]
    return ended(parts)


def _about(command: Any) -> tuple[list[str], str]:  # noqa: ANN401 - typer's own classes are not public
    """Return the paragraphs of the help and the exit status, taken from its text or from what the code can end with."""
    text = inspect.cleandoc(command.help or "")
    found = re.search(r"\s*Exit status:?\s*(.+?)(?:\n\n|\Z)", text, re.DOTALL)
    if found:
        status = " ".join(found[1].split())
        text = (text[: found.start()] + "\n\n" + text[found.end() :]).strip()
        status = status.rstrip(".")
    else:
        needs = "NEEDS_A_PERSON" in _source(command.callback)
        status = "0 it is done" + (", 1 something needs a person" if needs else "")
    if not status.startswith("0 "):
        status = "0 it is done, " + status
    if "2 " not in status:
        status += ", 2 it could not be done"
    return [line for line in text.splitlines() if line.strip() or True], status + "."


def _source(callback: Callable[..., object]) -> str:
    return inspect.getsource(inspect.unwrap(callback))


def _is_argument(one: Any) -> bool:  # noqa: ANN401
    return bool(one.param_type_name == "argument")


def _argument(one: Any) -> str:  # noqa: ANN401
    shown = (one.metavar or one.name).strip("{}[]").upper() + ("…" if one.nargs == -1 else "")
    return shown if one.required else f"[{shown}]"


def _options(command: Any) -> list[str]:  # noqa: ANN401
    rows = [
        f"| `{_argument(one) if _is_argument(one) else '`, `'.join(one.opts)}` | {_meaning(one)} |"
        for one in command.params
        if not getattr(one, "hidden", False)
    ]
    return ["| argument or option | means |", "|---|---|", *rows] if rows else []


def _meaning(one: Any) -> str:  # noqa: ANN401
    said = (
        one.help
        or {
            "start": "Only from this moment on.",
            "end": "Only up to this moment.",
            "year": "The year, four digits.",
        }.get(one.name, "")
    ).replace("|", "\\|")
    if one.required:
        said += " **Required.**"
    elif isinstance(one.default, str | int) and not isinstance(one.default, bool) and one.default not in {"", 0}:
        said += f" Default: `{one.default}`."
    return said.strip()


def settings() -> str:
    """Return the page of the settings."""
    parts = [
        "# Settings",
        "",
        WRITTEN,
        "",
        f"Settings stand in `{configuration.FILE_NAME}` in the workspace, one `name = value` a line (TOML). A name `{configuration.PREFIX}…`",
        "in the environment goes over it: `DAOZHANG_LANGUAGE=en`. Every wrong or unknown name is reported at once and nothing is",
        "started. Settings are read when a workspace opens: change one and start again.",
        "",
        "Not settings of a workspace, but read from the environment: `DAOZHANG_WORKSPACE` (the directory) and",
        "`DAOZHANG_LANGUAGE_OF_TERMINAL` (`zh` or `en`, language of the command line). `DAOZHANG_WEB_SECRET` replaces the secret of",
        "sessions and forms for tools that load Django without a workspace.",
        "",
    ]
    said = _attribute_docs(Configuration)
    for name, field in Configuration.model_fields.items():
        parts += [f"## {name}", "", said[name], ""]
        parts += [
            f"- Type: {_type_of(field.annotation)}{_bounds(field.metadata)}",
            f"- Default: {_default(field.default)}",
            "",
        ]
    return ended(parts)


def _attribute_docs(model: type) -> dict[str, str]:
    """Return the string that stands under each attribute of a class."""
    body = typing.cast("ast.ClassDef", ast.parse(inspect.getsource(model)).body[0]).body
    found: dict[str, str] = {}
    for one, after in pairwise(body):
        if isinstance(one, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[ast.unparse(one.target)] = " ".join(str(after.value.value).replace("``", "`").split())
    return found


def _type_of(annotation: object) -> str:
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return "one of " + ", ".join(f"`{one}`" for one in inside)
    if origin in {typing.Union, types.UnionType}:
        return " or ".join("empty" if one is type(None) else _type_of(one) for one in inside)
    if origin is tuple:
        return "any number of tables, see [ways in](../guides/ways-in.md#sources)"
    if origin is dict:
        return "a table of names and texts"
    if annotation is SecretStr:
        return "text, secret: never shown, never logged"
    return {
        "str": "text",
        "int": "whole number",
        "datetime": "moment, local, without offset",
        "bool": "`true` or `false`",
        "BackupPlace": "a table, see [backups](../guides/backup.md)",
    }[getattr(annotation, "__name__", str(annotation))]


def _bounds(metadata: typing.Iterable[object]) -> str:
    said = []
    for one in metadata:
        for name, words in (("ge", "at least {}"), ("le", "at most {}"), ("pattern", "of the form `{}`")):
            value = getattr(one, name, None)
            if value is not None:
                said.append(words.format(value))
    return ", " + ", ".join(said) if said else ""


def _default(value: object) -> str:
    return "empty" if value is None or value in ("", (), {}) else f"`{value}`"


def interchange() -> str:
    """Return the page of the interchange tables."""
    parts = [
        "# Interchange tables",
        "",
        WRITTEN,
        "",
        "The neutral form of everything Daozhang works on. Every [format](formats/README.md) is read into these tables. A source",
        "without a format of its own can be written as them directly: CSV in UTF-8 with a header row, or Parquet with the same",
        "column names. The file name begins with the table's name: `transactions_2026-11-22.csv`, `payouts.parquet`.",
        "",
        "## Types",
        "",
        "| type | a cell holds |",
        "|---|---|",
        *(f"| {one.value} | {WORDS['types'][one.value]} |" for one in ColumnType),
        "",
        "## Rules for all tables",
        "",
        "- **Money** is a whole number of minor units (分) in a column ending in `_minor`, signed *towards the merchant*: a sale is",
        "  positive, a refund negative. A fee is positive when charged, and net = gross − fee. [How it adds up](money.md).",
        "- Amounts of two currencies are never added.",
        "- A **moment** (`…_at`) is ISO 8601; without an offset it is Asia/Shanghai, with one it is brought there. A **day** (`…_on`) is",
        "  `YYYY-MM-DD`.",
        "- **Unknown is a value**: an empty cell means that nobody knows. It is never zero.",
        "- Numbers of things are text: leading zeros stay.",
        "- A **card number** never gets in: first six and last four digits and a keyed token at most.",
        "- A row without a **required** cell, or with a word that its closed list does not have, is [set aside](quarantine.md) with its line.",
        "- In the lake every row also carries `import_id`, `line_no` (in the source file, from 1) and `fp`, the fingerprint of its content",
        "  and of its occurrence among equal rows of the file ([why](../decisions/0005-fingerprint-and-occurrence.md)).",
        "",
        "A folder may hold a delivery list `arrivals.csv` (`path`, `arrived_at`, `acquirer`, `format`, `merchant_no`, `account_tail`,",
        "`covers_on`): when each file came, from whom, and for which day it speaks. A day without lines is then *known* to be one.",
        "",
        "# Facts",
        "",
    ]
    for table in FACT_TABLES:
        parts += _table(table)
    parts += [
        "# The reference book",
        "",
        "Who is who and what was agreed. A row that comes again with the same key replaces the earlier one.",
        "",
    ]
    for table in BOOK_TABLES:
        parts += _table(table)
    return ended(parts)


def _table(table: Table) -> list[str]:
    rows = [
        f"| `{column.name}` | {column.type.value} | {'**yes**' if column.required else ''} | {_column(table, column)} |"
        for column in table.columns
    ]
    day = [f"Its day is that of `{table.day_column}`.", ""] if table.day_column else []
    lists = [line for column in table.columns if column.values for line in _values(table, column)]
    head = ["| column | type | required | holds |", "|---|---|---|---|"]
    return [f"## {table.name}", "", WORDS["tables"][table.name], "", *day, *head, *rows, "", *lists]


def _column(table: Table, column: Column) -> str:
    return WORDS["columns"].get(f"{table.name}.{column.name}") or WORDS["columns"][column.name]


def _values(table: Table, column: Column) -> list[str]:
    own, common = WORDS["values of"], WORDS["values"]
    said = [
        f"| `{value}` | {own.get(f'{table.name}.{column.name}.{value}') or common[value]} |" for value in column.values
    ]
    return [f"### {table.name}.{column.name}", "", "| value | means |", "|---|---|", *said, ""]


def levels() -> str:
    """Return the page of the matching levels."""
    parts = [
        "# Levels of matching",
        "",
        WRITTEN,
        "",
        "Transaction and clearing line are paired level by level, strongest first; what found its pair takes no further part. The",
        "sentence of the level is what *where is my money* shows beside the clearing line. How the levels work together stands in",
        "[Matching](../concepts/matching.md).",
        "",
        "- *Day*: **same** means the clearing day that the contract's cut-over gives; **window** means up to",
        f"  {WINDOW_DAYS} days later, or one day earlier (a terminal whose clock runs ahead).",
        "- *Ties*: **rank** pairs several rows of one key: on the same day the first with the first and so on in order of time, in a",
        "  window those that are each other's nearest; what is left over is a duplicate or missing. **open** pairs them only when both",
        "  sides hold the same number of candidates. A tie is never guessed.",
        f"- Without any number, terminal and acquirer may have noted the payment {WEAK_SECONDS} seconds apart.",
        "",
        "| level | equal on both sides | amount | day | seconds | ties | sentence 中文 | sentence |",
        "|---|---|---|---|---|---|---|---|",
        *(_level(one) for one in LEVELS),
    ]
    return ended(parts)


def _level(one: Level) -> str:
    cells = (
        f"`level-{one.no}`",
        ", ".join(f"`{name}`" for name in one.columns),
        "equal" if one.amount_equal else "differs",
        "same" if one.same_day else "window",
        "" if one.seconds is None else str(one.seconds),
        one.ties,
        say("zh", one.sentence),
        say("en", one.sentence),
    )
    return "| " + " | ".join(cells) + " |"


WRITERS: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands,
    "reference/settings.md": settings,
    "reference/interchange.md": interchange,
    "reference/levels.md": levels,
    "reference/messages.md": written_words.messages,
    "reference/case-diagram.md": case_pages.case_diagram,
    "glossary.md": written_words.glossary,
    "acceptance.md": written_acceptance.acceptance,
}


def main() -> int:
    """Write every page, or with ``--check`` name those that are not what the code says."""
    behind = []
    for name, write in WRITERS.items():
        page = DOCS / name
        if not page.exists() or page.read_text(encoding="utf-8") != write():
            behind.append(page.name)
            if "--check" not in sys.argv:
                page.write_text(write(), encoding="utf-8")
    if behind:
        print(("behind the code: " if "--check" in sys.argv else "written: ") + ", ".join(behind))
    return 1 if behind and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
