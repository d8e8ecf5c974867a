"""Every file of the world is one its format's reader takes whole, and says what the world did."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from conftest import Written
from daozhang.formats.base import Given, Source
from daozhang.formats.registry import formats_claiming
from daozhang.world.acquirer import Cleared
from daozhang.world.paper.rows import clearing_row

FOLDER_FORMATS = {
    "book": {"interchange_csv"},
    "shop": {"interchange_csv"},
    "lianhe": {"interchange_csv"},
    "unionpay": {"interchange_csv", "unionpay_zm"},
    "wechat": {"wechat_trade_bill", "wechat_fund_bill"},
    "alipay": {"alipay_trade_bill"},
    "bank": {"bank_icbc", "bank_cmb", "bank_boc", "bank_abc", "bank_bocom", "camt_053"},
}


@dataclass
class Taken:
    """A sink that keeps what a reader says."""

    # ruff: noqa: ARG002 - the sink of the contract has these names

    rows: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    complaints: list[object] = field(default_factory=list)
    covered: list[tuple[date, date]] = field(default_factory=list)

    def row(self, table: str, line_no: int, values: Mapping[str, object]) -> None:
        self.rows.append((table, values))

    def control(self, line_no: int) -> None: ...

    def reject(self, line_no: int, column: str, value: str, reason: str, **facts: object) -> None:
        self.complaints.append((line_no, column, value, reason))

    def warn(self, key: str, **facts: object) -> None:
        self.complaints.append((key, facts))

    def statement(self, said: object) -> None:
        pass  # what a statement states of itself is judged elsewhere

    def total(self, said: object) -> None: ...

    def covers(
        self, table: str, *, first_on: date, last_on: date, account_tail: str = "", merchant_no: str = ""
    ) -> None:
        self.covered.append((first_on, last_on))


def deliveries(files: Path) -> list[dict[str, str]]:
    with (files / "arrivals.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def source_of(files: Path, delivery: Mapping[str, str]) -> Source:
    path = files / delivery["path"]
    given = Given(
        acquirer=delivery["acquirer"],
        merchant_no=delivery["merchant_no"],
        account_tail=delivery["account_tail"],
        covers_on=date.fromisoformat(delivery["covers_on"]) if delivery["covers_on"] else None,
    )
    return Source(path.name, path.read_bytes(), given)


@cache
def readings(files: Path) -> dict[str, tuple[str, Taken]]:
    found: dict[str, tuple[str, Taken]] = {}
    for delivery in deliveries(files):
        source = source_of(files, delivery)
        claiming = formats_claiming(source)
        assert [one.code for one in claiming][1:] == [], delivery["path"]
        assert claiming, delivery["path"]
        taken = Taken()
        if claiming[0].read:
            claiming[0].read(source, taken)
        found[delivery["path"]] = (claiming[0].code, taken)
    return found


def test_every_file_is_listed_once_in_order_and_only_what_is_known(written: Written) -> None:
    listed = deliveries(written.files)
    paths = [one["path"] for one in listed]
    on_disk = {path.relative_to(written.files).as_posix() for path in written.files.rglob("*") if path.is_file()}
    assert len(paths) == len(set(paths))
    assert set(paths) == on_disk - {"arrivals.csv"}
    moments = [one["arrived_at"] for one in listed]
    assert moments == sorted(moments)
    assert moments[-1] <= written.world.known_until.isoformat()


def test_every_file_is_claimed_by_the_format_it_was_written_in_and_read_whole(written: Written) -> None:
    for path, (code, taken) in readings(written.files).items():
        assert code in FOLDER_FORMATS[path.split("/")[0]], path
        assert not taken.complaints, path
    used = {code for code, _ in readings(written.files).values()}
    assert used == set().union(*FOLDER_FORMATS.values())


@pytest.mark.parametrize(
    ("folder", "acquirer"), [("unionpay/INN", "unionpay"), ("wechat/trade", "wechat"), ("alipay/", "alipay")]
)
def test_what_a_reader_finds_is_what_was_cleared(folder: str, acquirer: str, written: Written) -> None:
    world = written.world
    told = Counter(
        told_line(values)
        for path, (_, taken) in readings(written.files).items()
        if path.startswith(folder)
        for table, values in taken.rows
        if table == "clearings"
    )
    meant = Counter(
        meant_line(one)
        for shop in world.everybody
        if shop.acquirer == acquirer
        for day in world.all_days
        for one in world.cleared_on(shop, day)
    )
    assert sum(meant.values()) > 500
    assert told == meant


COMPARED = (
    "merchant_no",
    "terminal_no",
    "order_no",
    "occurred_at",
    "cleared_on",
    "kind",
    "gross_minor",
    "fee_minor",
    "net_minor",
)


def told_line(values: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(values.get(name) for name in COMPARED)


def meant_line(one: Cleared) -> tuple[object, ...]:
    row = clearing_row(one)
    return tuple(row[name] for name in COMPARED)


def test_statements_add_up_to_what_the_bank_booked(written: Written) -> None:
    world = written.world
    told: Counter[str] = Counter()
    for path, (_, taken) in readings(written.files).items():
        if path.startswith("bank/"):
            told[path.split("_")[1]] += sum(int(str(values["amount_minor"])) for _, values in taken.rows)
    lost = {(place.day, "3321") for place in world.plan.at("S45")}
    meant = {
        tail: sum(
            one.amount_minor
            for one in entries
            if one.booked_at.date() <= world.last_on and (one.booked_at.date(), tail) not in lost
        )
        for tail, entries in world.entries.items()
    }
    assert dict(told) == meant


def test_a_weekly_statement_says_which_days_it_covers(written: Written) -> None:
    weekly = [taken.covered for path, (code, taken) in readings(written.files).items() if code == "camt_053"]
    assert weekly[0] == [(date(2026, 9, 21), date(2026, 9, 27))]
    assert weekly[-1] == [(date(2026, 10, 12), date(2026, 10, 12))]
