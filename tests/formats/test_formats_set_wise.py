"""A format that is also read set-wise says the same both ways: rows, lines set aside, warnings, days, control lines."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from formats_samples import SAMPLES, files_in
from formats_sink import Reading
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daozhang.formats.base import Given, Source
from daozhang.formats.fixed_width import record_bytes_of
from daozhang.formats.registry import REGISTRY, format_named
from daozhang.intake import read_source as ways
from daozhang.intake import set_wise
from daozhang.intake.cards import CardGuard
from daozhang.intake.set_wise import Stage

PROJECTED = [known.code for known in REGISTRY if known.project is not None]
GIVEN = Given(merchant_no="898310012340001", account_tail="1234", acquirer="bench", covers_on=date(2026, 6, 15))
LEFT = set_wise._lines_left
MAY_BE_LEFT = {
    "stripe_balance": 0.25,
    "stripe_payouts": 0.4,
    "leshua_payouts": 0.5,
    "paypal_settlement": 0.45,
    "bank_icbc": 1.0,
    "bank_abc": 0.25,
}
"""Part of the lines of a format's sample that the row reader must read, where it is more than a tenth: its rows are exceptions."""


def read(code: str, name: str, data: bytes, folder: Path, *, is_set_wise: bool, said: Given = GIVEN) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ways, "SET_WISE_FROM", 0 if is_set_wise else 10**9)
        reading = ways.read_source(
            format_named(code), Source(name, data, said), Stage(folder, "im_x"), CardGuard(b"k" * 32), duckdb.connect
        )
    rows = [row for part in reading.parts for row in pq.read_table(folder / part.file).to_pylist()]
    return {
        "rows": {(row["line_no"], "amount_minor" in row): {name: cell for name, cell in row.items() if name != "fp"} for row in rows},
        "fingerprints": sorted(row["fp"] for row in rows), "rejects": reading.rejects, "control": reading.control,
        "warnings": set(map(str, reading.warnings)), "covers": reading.covers, "about": reading.about, "statements": reading.statements,
        "lines": reading.rows_in,
    }  # fmt: skip


def both(code: str, name: str, data: bytes, folder: Path) -> None:
    slow = read(code, name, data, folder / "slow", is_set_wise=False)
    fast = read(code, name, data, folder / "fast", is_set_wise=True)
    assert fast == slow


@pytest.mark.parametrize("code", PROJECTED)
def test_every_sample_of_a_projected_format_reads_the_same_both_ways(code: str, tmp_path: Path) -> None:
    for path in files_in(SAMPLES / code):
        both(code, path.name, path.read_bytes(), tmp_path)


SPOILT = (
    "", " ", "x", "-", "合计", "0", "0.00", "-0.01", "1.5", "0.015", "1,234.50", "1e3", "4.2E+18", "(3.00)", "￥5.00", "12.5O", "JPY", "usd",
    "2026-02-30", "2026-02-30 10:00:00", "2026/6/5", "20260615", "2026年6月15日", "1989-01-01 00:00:00", "2026-06-15T12:00:00", "25:61:00",
    "4111111111111111", "622848 ** 1234",
    " padded", "padded\t", "\u3000宽\u3000", "`tick", "'quote'", 'say "so"', '"a, b"', "提现", "退款", "消费撤销", "出账", "#", "C0000000000001",
    "D0000000000001", "中文",
)  # fmt: skip
"""Cells that a file may hold and should not, or in another way than usual."""


def rows_of(code: str, path: Path) -> list[int]:
    """The lines of a sample that became rows."""
    seen = Reading()
    reader = format_named(code).read
    assert reader is not None
    reader(Source(path.name, path.read_bytes(), GIVEN), seen)
    return sorted({line_no for _, line_no, _ in seen.rows})


