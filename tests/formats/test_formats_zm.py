"""UnionPay ZM: byte widths, both ways of ending records, the year of a time, kinds and signs."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from formats_samples import sample
from formats_sink import read

from daozhang.errors import InputError
from daozhang.formats.base import Given, Source
from daozhang.formats.registry import formats_claiming

ZM = sample("unionpay_zm", "SYNTHETIC")
FIRST, SECOND = ZM.data.split(b"\r\n")[:2]


def put(record: bytes, start: int, text: str) -> bytes:
    """Return the record with ``text`` written over the bytes from ``start``."""
    data = text.encode("gbk")
    return record[:start] + data + record[start + len(data) :]


def one(record: bytes, **given: object) -> dict[str, object]:
    """Return the one clearing a record gives."""
    reading = read("unionpay_zm", Source(ZM.name, record, Given(**given)))  # type: ignore[arg-type]
    assert reading.rejects == []
    return reading.values("clearings")[0]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b""])
def test_records_are_the_same_with_any_line_end(end: bytes) -> None:
    source = Source(ZM.name, FIRST + end + SECOND + end)

    assert [known.code for known in formats_claiming(source)] == ["unionpay_zm"]
    assert read("unionpay_zm", source) == read("unionpay_zm", ZM)


def test_chinese_in_a_field_does_not_shift_the_fields_behind_it() -> None:
    named = put(put(FIRST, 327, "示例门店壹贰叁"), 397, "备注中文")

    assert len(named) == 607
    assert one(named) == one(FIRST)


def test_a_line_cut_short_is_set_aside_and_the_next_is_taken() -> None:
    reading = read("unionpay_zm", Source(ZM.name, FIRST[:600] + b"\r\n" + SECOND + b"\r\n"))

    assert [(line, reason, facts["found"]) for line, _, _, reason, facts in reading.rejects] == [
        (1, "reject-record-length", 600)
    ]
    assert [line for _, line, _ in reading.rows] == [2]
    assert (reading.warnings, reading.covered) == ([], [])


@pytest.mark.parametrize("end", [b"\r\n", b""])
def test_a_file_cut_in_its_last_record_is_not_called_complete(end: bytes) -> None:
    reading = read("unionpay_zm", Source(ZM.name, FIRST + end + SECOND[:300]))

    assert reading.warnings == [("warn-truncated", {"line_no": 2})]
    assert (len(reading.rows), len(reading.rejects), reading.covered) == (1, 1, [])


@pytest.mark.parametrize(
    ("at", "cleared_on", "expected"),
    [
        ("1231230500", date(2027, 1, 1), datetime(2026, 12, 31, 23, 5)),
        ("0101000001", date(2027, 1, 1), datetime(2027, 1, 1, 0, 0, 1)),
        ("0101000001", date(2026, 12, 31), datetime(2027, 1, 1, 0, 0, 1)),
        ("0229120000", date(2028, 2, 29), datetime(2028, 2, 29, 12)),
        ("0614230001", date(2026, 6, 15), datetime(2026, 6, 14, 23, 0, 1)),
    ],
)
def test_year_comes_from_the_clearing_day(at: str, cleared_on: date, expected: datetime) -> None:
    row = one(put(FIRST, 35, at), covers_on=cleared_on)

    assert (row["occurred_at"], row["cleared_on"]) == (expected, cleared_on)


@pytest.mark.parametrize(
    ("code", "type_code", "amounts", "kind", "gross", "fee"),
    [
        ("S22", "01", ("D000000000045", "C000000009955"), "sale", 10000, 45),
        ("S22", "03", ("D000000000045", "C000000009955"), "preauth_completion", 10000, 45),
        ("S30", "31", ("C000000000045", "D000000009955"), "void", -10000, -45),
        ("S30", "99", ("C000000000045", "D000000009955"), "reversal", -10000, -45),
        ("S30", "99", ("C000000000000", "C000000010000"), "reversal", 10000, 0),  # of a refund
        ("S56", "04", ("C000000000000", "D000000010000"), "refund", -10000, 0),
        ("S30", "  ", ("C000000000000", "D000000010000"), "void", -10000, 0),
    ],
)
def test_kind_sign_and_fee(
    code: str, type_code: str, amounts: tuple[str, str], kind: str, gross: int, fee: int
) -> None:
    record = put(put(put(put(FIRST, 0, code), 215, type_code), 166, amounts[0]), 374, amounts[1])
    row = one(put(record, 180, amounts[1]))

    assert (row["kind"], row["gross_minor"], row["fee_minor"], row["net_minor"]) == (kind, gross, fee, gross - fee)


def test_a_net_that_contradicts_the_fee_is_set_aside_with_what_was_expected() -> None:
    reading = read("unionpay_zm", Source(ZM.name, put(FIRST, 374, "C000000009954"), ZM.given))

    assert reading.rows == []
    ((line, column, value, reason, facts),) = reading.rejects
    assert (line, column, value, reason, facts) == (
        1,
        "清算净额",
        "C000000009954",
        "reject-net-stated",
        {"expected": "99.55"},
    )


def test_bytes_that_are_no_text_set_their_record_aside_once() -> None:
    reading = read("unionpay_zm", Source(ZM.name, FIRST[:180] + b"\xff\xff" + FIRST[182:] + b"\r\n" + SECOND, ZM.given))

    assert [(line, column, reason) for line, column, _, reason, _ in reading.rejects] == [
        (1, "结算金额", "reject-characters")
    ]
    assert [line for _, line, _ in reading.rows] == [2]


def test_settled_amount_other_than_net_is_said() -> None:
    reading = read("unionpay_zm", Source(ZM.name, put(FIRST, 180, "C000000009999"), ZM.given))

    assert ("warn-zm-settled-differs", {"count": 1}) in reading.warnings


@pytest.mark.parametrize("name", ["download.txt", "INN26139988ZM_777", "INN260230"])
def test_an_unknown_clearing_day_is_asked_for(name: str) -> None:
    with pytest.raises(InputError, match="input-day-unknown"):
        read("unionpay_zm", Source(name, ZM.data))


def test_a_given_day_needs_no_official_name_and_an_empty_file_is_a_day_without_lines() -> None:
    day = date(2026, 6, 15)
    reading = read("unionpay_zm", Source("download.txt", b"", Given(covers_on=day, merchant_no="777")))

    assert (reading.rows_in, reading.covered) == (0, [("clearings", day, day, "", "777")])
    assert formats_claiming(Source(ZM.name, b"")) == []


def test_other_fixed_width_text_is_not_claimed() -> None:
    assert formats_claiming(Source(ZM.name, b"x" * 607)) == []
    assert formats_claiming(Source(ZM.name, put(FIRST, 83, "|"))) == []
    assert formats_claiming(Source(ZM.name, put(FIRST, 374, "+"))) == []
