"""MT940 and MT942: what the library reads is read, with its line; one bad entry costs one entry; no money stands twice."""

from __future__ import annotations

import logging
from datetime import date, datetime
from pathlib import Path

import mt940
import pytest
from formats_samples import SAMPLES, files_in, source_of
from formats_sink import Reading, read

from daozhang.formats.base import Given, Source
from daozhang.formats.registry import formats_claiming

CORPUS = [*files_in(SAMPLES / "mt940"), *files_in(SAMPLES / "mt942"), *files_in(SAMPLES / "corpus" / "mt940")]
ASNB = {61: mt940.tags.StatementASNB()}
HEAD = ":20:R\n:25:1234567\n:28C:7/1\n:60F:C260614CNY100,00\n"
TAIL = ":62F:C260615CNY{closing}\n-\n"


def library_amounts(data: bytes) -> list[int]:
    """Return the amounts mt-940 reads, in hundredths, with the statement line that fits most of the file."""
    options = mt940.Options.all()
    try:
        statements = mt940.parse_statements(data, options=options)
    except RuntimeError:
        statements = mt940.parse_statements(data, options=options, tags=ASNB)
    return [int(one.data["amount"].amount * 100) for statement in statements for one in statement]


def text(*lines: str, closing: str = "100,00", code: str = "mt940", given: Given | None = None) -> Reading:
    body = HEAD + "".join(f"{line}\n" for line in lines) + TAIL.format(closing=closing)
    return read(code, Source("s.sta", body.encode(), given or Given()))


def amounts(reading: Reading) -> list[object]:
    return [values["amount_minor"] for _, _, values in reading.rows]


def test_the_corpus_is_all_there() -> None:
    assert len([path for path in CORPUS if not path.name.startswith("MADE")]) == 36


@pytest.mark.parametrize("path", [p for p in CORPUS if not p.name.startswith("MADE")], ids=lambda path: path.name)
def test_every_entry_the_library_reads_is_a_row_with_the_same_amount(path: Path) -> None:
    ours = amounts(read("mt940", source_of(path)))
    theirs = library_amounts(path.read_bytes())

    if theirs:
        assert ours == theirs
    # Two fragments have an entry and no statement around it; the library drops those, here they are rows.
    assert len(ours) == len(theirs) + (path.name in {"sparkassen.sta", "statement_line.sta"})


def test_the_whole_corpus_has_as_many_entries_as_the_library_reads() -> None:
    files = [path for path in CORPUS if not path.name.startswith("MADE")]
    ours = sum(len(read("mt940", source_of(path)).rows) for path in files)
    theirs = sum(len(library_amounts(path.read_bytes())) for path in files)

    assert (ours, theirs) == (186, 184)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_row_points_to_its_line_and_every_line_is_said_once(path: Path) -> None:
    reading = read("mt940", source_of(path))
    lines = path.read_bytes().split(b"\n")
    said = reading.row_lines + reading.control_lines + [line for line, *_ in reading.rejects]

    assert all(lines[line_no - 1].startswith(b":61:") for line_no in reading.row_lines)
    assert sorted(said) == list(range(1, len(lines) + bool(lines[-1])))


def test_a_reversal_of_a_credit_is_money_out_and_of_a_debit_money_in() -> None:
    reading = text(":61:2606150615RC12,50NMSCNONREF", ":61:2606150615RD3,00NMSCNONREF", closing="90,50")

    assert amounts(reading) == [-1250, 300]
    assert reading.warnings == []


def test_an_entry_that_does_not_read_costs_its_own_line_alone() -> None:
    reading = text(":61:NONSENSE", ":86:ITS NARRATIVE", ":61:2606150615C1,00NTRFA1", closing="101,00")

    assert amounts(reading) == [100]
    assert [(line, reason) for line, _, _, reason, _ in reading.rejects] == [(5, "reject-swift-line")]
    assert 6 in reading.control_lines
    assert reading.covered == []


