"""The reports of the house as tables with words: providers, health, effects, paths, data quality. One form for page, command and workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daozhang.desk import (
    clock,
    measures,
    measures_book,
    measures_house,
    measures_providers,
    measures_quality,
    measures_said,
)
from daozhang.desk.measures_book import Span
from daozhang.desk.workspace import Workspace
from daozhang.measures import agreed
from daozhang.reports.workbook import Table, workbook
from daozhang.texts import has, say

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its words, and what it opens: ``case``, ``day`` (acquirer/merchant/day), ``line`` (import/line), ``import`` or nothing."""

    text: str
    opens: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One table: the key of its name, the sentence above it, its columns as text keys, its rows."""

    key: str
    lead: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _cell(value: object) -> Cell:
    return Cell("—" if value is None or value == "" else str(value))


def _case(number: str) -> Cell:
    return Cell(number, "case", (number,)) if number else Cell("—")


def _cases(numbers: tuple[str, ...]) -> Cell:
    shown = " ".join(numbers[:5])
    return Cell(f"{shown} …" if len(numbers) > 5 else shown, "case" if len(numbers) == 1 else "", numbers[:1])


def _moment(at: datetime | None) -> Cell:
    return Cell(f"{at:%Y-%m-%d %H:%M}" if at else "—")


def providers(workspace: Workspace, span: Span, language: str) -> list[Section]:
    """Return how each provider kept its agreed times, and each breach with the row that shows it."""
    with measures_book.opened(workspace, span) as book:
        scores = agreed.scores(measures_providers.events(workspace, book), book.now)
    kept, late = [], []
    for one in scores:
        ends = one.kept.per(100)
        share = f"{ends[0]:.1f}%" if ends else "—"
        sure = say(language, "measures-between", low=f"{ends[1]:.1f}%", high=f"{ends[2]:.1f}%") if ends else "—"
        what = say(language, f"ops-agreed-{one.what}")
        kept.append(
            (_cell(one.acquirer), Cell(what), Cell(share), Cell(sure), Cell(f"{one.kept.count} / {one.kept.of}"))
        )
        for breach in one.breaches:
            event = breach.event
            how = measures_said.lasting(language, breach.late_s)
            late.append(
                (
                    _cell(event.acquirer), Cell(what), _subject(event), _moment(event.due_at), _moment(event.happened_at),
                    Cell(how if breach.is_over else say(language, "ops-still", time=how)),
                )
            )  # fmt: skip
    lead = (
        say(language, "ops-providers-lead") if measures_providers.agreements() else say(language, "ops-providers-none")
    )
    return [
        Section("ops-kept", lead, ("ops-col-provider", "ops-col-what", "ops-col-kept", "measures-col-between", "measures-col-made-of"), tuple(kept)),
        Section("ops-breaches", say(language, "ops-breaches-lead", count=len(late)),
                ("ops-col-provider", "ops-col-what", "ops-col-about", "ops-col-due", "ops-col-happened", "ops-col-late"), tuple(late[:MOST])),
    ]  # fmt: skip


def _subject(event: agreed.Event) -> Cell:
    if event.case_id:
        return _case(event.case_id)
    if event.import_id and event.line_no:
        return Cell(f"{event.subject} ({event.file}:{event.line_no})", "line", (event.import_id, str(event.line_no)))
    if event.merchant_no and event.settled_on:
        return Cell(event.subject, "day", (event.acquirer, event.merchant_no, event.settled_on.isoformat()))
    return Cell(event.subject)


def health(workspace: Workspace, span: Span, language: str) -> list[Section]:
    """Return the health of merchants, the weakest first, each with its three largest drivers."""
    with measures_book.opened(workspace, span) as book:
        found = measures_house.health(book)
    rows = []
    for one in found[:MOST]:
        drivers = [
            say(
                language,
                f"ops-driver-{driver.name}",
                points=driver.points,
                count=f"{driver.count:,}",
                of=f"{driver.of:,}",
            )
            for driver in one.drivers[:3]
        ]
        rows.append(
            (_cell(one.facts.merchant_no), _cell(one.facts.acquirer), _cell(one.score), _cell("; ".join(drivers)))
        )
    columns = ("measures-row-merchant-no", "measures-row-acquirer", "ops-col-score", "ops-col-drivers")
    return [Section("ops-health", say(language, "ops-health-lead"), columns, tuple(rows))]


def effects(workspace: Workspace, _span: Span, language: str) -> list[Section]:
    """Return every measure with what can be said of it."""
    rows = []
    for one in measures_house.effects(workspace):
        ratio = "—"
        if one.effect.ratio is not None and one.effect.low is not None and one.effect.high is not None:
            ratio = f"× {one.effect.ratio:.2f} ({one.effect.low:.2f} – {one.effect.high:.2f})"
        verdict = say(language, f"ops-effect-{one.effect.verdict.value.replace('_', '-')}")
        if one.effect.ratio is not None and not one.effect.is_controlled:
            verdict = f"{verdict} {say(language, 'ops-effect-bare')}"
        control = (
            f"{one.control_before.count}/{one.control_before.days} → {one.control_after.count}/{one.control_after.days}"
        )
        rows.append(
            (
                _cell(one.measure.title), _cell(one.measure.began_on), _cell(one.weeks),
                Cell(f"{one.before.count}/{one.before.days} → {one.after.count}/{one.after.days}"), Cell(control), Cell(ratio), Cell(verdict),
            )
        )  # fmt: skip
    columns = (
        "ops-col-measure",
        "ops-col-began",
        "ops-col-weeks",
        "ops-col-treated",
        "ops-col-control",
        "ops-col-ratio",
        "ops-col-verdict",
    )
    return [Section("ops-effects", say(language, "ops-effects-lead"), columns, tuple(rows))]


def paths(workspace: Workspace, span: Span, language: str) -> list[Section]:
    """Return the paths of cases: what is proposed, the waits, the variants."""
    found = measures_house.paths(workspace, span)

    def word(step: str) -> str:
        return (
            say(language, f"step-{step.replace('_', '-')}") if has(language, f"step-{step.replace('_', '-')}") else step
        )

    proposals = tuple(
        (
            Cell(say(language, f"ops-proposal-{one.kind}", step=word(one.step), after=word(one.after), count=one.count, of=one.of,
                     time=measures_said.lasting(language, one.seconds))),
            _cases(one.cases),
        )
        for one in found.proposals
    )  # fmt: skip
    edges = tuple(
        (Cell(word(one.before)), Cell(word(one.after)), _cell(one.count), Cell(measures_said.lasting(language, one.median_s)),
         Cell(measures_said.lasting(language, one.total_s)), _cases(one.cases))
        for one in found.edges[:50]
    )  # fmt: skip
    variants = tuple(
        (Cell(" → ".join(word(step) for step in one.path)), _cell(len(one.cases)), Cell(measures_said.lasting(language, one.median_s)), _cases(one.cases))
        for one in found.variants[:50]
    )  # fmt: skip
    lead = (
        say(language, "ops-paths-lead", count=found.cases)
        if found.bottleneck
        else say(language, "ops-paths-few", count=found.cases)
    )
    return [
        Section("ops-proposals", lead, ("ops-col-proposal", "measures-row-case-id"), proposals),
        Section("ops-waits", say(language, "ops-waits-lead"),
                ("ops-col-before", "ops-col-after", "ops-col-times", "ops-col-median", "ops-col-total", "measures-row-case-id"), edges),
        Section("ops-variants", say(language, "ops-variants-lead"), ("ops-col-path", "ops-col-times", "ops-col-median", "measures-row-case-id"), variants),
    ]  # fmt: skip


def quality(workspace: Workspace, span: Span, language: str) -> list[Section]:
    """Return what was wrong in the files of the period, and whether the product's own books agree."""
    wrong = tuple(
        (Cell(one.file, "import", (one.import_id,)), Cell(_reason(language, one.reason)), _cell(one.count))
        for one in measures_quality.defects(span)[:MOST]
    )
    own = tuple(
        (Cell(say(language, f"ops-check-{one.name}")), _cell(one.looked_at), _cell(one.wrong))
        for one in measures_quality.checks(workspace)
    )
    return [
        Section("ops-defects", say(language, "ops-defects-lead", count=len(wrong)), ("ops-col-file", "ops-col-reason", "ops-col-times"), wrong),
        Section("ops-checks", say(language, "ops-checks-lead"), ("ops-col-check", "ops-col-looked", "ops-col-wrong"), own),
    ]  # fmt: skip


