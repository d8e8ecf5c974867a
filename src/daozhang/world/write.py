"""Write a world down: the files real parties would send and when, and, apart from them, what really happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from daozhang.calendars import shipped
from daozhang.errors import InputError
from daozhang.world import truth
from daozhang.world.book import book, changes
from daozhang.world.cast import ACQUIRERS, ALIPAY_SHOP, LIANHE, UNIONPAY, WECHAT_SHOP, Account, Shop
from daozhang.world.life import heartbeats
from daozhang.world.mishandled import on_their_way
from daozhang.world.notices import notices
from daozhang.world.paper import zm
from daozhang.world.paper.paper import Paper
from daozhang.world.paper.plain import interchange_csv, table_csv
from daozhang.world.paper.rows import Row, batch_row, clearing_row, journal_row, order_row, payout_rows
from daozhang.world.paper.statements import WRITERS
from daozhang.world.paper.wallets import WechatFunds, alipay_bill, wechat_trade_bill
from daozhang.world.payout import Payout
from daozhang.world.plan import DEMO_DAYS, DEMO_FIRST_ON, PLACES
from daozhang.world.simulate import World, simulate

DAY: Final = timedelta(days=1)
ROOM_DAYS: Final = 20
"""Days after the last on which payouts may still be due, so that the calendar must know them."""

DEMO_SEED: Final = 20260921
DEMO_MERCHANTS: Final = 10
EVERYTHING: Final = tuple(PLACES)
"""What happens in the demo."""
LIST_COLUMNS: Final = ("path", "arrived_at", "acquirer", "format", "merchant_no", "account_tail", "covers_on")


def write_world(
    out: Path,
    *,
    seed: int = DEMO_SEED,
    scenarios: Sequence[str] = EVERYTHING,
    merchants: int = DEMO_MERCHANTS,
    days: int = DEMO_DAYS,
    first_on: date = DEMO_FIRST_ON,
    events: int | None = None,
    without: Sequence[str] = (),
) -> World:
    """Write ``out/files`` (with ``arrivals.csv``) and ``out/truth``; return the world. Same arguments, same bytes.

    ``events`` draws so many of each scenario; ``without`` writes the twin that lacks some of them (see ``make_plan``).
    """
    if merchants < 1 or days < 1:
        raise InputError("error-world-size", merchants=str(merchants), days=str(days))
    until = shipped("CN").published_until
    if until is None or first_on + timedelta(days=days + ROOM_DAYS) > until:
        raise InputError("error-world-calendar", until=str(until))
    world = simulate(
        seed=seed, scenarios=tuple(scenarios), merchants=merchants, days=days, first_on=first_on, events=events,
        without=tuple(without),
    )  # fmt: skip
    papers = sorted(
        (paper for paper in on_their_way(world, _papers(world)) if paper.arrived_at <= world.known_until),
        key=lambda paper: (paper.arrived_at, paper.path),
    )
    for paper in papers:
        _save(out / "files" / paper.path, paper.body)
    listed = [
        (one.path, one.arrived_at, one.acquirer, "", one.merchant_no, one.account_tail, one.covers_on) for one in papers
    ]
    _save(out / "files" / "arrivals.csv", table_csv(LIST_COLUMNS, listed))
    for name, columns, rows in truth.tables(world):
        _save(out / "truth" / name, table_csv(columns, rows))
    return world


def _save(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def _papers(world: World) -> Iterator[Paper]:
    yield from _book_papers(world)
    funds = WechatFunds(WECHAT_SHOP)
    for day in world.all_days:
        yield from _shop_papers(world, day)
        yield from _clearing_papers(world, day)
        yield from _wallet_papers(world, day, funds)
        for account in world.accounts.values():
            yield from _bank_paper(world, account, day)
    for day in (*world.all_days, world.last_on + DAY):
        yield from _payout_papers(world, day)


def _book_papers(world: World) -> Iterator[Paper]:
    at = datetime.combine(world.first_on - DAY, time(8))
    for table, rows in book(world).items():
        yield Paper(f"book/{table}.csv", at, interchange_csv(table, rows))
    for moment, rows in notices(world):
        yield Paper(f"book/public_notices_{moment:%Y-%m-%d_%H%M}.csv", moment, interchange_csv("public_notices", rows))
    for moment, table, rows in changes(world):
        yield Paper(f"book/{table}_{moment:%Y-%m-%d}.csv", moment, interchange_csv(table, rows))


def _shop_papers(world: World, day: date) -> Iterator[Paper]:
    """Return what the chain's own systems write after midnight: journal, orders, batch closes, signs of life."""
    at = datetime.combine(day + DAY, time(0, 30))
    done = [world.till[shop.code, day] for shop in world.everybody]
    tables: tuple[tuple[str, list[Row]], ...] = (
        ("transactions", [journal_row(one) for each in done for one in each.payments]),
        ("orders", [order_row(one) for each in done for one in each.orders]),
        ("batches", [batch_row(one) for each in done for one in each.batches]),
        ("heartbeats", list(heartbeats(world, day))),
    )
    for table, rows in tables:
        yield Paper(f"shop/{table}_{day}.csv", at, interchange_csv(table, rows), covers_on=day)