def longer(code: str, path: Path, rows: int) -> list[bytes]:
    """The lines of a sample, its rows many times over with other long numbers, about so many."""
    lines = path.read_bytes().split(b"\n")
    size = record_bytes_of(code)
    if len(lines) == 1 and size:
        lines = [lines[0][place : place + size] for place in range(0, len(lines[0]), size)]
    found = [line for line in rows_of(code, path) if line <= len(lines)]
    body = lines[found[0] - 1 : found[-1]]
    if body[-1:] == lines[-1:]:
        body[-1] += b"\r" if body[0].endswith(b"\r") else b""

    def numbered(line: bytes, number: int) -> bytes:
        return re.sub(rb"(\d{10,})(\d{6})", lambda match: match[1] + b"%06d" % ((int(match[2]) + number) % 10**6), line)

    return [
        *lines[: found[0] - 1], *(numbered(line, number) for number in range(max(2, rows // len(body))) for line in body), *lines[found[-1] :],
    ]  # fmt: skip


def spoilt(lines: list[bytes], encoding: str, chance: random.Random, delimiter: str) -> list[bytes]:
    """Lines of which some are no longer what they were."""
    lines = list(lines)
    for _ in range(chance.randint(15, 40)):
        place = chance.randrange(len(lines))
        text = lines[place].decode(encoding, "surrogateescape")
        match chance.randrange(8):
            case 0:
                cut = chance.randint(0, len(text))
                text = text[:cut]
            case 1:
                lines.insert(place, chance.choice(lines))
            case 2:
                lines.insert(place, chance.choice([b"", b"\r", b",,,", b"# x", b"x" * 30, b"a,b", b"`1,`2"]))
            case 3:
                text += chance.choice([delimiter, delimiter + "x", delimiter * 3])
            case _:
                cells = text.split(delimiter)
                cells[chance.randrange(len(cells))] = chance.choice(SPOILT)
                text = delimiter.join(cells)
        lines[place] = text.encode(encoding, "surrogateescape")
    return lines


LONG = [(code, path) for code in PROJECTED for path in files_in(SAMPLES / code) if not path.name.endswith(".json")]
"""Every sample that is a text."""


def encoding_of(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def spoilt_both(code: str, path: Path, rows: int, seed: int, folder: Path) -> None:
    lines = longer(code, path, rows)
    delimiter = next((sign for sign in ("|", ",`", "\t", ",") if sign.encode() in lines[len(lines) // 2]), ",")
    found = spoilt(lines, encoding_of(path.read_bytes()), random.Random(seed), delimiter)  # noqa: S311 - the same every time

    both(code, path.name, b"\n".join(found), folder)


@pytest.mark.parametrize(("code", "path"), LONG, ids=[f"{code}/{path.name}" for code, path in LONG])
def test_a_long_file_with_bad_lines_reads_the_same_both_ways(code: str, path: Path, tmp_path: Path) -> None:
    spoilt_both(code, path, 1000, 0, tmp_path)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize(("code", "path"), LONG, ids=[f"{code}/{path.name}" for code, path in LONG])
def test_a_longer_file_with_other_bad_lines_reads_the_same_both_ways(
    code: str, path: Path, seed: int, tmp_path: Path
) -> None:
    spoilt_both(code, path, 5000, seed, tmp_path)


EXCEPTIONS = ("MADE_damaged", "MADE_old", "MADE_withdrawals", "MADE_newer")
"""Samples made of exceptions, by a part of their names."""
REGULAR = [(code, path) for code, path in LONG if not path.name.startswith(EXCEPTIONS)]


@pytest.mark.parametrize(("code", "path"), REGULAR, ids=[f"{code}/{path.name}" for code, path in REGULAR])
def test_most_lines_of_a_regular_file_are_read_set_wise(
    code: str, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[int] = []

    def count(_: object, __: object, rows: int, lines: int) -> list[tuple[int, int]]:
        left.append(lines - rows)
        return LEFT(_, __, rows, lines)  # type: ignore[arg-type]

    monkeypatch.setattr("daozhang.intake.set_wise._lines_left", count)
    lines = longer(code, path, 300)

    read(code, path.name, b"\n".join(lines), tmp_path / "x", is_set_wise=True)

    assert left, "read row by row"
    assert left[0] <= len(lines) * MAY_BE_LEFT.get(code, 0.1) + 6


OFFSETS = (
    " -0700", "-0700", "+08:00", " +05:30", "Z", " Z", "", ".000000", ".25", " +1500", "+0060", "+08", " 0700", "x", ".123456 -0700", " -0000",
)  # fmt: skip


def test_a_moment_with_its_own_zone_reads_the_same_both_ways(tmp_path: Path) -> None:
    (path,) = files_in(SAMPLES / "paypal_settlement")
    head, first, *foot = path.read_text(encoding="utf-8").split('"SB",')
    rows = [
        first.replace("00000000001", f"{number:011d}").replace(
            "2026/06/15 10:15:30 -0700", f"{day} 22:15:30{offset}", 1
        )
        for day in ("2026/06/15", "2026-06-15", "1991-06-15", "2026/02/30")
        for number, offset in enumerate(OFFSETS)
    ]

    both("paypal_settlement", path.name, '"SB",'.join([head, *rows, *foot]).encode(), tmp_path)


BILL = next(path for path in files_in(SAMPLES / "wechat_trade_bill") if "ALL" in path.name)
LINES = BILL.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").strip("\n").split("\n")
CELLS = st.sampled_from(
    [
        "", " ", "0", "00", "0.00", "0.01", "-0.01", "1.5", "1e3", "0.015", "1,000.00", "12", "SUCCESS", "REFUND", "REVOKED",
        "success", "CNY", "USD", "人民币", "2019-02-19 05:01:46", "2019-02-19T05:01:46", "2019/2/19 05:01:46", "1989-01-01 00:00:00",
        "2019-02-30 00:00:00", "ICBC_DEBIT", "DEBIT", "X_CREDIT ", "4111111111111111", "a b", " x", "x ", "中文", "\ufeff1", "`x",
        "42000002632019021677\t", "50000709672019011908420787722",
    ]
)  # fmt: skip
EDITS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 26), CELLS), max_size=6)
EXTRA = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from([*LINES[:2], *LINES[-3:], "", "`", "`1,`2", "x" * 20])), max_size=3
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    edits=EDITS,
    extra=EXTRA,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    ends=st.sampled_from(["\n", "\r\n"]),
)
@example(edits=[], extra=[(46, LINES[1])], encoding="utf-8", ends="\n")
@example(edits=[], extra=[(47, LINES[1])], encoding="utf-8", ends="\n")
def test_an_edited_wechat_bill_reads_the_same_both_ways(
    edits: list[tuple[int, int, str]], extra: list[tuple[int, str]], encoding: str, ends: str, tmp_path: Path
) -> None:
    lines = list(LINES)
    for row, column, cell in edits:
        place = 1 + row % (len(LINES) - 3)
        cells = lines[place].split(",`")
        cells[column % len(cells)] = ("`" if column % len(cells) == 0 else "") + cell
        lines[place] = ",`".join(cells)
    for place, line in extra:
        lines.insert(1 + place % len(lines), line)

    both("wechat_trade_bill", BILL.name, (ends.join(lines) + ends).encode(encoding), tmp_path)
