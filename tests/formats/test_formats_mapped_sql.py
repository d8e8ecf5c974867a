"""A mapped table gives the same rows, rejects, control lines and warnings whether it is read set-wise or row by row."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from formats_samples import SAMPLES, files_in
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daozhang.formats.base import Format, Given, Source
from daozhang.formats.mapped.spec import (
    Amount,
    Check,
    ColumnRule,
    FileShape,
    Kept,
    Mapping,
    Moment,
    TableRule,
)
from daozhang.formats.mapped.store import as_format, load_shipped
from daozhang.intake.cards import CardGuard
from daozhang.intake.collector import Collector
from daozhang.intake.scan import scanned
from daozhang.intake.set_wise import Stage, read_projected
from daozhang.intake.staging import write_rows
from daozhang.intake.typed_rows import RowTyper
from daozhang.records import table_named

GUARD = CardGuard(b"k" * 32)
ENGINE = duckdb.connect()
"""One engine for all; compiling the SQL of a file costs more than reading it, so few files have many odd rows."""
HEADER = (
    "商户号",
    "终端",
    "流水",
    "类型",
    "方向",
    "金额",
    "手续费",
    "净额",
    "收入",
    "支出",
    "日期",
    "时间",
    "卡号",
    "币种",
)
SHIPPED = {one.code: one for one in load_shipped()}


def made(*, unit: str = "major", decimal: str = ".", order: str = "ymd", zone: str = "", plus_days: int = 0) -> Mapping:
    def money(column: str, sign: str = "as_written", **more: object) -> ColumnRule:
        return ColumnRule(columns=(column,), amount=Amount(unit=unit, decimal=decimal, sign=sign, **more))  # type: ignore[arg-type]

    return Mapping(
        code="made_table",
        shape=FileShape(header=HEADER, empty=("-",), footers=("合计",), comments=("#",), strip="`"),
        checks=(Check(kind="net"),),
        tables=(
            TableRule(
                table="clearings",
                kept=(Kept(column="类型", not_in=("忽略",)),),
                columns=(
                    ("acquirer", ColumnRule(value="given:acquirer", otherwise="ACQ")),
                    ("merchant_no", ColumnRule(columns=("商户号",), value="M0")),
                    ("terminal_no", ColumnRule(columns=("终端", "流水"))),
                    ("trace_no", ColumnRule(columns=("流水",), last=6)),
                    ("order_no", ColumnRule(columns=("终端", "流水"), joined=True)),
                    ("occurred_at", ColumnRule(columns=("日期", "时间"), moment=Moment(order=order, zone=zone))),
                    (
                        "cleared_on",
                        ColumnRule(
                            columns=("日期",), value="given:covers_on",
                            moment=Moment(order=order, part="day", plus_days=plus_days),
                        ),
                    ),
                    (
                        "kind",
                        ColumnRule(
                            columns=("类型",), match="contains",
                            values=(("撤销", "void"), ("退", "refund"), ("SALE", "sale"), ("消费", "sale")),
                        ),
                    ),
                    ("gross_minor", money("金额", "by_kind")),
                    ("fee_minor", money("手续费", "by_net")),
                    ("net_minor", money("净额", "by_kind")),
                    ("channel", ColumnRule(columns=("方向",), values=(("进", "card"), ("", "other")), otherwise="-")),
                    ("card_tail", ColumnRule(columns=("卡号",), value="0000")),
                ),
            ),
            TableRule(
                table="orders",
                kept=(Kept(column="方向", is_in=("单",)),),
                columns=(
                    ("order_no", ColumnRule(columns=("流水",))),
                    ("merchant_no", ColumnRule(columns=("商户号",))),
                    ("amount_minor", ColumnRule(columns=("收入", "支出"), amount=Amount(unit=unit, sign="in_minus_out"))),
                    ("placed_at", ColumnRule(columns=("日期", "时间"), moment=Moment(order=order))),
                ),
            ),
        ),
    )  # fmt: skip


def orders(**amount: object) -> Mapping:
    rule = Amount(**amount)  # type: ignore[arg-type]
    columns = ("收入", "支出") if rule.sign == "in_minus_out" else ("金额", "净额")
    return Mapping(
        code="made_orders",
        shape=FileShape(header=HEADER, footers=("合计",) if rule.sign == "in_minus_out" else ()),
        tables=(
            TableRule(
                table="orders",
                columns=(
                    ("order_no", ColumnRule(columns=("流水", "卡号"))),
                    ("merchant_no", ColumnRule(columns=("商户号",))),
                    (
                        "amount_minor",
                        ColumnRule(columns=columns, amount=rule, joined=rule.sign == "absolute", value="0"),
                    ),
                    *(() if rule.sign == "in_minus_out" else (("currency", ColumnRule(columns=("币种",))),)),
                    ("placed_at", ColumnRule(columns=("日期",), moment=Moment(zone="UTC"))),
                ),
            ),
        ),
    )


MADE = {
    "yuan": made(),
    "fen": made(unit="minor"),
    "comma": made(decimal=","),
    "dmy": made(order="dmy", plus_days=1),
    "mdy": made(order="mdy"),
    "day before": made(plus_days=-1),
    "in and out": orders(sign="in_minus_out"),
    "added": orders(sign="absolute"),
    "turned": orders(sign="negated"),
    "by column": orders(sign="by_column", sign_column="方向", minus_when=("出", "DR"), plus_when=("进", "cr")),
    "by column, all others plus": orders(unit="minor", sign="by_column", sign_column="方向", minus_when=("出",)),
}

POOLS: dict[str, list[str]] = {
    "商户号": ["898310000000001", "", " 12 ", "`777", "-", "4111111111111111", "1.2E+15"],
    "终端": ["10000001", "00000012", "", "`1`", "\u3000终\u3000"],
    "流水": ["000123", "1234567890", "", "4.2E+18", '"a, b"', "4.2e18x"],
    "类型": ["消费", "退货", "消费撤销", "sale", "SALE 2", "忽略", "调账", "", "-"],
    "方向": ["进", "出", "单", "", "CR", "dr", "?", "-"],
    "金额": ["12.80", "12.8", "12", "1,280.00", "12,80", "-3.00", "+5", "1280", "0", "", "1.005", "(3.00)", "x", "1.280,00", "￥3.00", "-0.00"],
    "手续费": ["0.10", "-0.10", "0", "10", "", "0,10", "-", "abc"],
    "净额": ["12.70", "12.90", "12", "1270", "12,70", "-3.00", "", "-2.90", "1,279.90"],
    "收入": ["5.00", "", "0", "0.00", "7"],
    "支出": ["5.00", "", "0", "-3", "0.00", "7"],
    "日期": [
        "2026-06-15", "2026/06/15", "20260615", "2026-06/15", "15/06/2026", "06-15-2026", "2026-06-15 10:15:30", "20260615101530",
        "2026-06-15T23:59:59", "", "2026-02-30", "1980-01-01", "2026年6月15日", "15/06/2026 08:00:00", "2026-6-5", "15/06/26", "-",
        "2026-06-15 10:15:30 -0800", "2026/06/15 24:00:00", "2199-12-31 23:59:59",
    ],
    "时间": ["10:15:30", "101530", "", "9:05", "下午 3:05", "25:00:00", "D123", "2026-06-15"],
    "卡号": ["622848******1234", "6228481234567890128", "1234", "", "**12", "****", "６２２８４８１２"],
    "币种": ["CNY", "usd", "JPY", "RMB", "", "人民币", "yen", "krw"],
}  # fmt: skip
ROW = st.tuples(*(st.sampled_from(POOLS[name]) for name in HEADER)).map(list)
GOOD = [
    "898310000000001",
    "10000001",
    "000123",
    "消费",
    "进",
    "12.80",
    "0.10",
    "12.70",
    "",
    "5.00",
    "2026-06-15",
    "10:15:30",
    "1234",
    "CNY",
]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A file of the header above: mostly plain rows with an odd cell here and there, and lines that are no rows."""
    lines = [draw(st.sampled_from([[], ["导出时间,2026-06-16"], ["#", ""]])), [",".join(HEADER)]]
    for _ in range(draw(st.integers(0, 60))):
        kind = draw(st.sampled_from(["good", "near", "odd", "line"]))
        if kind == "line":
            lines.append(
                [
                    draw(
                        st.sampled_from(
                            [
                                "",
                                ",,,",
                                "合计,,,,,25.60,0.20,25.40",
                                "# x",
                                ",".join(HEADER),
                                "a,b",
                                "x" + "," * 20,
                                '"open',
                            ]
                        )
                    )
                ]
            )
            continue
        row = list(GOOD)
        odd = draw(ROW)
        places = range(len(HEADER)) if kind == "odd" else draw(st.lists(st.integers(0, len(HEADER) - 1), max_size=2))
        for place in places if kind != "good" else ():
            row[place] = odd[place]
        lines.append([",".join(f'"{cell}"' if "," in cell and '"' not in cell else cell for cell in row)])
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(line for part in lines for line in part) + draw(st.sampled_from(["", end]))


