"""What becomes of a clearing file on its way: days late, cut off, sent twice, or sent again in another order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.world.chance import chance
from daozhang.world.paper.paper import Paper
from daozhang.world.paper.zm import RECORD_BYTES
from daozhang.world.places import Place
from daozhang.world.simulate import World

DAY: Final = timedelta(days=1)
LATE: Final = 2 * DAY
KEPT_PCT: Final = 60
SENT_AGAIN: Final = time(8, 40)
"""When a file is sent once more, a morning later."""
KINDS: Final = ("late", "cut", "doubled", "turned")


@dataclass(frozen=True, slots=True)
class Mishap:
    """One clearing file and what happened to it."""

    place: Place
    kind: str
    acquirer: str
    merchant_no: str
    covers_on: date

    def hits(self, paper: Paper) -> bool:
        """Return whether this is the file."""
        is_clearing = "payouts" not in paper.path and not paper.account_tail
        about = (paper.acquirer, paper.merchant_no, paper.covers_on)
        return is_clearing and about == (self.acquirer, self.merchant_no, self.covers_on)

    @property
    def whole_at(self) -> datetime:
        """Return when a file that was cut off is there as a whole."""
        return datetime.combine(self.covers_on + 2 * DAY, SENT_AGAIN)


def mishaps(world: World) -> list[Mishap]:
    """Return what happens to the files of the world."""
    return [mishap_of(world, place) for name in ("S27", "C06") for place in world.plan.at(name)]


def mishap_of(world: World, place: Place) -> Mishap:
    """Return what an event does: C06 cuts; otherwise one of four, of which a list without records of a length is never cut."""
    shop = next(one for one in world.shops if one.code == place.shop)
    is_single = shop.acquirer == "unionpay"
    kind = chance(world.seed, "file", place.shop, place.day).choice(KINDS)
    if place.scenario == "C06":
        kind = "cut"
    elif kind == "cut" and not is_single:
        kind = "late"
    return Mishap(place, kind, shop.acquirer, shop.merchant_no if is_single else "", place.day)


def on_their_way(world: World, papers: Iterable[Paper]) -> Iterator[Paper]:
    """Return the files as they arrive."""
    planned = mishaps(world)
    for paper in papers:
        mishap = next((one for one in planned if one.hits(paper)), None)
        if mishap is None:
            yield paper
        else:
            yield from _mishandled(paper, mishap)


def _mishandled(paper: Paper, mishap: Mishap) -> Iterator[Paper]:
    folder, _, name = paper.path.rpartition("/")
    again = replace(paper, path=f"{folder}/again/{name}", arrived_at=mishap.whole_at)
    if mishap.kind == "late":
        yield replace(paper, arrived_at=paper.arrived_at + LATE)
    elif mishap.kind == "cut":
        yield replace(paper, body=paper.body[: _cut_at(paper.body)])
        yield again
    elif mishap.kind == "doubled":
        yield paper
        yield replace(again, arrived_at=paper.arrived_at + timedelta(hours=3))
    else:
        yield paper
        yield replace(again, body=_turned(paper.body))


def _cut_at(body: bytes) -> int:
    """Return a place within a record, at about the share that is kept."""
    length = RECORD_BYTES + 2
    return (len(body) // length * KEPT_PCT // 100) * length + length // 2


def _turned(body: bytes) -> bytes:
    """Return the same rows in the opposite order; the first line stays where it names the columns."""
    end = b"\r\n" if b"\r\n" in body else b"\n"
    lines = body.split(end)[:-1]
    head = lines[:1] if lines and lines[0].startswith(b"acquirer,") else []
    return end.join([*head, *reversed(lines[len(head) :])]) + end
