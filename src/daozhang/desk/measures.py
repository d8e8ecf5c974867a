"""Every figure of a period, and the rows behind each. Lake and desk are asked set-wise; nothing here changes anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from daozhang.desk import clock, measures_book, measures_cases
from daozhang.desk.measures_book import Book, Span
from daozhang.desk.measures_failures import Failure, failures, false_alarms
from daozhang.desk.measures_models import CaseOpinion, Touch
from daozhang.desk.models import CaseEvent, Finding, Notice, Run
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.measures.case_log import CaseLog, Phase, is_fixed_first_time, times_of
from daozhang.measures.figures import Figure, Group, Unit, of_money, of_rate, of_scores, of_spread
from daozhang.measures.rates import Rate
from daozhang.measures.times import Lasting, spread

AGES: Final = ((0, 1), (1, 3), (3, 7), (7, 30), (30, None))
"""Days past due, from and (not included) to."""
ROW_COLUMNS: Final = (
    "kind", "acquirer", "merchant_no", "settled_on", "payout_no", "case_id", "finding_id", "is_counted", "amount_minor", "currency",
    "seconds", "at", "what",
)  # fmt: skip
"""A row behind a figure. ``kind``: day, payout, case, finding. ``is_counted``: it is in the numerator."""
Row = dict[str, Any]


@dataclass(slots=True)
class Measured:
    """The figures of one period, and the means to open each into its rows."""

    span: Span
    now: datetime
    book: Book
    figures: list[Figure] = field(default_factory=list)
    logs: list[CaseLog] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    seconds: Mapping[str, float] = field(default_factory=dict)


@contextmanager
def measured(workspace: Workspace, span: Span) -> Iterator[Measured]:
    """Work out every figure of ``span``; the rows can be asked for while the block lasts."""
    with measures_book.opened(workspace, span) as book:
        made = Measured(span, book.now, book)
        made.logs = measures_cases.logs(workspace, span)
        made.failures = failures(span)
        made.seconds = measures_cases.seconds_of_work(one.number for one in made.logs)
        made.figures = [
            *_of_money(book), *_of_payouts(book), *_of_failures(made, span), *_of_cases(made), *_of_work(made)
        ]  # fmt: skip
        yield made


def figures(workspace: Workspace, span: Span) -> list[Figure]:
    """Return every figure of a period."""
    with measured(workspace, span) as made:
        return made.figures


def rows(workspace: Workspace, span: Span, key: str, part: str = "", *, limit: int = 200, offset: int = 0) -> list[Row]:
    """Return the rows behind a figure; InputError when there is no figure of this name."""
    with measured(workspace, span) as made:
        return rows_of(made, key, part)[offset : offset + limit]


# -- money: merchant-days that are due


def _of_money(book: Book) -> list[Figure]:
    covered = book.one("SELECT count(*) FILTER (is_covered), count(*) FROM days")
    found = [of_rate("coverage", Group.GROUND, Rate(*covered))]
    sums = book.all(
        "SELECT currency, sum(expected_minor)::BIGINT AS due, sum(arrived_minor) FILTER (is_on_time)::BIGINT AS in_time,"
        " sum(expected_minor) FILTER (is_timed)::BIGINT AS timed, count(*) FILTER (NOT is_timed) AS untimed,"
        " sum(arrived_minor)::BIGINT AS arrived, sum(abs(unexplained_minor))::BIGINT AS unexplained,"
        " (sum(greatest(missing_minor, 0)) + sum(returned_minor))::BIGINT AS at_risk, sum(held_minor)::BIGINT AS held,"
        " count(*) FILTER (missing_minor > 0 OR returned_minor > 0) AS risky, count(*) FILTER (held_minor > 0) AS holding,"
        " sum((greatest(missing_minor, 0) + returned_minor) * epoch(getvariable('now') - due_at) / 3600.0"
        "  + CASE WHEN arrived_at > due_at THEN arrived_minor * epoch(arrived_at - due_at) / 3600.0 ELSE 0 END) AS hours"
        " FROM days GROUP BY currency ORDER BY count(*) DESC, currency"
    )
    for one in sums:
        code = one["currency"]
        found += [
            of_money("settled_by_due", Group.MONEY, one["in_time"] or 0, one["timed"] or 0, code, left_out=one["untimed"]),
            of_money("settled_so_far", Group.MONEY, one["arrived"], one["due"], code),
            of_money("unexplained", Group.MONEY, one["unexplained"], one["due"], code),
            _amount("at_risk", one["at_risk"], code, one["risky"]),
            _amount("held", one["held"], code, one["holding"]),
            Figure(key="risk_hours", group=Group.MONEY, unit=Unit.MINOR_HOURS, value=float(one["hours"] or 0), part=code, currency=code),
        ]  # fmt: skip
        found += _ages(book, code)
    in_time = book.one(
        "SELECT count(*) FILTER (is_on_time AND is_whole), count(*) FILTER (is_timed), count(*) FILTER (NOT is_timed) FROM days"
    )
    found.append(of_rate("on_time", Group.MONEY, Rate(in_time[0], in_time[1]), left_out=in_time[2]))
    return found


def _amount(key: str, minor: int, currency: str, count: int) -> Figure:
    return Figure(
        key=key,
        group=Group.MONEY,
        unit=Unit.MINOR,
        value=minor,
        count=count,
        of=count,
        part=currency,
        currency=currency,
    )


def _ages(book: Book, currency: str) -> list[Figure]:
    found = []
    for first, end in AGES:
        count, minor = book.one(
            f"SELECT count(*), coalesce(sum(greatest(missing_minor, 0) + returned_minor), 0)::BIGINT FROM days WHERE {_AGED}",
            currency, first, end or 100_000,
        )  # fmt: skip
        name = f"{first}-{end}" if end else f"{first}+"
        found.append(
            Figure(key="ageing", group=Group.MONEY, unit=Unit.MINOR, value=minor, count=count, of=count, part=f"{currency} {name}", currency=currency)
        )  # fmt: skip
    return found


_AGED: Final = (
    "currency = ? AND (missing_minor > 0 OR returned_minor > 0) AND epoch(getvariable('now') - due_at) / 86400.0 >= ?"
    " AND epoch(getvariable('now') - due_at) / 86400.0 < ?"
)


# -- payout orders


def _of_payouts(book: Book) -> list[Figure]:
    first = book.one(
        "SELECT count(*) FILTER (state = 'claimed' AND NOT is_replaced), count(*) FROM chains WHERE replaces IS NULL AND state <> 'pending'"
    )
    mature = "FALSE" if book.mature_on is None else f"claimed_at::DATE <= DATE '{book.mature_on}'"
    back = book.one(
        f"SELECT count(*) FILTER (is_returned AND {mature}), count(*) FILTER ({mature}), count(*) FILTER (NOT coalesce({mature}, FALSE))"
        " FROM chains WHERE is_claimed"
    )
    return [
        of_rate("first_pass", Group.MONEY, Rate(*first)),
        of_rate("return_rate", Group.MONEY, Rate(back[0], back[1]), left_out=back[2]),
    ]


# -- failures


def _of_failures(made: Measured, span: Span) -> list[Figure]:
    payments = made.book.one("SELECT coalesce(sum(payments), 0)::BIGINT FROM paid")[0]
    days = made.book.one("SELECT count(*) FROM days")[0]
    counts: Counter[str] = Counter()
    on_days: dict[str, set[tuple[object, ...]]] = {}
    for one in made.failures:
        counts[one.break_type] += one.rows
        on_days.setdefault(one.break_type, set()).add((one.acquirer, one.merchant_no, one.on))
    found = []
    for kind, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        found += [
            of_rate("frequency", Group.CASES, Rate(min(count, payments), payments), unit=Unit.PER_10K, part=kind),
            of_rate("frequency_days", Group.CASES, Rate(min(len(on_days[kind]), days), days), part=kind),
        ]
    journal, lines = made.book.one(
        "SELECT coalesce(sum(journal), 0)::BIGINT, coalesce(sum(lines), 0)::BIGINT FROM paid"
    )
    for pair, count, of in (
        ("missing_in_clearing", counts["missing_in_clearing"], journal), ("missing_in_journal", counts["missing_in_journal"], lines),
    ):  # fmt: skip
        found.append(of_rate("unmatched", Group.MONEY, Rate(min(count, of), of), part=pair))
    said, normal = false_alarms(span)
    found.append(of_rate("false_alarms", Group.CASES, Rate(len(normal), len(said))))
    pending = list(
        Finding.objects.filter(is_open=True, break_type="reversal_pending").values_list("first_said_at", flat=True)
    )
    oldest = (made.now - min(pending)).total_seconds() if pending else None
    found.append(
        Figure(
            key="reversals",
            group=Group.WORK,
            unit=Unit.COUNT,
            value=len(pending),
            count=len(pending),
            of=len(pending),
            p90=oldest,
        )
    )
    return found


# -- cases


def _of_cases(made: Measured) -> list[Figure]:
    found = []
    sizes = sorted({one.size for one in made.logs})
    for phase in Phase:
        for size in ["", *sizes]:
            times = phase_times(made.logs, phase, size, made.now)
            left_out = sum(not size or one.size == size for one in made.logs) - len(times)
            found.append(of_spread(phase.value, Group.CASES, spread(times.values()), part=size, left_out=left_out))
    held = [is_fixed_first_time(one, made.now) for one in made.logs]
    judged = [one for one in held if one is not None]
    found.append(of_rate("first_time_fix", Group.CASES, Rate(sum(judged), len(judged)), left_out=held.count(None)))
    return found


def phase_times(logs: Iterable[CaseLog], phase: Phase, size: str, now: datetime) -> dict[str, Lasting]:
    """Return one time of each case that has it, by case number; ``size`` empty means all sizes."""
    found = {one.number: times_of(one, now).get(phase) for one in logs if not size or one.size == size}
    return {number: time for number, time in found.items() if time is not None}


# -- work


def _of_work(made: Measured) -> list[Figure]:
    touched = _touched_days(made.logs)
    made.book.con.execute(
        "CREATE OR REPLACE TEMP TABLE touched (acquirer VARCHAR, merchant_no VARCHAR, settled_on DATE)"
    )
    if touched:
        made.book.con.executemany("INSERT INTO touched VALUES (?, ?, ?)", sorted(touched))
    found = [
        of_money("straight_through", Group.WORK, one["straight"] or 0, one["due"], one["currency"])
        for one in made.book.all(
            f"SELECT currency, sum(arrived_minor) FILTER ({_STRAIGHT})::BIGINT AS straight, sum(expected_minor)::BIGINT AS due"
            " FROM days d GROUP BY currency ORDER BY count(*) DESC, currency"
        )
    ]
    contacts = [one.contacts for one in made.logs]
    mean = sum(contacts) / len(contacts) if contacts else None
    found.append(
        Figure(key="contacts", group=Group.WORK, unit=Unit.COUNT, value=mean, count=sum(contacts), of=len(contacts))
    )
    spent = [Lasting(seconds, is_over=True) for seconds in made.seconds.values()]
    found.append(of_spread("work", Group.WORK, spread(spent), left_out=len(made.logs) - len(spent)))
    found.append(of_scores("opinion", Group.WORK, [one.score for one in _opinions(made.span)]))
    return found


_STRAIGHT: Final = (
    "is_whole AND NOT EXISTS (SELECT 1 FROM touched t WHERE t.acquirer = d.acquirer AND t.merchant_no = d.merchant_no"
    " AND t.settled_on = d.settled_on)"
)


def _touched_days(logs: Sequence[CaseLog]) -> set[tuple[str, str, Any]]:
    """Return the merchant-days that people worked on."""
    numbers = [one.number for one in logs if one.is_touched]
    found: set[tuple[str, str, Any]] = set()
    for start in range(0, len(numbers), 500):
        rows = Finding.objects.filter(incident__case__number__in=numbers[start : start + 500], settled_on__isnull=False)
        found.update(rows.values_list("acquirer", "merchant_no", "settled_on").distinct())
    return found


def _opinions(span: Span) -> list[CaseOpinion]:
    return [one for one in CaseOpinion.objects.select_related("case").order_by("id") if span.has(one.at)]


# -- the rows behind


_DAY_WHERE: Final[Mapping[str, tuple[str, str]]] = {
    "coverage": ("true", "is_covered"), "settled_by_due": ("currency = ? AND is_timed", "is_on_time"),
    "settled_so_far": ("currency = ?", "arrived_minor > 0"), "unexplained": ("currency = ? AND unexplained_minor <> 0", "true"),
    "at_risk": ("currency = ? AND (missing_minor > 0 OR returned_minor > 0)", "true"),
    "held": ("currency = ? AND held_minor > 0", "true"),
    "risk_hours": ("currency = ? AND (missing_minor > 0 OR returned_minor > 0 OR arrived_at > due_at)", "true"),
    "on_time": ("is_timed", "is_on_time AND is_whole"), "straight_through": ("currency = ?", _STRAIGHT),
}  # fmt: skip
"""Figure → which merchant-days it is made of, and which of them count."""
_DAY_AMOUNT: Final[Mapping[str, str]] = {
    "coverage": "expected_minor", "on_time": "expected_minor", "unexplained": "unexplained_minor", "held": "held_minor",
    "at_risk": "greatest(missing_minor, 0) + returned_minor", "risk_hours": "greatest(missing_minor, 0) + returned_minor",
}  # fmt: skip


def rows_of(made: Measured, key: str, part: str) -> list[Row]:
    """Return all rows behind one figure, those that count first; InputError when there is no such figure."""
    if key in _DAY_WHERE:
        where, counted = _DAY_WHERE[key]
        return _days(
            made.book, where, counted, _DAY_AMOUNT.get(key, "arrived_minor"), *([part] if "?" in where else [])
        )
    if key == "ageing":
        currency, _, name = part.partition(" ")
        age = next((one for one in AGES if name == (f"{one[0]}-{one[1]}" if one[1] else f"{one[0]}+")), None)
        if age is None:
            raise InputError("error-measures-figure", figure=key[:40], part=part[:40])
        return _days(made.book, _AGED, "true", _DAY_AMOUNT["at_risk"], currency, age[0], age[1] or 100_000)
    if key in {"first_pass", "return_rate"}:
        return _payouts(made.book, key)
    if key in {"frequency", "frequency_days", "unmatched", "false_alarms"}:
        return _findings(made, key, part)
    if key in {phase.value for phase in Phase}:
        return _timed(made, Phase(key), part)
    if key in {"first_time_fix", "contacts", "work", "opinion", "reversals"}:
        return _worked(made, key)
    raise InputError("error-measures-figure", figure=key[:40], part=part[:40])


def _row(kind: str, **known: Any) -> Row:  # noqa: ANN401 - cells of a row
    return {name: known.get(name) for name in ROW_COLUMNS} | {"kind": kind, "is_counted": known.get("is_counted", True)}


def _days(book: Book, where: str, counted: str, amount: str, *bound: object) -> list[Row]:
    found = book.all(
        f"SELECT acquirer, merchant_no, settled_on, currency, {amount} AS amount_minor, coalesce({counted}, false) AS is_counted,"
        " arrived_at AS at, CASE WHEN arrived_at > due_at THEN epoch(arrived_at - due_at) END AS seconds"
        f" FROM days d WHERE {where} ORDER BY is_counted, settled_on DESC, acquirer, merchant_no", *bound,
    )  # fmt: skip
    return [_row("day", **one) for one in found]


def _payouts(book: Book, key: str) -> list[Row]:
    mature = "FALSE" if book.mature_on is None else f"claimed_at::DATE <= DATE '{book.mature_on}'"
    where, counted = (
        ("replaces IS NULL AND state <> 'pending'", "state = 'claimed' AND NOT is_replaced")
        if key == "first_pass"
        else (f"is_claimed AND {mature}", "is_returned")
    )
    order = "is_counted" if key == "first_pass" else "is_counted DESC"
    found = book.all(
        f"SELECT acquirer, merchant_no, settled_on, payout_no, currency, planned_minor AS amount_minor, {counted} AS is_counted,"
        f" claimed_at AS at, state AS what FROM chains WHERE {where} ORDER BY {order}, settled_on DESC, payout_no"
    )
    return [_row("payout", **one) for one in found]


def _findings(made: Measured, key: str, part: str) -> list[Row]:
    if key == "false_alarms":
        said, normal = false_alarms(made.span)
        return [_row("finding", **one.cells(), is_counted=one.finding_id in normal) for one in said]
    return [_row("finding", **one.cells()) for one in made.failures if one.break_type == part]


def _timed(made: Measured, phase: Phase, size: str) -> list[Row]:
    times = phase_times(made.logs, phase, size, made.now)
    by_number = {one.number: one for one in made.logs}
    ordered = sorted(times.items(), key=lambda pair: (-pair[1].seconds, pair[0]))
    return [
        _row("case", **_of_case(by_number[number]), seconds=time.seconds, is_counted=time.is_over, at=by_number[number].opened_at)
        for number, time in ordered
    ]  # fmt: skip


def _of_case(one: CaseLog) -> Row:
    return {
        "acquirer": one.acquirer, "merchant_no": one.merchant_no, "case_id": one.number, "amount_minor": one.gap_minor,
        "currency": one.currency, "what": one.size,
    }  # fmt: skip


def _worked(made: Measured, key: str) -> list[Row]:
    if key == "opinion":
        shown = _opinions(made.span)
        return (
            [_row("case", case_id=one.case_id, at=one.at, what=str(one.score)) for one in shown]
            if len(shown) >= 5
            else []
        )
    if key == "reversals":
        pending = Finding.objects.filter(is_open=True, break_type="reversal_pending").order_by("first_said_at")
        return [
            _row("finding", finding_id=one.finding_id, acquirer=one.acquirer, merchant_no=one.merchant_no, at=one.first_said_at,
                 what=one.terminal_no, amount_minor=one.gap_minor, currency=one.currency)
            for one in pending
        ]  # fmt: skip
    found = []
    for one in made.logs:
        held = is_fixed_first_time(one, made.now)
        if key == "first_time_fix" and held is not None:
            found.append(_row("case", **_of_case(one), is_counted=held, at=one.closings[0]))
        elif key == "contacts":
            found.append(
                _row(
                    "case",
                    **(_of_case(one) | {"what": str(one.contacts)}),
                    is_counted=one.contacts > 0,
                    at=one.opened_at,
                )
            )
        elif key == "work" and one.number in made.seconds:
            found.append(_row("case", **_of_case(one), seconds=made.seconds[one.number], at=one.opened_at))
    return found


MOST_KEPT: Final = 8
_kept: dict[tuple[object, ...], list[Figure]] = {}
"""Figures that were worked out lately in this process, by everything they depend on."""


def kept(workspace: Workspace, span: Span) -> list[Figure]:
    """Return every figure of a period, from memory while neither a run, a case, an answer nor a touch has come since."""
    measures_book.of_the_house()
    state = (
        workspace.root, span, Run.objects.values_list("id", flat=True).first(), clock.now(workspace).date(),
        *(table.objects.order_by("-id").values_list("id", flat=True).first() for table in (CaseEvent, CaseOpinion, Touch)),
        Notice.objects.filter(sent_at__isnull=False).count(),
    )  # fmt: skip
    if state not in _kept:
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[state] = figures(workspace, span)
    return _kept[state]
