"""Card numbers are cut wherever they stand, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.intake.cards import CardGuard, is_card_number, is_forbidden_column

GUARD = CardGuard(b"k" * 32)

CARDS = [
    "4111111111111111", "4222222222222", "378282246310005", "5555555555554444", "2223003122003222", "6011111111111117",
    "3530111333300000", "30569309025904", "38520000023237", "6222021234567890123", "6222021234567890", "6217000010000000000",
]  # fmt: skip


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("form", ["{}", "卡号{}，", "x{}y", "pay {} now", "a=1;b={};c"])
def test_a_card_number_is_cut_to_six_and_four_and_a_token(card: str, form: str) -> None:
    cut = GUARD.cut(form.format(card))

    assert card not in cut
    assert cut == form.format(f"{card[:6]}******{card[-4:]}~{GUARD.token(card)}")


@pytest.mark.parametrize(
    "written",
    [
        "4111 1111 1111 1111", "4111-1111-1111-1111", "2026 4111 1111 1111 1111", "6222 0212 3456 7890 123",
        "3782 822463 10005", "622202 1234567890123", "４１１１１１１１１１１１１１１１", "４１１１　１１１１　１１１１　１１１１",
    ],
)  # fmt: skip
def test_grouped_and_full_width_numbers_are_cut_and_stay_joinable(written: str) -> None:
    plain = written.translate(str.maketrans("０１２３４５６７８９　", "0123456789 ")).removeprefix("2026 ")
    digits = plain.replace(" ", "").replace("-", "")

    assert GUARD.cut(written).removeprefix("2026 ") == GUARD.masked(digits)


@pytest.mark.parametrize(
    "text",
    [
        "898310012340001", "301440353110001", "4200002100000000000000104729", "20260701123456789012345",
        "4111111111111112", "2026-07-01 10:00:00", "12345678-1234-1234-1234-123456789012", "100000001234",
        "411111111111111111111111", "1234 5678", "0571-87654321", "",
    ],
)  # fmt: skip
def test_other_numbers_stay_as_they_are(text: str) -> None:
    assert GUARD.cut(text) == text


def test_track_data_is_dropped() -> None:
    cut = GUARD.cut("x%B4111111111111111^DOE/JOHN^28011010000?y;4111111111111111=28011010000?z")

    assert cut == "xyz"


def test_the_token_needs_the_key_and_is_the_same_for_the_same_number() -> None:
    assert GUARD.token(CARDS[0]) == CardGuard(b"k" * 32).token(CARDS[0])
    assert GUARD.token(CARDS[0]) != CardGuard(b"q" * 32).token(CARDS[0])
    assert GUARD.token(CARDS[0]) != GUARD.token(CARDS[3])


def test_columns_of_card_data_are_known_by_name() -> None:
    assert all(map(is_forbidden_column, ["CVV", "cvv2", "cvn", "Exp_Date", "有效期", "pin block", "Track2"]))
    assert not any(map(is_forbidden_column, ["card_tail", "expected_on", "pinned", "text"]))


@given(st.text(alphabet="0123456789 -０１４６x", max_size=60))
def test_after_cutting_no_run_of_digits_is_a_card_number(text: str) -> None:
    import re

    cut = GUARD.cut(text)
    plain = cut.translate(str.maketrans("０１２３４５６７８９", "0123456789"))

    assert not any(is_card_number(run) for run in re.findall(r"(?<![0-9~])[0-9]+(?![0-9])", plain))
    assert GUARD.cut(cut) == cut
