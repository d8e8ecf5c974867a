"""``daozhang manuals``: the library of manual pages and official notices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    WELL,
    JsonOption,
    WorkspaceOption,
    language,
    opened,
    print_json,
    print_table,
    text,
    user,
)
from daozhang.desk import clock
from daozhang.desk import learning_manuals as desk
from daozhang.desk.learning_manuals import Hit
from daozhang.errors import InputError
from daozhang.texts import LANGUAGES

manuals_app = typer.Typer(no_args_is_help=True, help="Manual pages and official notices. 手册与官方通知。")
LanguageOption = Annotated[str, typer.Option("--language", help="zh or en; without it, the terminal's. 语言。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(manuals_app, name="manuals")


@manuals_app.command("search")
def search(
    words: Annotated[list[str], typer.Argument(metavar="TEXT", help="The question, in your own words. 问题。")],
    workspace: WorkspaceOption = Path(), *,
    in_language: LanguageOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="Most pages.")] = 5,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Find the pages that answer a question; what holds today comes first. 查手册。

    Exit status: 0 something was found, 1 nothing.
    """
    question = " ".join(words)
    with opened(workspace) as place:
        found = desk.find(place, question, _language(in_language), limit=limit)
    if as_json:
        print_json({"question": question, "pages": [_said(one) for one in found]})
    elif not found:
        typer.echo(text("manuals-none"))
    else:
        heads = ("ref", "title", "source", "version", "standing", "excerpt")
        rows = [
            (one.ref, one.title, one.source, one.version, text(f"web-manuals-standing-{one.standing}"), one.excerpt)
            for one in found
        ]
        print_table(
            text("manuals-search-title", question=question), [text(f"manuals-col-{name}") for name in heads], rows
        )
    raise typer.Exit(WELL if found else NEEDS_A_PERSON)


@manuals_app.command("show")
def show(
    ref: Annotated[str, typer.Argument(help="The page, as the search names it. 页。")],
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Print one page with its source, version and expiry. 查看一页。"""
    with opened(workspace) as place:
        one = desk.page(place, ref)
    if as_json:
        print_json(_said(one) | {"body": one.body})
        return
    typer.echo(f"{one.title}\n")
    if one.standing == "expired":
        typer.echo(text("web-manuals-expired-note", day=one.valid_until) + "\n")
    if one.standing == "future":
        typer.echo(text("web-manuals-future-note", day=one.valid_from) + "\n")
    typer.echo(one.body + "\n")
    typer.echo(text("web-manuals-about", source=one.source, version=one.version or text("web-manuals-no-version")))


@manuals_app.command("add")
def add(
    path: Annotated[Path, typer.Argument(help="Markdown, text or PDF. 文件。")],
    workspace: WorkspaceOption = Path(), *,
    source: Annotated[str, typer.Option("--source", help="Who published it, and where. 来源。")] = "",
    title: Annotated[str, typer.Option("--title", help="Its title; without it, the file's. 标题。")] = "",
    kind: Annotated[str, typer.Option("--kind", help="manual, notice or faq. 类别。")] = "",
    version: Annotated[str, typer.Option("--version", help="Its version. 版本。")] = "",
    in_language: LanguageOption = "",
    valid_from: Annotated[str, typer.Option("--valid-from", help="First day it holds, as 2026-12-31. 生效日。")] = "",
    valid_until: Annotated[str, typer.Option("--valid-until", help="Last day it holds. 有效期至。")] = "",
    causes: Annotated[str, typer.Option("--causes", help="Causes it explains, as 'D050 D051'. 原因代码。")] = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Take a document into the library; the same file again changes nothing. 导入资料。"""
    with opened(workspace) as place:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError("error-manual-file", path=path.name, detail=str(error)) from None
        made = desk.bring_in(
            place, path.name, data, by=user(), title=title, kind=kind, source=source, version=version, language=in_language,
            valid_from=valid_from, valid_until=valid_until, causes=causes,
        )  # fmt: skip
        pages = made.pages.count()
    if as_json:
        print_json({"id": made.pk, "title": made.title, "pages": pages, "language": made.language})
    else:
        typer.echo(text("web-manuals-taken", title=made.title, count=pages))


@manuals_app.command("list")
def list_(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Show the documents that were brought in, with source and expiry. 已导入的资料。"""
    with opened(workspace) as place:
        today = clock.now(place).date()
        rows = [
            {
                "id": one.pk, "title": one.title, "kind": one.kind, "source": one.source, "version": one.version,
                "language": one.language, "valid_from": one.valid_from, "valid_until": one.valid_until,
                "standing": desk.standing_of(one, today), "pages": one.pages.count(),
            }
            for one in desk.listed()
        ]  # fmt: skip
    if as_json:
        print_json({"documents": rows})
        return
    heads = ("id", "title", "source", "version", "language", "valid-until", "pages", "standing")
    shown = [[row[name.replace("-", "_")] for name in heads[:-1]] for row in rows]
    print_table(
        text("manuals-list-title"), [text(f"manuals-col-{name}") for name in heads],
        [[*cells, text(f"web-manuals-standing-{row['standing']}")] for cells, row in zip(shown, rows, strict=True)],
    )  # fmt: skip


@manuals_app.command("retire")
def retire(
    number: Annotated[int, typer.Argument(help="The document, as list names it. 编号。")], workspace: WorkspaceOption = Path()
) -> None:  # fmt: skip
    """Take a document out of the library; it stays on record. 撤下资料。"""
    with opened(workspace) as place:
        desk.retire(place, number, by=user())
    typer.echo(text("manuals-retired"))


def _language(chosen: str) -> str:
    return chosen if chosen in LANGUAGES else language()


def _said(one: Hit) -> dict[str, Any]:
    return {
        "ref": one.ref, "title": one.title, "document": one.document, "page": one.number, "kind": one.kind, "source": one.source,
        "version": one.version, "language": one.language, "valid_from": one.valid_from, "valid_until": one.valid_until,
        "standing": one.standing, "excerpt": one.excerpt, "causes": list(one.causes),
    }  # fmt: skip
