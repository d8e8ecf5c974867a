"""``daozhang pack``: the evidence of one case as one zip, whole or redacted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.output import JsonOption, WorkspaceOption, opened, print_json, stop, text
from daozhang.desk.packs import make_pack
from daozhang.texts import LANGUAGES


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("pack")(pack)


def pack(
    number: Annotated[str, typer.Argument(metavar="CASE_ID", help="The case, for example DZ-2026-000001. 工单编号。")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The zip to write. 输出文件。", show_default=False)],
    workspace: WorkspaceOption = Path(),
    chosen: Annotated[str, typer.Option("--language", help="zh or en; default: that of the workspace. 语言。")] = "",
    *,
    redacted: Annotated[
        bool, typer.Option("--redacted", help="For somebody outside: no names, accounts, cards or phones. 脱敏。")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the evidence of a case as one zip: report, tables, facts, quoted lines. 打包证据。

    Safe to run again: the same facts give the same bytes. Refused like the report when one of its three parts is missing.
    """
    with opened(workspace) as here:
        wanted = chosen or here.settings.language
        if wanted not in LANGUAGES:
            stop(text("error-language", language=wanted))
        made = make_pack(here, number, wanted, is_redacted=redacted)
    _write(out, made.body)
    if as_json:
        print_json({
            "case_id": number, "version": made.version, "language": wanted, "is_redacted": redacted, "sha256": made.sha256,
            "path": str(out),
        })  # fmt: skip
    else:
        typer.echo(text("pack-made", number=number, version=made.version, hash=made.sha256, path=str(out)))


def _write(target: Path, body: bytes) -> None:
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(body)
        draft.replace(target)
    except OSError as error:
        stop(text("error-report-file", path=str(target), detail=error.strerror or str(error)))
