"""The UnionPay files of fixed width: layouts, recognition, and what a record says of money."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from formats_samples import sample
from formats_sink import read
from hypothesis import given, settings
from hypothesis import strategies as st
from records_made import record

from daozhang.errors import InputError
from daozhang.formats.base import Given, Source
from daozhang.formats.fixed_width import RECORD_LAYOUTS, layout
from daozhang.formats.registry import formats_claiming

PAGES = Path(__file__).parent.parent.parent / "docs" / "reference" / "formats"
ON = Given(covers_on=date(2026, 6, 15))
LENGTHS = {"unionpay_zm": 607, "unionpay_zme": 339, "unionpay_acomn": 500, "unionpay_zsum": 339, "unionpay_zpsum": 686}


@pytest.mark.parametrize("code", RECORD_LAYOUTS)
def test_a_layout_has_fields_in_order_and_one_byte_between_two(code: str) -> None:
    one = layout(RECORD_LAYOUTS[code])
    fields = list(one.fields.values())

    assert one.record_bytes == LENGTHS[code]
    assert all(left.end <= right.start for left, right in pairwise(fields))
    if code != "unionpay_acomn":  # its 34th field is followed by a byte that no source names
        assert len(one.gaps) == len(fields) - 1


@pytest.mark.parametrize("code", RECORD_LAYOUTS)
def test_the_page_states_the_byte_ranges_of_the_layout(code: str) -> None:
    one = layout(RECORD_LAYOUTS[code])
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| ([\d, -]+?) \|", page, re.MULTILINE)

    assert rows
    for names, places in rows:
        fields = [one.fields[name] for name in re.split(", (?:else )?", names)]
        assert len(fields) >= len(places.split(", ")), names
        named = {f"{field.start}-{field.end}" for field in fields}
        assert set(places.split(", ")) <= named, names


def test_both_forms_of_zm_agree_up_to_the_reserve() -> None:
    old, new = layout("unionpay_zm_41").fields, layout("unionpay_zm_42").fields

    assert [one for one in old.values() if one.end <= 475] == [one for one in new.values() if one.end <= 475]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b""])
@pytest.mark.parametrize("code", RECORD_LAYOUTS)
def test_line_ends_and_the_byte_between_fields_change_nothing(code: str, end: bytes) -> None:
    part = "SYNTHETIC"
    source = sample(code, part)
    records = source.data.split(b"\r\n")[:-1]
    one = layout(RECORD_LAYOUTS[code])
    parted = []
    for data in records:
        with_bars = bytearray(data)
        for at in one.gaps:
            with_bars[at : at + 1] = b"|"
        parted.append(bytes(with_bars))

    for form in (records, parted):
        again = Source(source.name, b"".join(data + end for data in form))
        assert [known.code for known in formats_claiming(again)] == [code]
        assert read(code, again) == read(code, source)


def test_a_longer_record_that_begins_like_acomn_is_not_claimed() -> None:
    first = record("unionpay_acomn", {"交易金额": 1})
    longer = first + b" " * 219

    assert formats_claiming(Source("IND26061501ACOMA", longer + b"\r\n" + longer + b"\r\n")) == []
    assert formats_claiming(Source("IND26061501ACOMA", longer + longer)) == []


def zpsum(**fields: int) -> dict[str, object]:
    data = record("unionpay_zpsum", {"商户代码": "777", "商户账号": "6001", **fields})
    return read("unionpay_zpsum", Source("x", data, ON)).values("payouts")[0]


@settings(max_examples=60, deadline=None)
@given(
    total=st.integers(1, 10**8), hold=st.integers(0, 10**7), release=st.integers(0, 10**7),
    refill=st.integers(0, 10**6), size=st.sampled_from((1, -1)),
)  # fmt: skip
def test_a_payout_adds_up_however_holds_are_printed(
    total: int, hold: int, release: int, refill: int, size: int
) -> None:
    row = zpsum(
        清算汇总金额=total, 本期正常释放金额=release, 本期正常挂账金额=size * hold,
        本期回补金额=size * refill, 入账金额=total + release - hold - refill,
    )  # fmt: skip

    assert (row["planned_minor"], row["held_minor"], row["deducted_minor"]) == (total, hold - release, refill)
    assert row["paid_minor"] == max(0, total + release - hold - refill)


def test_a_payout_is_held_when_nothing_is_credited_and_claimed_otherwise() -> None:
    assert zpsum(清算汇总金额=500, 本期正常挂账金额=500)["state"] == "held"
    assert zpsum(清算汇总金额=-500, 入账金额=-500)["state"] == "held"
    assert zpsum(清算汇总金额=500, 入账金额=500)["state"] == "claimed"


def test_two_records_of_one_merchant_are_two_payouts() -> None:
    data = record("unionpay_zpsum", {"商户代码": "777", "清算汇总金额": 100, "入账金额": 100})
    rows = read("unionpay_zpsum", Source("x", data + data, ON)).values("payouts")

    assert [row["payout_no"] for row in rows] == ["777-20260615", "777-20260615-2"]


@pytest.mark.parametrize(("amount", "fee", "net", "warned"), [(100, -1, 99, 0), (100, 1, 99, 0), (100, -1, 98, 1)])
def test_a_total_that_contradicts_its_fee_is_said(amount: int, fee: int, net: int, warned: int) -> None:
    data = record("unionpay_zsum", {"商户代码": "777", "交易金额": amount, "手续费金额": fee, "清算金额": net})
    reading = read("unionpay_zsum", Source("x", data))

    assert reading.warning_keys() == ["warn-total-differs"] * warned + ["warn-totals-only"]
    assert reading.rows == []


def test_a_dispute_file_without_a_merchant_sets_its_records_aside() -> None:
    data = sample("unionpay_zme", "SYNTHETIC").data
    reading = read("unionpay_zme", Source("x", data, ON))

    assert [(line, column, reason) for line, column, _, reason, _ in reading.rejects] == [
        (1, "商户代码", "reject-empty"), (2, "商户代码", "reject-empty"),
    ]  # fmt: skip
    assert (reading.rows, reading.warnings, reading.covered) == ([], [], [])


@pytest.mark.parametrize(("type_code", "net", "kind", "gross"), [
    ("02", 0, "preauth", 0), ("32", 0, "preauth_void", 0), ("02", 10000, "preauth", 10000),
])  # fmt: skip
def test_a_pre_authorisation_in_zm_moves_no_money_unless_the_record_says_so(
    type_code: str, net: int, kind: str, gross: int
) -> None:
    data = record(
        "unionpay_zm_42",
        {
            "交易金额": 10000,
            "交易类型": type_code,
            "商户代码": "777",
            "交易传输时间": "0615120000",
            "清算净额": net,
            "结算金额": net,
        },
    )
    (row,) = read("unionpay_zm", Source("x", data, ON)).values("clearings")

    assert (row["kind"], row["gross_minor"], row["net_minor"]) == (kind, gross, net)


@pytest.mark.parametrize("code", ["unionpay_acomn", "unionpay_zpsum", "unionpay_zme"])
def test_an_unknown_day_is_asked_for(code: str) -> None:
    with pytest.raises(InputError, match="input-day-unknown"):
        read(code, Source("download.txt", sample(code, "SYNTHETIC").data))
