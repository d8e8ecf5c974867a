"""``daozhang reason``: what a payout reason or a response text means, or that a person has to ask."""

from __future__ import annotations

from typing import Annotated

import typer

from daozhang.cli.output import NEEDS_A_PERSON, CsvOption, JsonOption, language, print_csv, print_json, stop, text
from daozhang.codes import network_reason
from daozhang.diagnosis.catalogue import cause_of, role_key
from daozhang.diagnosis.reasons import ReasonMeaning, read_reason
from daozhang.diagnosis.rules.payout_reasons import BOOKS

COLUMNS = ("text", "cause_code", "cause_category", "finality", "retry", "confidence", "answer")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("reason")(reason)


def reason(
    words: Annotated[list[str] | None, typer.Argument(metavar="TEXT", help="The reason text or the code.")] = None,
    *,
    provider: Annotated[str, typer.Option("--provider", help="Who wrote it, for example wechatpay or nacha.")] = "",
    interface: Annotated[str, typer.Option("--interface", help="Which interface: query, realtime, terminal.")] = "",
    code: Annotated[str, typer.Option("--code", help="The code beside the text.")] = "",
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Say what a payout reason or response text means: cause, finality, what may be tried. 读懂失败原因。

    Exit status: 0 the meaning is known, 1 a person has to ask, 2 nothing was given.
    """
    given = " ".join(words or ())
    if not given.strip() and not code.strip():
        stop(text("reason-nothing-given"))
    book, way = BOOKS.get(provider.casefold(), (provider, interface))
    meaning = read_reason(given or code, provider=book, interface=interface or way, code=code)
    if as_json:
        print_json(_as_dict(given, meaning))
    elif as_csv:
        row = _as_dict(given, meaning)
        print_csv(COLUMNS, [[row[name] for name in COLUMNS]])
    else:
        said = network_reason(provider, code or given)
        if said:
            typer.echo(text("reason-book", text=said.code, meaning=said.meaning(language())))
        _print_for_people(given or code, meaning)
    if meaning.ask:
        raise typer.Exit(NEEDS_A_PERSON)


def _as_dict(given: str, meaning: ReasonMeaning) -> dict[str, object]:
    """Return the answer for programs; ``answer`` is ``known`` or ``ask``, ``confidence`` runs from 0 to 1."""
    return {
        "text": given,
        "answer": "ask" if meaning.ask else "known",
        "cause_code": meaning.cause_code,
        "cause_category": meaning.cause_category,
        "finality": meaning.finality,
        "retry": meaning.retry,
        "confidence": meaning.confidence / 100,
        "read_by": meaning.how,
        "known_text": meaning.known_text,
    }


def _print_for_people(given: str, meaning: ReasonMeaning) -> None:
    cause = cause_of(meaning.cause_code)
    if cause is None:
        typer.echo(text("reason-ask", text=given))
        return
    lines = [
        text("reason-means", text=given, cause=text(cause.key("name")), code=cause.code, confidence=meaning.confidence),
        text("reason-finality-" + meaning.finality),
        text("reason-retry-" + meaning.retry.lower().replace("_", "-")),
        text("reason-fix", fix=text(cause.key("fix"))),
        text("reason-contact", roles=", ".join(text(role_key(role)) for role in cause.contacts)),
    ]
    typer.echo("\n".join(lines))
