"""BAI2: the stream of fields, several records on a line, directions, totals at every level, interim groups."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from formats_samples import SAMPLES, UNCLAIMED, sample, source_of
from formats_sink import Reading, read

from daozhang.errors import InputError
from daozhang.formats.base import Given, Source
from daozhang.formats.registry import formats_claiming

FILE = "01,021000021,1234567890,260616,0700,1,80,1,2/\n"


def account(*lines: str, group: str = "02,1234567890,021000021,1,260615,2400,USD,2/", trailer: str = "") -> Reading:
    body = FILE + f"{group}\n03,0001234567,USD,010,1000,,,015,1000,,/\n" + "".join(f"{line}\n" for line in lines)
    return read("bai2", Source("b", (body + trailer).encode()))


def entries(reading: Reading) -> list[tuple[object, object, object]]:
    return [(v["amount_minor"], v["bank_reference"], v["text"]) for v in reading.values("bank_entries")]


def test_amounts_of_a_real_file_are_the_totals_it_states() -> None:
    """Recomputed here from the text alone: every trailer of sample2 is the sum of the amounts above it."""
    text = (SAMPLES / "bai2" / "sample2.txt").read_text(encoding="ascii")
    total = 0
    for line in text.replace("/\n88,", ",").splitlines():
        fields = line.rstrip("/").split(",")
        if fields[0] == "16":
            total += int(fields[2])
        elif fields[0] == "03":
            # 190,…,4,0,110 | 70000000,15,D,3,… : the distribution behind a D is no amount of its own
            rest = fields[3:] if "D" not in fields else fields[3 : fields.index("D") + 1]
            total += sum(int(rest[at + 1]) for at in range(0, len(rest), 4) if at + 1 < len(rest) and rest[at + 1])
        elif fields[0] == "99":
            assert total == int(fields[1])

    reading = read("bai2", sample("bai2", "sample2"))
    assert [key for key in reading.warning_keys() if key.startswith("warn-total")] == []
    assert sum(amount for amount, _, _ in entries(reading) if isinstance(amount, int)) == 30950000


@pytest.mark.parametrize("name", ["sample2.txt", "sample3.txt"])
def test_two_real_files_agree_with_every_total_they_state(name: str) -> None:
    assert read("bai2", source_of(SAMPLES / "bai2" / name)).warnings == []


def test_a_real_file_that_contradicts_itself_is_taken_and_said() -> None:
    reading = read("bai2", sample("bai2", "sample4"))

    assert (len(reading.rows), reading.rejects) == (17, [])
    assert {key for key, _ in reading.warnings} == {"warn-total-differs", "warn-statement-balance"}


def test_a_file_that_does_not_begin_with_its_header_is_refused_with_the_place() -> None:
    source = source_of(UNCLAIMED / "bai2-sample-parseError.txt")

    assert formats_claiming(source) == []
    with pytest.raises(InputError) as caught:
        read("bai2", source)
    assert caught.value.key == "input-bai2-start"
    assert (caught.value.facts["line"], str(caught.value.facts["value"])[:7]) == (1, "00,0004")


def test_several_records_on_one_line_keep_their_line() -> None:
    reading = account("16,142,100,0,B1,,ONE/ 16,451,40,0,B2,,TWO/   49,2140,4/", trailer="98,2140,1,6/\n99,2140,1,8/\n")

    assert entries(reading) == [(100, "B1", "ONE"), (-40, "B2", "TWO")]
    assert reading.row_lines == [4, 4]
    assert "warn-total-differs" not in reading.warning_keys()


@pytest.mark.parametrize(
    "lines",
    [
        ("16,142,100,V,260616,0900,B1,C1,TEXT, WITH COMMA / AND SLASH/",),
        ("16,142/", "88,100,V/", "88,260616,0900,B1,C1,TEXT, WITH COMMA / AND SLASH/"),
        ("16,142,100,V,260616,0900,B1,C1/", "88,TEXT, WITH COMMA/", "88,/ AND SLASH/"),
        ("16,142,100,V,260616,0900,B1,C1,TEXT, WITH", "COMMA /", "88,AND SLASH"),
    ],
)
def test_a_record_may_go_on_anywhere(lines: tuple[str, ...]) -> None:
    (row,) = account(*lines).values("bank_entries")

    assert (row["amount_minor"], row["bank_reference"], row["value_on"]) == (100, "C1", date(2026, 6, 16))
    assert str(row["text"]).replace(" /", "") == "TEXT, WITH COMMA AND SLASH"
    assert row["booked_at"] == datetime(2026, 6, 15)


@pytest.mark.parametrize(
    ("funds", "reference"),
    [(",", "B1"), ("0,", "B1"), ("Z,", "B1"), ("S,10,20,70,", "B1"), ("V,260616,,", "B1"), ("D,2,0,50,1,50,", "B1")],
)
def test_the_funds_type_says_how_many_fields_follow(funds: str, reference: str) -> None:
    assert entries(account(f"16,142,100,{funds}B1,,T/")) == [(100, reference, "T")]


@pytest.mark.parametrize(
    ("code", "amount"),
    [("100", 7), ("399", 7), ("400", -7), ("699", -7), ("557", -7), ("257", 7), ("920", 7), ("960", -7)],
)
def test_the_type_code_says_the_direction(code: str, amount: int) -> None:
    assert entries(account(f"16,{code},7,0,B,,T/")) == [(amount, "B", "T")]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [("16,740,7,0,B,,T/", "Type Code", "reject-direction"), ("16,14,7,0,B,,T/", "Type Code", "reject-value"),
     ("16,142,7.50,0,B,,T/", "Amount", "reject-amount"), ("16,142,,0,B,,T/", "Amount", "reject-empty"),
     ("16,142,7,Q,B,,T/", "Funds Type", "reject-value"), ("16,142,7,D,x,B,,T/", "Funds Type", "reject-value"),
     ("16,142,7,V,260231,,B,,T/", "Value Date", "reject-day")],
)  # fmt: skip
def test_what_does_not_read_is_set_aside_alone(line: str, column: str, reason: str) -> None:
    reading = account(line, "16,142,1,0,B2,,OTHER/")

    assert [(line_no, name, why) for line_no, name, _, why, _ in reading.rejects] == [(4, column, reason)]
    assert entries(reading) == [(1, "B2", "OTHER")]


def test_a_record_without_money_is_no_row() -> None:
    reading = account("16,890,,,B,,JUST A WORD/")

    assert (reading.rows, reading.rejects) == ([], [])


@pytest.mark.parametrize(("modifier", "table"), [("1", "bank_notices"), ("3", "bank_notices"), ("2", "bank_entries"),
                                                 ("4", "bank_entries"), ("", "bank_entries")])  # fmt: skip
def test_interim_groups_give_notices(modifier: str, table: str) -> None:
    reading = account("16,142,7,0,B,,T/", "49,2007,3/", group=f"02,1234567890,021000021,1,260615,,USD,{modifier}/")

    assert [name for name, *_ in reading.rows] == [table]
    assert bool(reading.statements) == (table == "bank_entries")
    assert bool(reading.covered) == (modifier in {"2", "4"})


@pytest.mark.parametrize(("status", "rows", "warning"), [("2", 0, "warn-bai-not-data"), ("4", 0, "warn-bai-not-data"),
                                                         ("3", 1, "warn-bai-correction")])  # fmt: skip
def test_deletions_and_tests_are_left_out_and_corrections_said(status: str, rows: int, warning: str) -> None:
    reading = account("16,142,7,0,B,,T/", group=f"02,1234567890,021000021,{status},260615,,USD,2/")

    assert (len(reading.rows), warning in reading.warning_keys()) == (rows, True)


def test_balances_are_compared_and_kept() -> None:
    reading = account("16,142,7,0,B,,T/", "49,2007,3/")
    (said,) = reading.statements

    assert "warn-statement-balance" in reading.warning_keys()
    assert (said.opening_minor, said.closing_minor, said.account_tail, said.first_on) == (
        1000,
        1000,
        "4567",
        date(2026, 6, 15),
    )


def test_a_currency_without_decimals_is_in_its_own_units() -> None:
    reading = account("16,142,700,0,B,,T/", group="02,1234567890,021000021,1,260615,,JPY,2/")

    assert reading.values("bank_entries")[0]["currency"] == "USD"  # the account says its own
    body = FILE + "02,1234567890,021000021,1,260615,,JPY,2/\n03,0001234567,/\n16,142,700,0,B,,T/\n"
    (row,) = read("bai2", Source("b", body.encode(), Given(account_tail="9999"))).values("bank_entries")
    assert (row["currency"], row["amount_minor"], row["account_tail"]) == ("JPY", 700, "9999")


def test_an_entry_outside_an_account_is_set_aside() -> None:
    reading = read("bai2", Source("b", (FILE + "16,142,7,0,B,,T/\n").encode()))

    assert [(line, reason) for line, _, _, reason, _ in reading.rejects] == [(2, "reject-order")]


def test_many_wrong_totals_are_named_ten_times_and_counted() -> None:
    reading = account(*("49,1,1/\n03,0001234567,USD/" for _ in range(30)))

    assert reading.warning_keys().count("warn-total-differs") == 10
    assert dict(reading.warnings)["warn-totals-more"]["count"] == 50