def rows_by_row(format_: Format, source: Source, folder: Path) -> dict[str, object]:
    collector = Collector(RowTyper(GUARD))
    assert format_.read is not None
    format_.read(source, collector)
    collector.close()
    return summary(collector, folder, [])


def set_wise(format_: Format, source: Source, folder: Path) -> tuple[dict[str, object], int] | None:
    assert format_.project is not None
    how = format_.project(source)
    if how is None:
        return None
    collector = Collector(RowTyper(GUARD))
    connection = ENGINE.cursor()
    with scanned(source, quoted=bool(how.quote)) as text:
        if text is None:
            return None
        parts = read_projected(connection, text, how, Stage(folder, "im_x"), collector)
    connection.close()
    return summary(collector, folder, [folder / part.file for part in parts]), sum(part.rows for part in parts)


def summary(collector: Collector, folder: Path, files: list[Path]) -> dict[str, object]:
    collector.close()
    files += [
        folder / write_rows(folder, table_named(name), rows, "im_x", file=f"rest_{name}.parquet").file
        for name, rows in collector.rows.items()
    ]
    rows = [
        (path.name.removeprefix("rest_").split(".")[0].split("-")[0], row)
        for path in files
        for row in pq.read_table(path).to_pylist()
    ]
    left_out = {"fp", "leads_line", "import_id"}
    return {
        "rows": sorted(
            (str({name: cell for name, cell in row.items() if name not in left_out}) for _, row in rows),
        ),
        "fingerprints": sorted(row["fp"] for _, row in rows),
        "rejects": sorted(collector.rejects, key=lambda one: one.line_no),
        "controls": collector.controls,
        "warnings": sorted(map(str, collector.warnings)),
    }


