"""``daozhang import``, ``imports`` and ``undo``: files in, and one back."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    CsvOption,
    JsonOption,
    WorkspaceOption,
    opened,
    print_csv,
    print_json,
    print_table,
    text,
    user,
)
from daozhang.desk import listings
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.flows.import_files import FileResult
from daozhang.formats.base import Given

if TYPE_CHECKING:
    from types import ModuleType

    from daozhang.desk.models import Import, QuarantinedRow

COLUMNS = (
    "file", "sha256", "import_id", "format", "state", "tables", "rows_in", "control", "accepted", "duplicate",
    "quarantined", "warnings",
)  # fmt: skip
LIST_COLUMNS = listings.IMPORT


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import")(import_)
    app.command("imports")(imports_)
    app.command("undo")(undo)


def import_(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders or zips. 文件、目录或压缩包。")],
    *,
    workspace: WorkspaceOption = Path(),
    format_code: Annotated[
        str, typer.Option("--as", help="Read as this format, whatever the content looks like.")
    ] = "",
    acquirer: Annotated[
        str, typer.Option(help="Who sent the files, where they do not say it themselves. 收单机构。")
    ] = "",
    merchant: Annotated[str, typer.Option(help="Merchant number, where the files do not say it. 商户号。")] = "",
    account: Annotated[str, typer.Option(help="Last digits of the bank account of a statement. 账号末位。")] = "",
    day: Annotated[str, typer.Option(help="The day the files are about, YYYY-MM-DD. 所属日期。")] = "",
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Read files in. 导入文件。

    Safe to run again: the same bytes, or the same rows in another file, change nothing.

    Exit status: 0 all is in, 1 a file or a row needs a person, 2 the work could not be done.
    """
    with opened(workspace) as place:
        given = Given(acquirer=acquirer, merchant_no=merchant, account_tail=account, covers_on=_day(day))
        follow = None if as_json or as_csv else lambda result: _print_result(place, result)
        results = _desk().import_paths(place, paths, format_code=format_code, given=given, on_progress=follow)
    if as_json:
        print_json({"files": [_with_texts(result) for result in results]})
    elif as_csv:
        print_csv(COLUMNS, [_csv_row(result) for result in results])
    elif not results:
        typer.echo(text("import-none"))
    if any(result.needs_a_person for result in results):
        raise typer.Exit(NEEDS_A_PERSON)


def imports_(*, workspace: WorkspaceOption = Path(), as_json: JsonOption = False, as_csv: CsvOption = False) -> None:
    """List what was read in. 导入记录。"""
    with opened(workspace):
        from daozhang.desk.models import Import  # noqa: PLC0415 - Django's models load only once a workspace is open

        rows = list(Import.objects.all())
    listed = [listings.of_import(row) for row in rows]
    if as_json:
        print_json({"imports": listed})
    elif as_csv:
        print_csv(LIST_COLUMNS, [tuple(one.values()) for one in listed])
    elif not rows:
        typer.echo(text("imports-none"))
    else:
        print_table(text("imports-title"), text("imports-columns").split(","), [_short(row) for row in rows])


def undo(
    import_id: Annotated[str, typer.Argument(help="The import, as `daozhang imports` names it.")],
    *,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Take an import back. 撤回一次导入。

    Its rows are no longer counted; the file can be imported again. A second time is refused.
    """
    with opened(workspace) as place:
        row = _desk().undo(place, import_id, by=user())
    if as_json:
        print_json({"import_id": row.id, "file": row.file_name, "state": row.state, "accepted": row.accepted})
    else:
        typer.echo(text("undo-done", import_id=row.id, file=row.file_name, accepted=row.accepted))


def _desk() -> ModuleType:
    """Return the desk's imports; Django's models can be loaded only once a workspace is open."""
    from daozhang.desk import imports  # noqa: PLC0415 - see above

    return imports


def _day(day: str) -> date | None:
    if not day:
        return None
    try:
        return datetime.strptime(day, "%Y-%m-%d").date()
    except ValueError:
        raise InputError("error-day", value=day) from None


def _print_result(place: Workspace, result: FileResult) -> None:
    """Print one line for the file, then every note and every row that was set aside in full."""
    facts = {name: value for name, value in result.as_json().items() if isinstance(value, str | int)}
    if result.state in {"unclaimed", "refused"}:
        for said in result.warnings[:1]:
            typer.echo(text("import-line-not-read", file=result.file, reason=text(said.key, **said.facts)))
        return
    typer.echo(text("import-line-unchanged" if result.state == "unchanged" else "import-line", **facts))
    if result.state == "unchanged":
        return
    for said in result.warnings:
        typer.echo(text("import-warning", file=result.file, warning=text(said.key, **said.facts)))
    for row in _desk().quarantined(place, result.import_id) if result.quarantined else []:
        typer.echo(text("import-quarantined", file=result.file, line_no=row.line_no, reason=_reason(row)))
        typer.echo(
            text("import-quarantined-rest", accepted=result.accepted + result.duplicate, others=result.quarantined - 1)
        )
        typer.echo(text("import-quarantined-next", import_id=result.import_id))


def _reason(row: QuarantinedRow) -> str:
    return text(row.reason, **{"column": row.column, "value": row.value, **row.facts})


def _with_texts(result: FileResult) -> dict[str, object]:
    answer = result.as_json()
    answer["warnings"] = [
        {"key": said.key, "facts": dict(said.facts), "text": text(said.key, **said.facts)} for said in result.warnings
    ]
    return answer


def _csv_row(result: FileResult) -> list[object]:
    answer = _with_texts(result)
    answer["tables"] = ";".join(f"{name}:{rows}" for name, rows in result.tables.items())
    answer["warnings"] = json.dumps(answer["warnings"], ensure_ascii=False) if result.warnings else ""
    return [answer[name] for name in COLUMNS]


def _short(row: Import) -> tuple[object, ...]:
    state = text(f"import-state-{row.state}")
    return (
        row.seq,
        row.id,
        row.file_name,
        state,
        row.format,
        row.rows_in,
        row.accepted,
        row.duplicate,
        row.quarantined,
    )
