"""A mapping as TOML and as JSON: exact both ways, strict about everything, safe with a stranger's file."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daozhang.errors import InputError
from daozhang.formats.mapped.spec import Amount, Check, ColumnRule, FileShape, Kept, Mapping, Moment, TableRule
from daozhang.formats.mapped.store import (
    LARGEST,
    as_format,
    mapping_from_json,
    mapping_from_toml,
    mapping_to_json,
    mapping_to_toml,
    shipped_mappings,
)
from daozhang.formats.registry import REGISTRY

WORD = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
WORDS = st.lists(WORD, max_size=4).map(tuple)
NAMES = st.lists(
    st.text(st.characters(categories=["Lo", "Lu"]), min_size=2, max_size=6), min_size=4, max_size=6, unique=True
)


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    """A sound mapping of orders with words of any kind in every place that takes them."""
    names = draw(NAMES)
    by_column = draw(st.booleans())
    amount = (
        Amount(
            unit=draw(st.sampled_from(["major", "minor"])), sign="by_column", sign_column=names[0], minus_when=("出",)
        )
        if by_column
        else Amount(
            decimal=draw(st.sampled_from([".", ","])), sign=draw(st.sampled_from(["as_written", "negated", "absolute"]))
        )
    )
    columns = (
        ("order_no", ColumnRule(columns=tuple(names[:2]), joined=draw(st.booleans()), last=draw(st.integers(0, 20)))),
        ("merchant_no", ColumnRule(value=draw(st.sampled_from(["given:merchant_no", "M1"])), otherwise=draw(WORD))),
        ("amount_minor", ColumnRule(columns=(names[2],), amount=amount)),
        ("placed_at", ColumnRule(columns=(names[3],), moment=Moment(order="dmy", zone="UTC", plus_days=draw(st.integers(-9, 9))))),
        ("operator_no", ColumnRule(columns=(names[1],), values=tuple((word, word) for word in dict.fromkeys(draw(WORDS))))),
    )  # fmt: skip
    kept = (
        Kept(column=names[0], not_in=draw(WORDS.filter(bool)), others=draw(st.sampled_from(["control", "reject"]))),
    )
    return Mapping(
        code=draw(st.from_regex(r"[a-z][a-z0-9_]{2,20}", fullmatch=True)),
        shape=FileShape(header=tuple(names), strip=draw(st.sampled_from(["", "`'\"\t"])), empty=draw(WORDS), footers=draw(WORDS)),
        tables=(TableRule(table="orders", columns=columns, kept=kept),),
        title_zh=draw(WORD), title_en=draw(st.sampled_from(["", "x"])), checks=(Check(kind="net"),), made_by="person",
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(mapping=mappings())
def test_toml_and_json_give_the_same_mapping_back(mapping: Mapping) -> None:
    assert mapping_from_toml(mapping_to_toml(mapping)) == mapping
    assert mapping_from_json(mapping_to_json(mapping)) == mapping
    assert "\n" not in mapping_to_json(mapping)


def test_what_ships_is_written_as_the_program_would_write_it_back() -> None:
    for mapping in shipped_mappings():
        assert mapping_from_toml(mapping_to_toml(mapping)) == mapping
        assert as_format(mapping).code in {known.code for known in REGISTRY}


GOOD = """
code = "shop"
[shape]
header = ["单号", "金额", "时间"]
[[tables]]
table = "orders"
[tables.columns]
order_no = { columns = ["单号"] }
merchant_no = { value = "M1" }
amount_minor = { columns = ["金额"], amount = {} }
placed_at = { columns = ["时间"], moment = {} }
"""


def test_a_small_mapping_is_read() -> None:
    mapping = mapping_from_toml(GOOD)

    assert (mapping.code, mapping.made_by, mapping.tables[0].table) == ("shop", "product", "orders")


@pytest.mark.parametrize(
    ("was", "becomes", "key", "place"),
    [
        ('code = "shop"', 'code = "Shop!"', "input-mapping-value", "code"),
        ('code = "shop"', "code = 7", "input-mapping-value", "code"),
        ('code = "shop"', 'code = "shop"\nowner = "x"', "input-mapping-key", "owner"),
        ('code = "shop"', "", "input-mapping-missing", "code"),
        ('["单号", "金额", "时间"]', '["单号"]', "input-mapping-value", "shape.header"),
        ('["单号", "金额", "时间"]', "[1, 2, 3]", "input-mapping-value", "shape.header[0]"),
        ('["单号", "金额", "时间"]', '"单号"', "input-mapping-value", "shape.header"),
        ('["单号", "金额", "时间"]', '["单号", "金额"]\nwithout = ["金额"]', "input-mapping-value", "shape.without"),
        ('["单号", "金额", "时间"]', '["单号", "金额"]\npositions = ["a", "b", "c", "d"]', "input-mapping-value", "shape"),
        ('["单号", "金额", "时间"]', '["单号", "金额"]\ncontainer = "pdf"', "input-mapping-value", "shape.container"),
        ('["单号", "金额", "时间"]', '["单号", "金额"]\ndelimiter = "5"', "input-mapping-value", "shape.delimiter"),
        ('["单号", "金额", "时间"]', '["单号", "金额"]\nquoted = 1', "input-mapping-value", "shape.quoted"),
        ('table = "orders"', 'table = "users"', "input-mapping-value", "tables[0].table"),
        ('order_no = { columns = ["单号"] }', "", "input-mapping-missing", "tables[0].columns.order_no"),
        ('order_no = { columns = ["单号"] }', "order_no = {}", "input-mapping-missing", "tables[0].columns.order_no.columns"),
        ("amount = {}", 'amount = { unit = "cents" }', "input-mapping-value", "tables[0].columns.amount_minor.amount.unit"),
        ("amount = {}", 'amount = { sign = "by_column" }', "input-mapping-missing", "tables[0].columns.amount_minor.amount.sign_column, minus_when"),
        (", amount = {}", "", "input-mapping-missing", "tables[0].columns.amount_minor.amount"),
        ("moment = {}", 'moment = { zone = "Mars/Olympus" }', "input-mapping-value", "tables[0].columns.placed_at.moment.zone"),
        ("moment = {}", "moment = { plus_days = 400 }", "input-mapping-value", "tables[0].columns.placed_at.moment.plus_days"),
        ("moment = {}", "moment = { plus_days = true }", "input-mapping-value", "tables[0].columns.placed_at.moment.plus_days"),
        ('value = "M1"', 'value = "given:everything"', "input-mapping-value", "tables[0].columns.merchant_no.value"),
        ('value = "M1"', 'value = "derived:net"', "input-mapping-value", "tables[0].columns.merchant_no.value"),
        ('value = "M1" }', 'value = "M1" }\ncolour = { value = "red" }', "input-mapping-key", "tables[0].columns.colour"),
        ('value = "M1" }', 'value = "M1" }\npaid_by = { value = "barter" }', "input-mapping-value", "tables[0].columns.paid_by.value"),
        ('table = "orders"', 'table = "orders"\nkept = [{ column = "单号" }]', "input-mapping-value", "tables[0].kept[0]"),
    ],
)  # fmt: skip
def test_what_does_not_belong_is_named_with_its_place(was: str, becomes: str, key: str, place: str) -> None:
    assert was in GOOD
    with pytest.raises(InputError) as caught:
        mapping_from_toml(GOOD.replace(was, becomes))

    assert (caught.value.key, caught.value.facts["place"]) == (key, place)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("code = ", "input-mapping-unreadable"),
        ("a = " + "[" * 5000 + "]" * 5000, "input-mapping-unreadable"),
        ("x" * (LARGEST + 1), "input-mapping-large"),
        (GOOD.replace('"单号", "金额"', ", ".join(f'"n{number}"' for number in range(700))), "input-mapping-large"),
        (GOOD.replace('"M1"', '"' + "x" * 400 + '"'), "input-mapping-large"),
    ],
    ids=["torn", "deep", "large", "many", "long"],
)
def test_a_strangers_file_costs_nothing(text: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        mapping_from_toml(text)

    assert caught.value.key == key


def test_json_is_as_strict_as_toml() -> None:
    for text in ("[]", "{", "null", "[" * 100_000, '{"code": "x", "__class__": "os"}'):
        with pytest.raises(InputError, match="input-mapping"):
            mapping_from_json(text)


def test_every_part_of_a_mapping_is_plain_and_frozen() -> None:
    for part in (Amount, Check, ColumnRule, FileShape, Kept, Mapping, Moment, TableRule):
        assert dataclasses.is_dataclass(part)
        assert part.__dataclass_params__.frozen  # type: ignore[attr-defined]