def compare(format_: Format, source: Source) -> int | None:
    """Read both ways and compare; return how many rows were beyond doubt."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("slow", "fast"):
            (Path(folder) / name).mkdir()
        fast = set_wise(format_, source, Path(folder) / "fast")
        if fast is None:
            return None
        assert fast[0] == rows_by_row(format_, source, Path(folder) / "slow")
        return fast[1]


@pytest.mark.parametrize("name", MADE)
def test_both_ways_agree(name: str) -> None:
    format_ = as_format(MADE[name])

    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(text=texts(), acquirer=st.sampled_from(["", "GIVEN"]))
    @example(text=",".join(HEADER) + "\n" + ",".join(GOOD) + "\n", acquirer="")
    def check(text: str, acquirer: str) -> None:
        compare(format_, Source("x.csv", text.encode(), Given(acquirer=acquirer)))

    check()


PROJECTED = sorted(code for code, one in SHIPPED.items() if one.project is not None)


@pytest.mark.parametrize("code", PROJECTED)
def test_both_ways_agree_on_the_samples_and_most_rows_are_beyond_doubt(code: str) -> None:
    for path in files_in(SAMPLES / code):
        if path.suffix == ".json":
            continue
        lines = path.read_bytes().splitlines(keepends=True)
        source = Source(path.name, b"".join(lines))
        sure = compare(SHIPPED[code], source)
        if code != "paypal_settlement":
            assert sure


def test_plain_rows_are_beyond_doubt_and_the_total_counts_them() -> None:
    line = ",".join(GOOD)
    text = "\n".join([",".join(HEADER), *[line] * 50, "合计,,,,,640.00,5.00,635.00"]) + "\n"

    assert compare(as_format(MADE["yuan"]), Source("x.csv", text.encode())) == 50


def test_what_looks_at_rows_beside_each_other_is_read_row_by_row() -> None:
    assert {"bank_ccb", "bank_spdb", "adyen_settlement", "square_payouts"}.isdisjoint(PROJECTED)
    assert {"stripe_balance", "allinpay_trade", "leshua_trade", "chinaums_clearing"} <= set(PROJECTED)
