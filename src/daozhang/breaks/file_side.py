"""Files that have not come, were cut, contradict themselves, or do not follow from the file before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from daozhang.breaks.kinds import Break, BreakType, Evidence, Grain, Keys, Severity
from daozhang.calendars import Calendar
from daozhang.expectations.files import FileHistory, FilePlan, FileSource, gaps, is_regular, overdue, plan_of
from daozhang.expectations.statements import BrokenChain

CUT_WARNINGS: Final = frozenset({"warn-truncated", "warn-summary-missing", "warn-trailer-missing"})
"""Warnings that say that lines are not there."""
PATIENCE: Final = timedelta(days=1)
"""How long a late file is kept in view before it is an alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One source with what came from it, the plan somebody set for it, and a file of it to look at."""

    history: FileHistory
    evidence: Evidence | None = None
    plan: FilePlan | None = None
    complete_on: frozenset[date] = field(default_factory=frozenset)
    """Days of which other files of this kind have the lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulFile:
    """A file that says of itself that it is not whole, or whose totals are not those of its lines."""

    name: str
    table: str
    acquirer: str
    account_tail: str
    warning: str
    facts: Mapping[str, object]
    evidence: Evidence
    merchant_no: str = ""
    covers_on: date | None = None
    """Whose file it is and for which day, where it came with a word on that."""


def of_senders(senders: Iterable[Sender], calendar: Calendar, as_of: datetime) -> list[Break]:
    """Return the files that are missing (a later one came) and, for each source, the first one that is late.

    A late file is kept in view and is an alarm a day later, where arrivals or a person say when it comes. Where files
    are brought in by hand nobody knows more than that there is none yet, and it stays in view.
    """
    found: list[Break] = []
    for sender in sorted(senders, key=lambda one: one.history.source):
        plan = sender.plan or plan_of(sender.history, calendar)
        if plan is not None and not plan.is_expected:
            continue
        if sender.plan is None and not is_regular(sender.history, calendar):
            continue
        found += _missing(sender, plan, calendar, as_of)
        if plan is not None:
            found += _late(sender, plan, calendar, as_of)
    return found


def _missing(sender: Sender, plan: FilePlan | None, calendar: Calendar, as_of: datetime) -> list[Break]:
    found = []
    for day in gaps(sender.history, plan, calendar, as_of):
        if day in sender.complete_on:
            continue
        due = plan.due_at(day, calendar) if plan else None
        if due is not None and due >= as_of:
            continue
        found.append(_file(BreakType.FILE_MISSING, sender, day, due, Severity.ALARM, days=1))
    return found


def _late(sender: Sender, plan: FilePlan, calendar: Calendar, as_of: datetime) -> list[Break]:
    waiting = [
        (day, due) for day, due in overdue(sender.history, plan, calendar, as_of) if day not in sender.complete_on
    ]
    if not waiting:
        return []
    day, due = waiting[0]
    is_told = plan.how != "shipped"
    severity = Severity.ALARM if is_told and as_of - due > PATIENCE else Severity.WATCH
    return [_file(BreakType.FILE_LATE, sender, day, due, severity, days=len(waiting))]


def _file(
    kind: BreakType, sender: Sender, day: date, due: datetime | None, severity: Severity, **facts: object
) -> Break:
    source: FileSource = sender.history.source
    return Break(
        type=kind, grain=Grain.FILE, gap_minor=0, severity=severity, due_at=due,
        keys=Keys(acquirer=source.acquirer, merchant_no=source.merchant_no, account_tail=source.account_tail, settled_on=day,
                  file=source.table),
        facts={"source": source.table, "day": day, "acquirer": source.acquirer, "account_tail": source.account_tail,
               "detail": ""} | facts,
        evidence=(sender.evidence,) if sender.evidence else (),
    )  # fmt: skip


def of_chains(chains: Iterable[BrokenChain], said: Sequence[Break], is_workday: Mapping[date, bool]) -> list[Break]:
    """Return what statements say about each other, leaving out days whose file is ``said`` to be missing already.

    A gap in the numbers over which the balance moved proves that a statement is missing; days between two exports over
    which it moved are kept in view: whoever draws statements by hand chooses the days.
    """
    known = {
        (one.keys.account_tail, one.keys.settled_on) for one in said if one.type in {BreakType.FILE_MISSING, BreakType.FILE_LATE}
    }  # fmt: skip
    found = []
    for chain in chains:
        days = _days_between(chain, is_workday)
        if any((chain.after.account_tail, day) in known for day in days):
            continue
        found.append(_chain(chain, days[0]))
    return found


def _days_between(chain: BrokenChain, is_workday: Mapping[date, bool]) -> list[date]:
    """Return the days that the missing lines may be of, working days where there are any."""
    first, last = chain.before.last_on, chain.after.first_on
    assert first is not None
    assert last is not None
    days = [first + timedelta(days=step) for step in range(1, (last - first).days)]
    working = [day for day in days if is_workday.get(day, day.weekday() < 5)]
    return working or days or [last]


def _chain(chain: BrokenChain, day: date) -> Break:
    after, before = chain.after, chain.before
    is_missing = chain.kind != "balances"
    is_proven = chain.kind == "numbers" and bool(chain.between_minor)
    return Break(
        type=BreakType.FILE_MISSING if is_missing else BreakType.FILE_CONTRADICTS_ITSELF, grain=Grain.FILE, gap_minor=0,
        currency=after.currency, severity=Severity.ALARM if is_proven else Severity.WATCH,
        keys=Keys(account_tail=after.account_tail, settled_on=day, file="bank_entries" if is_missing else after.file),
        facts={"source": "bank_entries", "day": day, "acquirer": "", "account_tail": after.account_tail, "detail": "",
               "chain": chain.kind, "between_minor": chain.between_minor, "missing_from": chain.missing_from,
               "missing_to": chain.missing_to, "closing_minor": before.closing_minor, "opening_minor": after.opening_minor,
               "until": before.last_on, "from": after.first_on},
        evidence=(Evidence(before.file, before.line_no, before.import_id), Evidence(after.file, after.line_no, after.import_id)),
    )  # fmt: skip


def of_doubtful_files(files: Iterable[DoubtfulFile]) -> list[Break]:
    """Return files whose own totals do not add up: rows cut off are an alarm, other contradictions are kept in view."""
    found = []
    for file in files:
        is_cut = bool(file.facts.get("rows_missing")) or file.warning in CUT_WARNINGS
        found.append(
            Break(
                type=BreakType.FILE_TRUNCATED if is_cut else BreakType.FILE_CONTRADICTS_ITSELF, grain=Grain.FILE, gap_minor=0,
                severity=Severity.ALARM if is_cut else Severity.WATCH,
                keys=Keys(acquirer=file.acquirer, merchant_no=file.merchant_no, settled_on=file.covers_on, file=file.name),
                facts={"source": file.table, "day": file.covers_on, "acquirer": file.acquirer, "account_tail": file.account_tail,
                       "detail": file.warning},
                evidence=(file.evidence,),
            )
        )  # fmt: skip
    return found