def _reason(language: str, reason: str) -> str:
    """Return the name of a defect: the state of a file that could not be read, a reason of lines, or a warning."""
    for key in (f"web-import-state-{reason.replace('_', '-')}", f"ops-defect-{reason.replace('_', '-')}"):
        if has(language, key):
            return say(language, key)
    return reason


REPORTS: Final[Mapping[str, Callable[[Workspace, Span, str], list[Section]]]] = {
    "providers": providers, "health": health, "effects": effects, "paths": paths, "quality": quality,
}  # fmt: skip
"""Report → what makes it."""


def pack(workspace: Workspace, span: Span, language: str) -> bytes:
    """Return the pack for providers as a workbook: kept times, breaches, figures, paths; every number names its cases and rows."""
    tables: dict[str, Table] = {}
    for section in (
        *providers(workspace, span, language),
        *paths(workspace, span, language),
        *quality(workspace, span, language),
    ):
        tables[section.key.removeprefix("ops-")] = (
            [say(language, key) for key in section.columns], [[cell.text for cell in row] for row in section.rows]
        )  # fmt: skip
    figures = measures.kept(workspace, span)
    tables["figures"] = (
        [say(language, f"measures-col-{name}") for name in ("figure", "value", "between", "made-of")],
        [[measures_said.name(language, one), measures_said.value(language, one), measures_said.between(language, one),
          measures_said.made_of(language, one)] for one in figures],
    )  # fmt: skip
    return workbook(tables, stated_at=clock.now(workspace))
