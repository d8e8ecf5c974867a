"""The signs of life of terminals: one an hour while the shop is open, unless nothing comes through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from daozhang.world.cast import Shop
from daozhang.world.chance import chance
from daozhang.world.lines import is_silent, outages
from daozhang.world.paper.rows import Row
from daozhang.world.simulate import World

MINUTE = 55
"""Minute of the hour at which a terminal reports."""


def heartbeats(world: World, day: date) -> Iterator[Row]:
    """Return what every terminal of the shops reported on a day, as far as it came through."""
    for shop in world.shops:
        done = world.till[shop.code, day]
        waiting = {one.terminal_no for one in done.batches if one.scenario == "S20"}
        for terminal in shop.terminals:
            rng = chance(world.seed, "life", terminal, day)
            skew = int(done.skews[terminal].total_seconds()) if terminal in done.skews else 0
            for at, is_heard in reports(world, shop, terminal, day):
                row = {
                    "terminal_no": terminal,
                    "at": at,
                    "app_version": "3.2.1",
                    "firmware": "1.8.0",
                    "model": "SP-630",
                    "serial_no": "SN" + terminal,
                    "network": "wifi",
                    "signal_dbm": -40 - rng.randrange(25),
                    "battery_pct": 60 + rng.randrange(41),
                    "paper": "ok",
                    "pending_reversals": int(at.hour == shop.closes - 1 and terminal in waiting),
                    "pending_uploads": _queued(done.queues.get(terminal, []), at),
                    "rtt_ms": 40 + rng.randrange(120),
                    "clock_skew_s": rng.randrange(5) - 2 + skew,
                    "region": shop.region,
                }
                if is_heard:
                    yield row


def reports(world: World, shop: Shop, terminal: str, day: date) -> Iterator[tuple[datetime, bool]]:
    """Return the moments at which a terminal reports, with whether it is heard."""
    seconds = chance(world.seed, "beat", terminal, day)
    down = outages(world.plan, world.seed, shop, day)
    for hour in range(shop.opens, shop.closes):
        at = datetime.combine(day, time(hour, MINUTE, seconds.randrange(60)))
        yield at, not is_silent(down, at)


def _queued(queue: list[tuple[datetime, int]], at: datetime) -> int:
    return next((count for since, count in reversed(queue) if since <= at), 0)
