"""Five shops at one acquirer, paid to one account: the files of every day, and what really happened to every payout.

The town knows the calendar by heart, from the same official notice but not from the product's file, so that both
can be compared. It holds whole minor units (fen) and naive Asia/Shanghai moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.money import share_of
from daozhang.world.chance import chance

DAY: Final = timedelta(days=1)
ACQUIRER: Final = "huaka"
PAYER: Final = "华卡支付服务有限公司客户备付金"
TAIL: Final = "6688"
SHOPS: Final = tuple(f"89844035812{number:04d}" for number in range(1, 6))
RATE_BP: Final = 60
DUE_AT: Final = time(14)
SALES_DAYS: Final = 8
STARTS: Final = (date(2026, 9, 14), date(2026, 9, 21), date(2026, 9, 26), date(2026, 10, 9))
"""First days: over the make-up Sunday of 20 September, the Mid-Autumn days, the National Day week, an ordinary week."""

DAYS_OFF: Final = frozenset(
    [date(2026, 9, day) for day in (25, 26, 27)] + [date(2026, 10, day) for day in range(1, 8)]
)  # fmt: skip
MAKEUP: Final = frozenset({date(2026, 9, 20), date(2026, 10, 10)})
"""Days off and make-up working days of autumn 2026, as the State Council announced them."""

KINDS: Final = ("failed", "returned", "silent", "lost", "unpaid", "ordered_late", "short", "twice")
"""What may go wrong with the payout of one clearing day."""
ODDS: Final = 7
"""One payout in so many goes wrong."""

Row = dict[str, object]
Alarm = tuple[str, str, str, str, int]
"""Break type, merchant number, payout number or empty, clearing day as ISO text, gap in fen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One file as its sender means it: about ``day``, ready at ``at``."""

    table: str
    day: date
    at: datetime
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """Return the file's name."""
        return f"{self.table}_{self.day}.csv"

    @property
    def known(self) -> dict[str, str]:
        """Return what the sender says of the file."""
        whose = {"account_tail": TAIL} if self.table == "bank_entries" else {"acquirer": ACQUIRER}
        return {**whose, "covers_on": self.day.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Something that went wrong: what may be said of it from ``since`` on, and what must be said in the end."""

    kind: str
    merchant_no: str
    settled_on: date
    since: datetime
    may: frozenset[Alarm]
    must: frozenset[Alarm] = frozenset()


@dataclass(slots=True)
class Town:
    """Everything that happened from ``first_on`` on; ``owed`` is the net of each merchant and clearing day."""

    first_on: date
    owed: dict[tuple[str, date], int] = field(default_factory=dict)
    clearings: dict[date, list[Row]] = field(default_factory=dict)
    payouts: list[tuple[datetime, Row]] = field(default_factory=list)
    entries: list[tuple[datetime, Row]] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)

    @property
    def last_on(self) -> date:
        """Return the last day that has files: two working days after the last thing that happened."""
        ends = max(at for at, _ in (*self.payouts, *self.entries)).date()
        return workdays_after(ends, 2)

    def due_on(self, day: date) -> date:
        """Return when the money of a clearing day is due: the next working day."""
        return workdays_after(day, 1)

    def papers(self) -> Iterator[Paper]:
        """Give every file in the order in which the files are ready."""
        day = self.first_on
        while day <= self.last_on:
            morning = datetime.combine(day, time(9))
            told = [row for at, row in self.payouts if morning - DAY < at <= morning]
            yield Paper(table="payouts", day=day, at=morning, rows=tuple(told))
            booked = [row for at, row in self.entries if at.date() == day]
            yield Paper(table="bank_entries", day=day, at=morning + DAY - timedelta(minutes=30), rows=tuple(booked))
            yield Paper(table="clearings", day=day, at=morning + DAY, rows=tuple(self.clearings.get(day, ())))
            day += DAY


def is_workday(day: date) -> bool:
    """Return whether banks and the acquirer work on that day."""
    return day in MAKEUP or (day.weekday() < 5 and day not in DAYS_OFF)


def workdays_after(day: date, count: int) -> date:
    """Return the working day that is ``count`` working days later."""
    while count:
        day += DAY
        count -= is_workday(day)
    return day


def make_town(seed: int) -> Town:
    """Let the shops sell for ``SALES_DAYS`` and everything be paid that will be; the same seed gives the same town."""
    rng = chance("town", seed)
    town = Town(rng.choice(STARTS))
    used: set[int] = set()
    for step in range(SALES_DAYS):
        day = town.first_on + step * DAY
        for shop in SHOPS:
            _sell(town, seed, shop, day, used)
        for shop in SHOPS:
            _pay(town, seed, shop, day)
    town.payouts.sort(key=lambda pair: (pair[0], str(pair[1]["payout_no"])))
    town.entries.sort(key=lambda pair: (pair[0], str(pair[1]["bank_reference"])))
    return town


def book() -> Mapping[str, tuple[Row, ...]]:
    """Return what was agreed and who is told, as rows of the interchange tables."""
    since = date(2026, 1, 1)
    who = ("ACQ_CS", "ACQ_SETTLE", "FINANCE", "SHOP_LEAD", "PAYEE_BANK")
    return {
        "merchants": tuple({"acquirer": ACQUIRER, "merchant_no": shop, "name": shop, "status": "active"} for shop in SHOPS),
        "contracts": tuple(
            {"acquirer": ACQUIRER, "merchant_no": shop, "from_on": since, "cutover": "23:00", "cycle": "T+1", "due_time": "14:00",
             "calendar": "CN", "pays_on_makeup_days": 1, "rate_bp": RATE_BP, "rounding": "half_up_each"}
            for shop in SHOPS
        ),
        "accounts": tuple(
            {"acquirer": ACQUIRER, "merchant_no": shop, "account_tail": TAIL, "holder": "山海餐饮管理有限公司",
             "bank_name": "中国工商银行", "kind": "corporate", "from_on": since}
            for shop in SHOPS
        ),
        "contacts": tuple(
            {"party": f"{role}@{ACQUIRER}" if role.startswith("ACQ") else role, "name": role, "channel": "email",
             "address": f"{role.lower()}@town.example", "verified_on": since}
            for role in who
        ),
    }  # fmt: skip


def _sell(town: Town, seed: int, shop: str, day: date, used: set[int]) -> None:
    """Clear one or two sales; no two days add up to the same net, so that amounts tell payouts apart."""
    rng = chance("sell", seed, shop, day)
    rows: list[Row] = []
    while not rows or sum(int(str(row["net_minor"])) for row in rows) in used:
        rows = [_line(shop, day, number, rng.randrange(3_000, 90_000)) for number in range(1, 2 + rng.randrange(2))]
    net = sum(int(str(row["net_minor"])) for row in rows)
    used.add(net)
    town.owed[shop, day] = net
    town.clearings.setdefault(day, []).extend(rows)


def _line(shop: str, day: date, number: int, gross: int) -> Row:
    fee = share_of(gross, RATE_BP)
    return {
        "acquirer": ACQUIRER, "merchant_no": shop, "terminal_no": f"1{shop[-7:]}", "trace_no": f"{day:%d}{number:04d}",
        "rrn": f"{day:%y%m%d}{shop[-4:]}{number:02d}", "occurred_at": datetime.combine(day, time(11 + number, number)),
        "cleared_on": day, "kind": "sale", "gross_minor": gross, "fee_minor": fee, "net_minor": gross - fee,
        "channel": "card", "card_kind": "credit", "card_tail": "4821",
    }  # fmt: skip


def _pay(town: Town, seed: int, shop: str, day: date) -> None:
    rng = chance("pay", seed, shop, day)
    kind = rng.choice(KINDS) if rng.randrange(ODDS) == 0 else ""
    due, net = town.due_on(day), town.owed[shop, day]
    first = _Order(town, shop, day, due, net)
    alarms: dict[str, Alarm] = {
        "failed": first.alarm("payout_failed", -net), "returned": first.alarm("payout_returned", -net),
        "silent": first.alarm("credit_missing", -net), "lost": first.alarm("credit_missing", -net),
        "unpaid": ("payout_missing", shop, "", day.isoformat(), -net),
        "ordered_late": ("payout_missing", shop, "", day.isoformat(), -net),
        "short": first.alarm("credit_short", -321), "twice": first.alarm("credit_over", net),
    }  # fmt: skip
    if kind == "unpaid":
        pass
    elif kind == "ordered_late":
        _Order(town, shop, day, workdays_after(due, 3), net).claimed().credited(net)
    elif kind == "failed":
        first.said("failed", time(5, 10))
        again = _Order(town, shop, day, workdays_after(due, 2), net, replaces=first.number)
        again.claimed().credited(net)
    elif kind == "returned":
        back = workdays_after(due, 3)
        first.claimed().credited(net).taken_back(back, net)
        _Order(town, shop, day, workdays_after(back, 2), net, replaces=first.number).claimed().credited(net)
    elif kind == "silent":
        first.claimed().credited(net, on=workdays_after(due, 3))
    elif kind == "lost":
        first.claimed()
    else:
        first.claimed().credited(net - 321 if kind == "short" else net)
        if kind == "twice":
            first.credited(net, on=workdays_after(due, 1), place=1)
    if kind:
        stays = kind in {"lost", "unpaid", "short", "twice"}
        said = frozenset({alarms[kind]})
        since = datetime.combine(due, time(5))
        town.planted.append(
            Planted(kind=kind, merchant_no=shop, settled_on=day, since=since, may=said, must=said if stays else frozenset())
        )  # fmt: skip


class _Order:
    """One payout order on its way: each step writes what the acquirer or the bank would write."""

    def __init__(self, town: Town, shop: str, day: date, on: date, net: int, replaces: str = "") -> None:
        self.town, self.shop, self.day, self.on, self.net, self.replaces = town, shop, day, on, net, replaces
        self.number = f"HK{on:%Y%m%d}{shop[-4:]}{day:%m%d}"

    def alarm(self, kind: str, gap: int) -> Alarm:
        """Return what is said of this order."""
        return (kind, self.shop, self.number, self.day.isoformat(), gap)

    def said(self, state: str, at: time, on: date | None = None) -> None:
        """Let the acquirer say a state of the order."""
        moment = datetime.combine(on or self.on, at)
        row: Row = {
            "acquirer": ACQUIRER, "merchant_no": self.shop, "payout_no": self.number, "replaces_payout_no": self.replaces,
            "settled_on": self.day, "cycle": "T+1", "planned_minor": self.net, "held_minor": 0, "deducted_minor": 0,
            "paid_minor": 0 if state == "failed" else self.net, "state": state,
            "reason_text": {"failed": "账号户名不符", "returned": "账号户名不符"}.get(state, ""), "account_tail": TAIL,
            "bank_name": "中国工商银行", "created_at": datetime.combine(self.on, time(3, 33)), "finished_at": moment,
        }  # fmt: skip
        self.town.payouts.append((moment, row))

    def claimed(self) -> _Order:
        """Let the acquirer claim that it paid."""
        self.said("claimed", time(5, 10))
        return self

    def credited(self, amount: int, on: date | None = None, place: int = 0) -> _Order:
        """Let the bank book the credit."""
        self._booked(amount, datetime.combine(on or self.on, time(10 if on else 5, 20)), place)
        return self

    def taken_back(self, on: date, amount: int) -> None:
        """Let the bank send the money back, and the acquirer say so."""
        self._booked(-amount, datetime.combine(on, time(8, 30)), 9)
        self.said("returned", time(8, 40), on)

    def _booked(self, amount: int, at: datetime, place: int) -> None:
        row: Row = {
            "account_tail": TAIL, "booked_at": at, "value_on": at.date(), "amount_minor": amount, "counterparty_name": PAYER,
            "text": f"{self.number} 结算款", "bank_reference": f"{self.number}-{place}",
        }  # fmt: skip
        self.town.entries.append((at, row))
