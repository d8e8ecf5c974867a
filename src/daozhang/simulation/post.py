"""How files reach the product: on time, late, doubled, torn and sent again whole, wrong and sent again corrected, in another order.

A ``Delivery`` is bytes on their way. Every paper has come whole in the end, whatever happened to it before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from daozhang.money import share_of
from daozhang.simulation.town import DAY, RATE_BP, Paper, Row, Town
from daozhang.world.chance import chance
from daozhang.world.paper.plain import interchange_csv

FAULTS: Final = ("late", "doubled", "torn", "corrected", "reordered", "late", "doubled", "unknown", "")
ODDS: Final = 4
"""One file in so many meets a fault."""
KEYS: Final[Mapping[str, tuple[str, str, str]]] = {
    "clearings": ("merchant_no", "rrn", "gross_minor"),
    "payouts": ("merchant_no", "payout_no", "state"),
    "bank_entries": ("account_tail", "bank_reference", "amount_minor"),
}
"""What tells two rows of a table apart in the town."""

RowKey = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Bytes on their way. ``rows`` are those that can be read of it, ``lines`` how many lines of data it has."""

    name: str
    paper: Paper
    body: bytes
    rows: tuple[RowKey, ...]
    lines: int
    is_whole: bool = True
    wrong_merchant: str = ""
    """The merchant of whom the file says something untrue."""
    is_readable: bool = True


@dataclass(slots=True)
class Post:
    """What comes on which day; ``quiet_on`` is the first day without faults, on which everything held back comes."""

    by_day: dict[date, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    faults: int = 0

    def on(self, day: date) -> list[Delivery]:
        """Return what comes on a day."""
        return self.by_day.get(day, [])


def make_post(town: Town, seed: int, quiet_on: date) -> Post:
    """Draw the way of every paper of the town."""
    post = Post()
    for paper in town.papers():
        rng = chance("post", seed, paper.table, paper.day)
        day = paper.at.date()
        fault = rng.choice(FAULTS) if day < quiet_on and rng.randrange(ODDS) == 0 else ""
        post.faults += bool(fault)
        later = min(day + (1 + rng.randrange(3)) * DAY, max(quiet_on, day))
        _send(post, paper, fault, day, later, rng)
    for day, deliveries in post.by_day.items():
        if day < quiet_on:
            chance("order", seed, day).shuffle(deliveries)
    return post


def whole(paper: Paper, *, name: str = "", rows: tuple[Row, ...] | None = None, wrong_merchant: str = "") -> Delivery:
    """Return the paper as its sender means it, or with other rows."""
    rows = paper.rows if rows is None else rows
    return Delivery(
        name=name or paper.name, paper=paper, body=interchange_csv(paper.table, rows), lines=len(rows),
        rows=tuple(key_of(paper.table, row) for row in rows), wrong_merchant=wrong_merchant, is_whole=not wrong_merchant,
    )  # fmt: skip


def key_of(table: str, row: Mapping[str, object]) -> RowKey:
    """Return what tells a row apart from all others of its table."""
    return tuple(str(row[name]) for name in KEYS[table])


def _send(post: Post, paper: Paper, fault: str, day: date, later: date, rng: Random) -> None:
    good = whole(paper)
    if fault == "late":
        post.by_day[later].append(good)
        return
    if fault == "torn" and paper.rows:
        post.by_day[day].append(_torn(paper))
        post.by_day[max(later, day + timedelta(days=1))].append(good)
        return
    if fault == "corrected" and paper.table == "clearings" and len(paper.rows) >= 4:
        post.by_day[day].append(_wrong(paper, rng))
        post.by_day[max(later, day + timedelta(days=1))].append(good)
        return
    post.by_day[day].append(good)
    if fault == "doubled":
        post.by_day[later].append(good)
    elif fault == "reordered" and len(paper.rows) > 1:
        post.by_day[later].append(whole(paper, name=f"again_{paper.name}", rows=tuple(reversed(paper.rows))))
    elif fault == "unknown":
        noise = Delivery(
            name=f"scan_{paper.day}.pdf", paper=paper, body=b"%PDF-1.4 " + rng.randbytes(40), rows=(), lines=0, is_readable=False,
        )  # fmt: skip
        post.by_day[day].append(noise)


def _torn(paper: Paper) -> Delivery:
    """Return the paper cut off in the middle of its last line."""
    good = whole(paper)
    head, last = good.body.rstrip(b"\n").rsplit(b"\n", 1)
    body = head + b"\n" + last[: len(last) // 2].rsplit(b",", 1)[0]
    return Delivery(
        name=paper.name, paper=paper, body=body, rows=good.rows[:-1], lines=len(paper.rows), is_whole=False,
    )  # fmt: skip


def _wrong(paper: Paper, rng: Random) -> Delivery:
    """Return the paper with one amount that is not true."""
    place = rng.randrange(len(paper.rows))
    rows = [dict(row) for row in paper.rows]
    gross = int(str(rows[place]["gross_minor"])) + 1_100
    fee = share_of(gross, RATE_BP)
    rows[place] |= {"gross_minor": gross, "fee_minor": fee, "net_minor": gross - fee}
    return whole(paper, rows=tuple(rows), wrong_merchant=str(rows[place]["merchant_no"]))
