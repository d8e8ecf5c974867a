"""What providers agreed to and how they keep it: files, payout orders, credits and answers, each breach with the row that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction

from daozhang.calendars import Calendar, YearNotPublished
from daozhang.cases import Step
from daozhang.desk import clock, house_audit
from daozhang.desk.calendars import calendar_of
from daozhang.desk.life_hours import working_hours
from daozhang.desk.measures_book import Book, Span
from daozhang.desk.measures_models import ServiceLevel
from daozhang.desk.models import CaseEvent, Import
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.measures.agreed import KINDS, Event

AREA: Final = "agreed"
TABLES: Final[Mapping[str, str]] = {"transactions": "occurred_at", "clearings": "cleared_on", "payouts": "settled_on"}
"""Tables whose files can be agreed, and the column that says which day a row is of."""


def agreements() -> list[ServiceLevel]:
    """Return what is agreed, by provider."""
    return list(ServiceLevel.objects.all())


def agree(
    workspace: Workspace, acquirer: str, what: str, *, by: str, table: str = "", workdays_after: int = 1, at: str = "",
    within_hours: int = 0, document: str = "",
) -> ServiceLevel:  # fmt: skip
    """Note what a provider agreed to; an earlier agreement on the same thing is replaced. InputError when it cannot be used."""
    is_reply = what == "reply"
    table = table if what == "file" else ""
    if not acquirer.strip() or what not in KINDS or (what == "file" and table not in TABLES):
        raise InputError("error-agreed", acquirer=acquirer[:40], what=what[:20], tables=", ".join(TABLES))
    if is_reply and not 1 <= within_hours <= 500:
        raise InputError("error-agreed-hours", value=within_hours)
    if not is_reply and (not _clock(at) or not 0 <= workdays_after <= 30):
        raise InputError("error-agreed-time", value=at[:20], days=workdays_after)
    now = clock.now(workspace)
    values = {
        "workdays_after": 0 if is_reply else workdays_after, "at": "" if is_reply else at, "within_hours": within_hours if is_reply else 0,
        "document": document[:256],
    }  # fmt: skip
    with transaction.atomic():
        made, _ = ServiceLevel.objects.update_or_create(
            acquirer=acquirer.strip()[:64], what=what, table=table,
            defaults={**values, "from_on": now.date(), "set_by": by[:64], "set_at": now},
        )  # fmt: skip
        house_audit.append(workspace, AREA, f"{acquirer}/{what}/{table}", "agreed", by=by, **values)
    return made


def forget(workspace: Workspace, number: int, *, by: str) -> None:
    """Take an agreement back; RefusedError when it is not there."""
    with transaction.atomic():
        row = ServiceLevel.objects.filter(pk=number).first()
        if row is None:
            raise RefusedError("error-agreed-none", number=number)
        house_audit.append(workspace, AREA, f"{row.acquirer}/{row.what}/{row.table}", "forgotten", by=by)
        row.delete()


def _clock(text: str) -> bool:
    try:
        return len(text) == 5 and time.fromisoformat(text) is not None
    except ValueError:
        return False


def events(workspace: Workspace, book: Book) -> list[Event]:
    """Return everything of the book's period that a provider agreed to do by a time. Days without a published calendar say nothing."""
    calendar = calendar_of(workspace)
    found: list[Event] = []
    for row in agreements():
        if row.what == "file":
            found += _files(row, book, calendar)
        elif row.what == "payout":
            found += _payouts(row, book, calendar)
        elif row.what == "credit":
            found += _credits(row, book, calendar)
        else:
            found += _replies(workspace, row, book.span)
    return found


def _due(row: ServiceLevel, day: date, calendar: Calendar) -> datetime | None:
    due_on = calendar.workdays_after(day, row.workdays_after)
    return None if isinstance(due_on, YearNotPublished) else datetime.combine(due_on, time.fromisoformat(row.at))


