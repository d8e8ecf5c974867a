"""The pack that answers an inquiry: the slip of the payment and its order from the lake, each with file and line, and the documents.

The same facts and documents give the same bytes, so that its hash says which pack was sent.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import duckdb

from daozhang.desk import inquiries, processes_papers, readings
from daozhang.desk.packs import Pack
from daozhang.desk.processes_models import Inquiry
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.reports.cells import inert
from daozhang.reports.pack import zipped
from daozhang.texts import say

SLIP: Final = (
    "merchant_no", "terminal_no", "batch_no", "trace_no", "rrn", "auth_code", "occurred_at", "kind", "amount_minor", "currency",
    "status", "response_code", "channel", "card_tail", "order_no",
)  # fmt: skip
ORDER: Final = (
    "order_no",
    "merchant_no",
    "store_no",
    "terminal_no",
    "operator_no",
    "placed_at",
    "amount_minor",
    "currency",
    "paid_by",
)
MOST: Final = 20


def make(workspace: Workspace, number: str, language: str, *, by: str) -> Pack:
    """Return the pack of an inquiry as a zip; RefusedError when the payment cannot be found, since a pack without its slip is none."""
    one = inquiries.inquiry_named(number)
    slips, orders = facts_of(workspace, one)
    if not slips:
        raise RefusedError("error-inquiry-no-payment", payment=one.payment or "-")
    papers = list(processes_papers.of(inquiries.AREA, one.number))
    files: dict[str, bytes] = {"slip.csv": _csv(slips), "order.csv": _csv(orders)}
    for place, paper in enumerate(papers, start=1):
        ending = paper.media.rpartition("/")[2].replace("jpeg", "jpg")
        files[f"{place:02d}-{paper.document}.{ending}"] = processes_papers.read(workspace, paper)
    files["README.txt"] = _index(one, slips, orders, files, language)
    body = zipped(files, one.received_at)
    made = Pack(f"{one.number}-{language}.zip", body, hashlib.sha256(body).hexdigest(), 1)
    inquiries.note_pack(workspace, number, made.sha256, by=by)
    return made


def facts_of(workspace: Workspace, one: Inquiry) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of the journal that the inquiry names (else of the clearing file), and the orders that belong to them."""
    asked = one.payment.strip()
    if not asked:
        return [], []
    named = "x.rrn = $no OR x.order_no = $no"
    if (
        one.merchant_no
    ):  # trace numbers start again after a while, and everywhere: without the merchant one names nothing
        named += " OR x.trace_no = $no"
    with readings.facts(workspace) as con:
        slips = _rows(con, "transactions", SLIP, named, asked, one)
        if not slips:
            slips = _rows(con, "clearings", (*SLIP, "gross_minor"), named, asked, one)
        numbers = {str(row["order_no"]) for row in slips if row.get("order_no")} | {asked}
        orders = [row for no in sorted(numbers) for row in _rows(con, "orders", ORDER, "x.order_no = $no", no, one)]
    return slips, orders


def _rows(
    con: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], where: str, asked: str, one: Inquiry
) -> list[dict[str, Any]]:
    known = _columns(con, table)
    wanted = [name for name in names if name in known]
    mine = " AND ".join(
        f"($m_{name} = '' OR coalesce(x.{name}, $m_{name}) = $m_{name})"
        for name in ("acquirer", "merchant_no")
        if name in known
    )
    bound = {"no": asked} | {f"m_{name}": getattr(one, name) for name in ("acquirer", "merchant_no") if name in known}
    cursor = con.execute(
        f"SELECT {', '.join(f'x.{name}' for name in wanted)}, i.file, x.line_no FROM {table} x JOIN imports i USING (import_id)"
        f" WHERE ({where}){' AND ' + mine if mine else ''} ORDER BY i.file, x.line_no LIMIT {MOST}",
        bound,
    )
    heads = [column[0] for column in cursor.description]
    return [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    return {row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()}


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    if rows:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(rows[0].keys())
        for row in rows:
            writer.writerow(["" if cell is None else inert(str(cell)) for cell in row.values()])
    return out.getvalue().encode("utf-8-sig")


def _index(
    one: Inquiry,
    slips: Sequence[Mapping[str, Any]],
    orders: Sequence[Mapping[str, Any]],
    files: Mapping[str, bytes],
    language: str,
) -> bytes:
    lines = [
        say(
            language, "inquiry-pack-letter", number=one.number, kind=say(language, f"inquiry-kind-{one.kind}"),
            reference=one.reference or "-", at=f"{one.due_at:%Y-%m-%d %H:%M}" if one.due_at else "-",
        ),
        "", say(language, "inquiry-pack-slip"),
    ]  # fmt: skip
    lines += [line for row in slips for line in _said(row, language)]
    lines += ["", say(language, "inquiry-pack-order")]
    lines += [line for row in orders for line in _said(row, language)] or [say(language, "inquiry-pack-none")]
    lines += ["", say(language, "inquiry-pack-index")]
    lines += [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in sorted(files.items())]
    return ("\n".join(lines) + "\n").encode()


def _said(row: Mapping[str, Any], language: str) -> list[str]:
    proof = say(language, "inquiry-pack-proof", file=row["file"], line=str(row["line_no"]))
    return [
        f"{name}: {value}" for name, value in row.items() if value is not None and name not in {"file", "line_no"}
    ] + [proof]