def test_a_value_day_that_is_none_is_unknown_and_said() -> None:
    reading = text(":61:2602300615D5,00NCHGNONREF", ":61:260230D5,00NCHGNONREF")

    (values,) = reading.values("bank_entries")
    assert (values["booked_at"], values["value_on"]) == (datetime(2026, 6, 15), None)
    assert [(line, column, reason) for line, column, _, reason, _ in reading.rejects] == [(6, "61", "reject-day")]
    assert ("warn-value-day-impossible", {"count": 1, "line_no": 5}) in reading.warnings


@pytest.mark.parametrize(
    ("value", "entry", "booked_on"),
    [
        ("251231", "0102", date(2026, 1, 2)),
        ("260102", "1231", date(2025, 12, 31)),
        ("260615", "    ", date(2026, 6, 15)),
    ],
)
def test_the_entry_date_is_of_the_year_nearest_to_the_value_date(value: str, entry: str, booked_on: date) -> None:
    (row,) = text(f":61:{value}{entry}C1,00NTRFA1").values("bank_entries")

    assert row["booked_at"] == datetime(booked_on.year, booked_on.month, booked_on.day)


def test_balances_that_entries_do_not_lead_to_are_said_and_nothing_is_complete() -> None:
    reading = text(":61:2606150615C1,00NTRFA1", closing="102,00")

    assert reading.warning_keys() == ["warn-statement-balance"]
    assert reading.covered == []
    assert len(reading.rows) == 1


def test_a_statement_that_adds_up_is_complete_to_its_closing_day_and_says_its_number() -> None:
    reading = text(":61:2606150615C1,00NTRFA1", closing="101,00")
    (said,) = reading.statements

    assert reading.covered == [("bank_entries", date(2026, 6, 15), date(2026, 6, 15), "4567", "")]
    assert (said.sequence, said.statement_no, said.currency) == (7, "7/1", "CNY")
    assert (said.opening_minor, said.closing_minor, said.line_no) == (10000, 10100, 1)
    assert (said.first_on, said.last_on) == (date(2026, 6, 14), date(2026, 6, 15))


def test_later_pages_carry_no_number_of_their_own() -> None:
    reading = read("mt940", source_of(SAMPLES / "mt940" / "postfinance.sta"))

    assert [(said.statement_no, said.sequence) for said in reading.statements] == [("999/1", 999), ("999/2", 0)]
    assert reading.covered == []


def test_an_interim_report_gives_notices_and_no_statement() -> None:
    body = ":20:R\n:25:1234567\n:28C:1/1\n:34F:EURD0,\n:13D:2606151200+0800\n:61:2606150615C1,00NTRFA1\n:90C:1EUR1,00\n"
    reading = read("mt942", Source("s", body.encode()))
    ((table, line_no, values),) = reading.rows

    assert (table, line_no, values["kind"], values["currency"], values["amount_minor"]) == (
        "bank_notices", 6, "report", "EUR", 100,
    )  # fmt: skip
    assert (reading.statements, reading.covered) == ([], [])
    assert [known.code for known in formats_claiming(Source("s", body.encode()))] == ["mt942"]


def test_an_interim_report_among_statements_gives_notices_too() -> None:
    body = HEAD + TAIL.format(closing="100,00") + ":20:I\n:25:1234567\n:34F:CNY0,\n:61:2606160616C1,00NTRFA1\n"

    assert [table for table, *_ in read("mt940", Source("s", body.encode())).rows] == ["bank_notices"]


@pytest.mark.parametrize(
    ("account", "tail"),
    [("12345678/1020304050", "4050"), ("70011110/4005287001EUR", "7001"), ("NL71RABO0123456789", "6789"),
     ("GENODEF1/DE89 3704 0044", "0044"), ("", "unknown")],
)  # fmt: skip
def test_account_tails(account: str, tail: str) -> None:
    body = f":20:R\n:25:{account}\n:60F:C260614EUR0,\n:61:2606150615C1,00NTRFA1\n:62F:C260615EUR1,\n"
    (row,) = read("mt940", Source("s", body.encode())).values("bank_entries")

    assert row["account_tail"] == tail