def _files(row: ServiceLevel, book: Book, calendar: Calendar) -> Iterable[Event]:
    """Give one event per day of which the file came, or of which the provider's payments say that it ought to have come."""
    day = TABLES[row.table]
    came: dict[date, tuple[datetime, str, str]] = {}
    rows = book.all(
        f"SELECT DISTINCT {day}::DATE AS day, x.import_id, i.file FROM {row.table} x JOIN imports i USING (import_id) WHERE x.acquirer = ?"
        f" AND {day}::DATE BETWEEN ? AND ?", row.acquirer, book.span.first_on, book.span.last_on,
    )  # fmt: skip
    arrived = dict(
        Import.objects.filter(id__in=[one["import_id"] for one in rows], arrived_at__isnull=False).values_list(
            "id", "arrived_at"
        )
    )
    unknown = {one["day"] for one in rows if one["import_id"] not in arrived}
    for one in rows:
        moment = arrived.get(one["import_id"])
        if moment is not None and (one["day"] not in came or moment < came[one["day"]][0]):
            came[one["day"]] = (moment, one["file"], one["import_id"])
    busy = book.all(
        "SELECT DISTINCT settled_on AS day FROM run_money WHERE acquirer = ? AND settled_on BETWEEN ? AND ?",
        row.acquirer, book.span.first_on, book.span.last_on,
    )  # fmt: skip
    for on in sorted(set(came) | ({one["day"] for one in busy} - unknown)):
        due = _due(row, on, calendar)
        if due is not None:
            moment, file, import_id = came.get(on, (None, "", ""))
            yield Event(
                acquirer=row.acquirer, what="file", subject=f"{row.table} {on}", due_at=due, happened_at=moment, settled_on=on,
                file=file, import_id=import_id, line_no=1 if import_id else 0,
            )  # fmt: skip


def _payouts(row: ServiceLevel, book: Book, calendar: Calendar) -> Iterable[Event]:
    rows = book.all(
        "SELECT merchant_no, settled_on, payout_no, x.import_id, line_no, i.file, coalesce(finished_at, created_at) AS at FROM payouts x"
        " JOIN imports i USING (import_id) WHERE acquirer = ? AND settled_on BETWEEN ? AND ? AND state IN ('claimed', 'returned')"
        " QUALIFY row_number() OVER (PARTITION BY merchant_no, settled_on ORDER BY coalesce(finished_at, created_at), payout_no) = 1"
        " ORDER BY settled_on, merchant_no", row.acquirer, book.span.first_on, book.span.last_on,
    )  # fmt: skip
    for one in rows:
        due = _due(row, one["settled_on"], calendar)
        if due is not None and one["at"] is not None:
            yield Event(
                acquirer=row.acquirer, what="payout", subject=one["payout_no"], due_at=due, happened_at=one["at"],
                merchant_no=one["merchant_no"], settled_on=one["settled_on"], file=one["file"], import_id=one["import_id"],
                line_no=one["line_no"],
            )  # fmt: skip


def _credits(row: ServiceLevel, book: Book, calendar: Calendar) -> Iterable[Event]:
    for one in book.all(
        "SELECT merchant_no, settled_on, arrived_at FROM days WHERE acquirer = ? AND is_timed AND is_covered ORDER BY settled_on, merchant_no", row.acquirer
    ):  # fmt: skip
        due = _due(row, one["settled_on"], calendar)
        if due is not None:
            yield Event(
                acquirer=row.acquirer, what="credit", subject=f"{one['merchant_no']} {one['settled_on']}", due_at=due,
                happened_at=one["arrived_at"], merchant_no=one["merchant_no"], settled_on=one["settled_on"],
            )  # fmt: skip


def _replies(workspace: Workspace, row: ServiceLevel, span: Span) -> Iterable[Event]:
    """Give one event per question to the acquirer: asked, and answered next after that."""
    hours = working_hours(workspace)
    steps = CaseEvent.objects.filter(
        case__acquirer=row.acquirer,
        step__in=[Step.PARTY_ASKED.value, Step.PARTY_ANSWERED.value],
        facts__party="acquirer",
    ).order_by("case_id", "no")
    asked: dict[str, datetime] = {}
    for step in steps.values("case_id", "step", "at"):
        if step["step"] == Step.PARTY_ASKED.value:
            asked.setdefault(step["case_id"], step["at"])
        elif step["case_id"] in asked:
            yield from _reply(row, step["case_id"], asked.pop(step["case_id"]), step["at"], hours, span)
    for number, at in asked.items():
        yield from _reply(row, number, at, None, hours, span)


def _reply(
    row: ServiceLevel, number: str, asked_at: datetime, at: datetime | None, hours: Any, span: Span  # noqa: ANN401
) -> Iterable[Event]:  # fmt: skip
    due = hours.add(asked_at, timedelta(hours=row.within_hours))
    if due is not None and span.has(asked_at):
        yield Event(acquirer=row.acquirer, what="reply", subject=number, due_at=due, happened_at=at, case_id=number)
