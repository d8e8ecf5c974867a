"""The cash calendar of a workspace: money that is expected by the newest run, what has to be paid, what the statements say is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from daozhang import money
from daozhang.desk import clock, house_audit, readings
from daozhang.desk.measures_models import Obligation
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.measures import ical, obligations
from daozhang.measures.cash import CashCalendar, Coming, Going, calendar
from daozhang.measures.obligations import Due
from daozhang.texts import say

AREA: Final = "cash"
USUAL_DAYS: Final = 30
MOST_DAYS: Final = 400


@dataclass(frozen=True, slots=True)
class Balance:
    """What a statement says an account held last: the newest line that carries a balance."""

    account_tail: str
    currency: str
    balance_minor: int
    at: datetime
    file: str
    line_no: int
    import_id: str


def balances(workspace: Workspace) -> list[Balance]:
    """Return the newest balance of every account whose statement states one, by account and currency."""
    with readings.facts(workspace) as con:
        rows = con.execute(
            "SELECT account_tail, coalesce(currency, 'CNY') AS currency, balance_minor, booked_at, i.file, b.line_no, b.import_id"
            " FROM bank_entries b JOIN imports i USING (import_id) WHERE balance_minor IS NOT NULL AND booked_at <= ?"
            " QUALIFY row_number() OVER (PARTITION BY account_tail, coalesce(currency, 'CNY')"
            "  ORDER BY booked_at DESC, b.import_id DESC, b.line_no DESC) = 1 ORDER BY account_tail, currency",
            [clock.now(workspace)],
        ).fetchall()
    return [Balance(*row) for row in rows]


def expected(workspace: Workspace) -> list[Coming]:
    """Return the money of every merchant-day that has not arrived, by the newest run; what has no day says why.

    What is not due yet comes on the day it is due. A hold, money past due and money that cannot be judged have no day, and
    neither has money below a minimum or whose calendar is not published: none of them is counted on as coming.
    """
    run = readings.last_run(workspace)
    found = []
    for row in readings.money(workspace, run) if run else []:
        parts = (
            (row.not_due_minor, row.due_at.date() if row.due_at else None, "due" if row.due_at else "no_day"),
            (row.held_minor, None, "held"),
            (max(row.missing_minor, 0) + row.returned_minor, None, "past_due"),
            (row.unexplained_minor, None, "unclear"),
        )
        found += [
            Coming(
                acquirer=row.acquirer, merchant_no=row.merchant_no, settled_on=row.settled_on, amount_minor=minor,
                currency=row.currency, on=on, reason=reason,
            )
            for minor, on, reason in parts
            if minor
        ]  # fmt: skip
    return found


def going(first: date, last: date) -> list[Going]:
    """Return what has to be paid from ``first`` to ``last``."""
    rows = Obligation.objects.filter(due_on__gte=first, due_on__lte=last)
    return [
        Going(
            on=row.due_on, title=row.title, amount_minor=row.amount_minor, currency=row.currency, number=row.pk, file=row.file,
            line_no=row.line_no,
        )
        for row in rows
    ]  # fmt: skip


def calendars(
    workspace: Workspace, *, days: int = USUAL_DAYS, opening_minor: int | None = None, currency: str = "CNY"
) -> list[CashCalendar]:
    """Return the cash calendar of every currency that has anything in it, from today on.

    The opening balance is the sum of the newest balances of the statements; ``opening_minor`` goes over it for ``currency``.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InputError("error-cash-days", days=days, most=MOST_DAYS)
    today = clock.now(workspace).date()
    coming, out = expected(workspace), going(today, today + timedelta(days=days - 1))
    opening: dict[str, int] = {}
    for one in balances(workspace):
        opening[one.currency] = opening.get(one.currency, 0) + one.balance_minor
    if opening_minor is not None:
        opening[currency] = opening_minor
    codes = {one.currency for one in coming} | {one.currency for one in out} | set(opening)
    known = sorted(codes, key=lambda code: (code != "CNY", code))
    return [calendar(code, opening.get(code), coming, out, first=today, days=days) for code in known]


# -- what has to be paid


def owed() -> list[Obligation]:
    """Return every obligation, by day."""
    return list(Obligation.objects.all())


def add(workspace: Workspace, due: Due, *, by: str) -> Obligation:
    """Note one obligation; the note of who did it is written with it."""
    with transaction.atomic():
        made = _rows(workspace, [due], "", by)[0]
        made.save()
        facts = {
            "due_on": due.due_on.isoformat(),
            "amount_minor": due.amount_minor,
            "currency": due.currency,
            "title": due.title,
        }
        house_audit.append(workspace, AREA, str(made.pk), "obligation_added", by=by, **facts)
    return made


def read_in(workspace: Workspace, text: str, name: str, *, by: str) -> int:
    """Take the obligations of a CSV and return how many are new; a file of the same name read before is replaced whole.

    All or nothing: InputError names the first line that cannot be used.
    """
    lines = obligations.read(text, name)
    file = name[:256]
    with transaction.atomic():
        replaced = Obligation.objects.filter(file=file).delete()[0]
        Obligation.objects.bulk_create(_rows(workspace, lines, file, by), batch_size=500)
        house_audit.append(
            workspace, AREA, file, "obligations_read", by=by, lines=len(lines), replaced=replaced,
            sums={code: sum(one.amount_minor for one in lines if one.currency == code) for code in {one.currency for one in lines}},
        )  # fmt: skip
    return len(lines)


def forget(workspace: Workspace, number: int, *, by: str) -> None:
    """Take one obligation out; RefusedError when it is not there."""
    with transaction.atomic():
        row = Obligation.objects.filter(pk=number).first()
        if row is None:
            raise RefusedError("error-cash-none", number=number)
        facts = {"due_on": row.due_on.isoformat(), "amount_minor": row.amount_minor, "title": row.title}
        house_audit.append(workspace, AREA, str(number), "obligation_removed", by=by, **facts)
        row.delete()


def _rows(workspace: Workspace, lines: Iterable[Due], file: str, by: str) -> list[Obligation]:
    now = clock.now(workspace)
    return [
        Obligation(
            due_on=one.due_on, title=one.title, amount_minor=one.amount_minor, currency=one.currency,
            account_tail=one.account_tail, file=file, line_no=one.line_no if file else 0, made_by=by[:64], made_at=now,
        )
        for one in lines
    ]  # fmt: skip


def feed(workspace: Workspace, language: str, *, days: int = USUAL_DAYS) -> bytes:
    """Return the calendar as iCalendar: an all-day entry per currency and day on which something comes, goes or does not reach."""
    entries = []
    for one in calendars(workspace, days=days):
        for day in one.days:
            if not (day.coming or day.going):
                continue
            words = {
                "coming": money.to_text(day.in_minor, one.currency), "going": money.to_text(day.out_minor, one.currency),
                "balance": money.to_text(day.balance_minor, one.currency) if day.balance_minor is not None else "-",
            }  # fmt: skip
            short = say(language, "cash-feed-short") if day.is_short else ""
            lines = [
                say(language, "cash-feed-balance", **words),
                *(f"{out.title}: {money.to_text(-out.amount_minor, out.currency)}" for out in day.going),
            ]
            entries.append(
                ical.Entry(
                    uid=f"cash-{one.currency}-{day.on.isoformat()}@daozhang", on=day.on,
                    summary=" ".join(part for part in (say(language, "cash-feed-day", **words), short) if part),
                    description="\n".join(lines),
                )
            )  # fmt: skip
    return ical.feed(entries, title=say(language, "cash-title"), stated_at=clock.now(workspace))
