"""NACHA: payouts and answers apart from collections, every fixture read, controls computed again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from formats_samples import SAMPLES, files_in, source_of
from formats_sink import Reading, read

from daozhang.errors import InputError
from daozhang.formats.base import Given, Source
from daozhang.formats.nacha_records import corrected, padded, routing_fits
from daozhang.formats.registry import formats_claiming

CORPUS = [
    path
    for path in (*files_in(SAMPLES / "nacha"), *files_in(SAMPLES / "corpus" / "nacha"))
    if not path.name.startswith("MADE")
]
DAMAGED = {
    # file: lines set aside, and why
    "1e5RecordBefore1or8.txt": (1, {"reject-order"}),
    "20110729A-invalid.ach": (20, {"reject-day"}),
    "4.ach": (3, {"reject-value"}),
    "adv-invalidBatchEntries.ach": (1, {"reject-order"}),
    "d8f3557bf70ce706c9efbfcfd8143f131a2eef20": (2, {"reject-record-length"}),
    "iat-batchHeaderErr.ach": (7, {"reject-order"}),
    "return-no-batch-controls.ach": (1, {"reject-empty"}),
    "return-no-batch-header.ach": (4, {"reject-order"}),
    "txp-credit.ach": (1, {"reject-day"}),
}
"""Files broken on purpose or by a fuzzer; what is wrong is set aside, the rest is read."""


def header() -> str:
    return "101 02100002112345678902606150930A094101BANK".ljust(94)


def batch(
    entry_class: str = "CCD", on: str = "260616", description: str = "PAYOUT", company: str = "1234567890"
) -> str:
    return f"5200{'DEMO':36}{company:10}{entry_class}{description:10}{'':6}{on:6}   1021000020000001"


def entry(
    code: str = "22", amount: str = "0000000100", number: str = "PO-1", trace: str = "021000020000001", more: str = "0"
) -> str:
    return f"6{code}021000021{'000123456789':17}{amount}{number:15}{'SHOP':22}  {more}{trace}"


def back(code: str = "R03", original: str = "021000020000009", words: str = "") -> str:
    return f"799{code}{original}      02100002{words:44}011401530000001"


def changed(code: str, data: str) -> str:
    return f"798{code}021000020000009      02100002{data:29}{'':15}011401530000001"


def text(*lines: str, given: Given | None = None) -> Reading:
    return read("nacha", Source("n", ("\n".join(lines) + "\n").encode(), given or Given()))


def test_the_records_of_these_tests_have_their_width() -> None:
    assert {len(line) for line in (header(), batch(), entry(), back(), changed("C01", "1"))} == {94}


def test_every_fixture_is_read_and_what_is_damaged_in_it_is_set_aside() -> None:
    """76 of 76 fixtures (the bar is 97 %) are read; in nine that are broken on purpose single lines are set aside."""
    readings = {path.name: read("nacha", source_of(path)) for path in CORPUS}

    assert len(readings) == 76
    assert all(reading.rows_in for reading in readings.values())
    assert sorted(name for name, reading in readings.items() if reading.rejects) == sorted(DAMAGED)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_record_is_said_once_and_what_is_set_aside_is_named(path: Path) -> None:
    reading = read("nacha", source_of(path))
    said = sorted(reading.row_lines + reading.control_lines + [line for line, *_ in reading.rejects])

    assert said == list(range(1, len(said) + 1))
    count, reasons = DAMAGED.get(path.name, (0, set()))
    assert (len(reading.rejects), {why for *_, why, _ in reading.rejects}) == (count, reasons)


def test_returns_and_changes_of_the_corpus_are_decoded() -> None:
    answers = [v for path in CORPUS for v in read("nacha", source_of(path)).values("payout_answers")]

    assert sorted(str(v["reason_code"]) for v in answers) == ["R03"] * 4 + ["R04", "R72", "R96"]
    assert all(len(str(v["network_no"])) == 15 for v in answers)


def test_a_credit_is_a_payout_that_is_only_claimed() -> None:
    ((table, line_no, values),) = text(header(), batch(), entry(), given=Given(acquirer="demo", merchant_no="M1")).rows

    assert (table, line_no) == ("payouts", 3)
    assert values == {
        "acquirer": "demo", "merchant_no": "M1", "payout_no": "PO-1", "settled_on": date(2026, 6, 16), "planned_minor": 100,
        "paid_minor": 100, "currency": "USD", "state": "claimed", "account_tail": "6789", "account_holder": "SHOP",
        "created_at": datetime(2026, 6, 15, 9, 30),
    }  # fmt: skip


@pytest.mark.parametrize("code", ["22", "32", "42", "52"])
def test_every_kind_of_credit_pays(code: str) -> None:
    assert len(text(header(), batch(), entry(code)).values("payouts")) == 1


@pytest.mark.parametrize("code", ["23", "33", "24", "28"])
def test_prenotifications_are_no_money(code: str) -> None:
    reading = text(header(), batch(), entry(code, "0000000000"))

    assert (reading.rows, reading.rejects, reading.warning_keys()) == ([], [], ["warn-summary-missing"])


def test_debits_and_their_returns_are_other_lines_and_said() -> None:
    reading = text(header(), batch(), entry("27"), entry("26", more="1"), back("R01"))

    assert reading.rows == []
    assert ("warn-nacha-debits", {"count": 1}) in reading.warnings
    assert ("warn-nacha-debit-returns", {"count": 1, "codes": "R01 × 1"}) in reading.warnings


def test_a_reversal_batch_pays_nobody() -> None:
    assert text(header(), batch(description="REVERSAL"), entry()).rows == []


@pytest.mark.parametrize("code", ["21", "22"])
def test_a_return_answers_the_payout_by_its_number_and_trace(code: str) -> None:
    (row,) = text(header(), batch(), entry(code, more="1"), back(words="NO SUCH ACCOUNT")).values("payout_answers")

    assert (row["payout_no"], row["network_no"], row["state"]) == ("PO-1", "021000020000009", "returned")
    assert (row["reason_scheme"], row["reason_code"], row["reason_text"]) == ("nacha", "R03", "NO SUCH ACCOUNT")
    assert (row["amount_minor"], row["answered_at"]) == (100, datetime(2026, 6, 15, 9, 30))


@pytest.mark.parametrize("code", ["R61", "R68", "R70", "R71", "R77"])
def test_a_disputed_return_leaves_open_where_the_money_is(code: str) -> None:
    (row,) = text(header(), batch(), entry("21", more="1"), back(code, words="69      75639218")).values(
        "payout_answers"
    )

    assert (row["state"], row["reason_text"]) == ("pending", None)


def test_a_return_without_its_addenda_is_set_aside() -> None:
    reading = text(header(), batch(), entry("21"), entry())

    assert [(line, column) for line, column, *_ in reading.rejects] == [(3, "Addenda 98/99")]
    assert len(reading.rows) == 1


@pytest.mark.parametrize(
    ("code", "data", "shown"),
    [("C01", "9900112233", "****2233"), ("C02", "011401533", "011401533"), ("C03", "011401533   9900112233", "011401533 ****2233"),
     ("C04", "SHANGHAI NOODLES INC", "SHANGHAI NOODLES INC"), ("C05", "32", "32"), ("C06", "9900112233          32", "****2233 32"),
     ("C07", "0114015339900112233       32", "011401533 ****2233 32"), ("C09", "ID 9900112233", "ID ****2233"), ("C01", "12", "12")],
)  # fmt: skip
def test_a_change_says_what_is_right_with_account_numbers_cut(code: str, data: str, shown: str) -> None:
    assert corrected(code, data.ljust(29)) == shown
    (row,) = text(header(), batch("COR"), entry("21", "0000000000", more="1"), changed(code, data)).values(
        "payout_answers"
    )
    assert (row["corrected"], row["state"], row["reason_code"], row["amount_minor"]) == (shown, "claimed", code, None)


def test_no_row_holds_more_of_an_account_than_four_digits() -> None:
    for path in CORPUS:
        for _, _, values in read("nacha", source_of(path)).rows:
            assert len(str(values.get("account_tail") or "")) <= 4


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [(entry("99"), "Transaction Code", "reject-value"), (entry(amount="00000O0100"), "Amount", "reject-amount"),
     (entry()[:70], "", "reject-record-length"), (entry() + "x", "", "reject-record-length"),
     ("7" + entry()[1:], "Record Type Code", "reject-order"), ("4" + entry()[1:], "Record Type Code", "reject-value")],
)  # fmt: skip
def test_a_record_that_does_not_read_is_set_aside_alone(line: str, column: str, reason: str) -> None:
    reading = text(header(), batch(), line, entry())

    assert [(at, name, why) for at, name, _, why, _ in reading.rejects] == [(3, column, reason)]
    assert len(reading.values("payouts")) == 1


@pytest.mark.parametrize(
    ("on", "settled_on"), [("260616", date(2026, 6, 16)), ("000000", date(2026, 6, 15)), ("", date(2026, 6, 15))]
)
def test_without_an_effective_day_the_day_of_the_file_counts(on: str, settled_on: date) -> None:
    assert text(header(), batch(on=on), entry()).values("payouts")[0]["settled_on"] == settled_on


def test_an_effective_day_that_is_none_is_set_aside() -> None:
    assert [why for *_, why, _ in text(header(), batch(on="260231"), entry()).rejects] == ["reject-day"]


def test_without_merchant_the_company_stands_for_it_and_a_warning_says_so() -> None:
    reading = text(header(), batch(), entry())

    assert (reading.values("payouts")[0]["merchant_no"], reading.values("payouts")[0]["acquirer"]) == (
        "1234567890",
        "ach",
    )
    assert ("warn-nacha-merchant-unsaid", {"count": 1}) in reading.warnings


def test_classes_with_other_columns() -> None:
    ctx = f"622021000021{'000123456789':17}0000000100{'PO-2':15}0000{'TEA HOUSE':16}    0021000020000001"
    cie = f"622021000021{'000123456789':17}0000000100{'LI LEI':15}{'PO-3':22}  0021000020000001"
    reading = text(header(), batch("CTX"), ctx, batch("CIE"), cie)

    assert [(v["payout_no"], v["account_holder"]) for v in reading.values("payouts")] == [
        ("PO-2", "TEA HOUSE"),
        ("PO-3", "LI LEI"),
    ]


def test_an_international_payout_has_its_name_in_its_addenda() -> None:
    reading = read("nacha", source_of(SAMPLES / "nacha" / "20180716-IAT-A17.ach"))
    (row,) = reading.values("payouts")

    assert (row["account_holder"], row["account_tail"], row["planned_minor"]) == ("BEK Enterprises", "0104", 100000)


@pytest.mark.parametrize("how", ["lf", "crlf", "one line", "trimmed", "no end"])
def test_line_ends_and_trimmed_blanks_change_nothing(how: str) -> None:
    data = (SAMPLES / "nacha" / "20110805A.ach").read_bytes()
    plain = data.replace(b"\r\n", b"\n")
    forms = {
        "lf": plain,
        "crlf": plain.replace(b"\n", b"\r\n"),
        "one line": plain.replace(b"\n", b""),
        "trimmed": b"\n".join(line.rstrip() for line in plain.split(b"\n")),
        "no end": plain.rstrip(b"\n"),
    }
    expected, got = read("nacha", Source("n", plain)), read("nacha", Source("n", forms[how]))

    assert got.rows == expected.rows
    assert got.warnings == expected.warnings
    assert [known.code for known in formats_claiming(Source("n", forms[how]))] == ["nacha"]


def test_controls_of_the_corpus_agree_but_where_files_are_broken() -> None:
    """Nearly all batch controls (8) agree with the entries above them; those of fuzzed or edited files do not."""
    differing = {
        path.name
        for path in CORPUS
        for key, facts in read("nacha", source_of(path)).warnings
        if key == "warn-total-differs" and str(facts["name"]).startswith("8 ")
    }

    assert differing == {
        "4.ach", "adv-invalidBatchEntries.ach", "d8f3557bf70ce706c9efbfcfd8143f131a2eef20", "iat-batchHeaderErr.ach",
        "invalid-two-micro-deposits.ach", "nacha_broken_batch_debit_total.ach", "nacha_broken_batch_total.ach",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said"),
    [("nacha_broken_batch_total.ach", "credit"), ("nacha_broken_batch_debit_total.ach", "debit"),
     ("nacha_broken_file_total.ach", "credit"), ("nacha_broken_file_debit_total.ach", "debit")],
)  # fmt: skip
def test_a_wrong_total_is_said_and_the_payouts_are_taken(name: str, said: str) -> None:
    (path,) = (path for path in CORPUS if path.name == name)
    reading = read("nacha", source_of(path))

    assert any(key == "warn-total-differs" and str(facts["name"]).endswith(said) for key, facts in reading.warnings)
    assert len(reading.values("payouts")) == 4


def test_a_wrong_check_digit_is_said() -> None:
    (path,) = (path for path in CORPUS if path.name == "nacha_broken_check_digit.ach")

    assert "warn-nacha-routing" in read("nacha", source_of(path)).warning_keys()
    assert routing_fits("021000021")
    assert not routing_fits("021000020")
    assert not routing_fits("02100002x")


def test_a_file_without_one_record_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        read("nacha", Source("n", b"hello\nworld\n"))
    assert caught.value.key == "input-nacha-empty"


def test_names_in_utf8_and_latin_1_keep_their_columns() -> None:
    line = entry().replace("SHOP", "CAFÉ")
    for encoding in ("utf-8", "latin-1"):
        body = f"{header()}\n{batch()}\n{line}".encode(encoding)
        assert read("nacha", Source("n", body)).values("payouts")[0]["account_holder"] == "CAFÉ"


def test_a_trimmed_record_is_filled_and_a_longer_one_only_cut_of_blanks() -> None:
    assert padded("9") == "9" + " " * 93
    assert padded("9" * 94 + "   ") == "9" * 94


@pytest.mark.parametrize(("name", "aside"), [("20110729A-invalid.ach", 20), ("return-no-batch-header.ach", 4)])
def test_a_file_without_a_sound_header_is_known_and_says_line_by_line_what_is_wrong(name: str, aside: int) -> None:
    (path,) = (one for one in CORPUS if one.name == name)

    assert [one.code for one in formats_claiming(source_of(path))] == ["nacha"]
    assert len(read("nacha", source_of(path)).rejects) == aside


def test_all_but_one_fixture_is_known_by_its_content() -> None:
    """What is not is bytes of a fuzzer in one line, no file that anybody sends."""
    unknown = [path.name for path in CORPUS if [one.code for one in formats_claiming(source_of(path))] != ["nacha"]]

    assert unknown == ["5.ach"]
