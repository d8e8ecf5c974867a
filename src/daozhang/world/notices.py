"""What is announced to everybody: a rail that stops for a night, a bank in maintenance, a corridor that is blocked.

Somebody of the finance office reads it and puts it on record on the afternoon before, or on the day itself when it came without
warning. ``scope`` is the bank's name as payout files write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from daozhang.world.cast import EVERY_ACCOUNT
from daozhang.world.paper.rows import Row
from daozhang.world.places import Place
from daozhang.world.simulate import World

DAY: Final = timedelta(days=1)
FOREVER: Final = timedelta(days=30)
"""How long a blocked corridor is announced for."""


def notices(world: World) -> Iterator[tuple[datetime, list[Row]]]:
    """Return (moment it was put on record, rows), oldest first; one entry per moment."""
    found: dict[datetime, list[Row]] = {}
    for at, row in sorted(_all(world), key=lambda one: (one[0], str(one[1]))):
        if row not in found.setdefault(at, []):
            found[at].append(row)
    yield from found.items()


def _all(world: World) -> Iterator[tuple[datetime, Row]]:
    for place in world.plan.at("N09"):
        night = datetime.combine(place.day, time())
        yield night - timedelta(hours=7), _row("rail_maintenance", night, night + timedelta(hours=6), "", "央行公告")
    for place in world.plan.at("S46"):
        began = datetime.combine(place.day, time()) - timedelta(minutes=30)
        planned, really = began + timedelta(hours=6), datetime.combine((place.until or place.day) + DAY, time(5, 30))
        for bank in _banks(world, place):
            yield began - timedelta(hours=7), _row("bank_maintenance", began, planned, bank, "银行公告")
            yield datetime.combine(place.day, time(11)), _row("bank_maintenance", began, really, bank, "银行延期公告")
    for place in world.plan.at("S35"):
        region = next(one.region for one in world.shops if one.code == place.shop)
        began, over = datetime.combine(place.day, time(14)), datetime.combine(place.day + 2 * DAY, time(18))
        yield began + timedelta(hours=3), _row("disaster", began, over, region, "当地政府防汛公告")
    for place in world.plan.at("S36"):
        began = datetime.combine(place.day, time())
        for bank in _banks(world, place):
            yield began + timedelta(hours=10), _row("sanction", began, began + FOREVER, bank, "制裁公告")


def _banks(world: World, place: Place) -> list[str]:
    """Return the names of the banks at which the shops that are reached have their accounts."""
    return sorted({EVERY_ACCOUNT[one.account_tail].bank_name for one in world.shops if one.code in place.shops})


def _row(kind: str, from_at: datetime, to_at: datetime, scope: str, source: str) -> Row:
    return {"kind": kind, "from_at": from_at, "to_at": to_at, "scope": scope, "source": source}