def _clearing_papers(world: World, day: date) -> Iterator[Paper]:
    at = datetime.combine(day + DAY, time(9))
    rows: list[Row] = []
    for shop in world.shops:
        cleared = world.cleared_on(shop, day)
        if shop.acquirer == LIANHE.code:
            rows += [clearing_row(one) for one in cleared]
        elif cleared:
            path = f"unionpay/{zm.file_name(shop, day)}"
            yield Paper(path, at, zm.write_zm(cleared), shop.acquirer, shop.merchant_no, covers_on=day)
    if _uses(world, LIANHE.code):
        body = interchange_csv("clearings", rows)
        yield Paper(
            f"lianhe/clearings_lianhe_{day}.csv", at.replace(hour=7, minute=30), body, LIANHE.code, covers_on=day
        )


def _uses(world: World, acquirer: str) -> bool:
    return any(shop.acquirer == acquirer for shop in world.shops)


def _payout_papers(world: World, day: date) -> Iterator[Paper]:
    """Return the payout files of a morning: every state that became known since the morning before."""
    until = datetime.combine(day, time(9))
    for acquirer in (UNIONPAY, LIANHE):
        if _uses(world, acquirer.code):
            payouts = [one for shop in world.shops if shop.acquirer == acquirer.code for one in world.payouts(shop)]
            body = interchange_csv("payouts", payout_rows(payouts, until - DAY, until))
            path = f"{acquirer.code}/payouts_{acquirer.code}_{day}.csv"
            yield Paper(path, until, body, acquirer.code, covers_on=day)


def _wallet_papers(world: World, day: date, funds: WechatFunds) -> Iterator[Paper]:
    at = datetime.combine(day + DAY, time(9, 40))
    bills = ((WECHAT_SHOP, "wechat/tradebill"), (ALIPAY_SHOP, "alipay/"))
    for shop, path in bills:
        rows = world.cleared_on(shop, day)
        if shop is ALIPAY_SHOP:
            name, body = f"{path}{shop.merchant_no}0156_{day:%Y%m%d}_业务明细.csv", alipay_bill(shop, day, rows)
        else:
            name, body = f"{path}_ALL_{day:%Y%m%d}.csv", wechat_trade_bill(rows)
        yield Paper(name, at, body, shop.acquirer, shop.merchant_no, covers_on=day)
    withdrawals = _made_on(world.payouts(WECHAT_SHOP), day)
    body = funds.bill(day, world.cleared_on(WECHAT_SHOP, day), withdrawals)
    path = f"wechat/fundflow_BASIC_{day:%Y%m%d}.csv"
    yield Paper(path, at, body, ACQUIRERS["wechat"].code, WECHAT_SHOP.merchant_no, covers_on=day)


def _made_on(payouts: Sequence[Payout], day: date) -> list[Payout]:
    return [payout for payout in payouts if payout.created_at.date() == day]


def _bank_paper(world: World, account: Account, day: date) -> Iterator[Paper]:
    """Return the statement of the day, or on Sunday of the week; S45 loses one day of one account."""
    first_on, is_end = day, day == world.last_on
    if account.is_weekly:
        if day.isoweekday() != 7 and not is_end:
            return
        first_on = max(world.first_on, day - (day.isoweekday() - 1) * DAY)
    if any(place.day == day and _account_of(world.shops, place.shop) == account.tail for place in world.plan.at("S45")):
        return
    suffix = "xml" if account.bank == "camt" else "csv"
    body = WRITERS[account.bank](world.statement(account.tail, first_on, day))
    path = f"bank/{account.bank}_{account.tail}_{day:%Y%m%d}.{suffix}"
    yield Paper(path, datetime.combine(day + DAY, time(8, 30)), body, account_tail=account.tail, covers_on=day)


def _account_of(shops: Sequence[Shop], code: str) -> str:
    return next(shop.account_tail for shop in shops if shop.code == code)
