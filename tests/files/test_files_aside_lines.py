"""A line that is set aside is one row: it explains one missing row, the one whose number or amount it has, and no second one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.breaks import Break, BreakType, Evidence, Grain, Keys, Severity
from daozhang.breaks.set_aside import beside_set_aside, that_may_be
from daozhang.desk.aside_reading import read_line
from daozhang.desk.delimited import Delimited
from daozhang.intake.named_cells import Cell
from daozhang.matching.aside_lines import AsideLine, Fit, WaitingLines, Wanted, explain_all, fit
from daozhang.matching.coverage import Coverage, SetAside

DAY = date(2026, 11, 24)
HEAD = "merchant_no,terminal_no,trace_no,rrn,kind,gross_minor,fee_minor,net_minor"


def missed(number: int, minor: int = 10_000, **over: object) -> Break:
    one = Break(
        type=BreakType.MISSING_IN_CLEARING, grain=Grain.TRANSACTION, gap_minor=-minor,
        keys=Keys(acquirer="demo", merchant_no="m1", terminal_no="T1", trace_no=f"{number:06d}", rrn=f"{number:012d}", settled_on=DAY),
        facts={"amount_minor": minor, "expected_on": DAY},
    )  # fmt: skip
    return replace(one, **over)  # type: ignore[arg-type]


def aside(said: list[AsideLine], unread: int = 0, *, name: str = "c.csv") -> SetAside:
    return SetAside(
        table="clearings", acquirer="demo", merchant_no="", account_tail="", days=frozenset({DAY}), lines=len(said) + unread,
        evidence=Evidence(name, 0, name), waiting=WaitingLines(said, unread),
    )  # fmt: skip


def judged(breaks: list[Break], *files: SetAside) -> dict[str, Break]:
    cover = Coverage()
    cover.set_aside = list(files)
    return {one.keys.rrn[-2:]: one for one in beside_set_aside(breaks, cover)}


def watched(breaks: list[Break], *files: SetAside) -> list[str]:
    return sorted(key for key, one in judged(breaks, *files).items() if one.severity is Severity.WATCH)


def cells(text: Delimited) -> list[Cell]:
    return [Cell(*cell) for cell in text.cells(2)]


def of_text(row: str, *broken: str) -> AsideLine:
    text = Delimited.of(f"{HEAD}\n{row}\n".encode(), 2)
    assert text is not None
    return read_line(cells(text), 2, broken)


def test_the_line_goes_to_the_row_whose_number_it_has_and_the_evidence_is_the_line() -> None:
    line = of_text("m1,T1,000002,000000000002,sale,88.5O,53,8797", "gross_minor", "88.5O")
    found = judged([missed(1), missed(2), missed(3)], aside([line]))

    assert [key for key, one in found.items() if one.severity is Severity.WATCH] == ["02"]
    assert found["02"].evidence[-1] == Evidence("c.csv", 2, "c.csv")
    assert found["02"].facts["waiting_for"] == ["set_aside:1:c.csv"]
    assert found["02"].facts["rivals"] == 0


def test_a_line_with_a_readable_amount_is_no_row_of_another_amount() -> None:
    line = of_text("m1,,,,sale?,8850,53,8797", "kind", "sale?")
    assert watched([missed(1, 10_000), missed(2, 8850), missed(3, 885_000)], aside([line])) == ["02"]
    assert watched([missed(1, 10_000)], aside([line])) == []


def test_a_line_that_names_another_payment_explains_none() -> None:
    line = of_text("m1,T1,000009,000000000009,sale,1O,0,10", "gross_minor", "1O")
    assert watched([missed(1), missed(2)], aside([line])) == []


def test_no_more_rows_than_lines_and_each_says_how_many_others_it_could_have_been() -> None:
    found = judged([missed(number) for number in range(1, 8)], aside([], unread=2))
    soft = [one for one in found.values() if one.severity is Severity.WATCH]
    assert len(soft) == 2
    assert {one.facts["rivals"] for one in soft} == {5}


def test_a_line_cut_in_the_middle_still_names_its_row() -> None:
    text = Delimited.of(f"{HEAD}\nm1,T1,000002,000000000002,sa\n".encode(), 2)
    assert text is not None
    line = read_line(cells(text), 2, [""])
    assert not line.is_amount_known
    assert watched([missed(1), missed(2)], aside([line])) == ["02"]


def test_a_chinese_file_in_yuan_is_read_by_what_its_columns_are_called() -> None:
    text = Delimited.of("终端号,系统参考号,交易类型,交易金额(元)\nT1,000000000007,消费?,88.50\n".encode("gb18030"), 2)
    assert text is not None
    line = read_line(cells(text), 2, ["交易类型"])
    assert (line.numbers, line.amounts, line.is_amount_known) == (
        {"terminal_no": "T1", "rrn": "000000000007"},
        {8850},
        True,
    )


@pytest.mark.parametrize(
    ("wanted", "how"),
    [
        (Wanted(numbers={"order_no": "A-100200"}), Fit.KEY),
        (Wanted(numbers={"merchant_no": "other"}, amounts=frozenset({100})), Fit.NONE),
        (Wanted(amounts=frozenset({100})), Fit.AMOUNT),
        (Wanted(amounts=frozenset({99})), Fit.NONE),
        (Wanted(amounts=frozenset({40}), may_be_part=True), Fit.OPEN),
        (Wanted(amounts=frozenset({400}), may_be_part=True), Fit.NONE),
    ],
)
def test_how_a_line_fits(wanted: Wanted, how: Fit) -> None:
    line = AsideLine(
        line_no=3,
        numbers={"merchant_no": "m1"},
        words=frozenset({"A-100200"}),
        amounts=frozenset({100}),
        is_amount_known=True,
    )
    assert fit(line, wanted) is how


def test_a_merged_credit_explains_no_more_than_stands_on_it() -> None:
    credit = AsideLine(line_no=4, amounts=frozenset({100}), is_amount_known=True)
    one = [aside([credit])]
    part = Wanted(amounts=frozenset({40}), may_be_part=True)
    assert that_may_be(one, part)[0].evidence.line_no == 4
    assert that_may_be(one, part)
    assert that_may_be(one, part) == ()


lines = st.builds(
    lambda no, rrn, minor, known: AsideLine(
        line_no=no, numbers={"rrn": f"{rrn:012d}"} if rrn else {}, amounts=frozenset({minor}) if minor else frozenset(), is_amount_known=bool(known and minor)
    ),
    st.integers(2, 99), st.integers(0, 6), st.sampled_from([0, 100, 200]), st.booleans(),
)  # fmt: skip


@given(
    rows=st.lists(st.tuples(st.integers(1, 6), st.sampled_from([100, 200])), max_size=8, unique_by=lambda row: row[0]),
    said=st.lists(lines, max_size=5, unique_by=lambda line: line.line_no),
    unread=st.integers(0, 2),
    order=st.randoms(use_true_random=False),
)
def test_rows_are_never_doubled_or_guessed(
    rows: list[tuple[int, int]], said: list[AsideLine], unread: int, order: object
) -> None:
    breaks = [missed(number, minor) for number, minor in rows]
    found = judged(breaks, aside(said, unread))
    assert len(found) == len(breaks)
    soft = [one for one in found.values() if one.severity is Severity.WATCH]
    assert len(soft) <= len(said) + unread
    places = [one.evidence[-1].line_no for one in soft if one.evidence[-1].line_no]
    assert len(places) == len(set(places))
    by_line = {line.line_no: line for line in said}
    for one in soft:
        line = by_line.get(one.evidence[-1].line_no)
        if line is not None:
            asked = Wanted(numbers={"rrn": one.keys.rrn}, amounts=frozenset({abs(one.gap_minor)}))
            assert fit(line, asked) > Fit.NONE
    assert {one.keys.rrn: one.gap_minor for one in found.values()} == {one.keys.rrn: one.gap_minor for one in breaks}
    order.shuffle(breaks)  # type: ignore[attr-defined]
    assert {key: one.severity for key, one in judged(breaks, aside(said, unread)).items()} == {
        key: one.severity for key, one in found.items()
    }


def test_a_thousand_rows_ask_few_lines_quickly() -> None:
    waiting = WaitingLines([AsideLine(line_no=2 + one) for one in range(200)], unread=300)
    found = explain_all((Wanted(numbers={"rrn": f"{one:012d}"}), [waiting]) for one in range(20_000))
    assert len(found) == 500
