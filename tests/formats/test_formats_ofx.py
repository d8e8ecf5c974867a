"""OFX: what the library reads is read, of every statement, with its line; what is doubtful is set aside or said."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import bankfile
import pytest
from formats_samples import SAMPLES, files_in, source_of
from formats_sink import Reading, read

from daozhang.errors import InputError
from daozhang.formats.base import Source
from daozhang.formats.ofx_blocks import LONGEST
from daozhang.formats.registry import formats_claiming
from daozhang.money import digits_of

CORPUS = [
    path
    for path in (*files_in(SAMPLES / "ofx"), *files_in(SAMPLES / "corpus" / "ofx"))
    if not path.name.startswith("MADE")
]


def text(
    *transactions: str, about: str = "<CURDEF>USD<BANKACCTFROM><ACCTID>1234567</BANKACCTFROM>", after: str = ""
) -> Reading:
    body = (
        "OFXHEADER:100\nDATA:OFXSGML\nCHARSET:1252\n\n<OFX><SIGNONMSGSRSV1><SONRS><DTSERVER>20260616</SONRS></SIGNONMSGSRSV1>\n"
        f"<STMTRS>{about}<BANKTRANLIST><DTSTART>20260601<DTEND>20260616\n" + "".join(f"{one}\n" for one in transactions)
    )
    return read("ofx", Source("o", f"{body}</BANKTRANLIST>{after}</STMTRS></OFX>".encode()))


def entry(amount: str = "1.00", posted: str = "20260615", more: str = "<FITID>F1") -> str:
    return f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>{posted}<TRNAMT>{amount}{more}</STMTTRN>"


def test_the_corpus_is_all_there() -> None:
    assert len(CORPUS) == 28


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_the_library_reads_the_same_entries(path: Path) -> None:
    theirs = bankfile.parse_bytes(path.read_bytes())
    reading = read("ofx", source_of(path))
    ours = [
        (v["booked_at"], v["amount_minor"], v["bank_reference"], v["currency"]) for v in reading.values("bank_entries")
    ]

    assert ours == [
        (
            datetime(one.date.year, one.date.month, one.date.day),
            int(one.amount.scaleb(digits_of(one.currency or ""))),
            one.bank_reference,
            one.currency,
        )
        for one in theirs.transactions
    ]
    if reading.statements and reading.statements[0].closing_minor is not None:
        assert theirs.closing_balance is not None
        assert reading.statements[0].closing_minor == int(theirs.closing_balance * 100)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_transaction_is_said_once_on_its_line_and_the_file_is_known(path: Path) -> None:
    reading = read("ofx", source_of(path))
    lines = path.read_bytes().split(b"\n")
    said = reading.row_lines + reading.control_lines + [line for line, *_ in reading.rejects]

    assert len(said) == path.read_bytes().count(b"<STMTTRN>")
    assert all(b"<STMTTRN>" in lines[line_no - 1] for line_no in said)
    assert [known.code for known in formats_claiming(source_of(path))] == ["ofx"]


@pytest.mark.parametrize(
    ("name", "warning"),
    [("investment_medium.ofx", "warn-ofx-investment"), ("vanguard401k.ofx", "warn-ofx-investment"),
     ("signon_fail.ofx", "warn-ofx-answer"), ("error_message.ofx", "warn-ofx-answer"),
     ("signon_success.ofx", "warn-no-statement"), ("account_listing_aggregation.ofx", "warn-no-statement")],
)  # fmt: skip
def test_files_without_a_bank_account_are_read_as_nothing_with_a_word(name: str, warning: str) -> None:
    (path,) = (path for path in CORPUS if path.name == name)
    reading = read("ofx", source_of(path))

    assert (reading.rows, reading.rejects, reading.warning_keys()) == ([], [], [warning])


def test_statements_of_one_file_keep_apart() -> None:
    reading = read("ofx", source_of(SAMPLES / "ofx" / "MADE_two_statements.ofx"))

    assert [(v["account_tail"], v["currency"]) for v in reading.values("bank_entries")] == [
        ("4567", "X" * 3), ("4567", "X" * 3), ("4567", "JPY"), ("4321", "USD"),
    ]  # fmt: skip
    assert [(said.account_tail, said.closing_minor) for said in reading.statements] == [("4567", 10950), ("4321", 100)]


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("1 006,60", 100660), ("+ 1.00", 100), ("-1,234.50", -123450), ("1.234,50", 123450), ("-5", -500)],
)
def test_amounts(amount: str, minor: int) -> None:
    assert text(entry(amount)).values("bank_entries")[0]["amount_minor"] == minor


@pytest.mark.parametrize(
    ("amount", "reason"),
    [("2,000", "reject-amount-ambiguous"), ("1.005", "reject-amount"), ("1e5", "reject-amount"), ("", "reject-empty"),
     ("9" * 30, "reject-amount")],
)  # fmt: skip
def test_amounts_that_are_set_aside(amount: str, reason: str) -> None:
    reading = text(entry(amount), entry("1.00"))

    assert [(line, why) for line, _, _, why, _ in reading.rejects] == [(7, reason)]
    assert len(reading.rows) == 1
    assert reading.covered == []


@pytest.mark.parametrize("posted", ["00000000", "20260230", "x", "19700101"])
def test_a_day_that_is_none_is_set_aside(posted: str) -> None:
    assert [why for *_, why, _ in text(entry(posted=posted)).rejects] == ["reject-day"]


def test_the_posting_day_is_as_written_whatever_time_and_zone_stand_behind_it() -> None:
    for posted in ("20260615", "20260615235959[-5:EST]", "20260615000000.000[+8:CST]"):
        assert text(entry(posted=posted)).values("bank_entries")[0]["booked_at"] == datetime(2026, 6, 15)


def test_six_digits_are_day_month_year_and_said() -> None:
    reading = text(entry(posted="150626"))

    assert reading.values("bank_entries")[0]["booked_at"] == datetime(2026, 6, 15)
    assert ("warn-ofx-date-doubt", {"count": 1}) in reading.warnings


def test_a_repeated_number_of_the_bank_is_said_and_both_rows_are_taken() -> None:
    reading = text(entry(), entry("2.00"))

    assert len(reading.rows) == 2
    assert ("warn-ofx-reference-repeated", {"count": 1}) in reading.warnings


def test_the_period_is_complete_but_for_the_day_of_asking() -> None:
    assert text(entry()).covered == [("bank_entries", date(2026, 6, 1), date(2026, 6, 15), "4567", "")]
    outside = text(entry(posted="20260501"))
    assert (outside.covered, outside.warning_keys()) == ([], ["warn-outside-period"])


def test_transactions_that_never_close_are_apart() -> None:
    reading = text("<STMTTRN><DTPOSTED>20260615<TRNAMT>1<FITID>A\n<STMTTRN><DTPOSTED>20260615<TRNAMT>2<FITID>B")

    assert [(v["amount_minor"], v["bank_reference"]) for v in reading.values("bank_entries")] == [
        (100, "A"),
        (200, "B"),
    ]
    assert reading.row_lines == [7, 8]


def test_a_card_account_is_an_account_too() -> None:
    body = "<OFX><CCSTMTRS><CURDEF>AUD<CCACCTFROM><ACCTID>1234123412341234</CCACCTFROM>" + entry() + "</CCSTMTRS></OFX>"
    (row,) = read("ofx", Source("o", body.encode())).values("bank_entries")

    assert (row["account_tail"], row["currency"]) == ("1234", "AUD")


@pytest.mark.parametrize("encoding", [b"a\x00b", b"undefined", b"idna"])
def test_an_encoding_that_cannot_be_is_refused_or_passed_over(encoding: bytes) -> None:
    body = b'<?xml version="1.0" encoding="' + encoding + b'"?><OFX><STMTRS>' + entry().encode() + b"</STMTRS></OFX>"
    said = "read"
    try:
        read("ofx", Source("o", body))
    except InputError as refused:
        said = refused.key
    assert said in {"read", "input-xml-encoding"}


def test_elements_that_never_close_are_refused_before_they_cost_time() -> None:
    body = b"<OFX><STMTRS>" + b"<A>" * LONGEST

    with pytest.raises(InputError) as caught:
        read("ofx", Source("o", body))
    assert caught.value.key == "input-xml-text"
