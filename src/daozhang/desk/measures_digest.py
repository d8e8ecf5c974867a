"""The weekly letter: what is open past its time, what came and went, in the words of the reader's role; sent through the outbox."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from daozhang import money
from daozhang.cases.life import OPEN_STATES
from daozhang.desk import clock, measures_book, measures_cash
from daozhang.desk.models import Case, Notice, Run
from daozhang.desk.telling import addresses, directory
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import cause_of
from daozhang.texts import has, say

ROLES: Final = {"owner": ("SHOP_LEAD", "SELF"), "manager": ("FINANCE", "HQ_FINANCE")}
"""Reader → roles of the contact book that get the letter written for them."""
SENT_ON: Final = 0
SENT_FROM_HOUR: Final = 8
"""Monday from eight in the morning on."""


@dataclass(frozen=True, slots=True)
class Digest:
    """One letter: its subject and its lines; ``overdue`` are the cases that it names as past their time."""

    role: str
    week: str
    subject: str
    lines: tuple[str, ...]
    overdue: tuple[str, ...]

    @property
    def body(self) -> str:
        """Return the letter as text."""
        return "\n".join(self.lines) + "\n"


def digest(workspace: Workspace, role: str, language: str, at: datetime | None = None) -> Digest:
    """Return the letter of the seven days up to ``at`` for a reader: ``owner`` (few words) or ``manager`` (with causes and providers).

    Every open case past its deadline stands in it, however many; a week in which nothing happened says so.
    """
    measures_book.of_the_house()
    moment = at or clock.now(workspace)
    since = moment - timedelta(days=7)
    year, number, _ = moment.isocalendar()
    late = list(
        Case.objects.filter(state__in=OPEN_STATES, deadline_at__lte=moment)
        .select_related("incident")
        .order_by("deadline_at", "number")
    )
    opened = Case.objects.filter(opened_at__gt=since, opened_at__lte=moment).count()
    closed = Case.objects.filter(closed_at__gt=since, closed_at__lte=moment).count()
    still = Case.objects.filter(state__in=OPEN_STATES).count()
    lines = [say(language, f"digest-hello-{role}", first=f"{since:%Y-%m-%d}", last=f"{moment:%Y-%m-%d}")]
    if not (late or opened or closed or still):
        lines.append(say(language, "digest-quiet"))
    else:
        lines.append(say(language, "digest-counts", opened=opened, closed=closed, still=still))
        lines.append(say(language, "digest-late", count=len(late)) if late else say(language, "digest-none-late"))
        lines += [_line(language, role, case, moment) for case in late]
    lines += _money(workspace, language)
    if role == "manager":
        lines.append(say(language, "digest-more"))
    subject = say(language, "digest-subject", week=f"{year}-W{number:02d}", late=len(late))
    return Digest(role, f"{year}-W{number:02d}", subject, tuple(lines), tuple(case.number for case in late))


def _line(language: str, role: str, case: Case, moment: datetime) -> str:
    facts = {
        "number": case.number,
        "amount": money.to_text(abs(case.gap_minor), case.currency),
        "at": f"{case.deadline_at or moment:%Y-%m-%d %H:%M}",
    }
    if role == "owner":
        return say(language, "digest-case-owner", **facts)
    cause = cause_of(case.incident.cause_code)
    name = (
        say(language, cause.key("name"))
        if cause and has(language, cause.key("name"))
        else say(language, "notify-cause-unknown")
    )
    return say(
        language,
        "digest-case-manager",
        **facts,
        cause=name,
        acquirer=case.acquirer or "-",
        merchant=case.merchant_no or "-",
    )


def _money(workspace: Workspace, language: str) -> list[str]:
    """Return what the cash calendar says of the next two weeks, per currency; nothing before the first run."""
    if not Run.objects.exists():
        return []
    found = []
    for one in measures_cash.calendars(workspace, days=14):
        coming = sum(day.in_minor for day in one.days)
        late = one.undated_minor("past_due")
        if not (coming or late or one.short_on):
            continue
        facts = {"coming": money.to_text(coming, one.currency), "late": money.to_text(late, one.currency)}
        found.append(say(language, "digest-money", **facts))
        if one.short_on:
            found.append(say(language, "digest-short", first=str(one.short_on[0]), count=len(one.short_on)))
    return found


def send(workspace: Workspace, at: datetime | None = None) -> int:
    """Put the letters of the week into the outbox, one for each verified address of our own roles; return how many are new.

    Safe to do again: a letter of the same week to the same address is one row.
    """
    moment = at or clock.now(workspace)
    book, language, made = directory(workspace), workspace.settings.language, []
    for reader, roles in ROLES.items():
        letter = digest(workspace, reader, language, moment)
        for role in roles:
            for contact in addresses(book, role, ""):
                mark = hashlib.sha256(f"{contact.channel}:{contact.address}".encode()).hexdigest()[:8]
                made.append(
                    Notice(
                        key=f"digest/{letter.week}/{role}/{mark}", channel=contact.channel, address=contact.address, role=role,
                        language=language, subject=letter.subject, body=letter.body,
                    )
                )  # fmt: skip
    return _keep(made)


def _keep(made: Sequence[Notice]) -> int:
    known = set(Notice.objects.filter(key__in=[one.key for one in made]).values_list("key", flat=True))
    fresh = [one for one in made if one.key not in known]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def is_due(workspace: Workspace, moment: datetime) -> bool:
    """Return whether the letter of this week is due and was not written yet; never where the setting is off."""
    if not workspace.settings.weekly_digest or moment.weekday() != SENT_ON or moment.hour < SENT_FROM_HOUR:
        return False
    year, number, _ = moment.isocalendar()
    return not Notice.objects.filter(key__startswith=f"digest/{year}-W{number:02d}/").exists()
