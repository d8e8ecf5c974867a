"""camt.053: splitting, signs, currencies, balances, periods, and the limits a hostile file must not pass."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime

import pytest
from formats_samples import sample
from formats_sink import Reading, read

from daozhang.errors import InputError
from daozhang.formats.base import Given, Source
from daozhang.formats.camt_details import BLOCK
from daozhang.formats.registry import formats_claiming

HEAD = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S</Id>'
ACCOUNT = "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>"
TAIL = "</Stmt></BkToCstmrStmt></Document>"


def entry(amount: str, side: str = "CRDT", inner: str = "", ccy: str = "CNY", value: str = "2026-06-15") -> str:
    return (
        f'<Ntry><Amt Ccy="{ccy}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>2026-06-15</Dt></BookgDt><ValDt><Dt>{value}</Dt></ValDt>{inner}</Ntry>"
    )


def details(*amounts: str, side: str = "CRDT") -> str:
    parts = (
        f'<TxDtls><Refs><EndToEndId>E{at}</EndToEndId></Refs><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd></TxDtls>'
        for at, amount in enumerate(amounts)
    )
    return f"<NtryDtls>{''.join(parts)}</NtryDtls>"


def balance(code: str, amount: str, on: str = "2026-06-15", side: str = "CRDT", ccy: str = "CNY") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{ccy}">{amount}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def statement(*parts: str, given: Given | None = None) -> Reading:
    return read("camt_053", Source("s.xml", (HEAD + ACCOUNT + "".join(parts) + TAIL).encode(), given or Given()))


def amounts(reading: Reading) -> list[object]:
    return [row["amount_minor"] for row in reading.values("bank_entries")]


def test_a_batch_that_adds_up_becomes_its_details_even_on_one_line_of_xml() -> None:
    reading = statement(entry("6.00", inner=details("1.00", "2.00", "3.00")))

    assert amounts(reading) == [100, 200, 300]
    assert [row["bank_reference"] for row in reading.values("bank_entries")] == ["E0", "E1", "E2"]
    assert reading.rows_in == 3
    assert reading.warnings == []


def test_a_batch_that_does_not_add_up_stays_whole_and_is_said() -> None:
    reading = statement(entry("6.00", inner=details("1.00", "2.00", "3.01")))

    assert amounts(reading) == [600]
    assert reading.warning_keys() == ["warn-details-not-split"]


def test_details_going_the_other_way_count_negative() -> None:
    inner = details("10.00") + details("4.00", side="DBIT")

    assert amounts(statement(entry("6.00", inner=inner))) == [1000, -400]


@pytest.mark.parametrize(
    ("side", "reversal", "minor"), [("CRDT", "false", 500), ("DBIT", "true", -500), ("CRDT", "true", 500)]
)
def test_sign_is_the_indicator_also_on_a_reversal(side: str, reversal: str, minor: int) -> None:
    assert amounts(statement(entry("5.00", side, f"<RvslInd>{reversal}</RvslInd>"))) == [minor]


def test_decimals_follow_the_currency_of_each_amount() -> None:
    reading = statement(entry("8.85000"), entry("1500", ccy="JPY"), entry("1500.5", ccy="JPY"), entry("8.855"))

    assert amounts(reading) == [885, 1500]
    assert [reason for *_, reason, _ in reading.rejects] == ["reject-amount", "reject-amount"]


@pytest.mark.parametrize(
    ("closing", "warned"), [("135.00", False), ("115.00", False), ("120.00", True), ("-135.00", True)]
)
def test_closing_balance_may_leave_out_what_is_valued_after_it_and_nothing_else(closing: str, *, warned: bool) -> None:
    side = "DBIT" if closing.startswith("-") else "CRDT"
    reading = statement(
        balance("OPBD", "100.00"), balance("CLBD", closing.lstrip("-"), side=side),
        entry("15.00"), entry("20.00", value="2026-06-16"),
    )  # fmt: skip

    assert ("warn-statement-balance" in reading.warning_keys()) == warned


def test_previous_closing_balance_stands_in_for_the_opening_one() -> None:
    assert statement(balance("PRCD", "1.00"), balance("CLBD", "9.00"), entry("7.00")).warning_keys() == [
        "warn-statement-balance"
    ]
    assert statement(balance("PRCD", "1.00"), balance("CLBD", "8.00"), entry("7.00")).warnings == []


def test_balances_of_one_page_of_several_are_not_checked() -> None:
    page = "<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"

    assert statement(page, balance("OPBD", "1.00"), balance("CLBD", "9.00"), entry("7.00")).warnings == []


def test_period_is_taken_as_the_bank_wrote_it() -> None:
    period = "<FrToDt><FrDtTm>2026-06-15T00:00:00Z</FrDtTm><ToDtTm>2026-06-15T23:59:59Z</ToDtTm></FrToDt>"
    reading = statement(period, entry("7.00"))

    assert reading.covered == [("bank_entries", date(2026, 6, 15), date(2026, 6, 15), "3000", "")]
    assert reading.warnings == []


def test_a_period_no_entry_lies_in_makes_nothing_complete() -> None:
    period = "<FrToDt><FrDtTm>2007-10-18T08:00:00</FrDtTm><ToDtTm>2007-10-18T12:30:00</ToDtTm></FrToDt>"
    reading = statement(period, entry("7.00"))

    assert (reading.covered, reading.warnings) == ([], [("warn-outside-period", {"count": 1})])


def test_moments_are_brought_to_shanghai_and_days_are_left() -> None:
    at = "<Ntry><Amt Ccy='EUR'>1</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><DtTm>2026-06-15T20:00:00</DtTm></BookgDt></Ntry>"
    rows = statement(at, entry("1.00"), given=Given(timezone="Europe/Berlin")).values("bank_entries")

    assert [row["booked_at"] for row in rows] == [datetime(2026, 6, 16, 2), datetime(2026, 6, 15)]


def test_a_statement_declared_in_gbk_is_read() -> None:
    inner = "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>银联商务</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>"
    text = '<?xml version="1.0" encoding="GBK"?>' + HEAD + ACCOUNT + entry("1.00", inner=inner) + TAIL
    source = Source("s.xml", text.encode("gbk"))

    assert [known.code for known in formats_claiming(source)] == ["camt_053"]
    assert [row["counterparty_name"] for row in read("camt_053", source).values("bank_entries")] == ["银联商务"]


def test_prefixed_names_and_utf16_are_read() -> None:
    text = sample("camt_053", "query-farm").data.decode()
    prefixed = text.replace("<", "<c:").replace("<c:/", "</c:").replace("<c:?", "<?").replace("xmlns=", "xmlns:c=")
    for data in (prefixed.encode(), text.replace("UTF-8", "UTF-16").encode("utf-16")):
        assert [known.code for known in formats_claiming(Source("x", data))] == ["camt_053"]
        assert read("camt_053", Source("x", data)).rows == read("camt_053", sample("camt_053", "query-farm")).rows


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE, '<!DOCTYPE l SYSTEM "http://example.org/l.dtd">'])
def test_a_doctype_is_refused_before_any_entity(doctype: str) -> None:
    source = Source("s.xml", (doctype + HEAD + "<X>&b;&x;</X>" + TAIL).encode())

    assert [known.code for known in formats_claiming(source)] == ["camt_053"]
    with pytest.raises(InputError, match="input-xml-doctype"):
        read("camt_053", source)


@pytest.mark.parametrize(
    ("inner", "key"),
    [
        ("<a>" * 100_000, "input-xml-depth"),
        ("<Id>" + "x" * 70_000 + "</Id>", "input-xml-text"),
        ("<Ntry>", "input-xml"),
        ("&undefined;", "input-xml"),
    ],
)
def test_hostile_and_torn_xml_is_refused_with_its_line(inner: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read("camt_053", Source("s.xml", (HEAD + ACCOUNT + "\n" + inner + TAIL).encode()))

    assert caught.value.key == key
    assert caught.value.facts["line"] == 2


class Chunks(Source):
    """A file that is only ever read piece by piece, and counts the pieces."""

    def __init__(self, pieces: Iterable[bytes], head: bytes) -> None:
        super().__init__("s.xml", head)
        self._pieces = pieces

    @property
    def data(self) -> bytes:  # type: ignore[override]
        raise AssertionError("the whole file was asked for")

    def chunks(self, size: int = 0) -> Iterator[bytes]:  # noqa: ARG002 - pieces as they were made
        yield from self._pieces


def _calls_of(details_in_one_entry: int) -> int:
    """Return how many function calls the reading of one entry takes."""
    text = HEAD + ACCOUNT + entry(f"{details_in_one_entry}.00", inner=details(*["1.00"] * details_in_one_entry)) + TAIL
    source = Source("s.xml", text.encode())
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        reading = read("camt_053", source)
    finally:
        sys.setprofile(None)
    assert len(reading.rows) == details_in_one_entry
    return calls


def test_the_work_for_one_entry_grows_as_its_details_do() -> None:
    small, large = _calls_of(2_000), _calls_of(4_000)

    # twice the details, twice the calls: a reader that looks at all details again for each would need four times as many
    assert large < small * 2.1


def test_a_batch_of_many_blocks_keeps_order_lines_and_sum() -> None:
    many = 3 * BLOCK + 7
    inner = details(*[f"{at % 7 + 1}.0{at % 10}" for at in range(many)]).replace("<TxDtls>", "\n<TxDtls>")
    total = sum((at % 7 + 1) * 100 + at % 10 for at in range(many))
    reading = statement(entry(f"{total // 100}.{total % 100:02d}", inner=inner))

    assert [row["bank_reference"] for row in reading.values("bank_entries")] == [f"E{at}" for at in range(many)]
    assert reading.row_lines == list(range(2, many + 2))
    assert sum(row["amount_minor"] for row in reading.values("bank_entries")) == total
    whole = statement(entry(f"{total // 100 + 1}.00", inner=inner))
    assert (len(whole.rows), whole.warning_keys()) == (1, ["warn-details-not-split"])


def test_details_before_the_entrys_own_amount_are_summed_in_its_currency_all_the_same() -> None:
    plain = "<TxDtls><Amt>5</Amt></TxDtls>" * 2
    text = f"<Ntry><NtryDtls>{plain}</NtryDtls><Amt Ccy='JPY'>10</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-06-15</Dt></BookgDt></Ntry>"

    assert amounts(statement(text)) == [-5, -5]


def test_a_file_is_read_in_pieces_that_end_anywhere() -> None:
    text = sample("camt_053", "MADE_three").data
    whole = read("camt_053", sample("camt_053", "MADE_three"))
    for size in (1, 7, 4096):
        pieces = (text[at : at + size] for at in range(0, len(text), size))
        assert read("camt_053", Chunks(pieces, text[:65536])) == whole


def test_gb18030_is_read_in_pieces_and_a_torn_sign_is_refused_with_its_place() -> None:
    inner = "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>银联商务</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>"
    text = ('<?xml version="1.0" encoding="GB18030"?>' + HEAD + ACCOUNT + entry("1.00", inner=inner) + TAIL).encode(
        "gb18030"
    )
    reading = read("camt_053", Chunks((text[at : at + 1] for at in range(len(text))), text))
    assert [row["counterparty_name"] for row in reading.values("bank_entries")] == ["银联商务"]

    torn = text.replace("务".encode("gb18030"), b"\xff")
    with pytest.raises(InputError, match="input-encoding"):
        read("camt_053", Source("s.xml", torn))


def endless(opening: str, piece: str) -> Iterator[bytes]:
    """A document that never ends; reading it must stop by itself."""
    yield (HEAD + ACCOUNT + opening).encode()
    for _ in range(4096):
        yield piece.encode() * 4096
    raise AssertionError("nothing stopped the reading")


@pytest.mark.parametrize(
    ("opening", "piece", "key"),
    [
        ("<Ntry><Amt Ccy='", "x" * 64, "input-xml-tag"),
        ("<!-- ", "x" * 64, "input-xml-tag"),
        ("<Ntry><AddtlNtryInf>", "x" * 64, "input-xml-text"),
        ("<Ntry>", "<AddtlNtryInf>0123456789012345678901234567890123</AddtlNtryInf>", "input-xml-text"),
        ("", "<a>", "input-xml-depth"),
    ],
)
def test_what_never_ends_is_refused_after_a_bounded_part_of_it(opening: str, piece: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read("camt_053", Chunks(endless(opening, piece), HEAD.encode()))

    assert caught.value.key == key


def test_elements_of_ever_new_names_and_too_many_attributes_are_refused() -> None:
    names = "".join(f"<n{at}/>" for at in range(30_000))
    marks = " ".join(f"a{at}='1'" for at in range(65))
    for inner, key in ((names, "input-xml-paths"), (f"<Ntry {marks}/>", "input-xml-attributes")):
        with pytest.raises(InputError) as caught:
            read("camt_053", Source("s.xml", (HEAD + ACCOUNT + inner + TAIL).encode()))
        assert caught.value.key == key


@pytest.mark.parametrize("version", range(1, 15))
@pytest.mark.parametrize("status", ["<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>"])
def test_every_version_is_claimed_and_read_alike(version: int, status: str) -> None:
    text = sample("camt_053", "query-farm").data.decode()
    source = Source(
        "x", text.replace("001.08", f"001.{version:02d}").replace("<Sts><Cd>BOOK</Cd></Sts>", status).encode()
    )

    assert [known.code for known in formats_claiming(source)] == ["camt_053"]
    assert read("camt_053", source) == read("camt_053", sample("camt_053", "query-farm"))


@pytest.mark.parametrize("status", ["<Sts>PDNG</Sts>", "<Sts><Cd>INFO</Cd></Sts>", "<Sts><Cd>FUTR</Cd></Sts>"])
def test_what_is_not_booked_is_counted_and_is_no_money(status: str) -> None:
    reading = statement(entry("7.00").replace("<Sts><Cd>BOOK</Cd></Sts>", status))

    assert (reading.rows, len(reading.control_lines), reading.warning_keys()) == ([], 1, ["warn-entries-not-booked"])


NOTICES = {"camt_052": ("BkToCstmrAcctRpt", "Rpt", "report"), "camt_054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "notice")}


@pytest.mark.parametrize("code", NOTICES)
@pytest.mark.parametrize("version", ["", "V01"])
def test_reports_and_notifications_are_notices_and_make_no_day_complete(code: str, version: str) -> None:
    element, inner, kind = NOTICES[code]
    text = sample("camt_053", "sepa-statement").data.decode()
    as_statement = read("camt_053", Source("x", text.encode()))
    text = text.replace("BkToCstmrStmt", element + version).replace("Stmt>", f"{inner}>")
    source = Source("camt053.xml", text.encode())

    assert [known.code for known in formats_claiming(source)] == [code]
    reading = read(code, source)
    assert (reading.covered, reading.statements) == ([], [])
    assert reading.values("bank_notices") == [row | {"kind": kind} for row in as_statement.values("bank_entries")]


def test_a_notice_without_a_booking_day_stands_on_the_moment_it_was_made_and_a_statement_line_is_set_aside() -> None:
    text = sample("camt_054", "query-farm").data.decode()
    for created, booked_at in (
        ("", datetime(2026, 1, 3, 14, 30)),
        ("<CreDtTm>2026-01-02T09:00:00</CreDtTm>", datetime(2026, 1, 2, 9)),
    ):
        reading = read("camt_054", Source("x", text.replace("<Ntfctn>", f"<Ntfctn>{created}").encode()))
        assert [row["booked_at"] for row in reading.values("bank_notices")] == [booked_at]
        assert reading.warnings == [("warn-notice-without-day", {"count": 1})]

    dayless = statement(entry("1.00").replace("<BookgDt><Dt>2026-06-15</Dt></BookgDt>", ""))
    assert [column for _, column, *_ in dayless.rejects] == ["BookgDt"]


RETURN = "<RtrInf><Rsn><{how}>AC04</{how}></Rsn><AddtlInf>closed</AddtlInf></RtrInf>"


@pytest.mark.parametrize(("how", "scheme"), [("Cd", "iso20022_return"), ("Prtry", "other")])
def test_money_that_comes_back_is_an_answer_about_the_payment_it_names(how: str, scheme: str) -> None:
    inner = f"<NtryDtls><TxDtls><Refs><EndToEndId>PO-9</EndToEndId><TxId>T9</TxId></Refs>{RETURN.format(how=how)}</TxDtls></NtryDtls>"
    reading = statement(entry("7.00", inner=inner))

    assert reading.values("payout_answers") == [
        {"payout_no": "PO-9", "network_no": "T9", "message_no": "S", "answered_at": datetime(2026, 6, 15), "state": "returned",
         "amount_minor": 700, "currency": "CNY", "reason_scheme": scheme, "reason_code": "AC04", "reason_text": "closed"}
    ]  # fmt: skip
    assert reading.rows_in == 1
    # money that goes out brings nothing back, and a return that names no payment answers none
    assert statement(entry("7.00", "DBIT", inner=inner)).values("payout_answers") == []
    nameless = inner.replace("PO-9", "NOTPROVIDED").replace("<TxId>T9</TxId>", "")
    assert statement(entry("7.00", inner=nameless)).values("payout_answers") == []


def test_what_a_statement_states_of_itself_is_said() -> None:
    period = "<FrToDt><FrDtTm>2026-06-15T00:00:00</FrDtTm><ToDtTm>2026-06-16T23:59:59</ToDtTm></FrToDt>"
    number = "<ElctrncSeqNb>117</ElctrncSeqNb>"
    balances = balance("OPBD", "100.00"), balance("CLBD", "93.00", on="2026-06-16")
    line = entry("7.00", "DBIT")

    (said,) = statement(number, period, *balances, line).statements
    assert (said.account_tail, said.currency, said.statement_no, said.sequence) == ("3000", "CNY", "S", 117)
    assert (said.opening_minor, said.closing_minor, said.first_on, said.last_on) == (
        10000, 9300, date(2026, 6, 15), date(2026, 6, 16),
    )  # fmt: skip
    (said,) = statement(*balances, line).statements
    assert (said.sequence, said.first_on, said.last_on) == (0, date(2026, 6, 15), date(2026, 6, 16))
    page = "<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"
    (said,) = statement(page, *balances, line).statements
    assert (said.opening_minor, said.closing_minor) == (None, None)


def test_each_statement_of_a_file_is_said_by_itself() -> None:
    reading = read("camt_053", sample("camt_053", "MADE_three"))

    assert [said.account_tail for said in reading.statements] == ["1234", "5678", "unknown"]
