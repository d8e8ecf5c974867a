"""The health of merchants, the effect of measures and the paths of cases, from the facts of a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from daozhang.desk import clock, house_audit, measures_book, measures_cases
from daozhang.desk.measures_book import Book, Span
from daozhang.desk.measures_failures import Failure, failures
from daozhang.desk.measures_models import PreventionMeasure
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.measures.effect import Effect, Spell, effect
from daozhang.measures.health import Health, MerchantFacts, ranked
from daozhang.measures.mining import Mined, Trace, Walked, mine

AREA: Final = "measure"
LONGEST_LOOK: Final = 84
"""Days before and after a measure that are compared, at most: twelve weeks."""
WEEK: Final = 7


def health(book: Book) -> list[Health]:
    """Return the health of every merchant with money in the period, the weakest first. Amounts are of its main currency."""
    failed = _failed_days(failures(book.span))
    rows = book.all(
        """
        SELECT d.acquirer, d.merchant_no, arg_max(d.currency, d.expected_minor) AS currency, count(*) AS days,
               sum(expected_minor)::BIGINT AS due, sum(greatest(missing_minor, 0) + returned_minor + held_minor)::BIGINT AS open,
               (SELECT count(*) FROM clearings c WHERE c.acquirer = d.acquirer AND c.merchant_no = d.merchant_no AND c.kind = 'sale'
                AND c.cleared_on BETWEEN getvariable('first_on') AND getvariable('last_on')) AS payments,
               (SELECT count(*) FROM clearings c WHERE c.acquirer = d.acquirer AND c.merchant_no = d.merchant_no AND c.kind = 'dispute'
                AND c.cleared_on BETWEEN getvariable('first_on') AND getvariable('last_on')) AS disputes,
               (SELECT arg_max(m.status, m.line_no) FROM merchants m WHERE m.acquirer = d.acquirer AND m.merchant_no = d.merchant_no) AS status,
               (SELECT count(*) FROM accounts a WHERE a.acquirer = d.acquirer AND a.merchant_no = d.merchant_no) AS agreed,
               (SELECT count(*) FROM accounts a WHERE a.acquirer = d.acquirer AND a.merchant_no = d.merchant_no
                AND (a.to_on IS NULL OR a.to_on >= getvariable('last_on'))) AS valid
        FROM days d GROUP BY d.acquirer, d.merchant_no
        """
    )
    return ranked(
        MerchantFacts(
            acquirer=one["acquirer"], merchant_no=one["merchant_no"], days=one["days"],
            failed_days=min(len(failed.get((one["acquirer"], one["merchant_no"]), ())), one["days"]), due_minor=one["due"],
            open_minor=one["open"], payments=one["payments"], disputes=one["disputes"],
            account_valid=None if not one["agreed"] else one["valid"] > 0, status=one["status"] or "",
        )
        for one in rows
    )  # fmt: skip


def _failed_days(found: Iterable[Failure]) -> dict[tuple[str, str], set[Any]]:
    days: dict[tuple[str, str], set[Any]] = {}
    for one in found:
        days.setdefault((one.acquirer, one.merchant_no), set()).add(one.on)
    return days


# -- measures and their effect


@dataclass(frozen=True, slots=True)
class Judged:
    """One measure with its effect, and the incidents and merchant-days that were compared."""

    measure: PreventionMeasure
    effect: Effect
    before: Spell
    after: Spell
    control_before: Spell
    control_after: Spell
    weeks: int


def note_measure(
    workspace: Workspace, title: str, began_on: Any, *, by: str, acquirer: str = "", merchants: Iterable[str] = (),  # noqa: ANN401
    break_types: Iterable[str] = (), note: str = "",
) -> PreventionMeasure:  # fmt: skip
    """Note what was changed to prevent failures, and since when; InputError without a title."""
    if not title.strip() or began_on > clock.now(workspace).date():
        raise InputError("error-measure", title=title[:40])
    with transaction.atomic():
        made = PreventionMeasure.objects.create(
            title=" ".join(title.split())[:160], began_on=began_on, acquirer=acquirer.strip()[:64],
            merchants=sorted({one.strip() for one in merchants if one.strip()}), break_types=sorted(set(break_types)), note=note[:2000],
            made_by=by[:64], made_at=clock.now(workspace),
        )  # fmt: skip
        house_audit.append(
            workspace, AREA, str(made.pk), "noted", by=by, title=made.title, began_on=made.began_on.isoformat()
        )
    return made


def effects(workspace: Workspace) -> list[Judged]:
    """Return every measure with what can be said of it. Whole weeks of the same length are compared, so that week days weigh alike."""
    measures_book.of_the_house()
    return [_judge(workspace, one) for one in PreventionMeasure.objects.all()]


def _judge(workspace: Workspace, row: PreventionMeasure) -> Judged:
    today = clock.now(workspace).date()
    weeks = min((today - row.began_on).days, LONGEST_LOOK) // WEEK
    if not weeks:
        nothing = Spell(0, 0)
        return Judged(row, effect(nothing, nothing), nothing, nothing, nothing, nothing, 0)
    length = timedelta(days=weeks * WEEK)
    after = Span(row.began_on, row.began_on + length - timedelta(days=1))
    before = Span(row.began_on - length, row.began_on - timedelta(days=1))
    (treated_before, control_before), (treated_after, control_after) = (
        _spells(workspace, span, row) for span in (before, after)
    )
    has_control = bool(row.merchants or row.acquirer) and control_before.days > 0 and control_after.days > 0
    found = (
        effect(treated_before, treated_after, control_before, control_after)
        if has_control
        else effect(treated_before, treated_after)
    )
    return Judged(row, found, treated_before, treated_after, control_before, control_after, weeks)


def _spells(workspace: Workspace, span: Span, row: PreventionMeasure) -> tuple[Spell, Spell]:
    """Return the incidents and merchant-days of a span where the measure was taken, and everywhere else."""

    def is_treated(acquirer: str, merchant_no: str) -> bool:
        return (not row.acquirer or acquirer == row.acquirer) and (not row.merchants or merchant_no in row.merchants)

    incidents: dict[bool, set[str]] = {True: set(), False: set()}
    for one in failures(span):
        if not row.break_types or one.break_type in row.break_types:
            incidents[is_treated(one.acquirer, one.merchant_no)].add(one.case_id or one.finding_id)
    days = {True: 0, False: 0}
    with measures_book.opened(workspace, span) as book:
        for row_of in book.all("SELECT acquirer, merchant_no, count(*) AS many FROM days GROUP BY ALL"):
            days[is_treated(row_of["acquirer"], row_of["merchant_no"])] += row_of["many"]
    return Spell(len(incidents[True]), days[True]), Spell(len(incidents[False]), days[False])


def paths(workspace: Workspace, span: Span) -> Mined:
    """Return the paths that the cases of a period took, and where their time went."""
    measures_book.of_the_house()
    return mine(
        Trace(one.number, tuple(Walked(step.step, step.at, step.by) for step in one.steps))
        for one in measures_cases.logs(workspace, span)
    )
