"""The evidence pack: whole, masked, the same bytes twice, no live cell; and redacted so that nobody is named."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pypdf
import pytest
from typer.testing import CliRunner

from daozhang.breaks import Evidence
from daozhang.cli.main import app
from daozhang.desk.cases import record_measure
from daozhang.desk.imports import import_bytes
from daozhang.desk.packs import make_pack
from daozhang.desk.runs import record_run
from daozhang.errors import RefusedError
from daozhang.reports.cells import csv_bytes, inert
from daozhang.reports.workbook import workbook
from desk_making import NOON, finding, put_one_day

NUMBER = "DZ-2026-000001"
AT = datetime(2026, 10, 9, 12, 0)
FORMULA = re.compile(r"^[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x1f]*[=+\-@＝＋－＠\t\r|%]")
NUMERIC = re.compile(r"[+-]?\d+(\.\d+)?|-")

HOLDER, SHOP, PHONE, ACCOUNT, PAN = (
    "欧阳建国",
    "西湖边陈记面馆",
    "13857120466",
    "6222021202041234567",
    "6225760012344321",
)
TAIL = "4567"
SECRETS = (
    HOLDER,
    SHOP,
    "陈记",
    PHONE,
    "0571-88112345",
    ACCOUNT,
    TAIL,
    PAN,
    "33010012",
    "898000000000001",
    "李会计",
    "HZ0000",
)


def prepared(workspace: Any) -> None:
    statement = f"row;text\n1;{HOLDER} {ACCOUNT} {PHONE} =cmd|'/c calc'!A0\n"
    taken = import_bytes(workspace, f"{SHOP}_{PHONE}.csv", statement.encode())
    put_one_day(workspace, 3)
    said = finding(
        1, facts={"reason_text": f"{HOLDER}户名不符 {PHONE}"}, evidence=(
            Evidence("payouts_2026-10-09.csv", 2, "im_0000000001"), Evidence(f"{SHOP}_{PHONE}.csv", 2, taken.import_id),
        ),
    )  # fmt: skip
    record_run(workspace, run_id="r1", as_of=NOON, findings=[said], inputs_hash="1", folder="f", counts={})
    note = f'=HYPERLINK("https://x.example","看") {HOLDER} {PHONE} 0571-88112345 卡号{ACCOUNT}'
    record_measure(workspace, NUMBER, by="李会计", note=note)


def opened(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def every_text(files: dict[str, bytes]) -> str:
    """Return all that can be read in a pack, inside its PDF and its workbook too."""
    texts = []
    for name, body in files.items():
        if name.endswith(".pdf"):
            reader = pypdf.PdfReader(io.BytesIO(body))
            texts += [page.extract_text() for page in reader.pages] + [str(reader.metadata)]
        elif name.endswith(".xlsx"):
            texts += [part.decode() for part in opened(body).values()]
        else:
            texts.append(body.decode())
    return re.sub(r"\u200b", "", "\n".join(texts))


def test_the_pack_is_whole_and_the_same_bytes_twice(workspace: Any) -> None:
    prepared(workspace)
    first = make_pack(workspace, NUMBER, "zh")
    assert make_pack(workspace, NUMBER, "zh").body == first.body
    files = opened(first.body)
    assert set(files) == {
        "README.txt", "report.pdf", "case.json", "tables.xlsx", "manifest.json", "summary.csv", "findings.csv",
        "records.csv", "measures.csv", "evidence.csv",
    }  # fmt: skip
    manifest = json.loads(files["manifest.json"])
    assert {name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != "manifest.json"} == (
        manifest["files"]
    )
    assert json.loads(files["case.json"])["facts_sha256"] == manifest["facts_sha256"]
    records = list(csv.DictReader(io.StringIO(files["records.csv"].decode("utf-8-sig"))))
    assert len(records) == 4
    assert {row["amount_minor"] for row in records} == {"3330", "10000"}
    quoted = files["evidence.csv"].decode("utf-8-sig")
    assert HOLDER in quoted
    assert ACCOUNT not in quoted, "a card number of a quoted line is cut"
    english = make_pack(workspace, NUMBER, "en")
    assert b"Evidence pack" in opened(english.body)["README.txt"]


def test_no_cell_of_a_pack_is_live(sqlite_workspace: Any) -> None:
    prepared(sqlite_workspace)
    files = opened(make_pack(sqlite_workspace, NUMBER, "zh").body)
    cells = [
        cell
        for name, body in files.items()
        if name.endswith(".csv")
        for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))
        for cell in row
    ]
    assert [cell for cell in cells if FORMULA.match(cell) and not NUMERIC.fullmatch(cell)] == []
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert live_cells(files["tables.xlsx"]) == []


def live_cells(body: bytes) -> list[str]:
    """Return every cell of a workbook that is a formula, and every link out of it."""
    found = []
    for name, part in opened(body).items():
        tree = ET.fromstring(part)  # noqa: S314 - our own file
        found += [
            name + (one.text or "") for one in tree.iter() if one.tag.endswith(("}f", "}hyperlink", "}definedName"))
        ]
        found += [name for one in tree.iter() if one.get("TargetMode") == "External"]
    return found


def hostile(count: int) -> list[str]:
    """Return texts that begin the ways in which spreadsheets are attacked, with what people put in front and behind."""
    dice = random.Random(4)  # noqa: S311 - repeatable, not secret
    heads = [
        "=",
        "+",
        "-",
        "@",
        "\t=",
        "\r=",
        "\n=",
        " =",
        "＝",
        "＋",
        "－",
        "＠",
        "\ufeff=",
        "\u200b+",
        "|",
        "%",
        "==",
        "-+",
        "\x00=",
    ]
    bodies = [
        "1+1",
        "cmd|'/c calc'!A0",
        'HYPERLINK("http://x.example","点")',
        "SUM(A1:A9)",
        'DDE("a";"b")',
        "2-1e5",
        "账",
        "",
    ]
    tails = ["", " ", "\n=1", '"', '",=1', ";=1", "\r\n", "'"]
    return [dice.choice(heads) + dice.choice(bodies) + dice.choice(tails) for _ in range(count)]


def test_of_ten_thousand_hostile_texts_none_is_live() -> None:
    texts = hostile(10_000)
    rows = list(
        csv.reader(io.StringIO(csv_bytes(("cell", "amount"), [(one, -5) for one in texts]).decode("utf-8-sig")))
    )
    assert len(rows) == 10_001
    assert [row for row in rows[1:] if FORMULA.match(row[0]) and not NUMERIC.fullmatch(row[0])] == []
    assert {row[1] for row in rows[1:]} == {"-5"}, "numbers stay numbers"
    book = workbook({"rows": (("cell", "amount"), [(one, -5) for one in texts])}, stated_at=AT)
    assert live_cells(book) == []
    sheet = opened(book)["xl/worksheets/sheet1.xml"].decode()
    assert sheet.count("<v>-5</v>") == 10_000
    assert workbook({"rows": (("cell", "amount"), [(one, -5) for one in texts])}, stated_at=AT) == book


@pytest.mark.parametrize("number", ["-100", "+5", "12.50", "-0.01", "0", "-"])
def test_a_number_is_left_as_it_is(number: str) -> None:
    assert inert(number) == number


def test_the_command_line_prints_no_live_cell(capsys: pytest.CaptureFixture[str]) -> None:
    from daozhang.cli.output import print_csv

    texts = hostile(2_000)
    print_csv(("cell", "amount"), [(one, -7) for one in texts])
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))[1:]
    assert [row for row in rows if FORMULA.match(row[0]) and not NUMERIC.fullmatch(row[0])] == []
    assert {row[1] for row in rows} == {"-7"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_is_named_in_a_redacted_pack(sqlite_workspace: Any, language: str) -> None:
    workspace = sqlite_workspace
    prepared(workspace)
    whole = every_text(opened(make_pack(workspace, NUMBER, language).body))
    assert HOLDER in whole, "the plain one has it, so the test can fail"
    pack = make_pack(workspace, NUMBER, language, is_redacted=True)
    assert pack.body == make_pack(workspace, NUMBER, language, is_redacted=True).body
    files = opened(pack.body)
    assert "evidence.csv" not in files
    said = every_text(files)
    assert [one for one in SECRETS if one != TAIL and one in said] == []
    assert not re.search(rf"(?<![0-9a-f]){TAIL}(?![0-9a-f])", said), "inside a digest the same four may stand by chance"
    plain = re.sub(r"\b[0-9a-f]{16,64}\b", "", re.sub(r"D:\d{14}", "", said))  # digests, the date of the document
    assert re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", plain) == [], "mobile numbers"
    assert re.findall(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)", plain) == [], "land lines"
    assert re.findall(r"(?<!\d)\d{13,19}(?!\d)", plain.replace("-", "")) == [], "cards and accounts"
    case = json.loads(files["case.json"])["facts"]
    assert (case["gap_minor"], case["merchant_no"], case["business"]) == (-10000, "M1", "")
    assert {row["merchant_no"] for row in case["records"]} == {"M1"}, "the same thing has the same mark"
    assert len({row["terminal_no"] for row in case["records"]} - {""}) == 1


def test_without_a_part_there_is_no_pack(sqlite_workspace: Any, tmp_path: Path) -> None:
    put_one_day(sqlite_workspace, 3)
    record_run(sqlite_workspace, run_id="r", as_of=NOON, findings=[finding(1)], inputs_hash="1", folder="f", counts={})
    with pytest.raises(RefusedError, match="error-report-missing"):
        make_pack(sqlite_workspace, NUMBER, "zh")
    out = tmp_path / "pack.zip"
    place = ["-w", str(sqlite_workspace.root)]
    done = CliRunner().invoke(app, ["pack", NUMBER, "-o", str(out), *place])
    assert (done.exit_code, out.exists()) == (2, False)
    record_measure(sqlite_workspace, NUMBER, by="li", note="asked")
    done = CliRunner().invoke(app, ["pack", NUMBER, "-o", str(out), "--redacted", "--json", *place])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
