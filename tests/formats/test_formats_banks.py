"""Bank statements: encodings, column orders, padded and missing cells, directions, balances, accounts."""

from __future__ import annotations

import csv
import io

import pytest
from formats_samples import sample
from formats_sink import read

from daozhang.formats.base import Given, Source
from daozhang.formats.registry import formats_claiming

BANKS = {
    "bank_icbc": (11, 284_174 - 424_108),
    "bank_cmb": (5, -77_914),
    "bank_boc": (17, None),
    "bank_abc": (5, -235_588),
    "bank_bocom": (6, -10_275),
}


def rows_of(source: Source) -> list[list[str]]:
    return list(csv.reader(io.StringIO(source.data.decode("utf-8-sig"))))


def written(rows: list[list[str]], encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("code", BANKS)
def test_amounts_of_the_sample_add_up(code: str) -> None:
    rows = read(code, sample(code, "example")).values("bank_entries")
    count, total = BANKS[code]

    assert len(rows) == count
    if total is not None:
        assert sum(row["amount_minor"] for row in rows) == total


def test_boc_balance_runs_through_all_seventeen_rows() -> None:
    source = sample("bank_boc", "example")
    assert read("bank_boc", source).warnings == []

    broken = Source("x", source.data.replace(b"-206.80", b"-206.81"))
    assert read("bank_boc", broken).warnings == [("warn-balance-chain", {"line_no": 8, "count": 1})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("code", BANKS)
def test_encoding_and_line_ends_change_nothing(code: str, encoding: str) -> None:
    source = sample(code, "example")
    text = source.data.decode("utf-8-sig").replace("\r\n", "\n")
    again = Source("x", text.replace("\n", "\r\n").encode(encoding))

    assert [known.code for known in formats_claiming(again)] == [code]
    assert read(code, again) == read(code, source)


@pytest.mark.parametrize("code", ["bank_cmb", "bank_bocom", "bank_boc"])
def test_columns_in_another_order_with_new_ones_between_read_the_same(code: str) -> None:
    source = sample(code, "example")
    rows = rows_of(source)
    start = next(at for at, row in enumerate(rows) if len(row) > 5)
    width = len(rows[start])
    mixed = [
        [f"新列{at}" if at == start else "x", *reversed(row[:width])] if at >= start and row else row
        for at, row in enumerate(rows)
    ]

    assert read(code, Source("x", written(mixed))).rows == read(code, source).rows


@pytest.mark.parametrize("code", BANKS)
def test_account_given_with_the_file_counts(code: str) -> None:
    source = sample(code, "example")
    reading = read(code, Source(source.name, source.data, Given(account_tail="4321")))

    assert {row["account_tail"] for row in reading.values("bank_entries")} == {"4321"}
    assert "warn-account-unknown" not in reading.warning_keys()


def test_account_is_found_in_preamble_or_column_else_said_to_be_unknown() -> None:
    for code, tail in (("bank_icbc", "9876"), ("bank_boc", "3167"), ("bank_cmb", "unknown")):
        reading = read(code, sample(code, "example"))
        assert {row["account_tail"] for row in reading.values("bank_entries")} == {tail}
        assert ("warn-account-unknown" in reading.warning_keys()) == (tail == "unknown")
    cmb = sample("bank_cmb", "example")
    preamble = "# 招商银行交易记录\n# 账号: [755900000012345]\n\n".encode() + cmb.data
    assert {row["account_tail"] for row in read("bank_cmb", Source("x", preamble)).values("bank_entries")} == {"2345"}


def test_icbc_totals_that_agree_say_nothing_and_each_that_differs_is_named() -> None:
    source = sample("bank_icbc", "example")
    right = source.data.replace(b'"1,234.56          \t","9,876.54          \t",', b'"2,841.74","4,241.08",')
    assert right != source.data
    assert read("bank_icbc", Source("x", right)).warning_keys() == ["warn-balance-unreadable"]

    wrong = right.replace(b'"2,841.74","4,241.08",', b'"2,841.74","4,241.09",')
    warnings = read("bank_icbc", Source("x", wrong)).warnings
    assert [facts.get("name") for key, facts in warnings if key == "warn-total-differs"] == [
        "人民币合计 记账金额(支出)"
    ]


ICBC_HEAD = "交易日期,摘要,记账金额(收入),记账金额(支出),记账币种,余额,对方户名,对方账户\n"


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("2026-06-15,转账,1.00,2.00,人民币,3.00,甲,6222", "reject-both-directions", "记账金额(收入)"),
        ("2026-06-15,转账,-,-,人民币,3.00,甲,6222", "reject-empty", "记账金额(收入)"),
        ("2026-06-31,转账,1.00,,人民币,3.00,甲,6222", "reject-moment", "交易日期"),
        (",转账,1.00,,人民币,3.00,甲,6222", "reject-empty", "交易日期"),
        ("2026-06-15,转账,壹元,,人民币,3.00,甲,6222", "reject-amount", "记账金额(收入)"),
        ("2026-06-15,转账,1.00,,贝壳,3.00,甲,6222", "reject-currency", "记账币种"),
        ("2026-06-15,转,账,1.00,,人民币,3.00,甲,6222", "reject-columns", ""),
        ('2026-06-15,"转账,1.00,,人民币,3.00,甲,6222', "reject-quotes", ""),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside_and_the_rest_is_taken(row: str, reason: str, column: str) -> None:
    good = "2026-06-15,转账,5.00,0.00,人民币,3.00,甲,62220000"
    reading = read("bank_icbc", Source("x", f"{ICBC_HEAD}{good}\n{row}\n{good}\n".encode()))

    assert [(line, where, why) for line, where, _, why, _ in reading.rejects] == [(3, column, reason)]
    assert [(line, values["amount_minor"]) for _, line, values in reading.rows] == [(2, 500), (4, 500)]


@pytest.mark.parametrize(("direction", "amount"), [("贷 Cr", 123), ("借 Dr", -123), ("贷", 123), ("Dr", -123)])
def test_bocom_direction(direction: str, amount: int) -> None:
    head = "序号,交易日期,交易时间,交易类型,借贷,交易金额,余额,对方账号,对方户名,交易地点,摘要\n"
    reading = read(
        "bank_bocom", Source("x", f"{head}1,2026-06-15,00:00:00,转账,{direction},1.23,9.00,62220001,甲,网,\n".encode())
    )

    assert [row["amount_minor"] for row in reading.values("bank_entries")] == [amount]


def test_bocom_row_without_a_direction_is_set_aside() -> None:
    head = "序号,交易日期,交易时间,交易类型,借贷,交易金额,余额,对方账号,对方户名,交易地点,摘要\n"
    reading = read(
        "bank_bocom", Source("x", f"{head}1,2026-06-15,00:00:00,转账,平,1.23,9.00,62220001,甲,网,\n".encode())
    )

    assert [(column, reason) for _, column, _, reason, _ in reading.rejects] == [("借贷", "reject-direction")]


def test_repeated_headers_and_blank_lines_of_a_long_export_are_control_lines() -> None:
    rows = (
        ICBC_HEAD
        + "2026-06-15,转账,5.00,,人民币,5.00,甲,6222\n\n"
        + ICBC_HEAD
        + "2026-06-16,转账,5.00,,人民币,10.00,甲,6222\n"
    )
    reading = read("bank_icbc", Source("x", rows.encode()))

    assert (reading.row_lines, reading.control_lines, reading.rejects) == ([2, 5], [1, 3, 4], [])
