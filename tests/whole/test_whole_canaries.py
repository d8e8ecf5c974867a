"""Card numbers planted in every text cell of every format: afterwards no byte of the workspace, log or report holds one."""

from __future__ import annotations

import csv
import io
import logging
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from daozhang.desk import case_view as _case_view  # noqa: F401 - the models are ready
from daozhang.desk import cases, imports, reports, settle_day
from daozhang.desk.models import Case, Import
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError

SAMPLES = Path(__file__).parent.parent / "samples"
LUHN = ("4111111111111111", "5500005555555559", "340000000000009", "3530111333300000")
NO_LUHN = ("6222021234567890128", "6217001210012345670")
CARDS = LUHN + NO_LUHN
TRACK = ";4111111111111111=29012011000012300000?"


def variants(path: Path) -> list[tuple[str, bytes]]:
    """Return the sample once per column (and once per XML element name) with a card number in every such cell."""
    data = path.read_bytes()
    if path.suffix == ".xml":
        return _xml(path, data)
    if path.suffix == ".parquet":
        return []
    encoding = "utf-8" if _decodes(data, "utf-8") else "gb18030"
    text = data.decode(encoding, errors="surrogateescape")
    if path.parent.name == "unionpay_zm":
        return _fixed_width(path, data)
    made = []
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    width = max(len(row) for row in rows)
    heads = {
        index
        for index, row in enumerate(rows)
        if len(row) == width and not any(char.isdigit() for char in "".join(row[:2]))
    }
    for column in range(width):
        card = CARDS[column % len(CARDS)]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        for index, row in enumerate(rows):
            cells = list(row)
            if index not in heads and len(cells) > column and len(cells) >= width - 2 and not cells[0].startswith("#"):
                mark = "`" if cells[column].startswith("`") else ""
                cells[column] = f"{mark}{card}"
            writer.writerow(cells)
        made.append(
            (f"{path.parent.name}_{column}_{path.name}", out.getvalue().encode(encoding, errors="surrogateescape"))
        )
    return made


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _xml(path: Path, data: bytes) -> list[tuple[str, bytes]]:
    text = data.decode("utf-8", errors="surrogateescape")
    made = []
    for number, name in enumerate(sorted(set(re.findall(r"<(\w+)>[^<>]{2,}</\1>", text)))):
        card = CARDS[number % len(CARDS)]
        changed = re.sub(rf"<{name}>[^<>]*</{name}>", f"<{name}>{card}</{name}>", text)
        made.append((f"camt_{name}_{path.name}", changed.encode("utf-8", errors="surrogateescape")))
    return made


def _fixed_width(path: Path, data: bytes) -> list[tuple[str, bytes]]:
    made = []
    for start, width in ((46, 19), (112, 32), (236, 32), (327, 32), (397, 32), (476, 32), (87, 21)):
        card = CARDS[start % len(CARDS)].encode()
        lines = [
            line[:start] + card.ljust(width)[:width] + line[start + width :] for line in data.splitlines(keepends=True)
        ]
        made.append((f"{start}_{path.name}", b"".join(lines)))
    return made


def test_no_card_number_reaches_a_disk(
    sqlite_workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "in"
    folder.mkdir()
    planted = 0
    for sample in sorted(
        path
        for path in SAMPLES.rglob("*")
        if (path.is_file() and path.suffix in {".csv", ".xml", ""}) or "ZM_" in path.name
    ):
        if (
            sample.name.endswith(".expected.txt")
            or sample.parent == SAMPLES
            or sample.parent.name in {"reasons", "unclaimed"}
        ):
            continue
        for name, body in variants(sample):
            planted += sum(body.count(card.encode()) for card in CARDS)
            (folder / name).write_bytes(body)
    (folder / f"{LUHN[0]}_transactions.csv").write_text(
        "acquirer,merchant_no,terminal_no,occurred_at,kind,amount_minor,status,order_no\n"
        f"demo,M1,T1,2026-11-23T10:00:00,sale,100,approved,{TRACK}\n"
        f"demo,M1,T1,2026-11-23T10:01:00,sale,{LUHN[1]},approved,x\n"
        f"demo,M1,T1,{NO_LUHN[0]},sale,100,approved,x\n",
        encoding="utf-8",
    )
    (folder / "payouts_canary.csv").write_text(
        "acquirer,merchant_no,payout_no,settled_on,planned_minor,paid_minor,state,reason_text,account_tail,account_holder,created_at,finished_at\n"
        f"demo,M1,{LUHN[0]},2026-11-23,100,0,failed,账号户名不符 {NO_LUHN[0]},6217,{LUHN[1]},2026-11-24T04:00:00,2026-11-24T04:30:00\n",
        encoding="utf-8",
    )
    assert planted > 2000

    results = imports.import_paths(sqlite_workspace, [folder])
    settle_day.run_day(sqlite_workspace)
    printed = ""
    for case in Case.objects.all():
        cases.record_measure(sqlite_workspace, case.number, by="li", note="已联系收单机构")
        for language in ("zh", "en"):
            try:
                made = reports.make_report(sqlite_workspace, case.number, language)
            except RefusedError:
                continue  # a case about a file has no payments to list
            pages = PdfReader(reports.report_path(sqlite_workspace, made)).pages
            printed += "".join(page.extract_text() for page in pages)
    assert len(printed) > 1000
    assert not [card for card in CARDS if card in re.sub(r"\s", "", printed)]

    assert sum(result.state == "accepted" for result in results) > 100
    assert sum(result.accepted for result in results) > 500
    needles = [card.encode() for card in CARDS] + [card.encode("utf-16-le") for card in CARDS]
    found = [
        (str(path.relative_to(sqlite_workspace.root)), needle)
        for path in sorted(sqlite_workspace.root.rglob("*"))
        if path.is_file()
        for needle in needles
        if needle in path.read_bytes() or needle.decode("latin-1") in str(path)
    ]
    assert not found
    shown = capfd.readouterr()
    said = (
        caplog.text
        + shown.out
        + shown.err
        + repr([result.as_json() for result in results])
        + repr(list(Import.objects.values()))
    )
    assert not [card for card in CARDS if card in said]
    lines = [
        line
        for row in Import.objects.filter(state="accepted").order_by("seq")[:40]
        for _, line in imports.original_lines(sqlite_workspace, row.id, 3, around=50)
    ]
    assert lines
    assert not [card for card in CARDS for line in lines if card in line]
