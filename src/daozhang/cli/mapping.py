"""``daozhang map``: look at a table that no format knows, answer what it does not tell, keep that as a format, hand it on."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    JsonOption,
    WorkspaceOption,
    language,
    opened,
    print_json,
    print_table,
    text,
)
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.formats.base import Given
from daozhang.money import to_text

if TYPE_CHECKING:
    from types import ModuleType

    from daozhang.desk.mappings import Look


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("map")(map_)


def map_(
    file: Annotated[Path | None, typer.Argument(help="One table: CSV, Excel, ODS or Parquet. 一个表格文件。")] = None,
    *,
    workspace: WorkspaceOption = Path(),
    answer: Annotated[
        list[str] | None,
        typer.Option(help="QUESTION=VALUE, as the command itself names them; may stand several times."),
    ] = None,
    save: Annotated[str, typer.Option(help="Keep it as a format of this workspace under this code. 保存为格式。")] = "",
    title: Annotated[str, typer.Option(help="Its name for people. 名称。")] = "",
    acquirer: Annotated[str, typer.Option(help="Who sent the file. 收单机构。")] = "",
    merchant: Annotated[str, typer.Option(help="Merchant number, where the file does not say it. 商户号。")] = "",
    account: Annotated[str, typer.Option(help="Last digits of the bank account of a statement. 账号末位。")] = "",
    use: Annotated[
        Path | None, typer.Option(help="Take in a mapping that somebody shared (TOML). 收下映射文件。")
    ] = None,
    export: Annotated[str, typer.Option(help="Write this mapping as a file to hand on. 导出。")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where --export writes.")] = None,
    retire: Annotated[str, typer.Option(help="Take this mapping out of use. 停用。")] = "",
    list_: Annotated[bool, typer.Option("--list", help="List the workspace's own formats. 列出。")] = False,
    as_json: JsonOption = False,
) -> None:
    """Map a table that no format knows. 认识没有现成格式的表格。

    Nothing is imported and nothing kept without --save; it is safe to run again and again.

    Exit status: 0 all is clear, 1 something has to be answered, 2 the work could not be done.
    """
    with opened(workspace) as place:
        if use is not None:
            _say(_desk().receive(place, _text_of(use), by=_user()), "map-cli-received", as_json=as_json)
        elif export:
            _export(export, output)
        elif retire:
            _say(_desk().retire(place, retire, by=_user()), "map-cli-retired", as_json=as_json)
        elif list_:
            _list(as_json=as_json)
        elif file is not None:
            given = Given(acquirer=acquirer, merchant_no=merchant, account_tail=account)
            _map(place, file, given, _answers(answer or []), save=save, title=title, as_json=as_json)
        else:
            raise InputError("map-cli-what")


def _map(
    place: Workspace, file: Path, given: Given, answers: Mapping[str, str], *, save: str, title: str, as_json: bool
) -> None:
    look = _look(place, file, given, answers)
    if as_json:
        print_json(_as_json(look))
    else:
        _print(look)
    if look.proposal.problem:
        raise InputError(look.proposal.problem)
    if save:
        titles = {f"title_{language()}": title or save}
        row = _desk().save(place, _desk().named(look.proposal, code=save, **titles), by=_user())
        if not as_json:
            typer.echo(text("map-cli-saved", code=row.code, version=row.version, file=str(file)))
    elif not look.proposal.is_ready:
        raise typer.Exit(NEEDS_A_PERSON)
    elif not as_json:
        typer.echo(text("map-cli-save"))


def _look(place: Workspace, file: Path, given: Given, answers: Mapping[str, str]) -> Look:
    from daozhang.intake import unpack  # noqa: PLC0415 - only for this command
    from daozhang.intake.content import Content  # noqa: PLC0415

    if not file.is_file():
        raise InputError("error-no-such-path", path=str(file))
    if unpack.is_archive(file):
        raise InputError("map-error-archive")
    with Content.of_file(file, limit=place.settings.largest_file_mb * 1024 * 1024) as content:
        return _desk().look(place, file.name, content, given=given, answers=answers)  # type: ignore[no-any-return]  # loaded late


def _print(look: Look) -> None:
    """Print what was understood, what is asked and how to answer, the checks and ten rows as they would be read."""
    from daozhang.desk import mapping_telling as telling  # noqa: PLC0415 - Django's models load only once a workspace is open

    told, proposal = language(), look.proposal
    if look.claims:
        typer.echo(text("map-cli-claimed", formats=", ".join(look.claims)))
    if proposal.settled:
        typer.echo(text("map-cli-understood"))
    for point in proposal.settled:
        said = telling.chosen(told, point)
        typer.echo(f"  {telling.question(told, point)}: {said + ' — ' if said else ''}{telling.why(told, point)}")
    waiting = [point for point in proposal.asked if point.waits]
    if waiting:
        typer.echo(text("map-cli-open"))
    for point in waiting:
        typer.echo(f"  {telling.question(told, point)} ({telling.why(told, point)})")
        for choice in point.choices:
            typer.echo(f"      --answer {point.id}={choice.value}  {telling.label(told, choice)}")
        if point.is_text:
            typer.echo(f"      --answer {point.id}=…")
    if proposal.checks:
        typer.echo(text("map-cli-checks"))
    for held in proposal.checks:
        typer.echo(f"  {telling.check(told, held)}")
    _print_columns(look)
    _print_preview(look.tried or {})


def _print_columns(look: Look) -> None:
    from daozhang.desk import mapping_telling as telling  # noqa: PLC0415 - see above

    titles = dict(look.proposal.sources)
    rows = [
        (f"{telling.slot(language(), one.slot)} (column:{one.slot})", titles.get(one.source, one.source))
        for one in look.proposal.filled
        if one.source
    ]
    if rows:
        print_table(text("map-cli-columns-title"), text("map-cli-columns").split(","), rows)


def _print_preview(tried: Mapping[str, Any]) -> None:
    from daozhang.desk import mapping_telling as telling  # noqa: PLC0415 - see above

    for name, said in tried.get("tables", {}).items():
        shown = said["shown"]
        columns = [column for column in shown[0]["values"] if any(row["values"][column] is not None for row in shown)]
        rows = [(row["line_no"], *(row["values"][column] for column in columns)) for row in shown]
        print_table(text("map-cli-preview", count=len(rows), table=name), ["#", *columns], rows)
        for currency, sums in said["sums"].items():
            for column, minor in sums.items():
                if column != "balance_minor":
                    typer.echo(f"  Σ {telling.slot(language(), column)}: {to_text(minor, currency)}")
    if tried:
        count = sum(said["rows"] for said in tried["tables"].values())
        typer.echo(text("map-cli-counts", rows=count, control=tried["control"], aside=tried["rejected"]))
    for one in tried.get("rejects", ())[:8]:
        reason = text(one["reason"], **{"column": one["column"], "value": one["value"], **one["facts"]})
        typer.echo(text("map-cli-aside", line=one["line_no"], reason=reason))
    for said in tried.get("warnings", ()):
        typer.echo("  " + text(said["key"], **said["facts"]))


def _as_json(look: Look) -> dict[str, Any]:
    """Return the look for programs: the points with their choices, the checks, what the mapping makes of the file."""
    from daozhang.formats.mapped.plain import to_plain  # noqa: PLC0415 - only for this command

    proposal = look.proposal
    return {
        "table": proposal.table,
        "is_ready": proposal.is_ready,
        "problem": proposal.problem,
        "claims": list(look.claims),
        "points": [
            {
                "id": point.id, "asked": point.asked, "answered": point.answered, "chosen": point.chosen, "why": point.why,
                "choices": [choice.value for choice in point.choices],
            }
            for point in proposal.points
        ],
        "checks": [{"kind": held.kind, "holds": held.holds, "of": held.of} for held in proposal.checks],
        "columns": {one.slot: one.source for one in proposal.filled if one.source},
        "mapping": to_plain(proposal.mapping) if proposal.mapping is not None else None,
        "tried": look.tried,
    }  # fmt: skip


def _list(*, as_json: bool) -> None:
    rows = _desk().listed()
    if as_json:
        print_json(
            {
                "formats": [
                    {
                        "code": row.code, "version": row.version, "format": _desk().format_code(row), "title_zh": row.title_zh,
                        "title_en": row.title_en, "state": row.step, "is_active": row.is_active, "made_by": row.made_by,
                        "made_at": row.made_at,
                    }
                    for row in rows
                ]
            }
        )  # fmt: skip
    elif not rows:
        typer.echo(text("map-cli-none"))
    else:
        cells = [
            (row.code, row.version, _desk().title(_desk().format_code(row), language()), text(f"map-step-{row.step}"),
             row.made_by, row.made_at)
            for row in rows
        ]  # fmt: skip
        print_table(text("map-cli-list"), text("map-cli-list-columns").split(","), cells)


def _export(code: str, output: Path | None) -> None:
    body = _desk().exported(code)
    if output is None:
        typer.echo(body, nl=False)
        return
    output.write_text(body, encoding="utf-8")
    typer.echo(text("map-cli-exported", code=code, path=str(output)))


def _say(row: Any, key: str, *, as_json: bool) -> None:  # noqa: ANN401 - a row of a table that loads late
    if as_json:
        print_json({"code": row.code, "version": row.version, "state": row.step})
    else:
        typer.echo(text(key, code=row.code, version=row.version))


def _answers(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for name, mark, value in pairs:
        if not mark or not name.strip():
            raise InputError("map-error-answer", value=(name + mark + value)[:80])
    return {name.strip(): value for name, _, value in pairs}


def _text_of(path: Path) -> str:
    if not path.is_file() or path.stat().st_size > 1024 * 1024:
        raise InputError("error-no-such-path", path=str(path))
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("map-problem-no-text") from error


def _desk() -> ModuleType:
    """Return the desk's mappings; Django's models can be loaded only once a workspace is open."""
    from daozhang.desk import mappings  # noqa: PLC0415 - see above

    return mappings


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "cli"
