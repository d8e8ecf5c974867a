"""Offers and fees of a workspace: what was charged against what was agreed, and what an offer would cost on the shop's own tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final

import duckdb

from daozhang.desk import clock, imports
from daozhang.desk.business_models import OfferText
from daozhang.desk.models import Run
from daozhang.desk.workspace import Workspace
from daozhang.engine import clean_pairs, inputs
from daozhang.engine.fees_charged import Charged, charged, tickets
from daozhang.engine.lake import connect, create_views
from daozhang.errors import InputError, RefusedError
from daozhang.flows.settlement_day import Terms
from daozhang.services.offers import Cost, Mix, Offer, Ticket, compare, read_offer

HISTORY_DAYS: Final = 90
"""Days of the shop's own history that make its ticket mix."""

MONTHS: Final = (12, 36)


@contextmanager
def _book(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    now = clock.now(workspace)
    parts, files = imports.visible(workspace, as_of=now)
    settings = workspace.settings
    con = connect(memory=settings.engine_memory, threads=settings.engine_threads, spill=None)
    try:
        create_views(con, workspace.root, parts)
        inputs.sides(con, files, now, Terms(cycle=settings.cycle, cutover=settings.cutover, due_time=settings.due_time))
        yield con
    finally:
        con.close()


def month_span(month: str) -> tuple[date, date]:
    """Return the first and last day of a month written ``2026-10``; InputError when it is none."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InputError("error-fees-month", value=month[:20]) from None
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def fees(workspace: Workspace, first_on: date, last_on: date, *, limit: int = 200, offset: int = 0) -> Charged:
    """Return what was charged and agreed on the lines cleared from ``first_on`` to ``last_on``."""
    run = Run.objects.first()
    with _book(workspace) as con:
        clean_pairs.offer(con, workspace.root / run.folder if run else None)
        return charged(con, first_on, last_on, limit=limit, offset=offset)


def own_mix(
    workspace: Workspace,
    *,
    currency: str = "CNY",
    days: int = HISTORY_DAYS,
    instant_bp: int = 0,
    instant_payouts: int = 0,
) -> Mix:
    """Return the ticket mix, in ``currency``, of the last ``days`` days that were cleared; InputError when nothing was.

    A shop that began later is measured over the days since its first line, so that its month is not made too small.
    """
    with _book(workspace) as con:
        last = con.execute(
            "SELECT max(cleared_on), min(cleared_on) FROM clearings WHERE coalesce(currency, 'CNY') = ?", [currency]
        ).fetchone()
        if last is None or last[0] is None:
            raise InputError("error-offer-no-history")
        first_on = max(last[0] - timedelta(days=days - 1), last[1])
        found = tickets(con, first_on, last[0], currency)
    made = tuple(Ticket(channel=row[0], card_kind=row[1], amount_minor=row[2], count=row[3]) for row in found)
    span = (last[0] - first_on).days + 1
    return Mix(tickets=made, days=span, instant_bp=instant_bp, instant_payouts=instant_payouts)


def save(workspace: Workspace, body: str, *, by: str, name: str = "") -> Offer:
    """Keep an offer; one of the same name is replaced. InputError when it cannot be read."""
    offer = read_offer(body, name or "offer")
    OfferText.objects.update_or_create(
        name=offer.name[:120],
        defaults={"body": body[:20_000], "made_by": by[:64], "made_at": clock.now(workspace)},
    )
    return offer


def saved() -> list[Offer]:
    """Return the offers that are kept, by name."""
    return [read_offer(row.body, row.name) for row in OfferText.objects.all()]


def forget(name: str) -> None:
    """Drop an offer; RefusedError when there is none of this name."""
    if not OfferText.objects.filter(name=name).delete()[0]:
        raise RefusedError("error-offer-none", name=name)


def compared(offers: Sequence[Offer], mix: Mix, months: Sequence[int] = MONTHS) -> dict[int, list[Cost]]:
    """Return the costs of the offers for each number of months, the cheapest first."""
    return compare(offers, mix, months)
