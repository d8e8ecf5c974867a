"""Message logs: dialects proven to the last byte, three containers, pairs, reversals, batches, and no card data at all."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from formats_samples import sample
from formats_sink import Reading, read
from hypothesis import given, settings
from hypothesis import strategies as st
from iso8583_made import BASE, answer, framed, sale, switch, terminal, totals

from daozhang.errors import InputError
from daozhang.formats.base import Given, Source
from daozhang.formats.iso8583.dialects import decode
from daozhang.formats.registry import formats_claiming

ON = Given(covers_on=date(2026, 6, 15))
SECRETS = ("6222021234567890123", "29122010000012300", "0123456789ABCDEF", "2912")


def told(*messages: bytes, given_it: Given = ON) -> Reading:
    return read("iso8583_log", Source("x.bin", framed(*messages), given_it))


def payments(*messages: bytes) -> list[dict[str, Any]]:
    reading = told(*messages)
    assert reading.rejects == []
    return reading.values("transactions")


def test_a_message_written_down_byte_by_byte_is_read() -> None:
    """Terminal sale of 128.00 in packed form; every byte stands here as the layout of the dialect says."""
    message = bytes.fromhex(
        "6000030000 613100310000"  # TPDU, header
        "0200 7020040000C00010"  # type, bitmap: 2 3 4 11 22 41 42 60
        "19 62220212345678901230"  # 2: its length, 19 digits and a filler
        "000000 000000012800 000101 0510"  # 3, 4, 11, 22 with a filler behind
        "3132333435363738"  # 41
        "383938333130303538313230303031"  # 42
        "0014 22000021000601"  # 60: its length, kind 22, batch 000021
    )
    found = decode(message)

    assert found is not None
    dialect, fields = found
    assert dialect.code == "unionpay_pos"
    assert {name: fields[name] for name in ("t", "2", "3", "4", "11", "22", "41", "42", "60")} == {
        "t": "0200", "2": "6222021234567890123", "3": "000000", "4": "000000012800", "11": "000101", "22": "051",
        "41": "12345678", "42": "898310058120001", "60": "22000021000601",
    }  # fmt: skip


def test_a_message_is_read_to_its_last_byte_or_not_at_all() -> None:
    message = terminal("0200", sale("000001", 100))

    assert decode(message) is not None
    assert decode(message + b"\0") is None
    assert decode(message[:-1]) is None


def test_a_third_bitmap_names_fields_that_no_table_has() -> None:
    two, three = "8000000000000000" * 2, "2000000000000000"

    assert decode(f"0100{two}{three}000".encode()) is None
    assert decode(b"0100" + bytes.fromhex(two + three) + b"000") is None


@pytest.mark.parametrize("pad", ["0", "F"])
def test_either_filler_of_an_odd_number_of_digits_is_read(pad: str) -> None:
    (row,) = payments(terminal("0200", sale("000001", 100, f12="101530", f13="0615"), pad=pad))

    assert (row["card_tail"], row["amount_minor"]) == ("0123", 100)


BINARY, HEX = sample("iso8583_log", ".bin"), sample("iso8583_log", "hex_lines")


def test_both_containers_tell_the_same_payments() -> None:
    binary, lines = read("iso8583_log", BINARY), read("iso8583_log", HEX)
    timeless = [[{**row, "occurred_at": None} for row in reading.values("transactions")] for reading in (binary, lines)]

    assert timeless[0] == timeless[1]
    assert binary.values("batches") == lines.values("batches")
    assert [(line, reason) for line, _, _, reason, _ in lines.rejects] == [(29, "reject-message")]


def test_no_card_data_leaves_in_any_form() -> None:
    for part in (".bin", "hex_lines", "switch"):
        reading = read("iso8583_log", sample("iso8583_log", part))
        everything = repr((reading.rows, reading.rejects, reading.warnings))
        for secret in (*SECRETS, "5413330089020049", "541333"):
            assert secret not in everything


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 400), at=st.integers(0, 399), byte=st.integers(0, 255))
def test_no_card_data_leaves_a_damaged_log(cut: int, at: int, byte: int) -> None:
    data = bytearray(framed(terminal("0200", sale("000001", 100)), terminal("0210", answer(sale("000001", 100), "00"))))
    data[at % len(data)] = byte
    source = Source("x.bin", bytes(data[: len(data) - cut % len(data)]), ON)
    try:
        reading = read("iso8583_log", source)
    except InputError:
        return  # no frame is left that can be read: it is no log of messages any more

    digits = re.sub(r"[^0-9A-F]", "", repr((reading.rows, reading.rejects, reading.warnings)))
    assert "62220212345678" not in digits
    assert sorted(reading.row_lines + reading.control_lines + [line for line, *_ in reading.rejects])[-1:] in (
        [1],
        [2],
        [3],
        [],
    )


@pytest.mark.parametrize(("code", "status"), [
    ("00", "approved"), ("51", "declined"), ("68", "unknown"), ("ZZ", "unknown"), (None, "unknown"),
])  # fmt: skip
def test_the_answer_decides_and_silence_is_unknown(code: str | None, status: str) -> None:
    asked = sale("000001", 100)
    messages = [terminal("0200", asked)] + ([terminal("0210", answer(asked, code))] if code else [])
    reading = told(*messages)
    rows = reading.values("transactions")

    if code is None:
        assert [reason for *_, reason, _ in reading.rejects] == ["reject-moment"]  # nothing in this log has a time
        timed = terminal("0200", {**asked, 12: "101530", 13: "0615"})
        rows = payments(timed)
    assert [row["status"] for row in rows] == [status]


def test_a_payment_without_a_time_stands_where_it_stands_in_the_log() -> None:
    answered, silent = sale("000001", 100), sale("000002", 200)
    rows = payments(terminal("0200", answered), terminal("0210", answer(answered, "00")), terminal("0200", silent))

    assert [(row["trace_no"], row["status"], row["occurred_at"]) for row in rows] == [
        ("000001", "approved", datetime(2026, 6, 15, 10, 15, 30)),
        ("000002", "unknown", datetime(2026, 6, 15, 10, 15, 30)),
    ]


@pytest.mark.parametrize(("type_code", "mti", "kind", "sign"), [
    ("22", "0200", "sale", 1), ("23", "0200", "void", -1), ("25", "0220", "refund", -1), ("10", "0100", "preauth", 1),
    ("11", "0100", "preauth_void", -1), ("20", "0200", "preauth_completion", 1), ("21", "0200", "void", -1),
    ("30", "0220", "offline_sale", 1), ("32", "0220", "adjustment", 1),
])  # fmt: skip
def test_the_kind_of_a_terminals_payment(type_code: str, mti: str, kind: str, sign: int) -> None:
    asked = sale("000001", 100, f60=f"{type_code}000021000601", f12="101530", f13="0615")
    (row,) = payments(terminal(mti, asked))

    assert (row["kind"], row["amount_minor"], row["batch_no"]) == (kind, sign * 100, "000021")


def test_a_reversal_undoes_and_a_void_is_undone_the_other_way() -> None:
    void = sale("000005", 100, f60="23000021000601", f61="000021000001", f12="101530", f13="0615")
    undo = {number: value for number, value in void.items() if number not in {14, 35, 52}} | {39: "98"}
    rows = payments(terminal("0200", void), terminal("0400", undo), terminal("0410", answer(void, "00")))

    assert [(row["kind"], row["amount_minor"], row["status"]) for row in rows] == [
        ("void", -100, "reversed"), ("reversal", 100, "approved"),
    ]  # fmt: skip


@pytest.mark.parametrize("named", [{"f61": "000021000001"}, {"f37": "101530000001"}])
def test_a_void_names_its_sale_by_trace_or_by_reference(named: dict[str, str]) -> None:
    sold, void = sale("000001", 100), sale("000002", 100, f60="23000021000601", **named)
    rows = payments(
        terminal("0200", sold),
        terminal("0210", answer(sold, "00")),
        terminal("0200", void),
        terminal("0210", answer(void, "00")),
    )

    assert [(row["kind"], row["status"], row["amount_minor"]) for row in rows] == [
        ("sale", "voided", 100),
        ("void", "approved", -100),
    ]
    assert rows[1]["rrn"] == "101530000002"


def test_a_void_that_names_nothing_voids_nothing() -> None:
    silent, void = sale("000001", 100, f12="101530", f13="0615"), sale("000002", 100, f60="23000021000601")
    rows = payments(terminal("0200", silent), terminal("0200", void), terminal("0210", answer(void, "00")))

    assert [row["status"] for row in rows] == ["unknown", "approved"]


def test_a_reversal_that_was_refused_undoes_nothing() -> None:
    asked = sale("000001", 100)
    undo = {number: value for number, value in asked.items() if number not in {14, 35, 52}}
    rows = payments(
        terminal("0200", asked),
        terminal("0210", answer(asked, "00")),
        terminal("0400", undo),
        terminal("0410", answer(asked, "25")),
    )

    assert [(row["kind"], row["status"]) for row in rows] == [("sale", "approved"), ("reversal", "declined")]


def test_repeats_are_one_payment_and_a_used_number_begins_another() -> None:
    asked = sale("000001", 100, f12="101530", f13="0615")
    again = sale("000001", 200, f12="111530", f13="0615")
    rows = payments(
        terminal("0200", asked), terminal("0201", asked), terminal("0200", asked), terminal("0210", answer(asked, "00")),
        terminal("0200", again), terminal("0210", answer(again, "00")),
    )  # fmt: skip

    assert [(row["amount_minor"], row["status"]) for row in rows] == [(100, "approved"), (200, "approved")]


def test_an_answer_without_its_request_is_still_a_payment() -> None:
    (row,) = payments(terminal("0210", answer(sale("000001", 100), "00")))

    assert (row["status"], row["rrn"], row["amount_minor"]) == ("approved", "101530000001", 100)


def settle(*, verdict: str | None, code: str = "00", told_debit: int = 100) -> dict[str, Any]:
    base = {11: "000009", 41: BASE[41], 42: BASE[42], 49: "156", 60: "00000021201"}
    messages = [terminal("0500", {**base, 12: "220000", 13: "0615", 48: totals(100, 1, 0, 0, "0")})]
    if verdict is not None:
        messages.append(
            terminal("0510", {**base, 12: "220001", 13: "0615", 39: code, 48: totals(told_debit, 1, 0, 0, verdict)})
        )
    (row,) = told(*messages).values("batches")
    return row


@pytest.mark.parametrize(("verdict", "code", "result"), [
    ("1", "00", "balanced"), ("2", "00", "unbalanced"), ("3", "00", "unbalanced"), ("0", "77", "unbalanced"),
    ("0", "03", "rejected"), (None, "", "open"),
])  # fmt: skip
def test_what_the_centre_says_of_a_batch(verdict: str | None, code: str, result: str) -> None:
    row = settle(verdict=verdict, code=code)

    assert (row["result"], row["debit_minor"], row["debit_count"], row["batch_no"]) == (result, 100, 1, "000021")


def test_a_centre_that_only_repeats_totals_is_compared() -> None:
    assert settle(verdict="0")["result"] == "balanced"
    assert settle(verdict="0", told_debit=90)["result"] == "unbalanced"


def test_an_upload_confirms_and_never_doubles() -> None:
    reading = read("iso8583_log", BINARY)
    traces = [row["trace_no"] for row in reading.values("transactions") if row["kind"] != "reversal"]

    assert len(traces) == len(set(traces))
    assert "000777" not in traces
    assert reading.warnings == [("warn-upload-unseen", {"count": 1})]


def test_a_balance_inquiry_and_a_sign_on_are_no_payments() -> None:
    lines = read("iso8583_log", BINARY)

    assert {1, 21, 22} <= set(lines.control_lines)


@pytest.mark.parametrize(
    ("name", "expected"), [("trace-2027-01-01.log", 2026), ("trace_20261231.bin", 2026), ("t20270110.bin", 2026)]
)
def test_the_year_comes_from_the_name(name: str, expected: int) -> None:
    data = framed(terminal("0200", sale("000001", 100, f12="235900", f13="1231")))

    if name.startswith("t2"):
        with pytest.raises(InputError, match="input-log-day-unknown"):
            read("iso8583_log", Source("trace.bin", data))
    (row,) = read("iso8583_log", Source(name, data)).values("transactions")
    assert row["occurred_at"] == datetime(expected, 12, 31, 23, 59)


def test_a_log_cut_in_its_last_frame_says_so() -> None:
    data = framed(terminal("0200", sale("000001", 100, f12="101530", f13="0615")))
    reading = read("iso8583_log", Source("x", data + data[:30], ON))

    assert [(line, reason) for line, _, _, reason, _ in reading.rejects] == [(2, "reject-record-cut")]
    assert reading.warnings == [("warn-truncated", {"line_no": 2})]
    assert len(reading.values("transactions")) == 1


@pytest.mark.parametrize("code", ["000", "A1", "15X"])
def test_a_currency_that_is_not_known_sets_its_payment_aside(code: str) -> None:
    reading = told(terminal("0200", sale("000001", 100, f49=code, f12="101530", f13="0615")))

    assert [reason for *_, reason, _ in reading.rejects] == ["reject-currency"]


def test_a_switch_in_packed_form_is_read_too() -> None:
    """Generic 1987, digits packed: type and bitmap in bytes, field 2 behind a packed length."""
    digits = bytes.fromhex("0210 7038000002C08000 16 5413330089020049 000000 000000010000 000201 101530 0615")
    message = digits + b"00TERM0001MERCHANT0000001" + bytes.fromhex("0840")
    (row,) = payments(message)

    assert (row["kind"], row["amount_minor"], row["currency"], row["status"]) == ("sale", 10000, "USD", "approved")
    assert (row["card_tail"], row["terminal_no"], row["merchant_no"]) == ("0049", "TERM0001", "MERCHANT0000001")


def test_text_lines_with_other_words_are_not_claimed() -> None:
    digest = "2026-06-15 10:00:00 sha256 " + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"

    assert formats_claiming(Source("x.log", digest.encode())) == []
    assert formats_claiming(Source("x.bin", b"\x00\x20" + b"\x60" * 32)) == []


def test_switch_messages_carry_their_own_totals() -> None:
    asked = {7: "0615140000", 11: "000299", 12: "220000", 13: "0615", 32: "123", 41: "TERM0001", 42: "MERCHANT0000001", 49: "840",
             60: "000007", 74: "0000000001", 75: "0000000001", 76: "0000000003", 77: "0000000001", 86: f"{4000:016d}",
             87: f"{4000:016d}", 88: f"{10000:016d}", 89: f"{2500:016d}"}  # fmt: skip
    reply = {number: asked[number] for number in (7, 11, 12, 13, 32, 41, 42)} | {39: "00", 66: "1"}
    (row,) = told(switch("0500", asked), switch("0510", reply)).values("batches")

    assert (row["debit_minor"], row["debit_count"], row["credit_minor"], row["credit_count"]) == (7500, 2, 0, 0)
    assert (row["result"], row["batch_no"]) == ("balanced", "000007")
