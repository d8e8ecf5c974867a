"""What is checked of a settlement account, with the sign that is wrong; real numbers pass, each broken one is found."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.diagnosis.reasons import read_reason
from daozhang.remedies.account_change import FIELD_OF_CAUSE, field_to_fix
from daozhang.remedies.accounts import (
    CREDIT_SIGNS,
    AccountForm,
    bank_code_check,
    bank_code_fault,
    credit_code_check,
    credit_code_fault,
    faults,
    luhn,
    name_fault,
    number_fault,
)
from daozhang.texts import LANGUAGES, say

REASONS = Path(__file__).parent.parent / "samples" / "reasons"
BANK_CODES = (
    "102100099996", "103100000026", "104100000004", "105100000017", "301290000007", "308584000013", "310290000013",
    "302100011000", "303100000006", "305100000013", "306581000003", "307584007998", "309391000011", "403100000004",
    "313651027012", "313651024047", "313522004113", "313651018028", "313227600155", "313227560015",
)  # fmt: skip
"""Published bank numbers (联行号) of head offices and branches."""
CREDIT_CODES = [
    "91110000802100433B",
    "914403001922038216",
    "91330100799655058B",
    "9144030071526726XG",
    "91350100M000100Y43",
]
"""Published unified social credit codes; the last is the example of the standard GB 32100-2015."""


def card(head: str, size: int = 19) -> str:
    """Return a card number that belongs to nobody, with its check digit."""
    body = head.ljust(size - 1, "0")
    return next(body + str(digit) for digit in range(10) if luhn(body + str(digit)))


GOOD = AccountForm(
    number="33050161000000008888", holder="杭州西湖小店（个体工商户）", kind="corporate", bank_code="102100099996",
    licence_name="杭州西湖小店（个体工商户）", credit_code="92330106MA2B000000"[:17] + credit_code_check("92330106MA2B00000"),
)  # fmt: skip


def test_published_numbers_pass() -> None:
    assert [code for code in BANK_CODES if bank_code_fault(code, is_needed=True)] == []
    assert [code for code in CREDIT_CODES if credit_code_fault(code)] == []
    assert faults(GOOD) == ()


@given(st.sampled_from(BANK_CODES), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_of_a_bank_number_is_always_found(code: str, place: int, shift: int) -> None:
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    fault = bank_code_fault(wrong, is_needed=True)
    assert fault is not None
    assert fault.key == "account-fault-bank-code-check"
    assert fault.facts["expected"] == bank_code_check(wrong[:11])


@given(st.sampled_from(CREDIT_CODES), st.integers(0, 16), st.sampled_from(CREDIT_SIGNS))
def test_one_wrong_sign_of_a_credit_code_is_always_found(code: str, place: int, sign: str) -> None:
    wrong = code[:place] + sign + code[place + 1 :]
    assert (credit_code_fault(wrong) is None) == (wrong == code)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_of_a_card_is_always_found_and_never_said(tail: str, place: int, shift: int) -> None:
    number = card("621700" + tail)
    assert number_fault(number, "personal") is None
    place += 2  # the first two are the issuer's
    place = min(place, len(number) - 1)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    fault = number_fault(wrong, "personal")
    assert fault is not None
    assert wrong not in str(fault.facts)


@pytest.mark.parametrize(
    ("given_name", "licence", "way", "place"),
    [
        ("杭州西湖(小店)", "杭州西湖（小店）", "bracket", 5),
        ("杭州西湖【小店】", "杭州西湖（小店）", "bracket", 5),
        ("杭州ＡＢ店", "杭州AB店", "width", 3),
        ("杭州 西湖店", "杭州西湖店", "blank", 3),
        ("杭州\u3000西湖店", "杭州 西湖店", "blank", 3),
        ("杭州西湖店 ", "杭州西湖店", "blank", 6),
        ("杭\u200b州西湖店", "杭州西湖店", "unseen", 2),
        ("杭州西湖点", "杭州西湖店", "sign", 5),
        ("杭州西湖", "杭州西湖店", "missing", 5),
        ("杭州西湖小店", "杭州西湖店", "extra", 5),
        ("張三", "张三", "sign", 1),
    ],
)
def test_the_sign_by_which_a_name_differs_is_named(given_name: str, licence: str, way: str, place: int) -> None:
    fault = name_fault(given_name, licence)
    assert fault is not None
    assert (fault.key, fault.facts["place"]) == (f"account-fault-name-{way}", place)
    for language in LANGUAGES:
        assert str(place) in say(language, fault.key, **fault.facts)


@given(st.text(max_size=12), st.text(max_size=12))
def test_names_are_equal_or_a_sign_is_named(one: str, other: str) -> None:
    fault = name_fault(one, other)
    assert (fault is None) == (one == other)


def broken(**change: object) -> list[str]:
    from dataclasses import replace

    return [fault.key.removeprefix("account-fault-") for fault in faults(replace(GOOD, **change))]  # type: ignore[arg-type]


def test_each_rule_of_the_kind_of_account() -> None:
    assert broken(number=card("621700")) == ["card-for-corporate"]
    assert broken(bank_code="") == ["bank-code-needed"]
    assert broken(bank_code="1021000999") == ["bank-code-length"]
    assert broken(number="3305O161") == ["not-a-digit"]
    assert broken(kind="savings") == ["issuer", "kind"]
    enterprise = {
        "kind": "personal",
        "number": card("621700"),
        "legal_person": "张三",
        "holder": "张三",
        "bank_code": "",
    }
    assert broken(**enterprise) == []
    assert broken(**enterprise, credit_code=CREDIT_CODES[0]) == ["enterprise-needs-corporate"]
    second_class = enterprise | {"kind": "personal_class_ii", "day_minor": 10_000_01}
    assert broken(**second_class) == ["class-limit"]
    assert broken(**second_class | {"day_minor": 10_000_00}) == []
    assert broken(**enterprise | {"holder": "张 三"}) == ["name-blank"]
    assert broken(number="NL44MOCK0000910001", bank_code="") == []
    assert broken(number="NL44MOCK0000910002", bank_code="") == ["iban"]


def test_every_fault_has_its_sentence_in_both_languages() -> None:
    made = [
        *faults(AccountForm(number="1", holder="", kind="corporate", bank_code="1", credit_code="1")),
        *faults(AccountForm(number="99", holder="a", licence_name="b", kind="x", credit_code="I" * 18)),
    ]
    assert len({fault.key for fault in made}) >= 6
    for fault in made:
        for language in LANGUAGES:
            assert fault.key not in say(language, fault.key, **fault.facts)


def test_the_reasons_of_providers_point_to_the_field_to_fix() -> None:
    files = sorted(REASONS.glob("*.csv"))
    assert files
    pointed = 0
    for path in files:
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            text = row.get("reason_text") or row.get("text") or row.get("reason") or ""
            code = read_reason(text).cause_code
            pointed += bool(field_to_fix(code))
            assert field_to_fix(code) == FIELD_OF_CAUSE.get(code, "")
    assert pointed
    assert field_to_fix(read_reason("账号户名不符").cause_code) == "holder"
    assert field_to_fix(read_reason("卡号无效").cause_code) == "number"
    assert field_to_fix("") == ""