def test_without_any_currency_the_amount_stays_visible_and_a_warning_says_so() -> None:
    reading = read("mt940", Source("s", b":20:R\n:25:1234567\n:28C:1\n:61:2606150615C1,00NTRFA1\n"))

    assert reading.values("bank_entries")[0]["currency"] == "X" * 3
    assert ("warn-currency-unknown", {"count": 1}) in reading.warnings


@pytest.mark.parametrize(
    ("line", "reason"),
    [("2606150615C1,005NTRFA1", "reject-amount"), ("2606150615C1,0,0NTRFA1", "reject-swift-line"),
     ("2613150615C1,00NTRFA1", "reject-swift-line"), ("2606150615C1234567890123456,NTRFA1", "reject-amount")],
)  # fmt: skip
def test_what_is_no_amount_or_day_is_set_aside(line: str, reason: str) -> None:
    assert [reason for _, _, _, reason, _ in text(f":61:{line}").rejects] == [reason]


def test_narratives_of_a_statement_belong_to_no_entry() -> None:
    body = HEAD + ":61:2606150615C1,00NTRFA1\n:86:OWN\n:62F:C260615CNY101,00\n:86:OF THE STATEMENT\n-\n"
    (row,) = read("mt940", Source("s", body.encode())).values("bank_entries")

    assert row["text"] == "OWN"


def test_a_dash_alone_ends_a_message_and_not_a_narrative() -> None:
    reading = text(":61:2606150615C1,00NTRFA1", ":86:FIRST", "-", "SECOND", closing="101,00")

    assert reading.values("bank_entries")[0]["text"] == "FIRST SECOND"
    assert reading.warnings == []


def test_an_account_in_cny_may_write_its_narratives_in_gb18030() -> None:
    body = HEAD + ":61:2606150615C1,00NTRFA1\n:86:结算款 六月\n" + TAIL.format(closing="101,00")
    (row,) = read("mt940", Source("s", body.encode("gb18030"))).values("bank_entries")

    assert row["text"] == "结算款 六月"


def test_an_account_elsewhere_may_write_them_in_windows_1252() -> None:
    body = (HEAD + ":61:2606150615C1,00NTRFA1\n:86:Gebühr Müller\n").replace("CNY", "EUR")
    (row,) = read("mt940", Source("s", body.encode("cp1252"))).values("bank_entries")

    assert row["text"] == "Gebühr Müller"


def test_a_reference_ends_where_the_next_keyword_begins_and_an_iban_is_none() -> None:
    reading = text(
        ":61:2606150615C1,00NTRFNONREF", ":86:159?00RETOURE?20EREF+PO-1 M1?21MTLG:account closed",
        ":61:2606150615C1,00NOVBNL47INGB9999999999", ":86:x",
    )  # fmt: skip
    first, second = reading.values("bank_entries")

    assert (first["bank_reference"], first["text"]) == ("PO-1 M1", "RETOURE MTLG:account closed")
    assert (second["bank_reference"], second["counterparty_tail"]) == (None, "9999")


def test_what_cannot_be_read_is_written_into_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        text(":61:NONSENSE 6222021234567890123")

    assert caplog.records == []


def test_a_statement_cut_before_its_closing_balance_is_said() -> None:
    reading = read("mt940", Source("s", (HEAD + ":61:2606150615C1,00NTRFA1\n").encode()))

    assert reading.warning_keys() == ["warn-summary-missing"]


def test_text_that_is_no_statement_is_claimed_by_none() -> None:
    assert formats_claiming(Source("s", b":20:TELEREPORTING\n")) == []
    assert formats_claiming(Source("s", (SAMPLES / "corpus" / "mt940" / "invalid_statement.sta").read_bytes())) == []


@pytest.mark.parametrize("name", ["sparkassen.sta", "statement_line.sta"])
def test_an_entry_cut_out_of_its_statement_is_known(name: str) -> None:
    (path,) = (one for one in CORPUS if one.name == name)

    assert [one.code for one in formats_claiming(source_of(path))] == ["mt940"]
