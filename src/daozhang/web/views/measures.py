"""What the head of operations watches: the figures of a period, and the rows that each is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from daozhang.desk import measures as desk_measures
from daozhang.desk import measures_book, measures_opinion, measures_said
from daozhang.desk.cases import case_named
from daozhang.desk.measures_book import Span
from daozhang.errors import DaozhangError, InputError
from daozhang.measures.figures import Figure, Group, Unit
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

MOST_ROWS: Final = 200
SMALL_PCT: Final = 20.0
FIRST: Final = 3
"""Lines of one figure that are shown at once."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip 100 wide: the interval from ``x``, ``width`` wide, and the value at ``at``."""

    x: float
    width: float
    at: float


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the page."""

    figure: Figure
    part: str
    value: str
    between: str
    made_of: str
    before: str
    strip: Strip | None


@dataclass(frozen=True, slots=True)
class Block:
    """All figures of one key: its name, its definition, its lines."""

    key: str
    lines: tuple[Shown, ...]

    @property
    def first(self) -> tuple[Shown, ...]:
        """Return the lines that are shown at once."""
        return self.lines[:FIRST]

    @property
    def rest(self) -> tuple[Shown, ...]:
        """Return the lines that open on demand."""
        return self.lines[FIRST:]

    @property
    def title_key(self) -> str:
        """Return the text key of its name."""
        return f"measures-figure-{self.key.replace('_', '-')}"

    @property
    def text_key(self) -> str:
        """Return the text key of its definition."""
        return f"{self.title_key}-text"


@require_GET
def measures(request: HttpRequest) -> HttpResponse:
    """Show every figure of the period beside the period before."""
    try:
        span = _span(request)
    except InputError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("measures")
    found = desk_measures.kept(workspace(), span)
    before = {(one.key, one.part): one for one in desk_measures.kept(workspace(), span.before)}
    groups = [
        (f"measures-group-{group.value}", _blocks(request, [one for one in found if one.group is group], before))
        for group in Group
    ]
    return render(request, "web/measures.html", {"span": span, "groups": groups})


@require_GET
def measure_rows(request: HttpRequest, key: str) -> HttpResponse:
    """Show the rows behind one figure."""
    span, part = _span(request), request.GET.get("part", "")[:64]
    with desk_measures.measured(workspace(), span) as made:
        rows = desk_measures.rows_of(made, key.replace("-", "_"), part)
        figure = next((one for one in made.figures if (one.key, one.part) == (key.replace("-", "_"), part)), None)
    language = language_of(request)
    facts = {
        "span": span, "shown": Block(key, ()), "count": len(rows),
        "part": measures_said.part_name(language, figure) if figure else part,
        "value": measures_said.value(language, figure) if figure else "",
        "rows": [row | {"time": measures_said.lasting(language, float(row["seconds"])) if row["seconds"] else ""} for row in rows[:MOST_ROWS]],
    }  # fmt: skip
    return render(request, "web/measure_rows.html", facts)


@require_http_methods(["GET", "POST"])
def opinion(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the one question after a case closed, and keep the answer."""
    case = case_named(number)
    if request.method == "POST":
        score = request.POST.get("score", "")
        try:
            measures_opinion.answer(
                workspace(), number, int(score) if score.isascii() and score.isdigit() else 0, by=who(request),
                note=request.POST.get("note", ""),
            )  # fmt: skip
            messages.success(request, text(request, "opinion-thanks"))
            return redirect("case", number)
        except DaozhangError as error:
            messages.error(request, words.refusal(language_of(request), error))
    facts = {"case": case, "may": measures_opinion.may_answer(case), "scores": measures_opinion.SCORES}
    return render(request, "web/opinion.html", facts)


@login_not_required
@require_GET
def metrics(_request: HttpRequest) -> HttpResponse:
    """Send a collector to the gauges of the API, which asks for a token."""
    return redirect("api:metrics")


def _span(request: HttpRequest) -> Span:
    return measures_book.span_of(workspace(), request.GET.get("since", ""), request.GET.get("until", ""))


def _blocks(request: HttpRequest, figures: Sequence[Figure], before: dict[tuple[str, str], Figure]) -> list[Block]:
    ordered = sorted(figures, key=lambda one: _first_place(figures, one.key))
    found = []
    for key, many in groupby(ordered, key=lambda one: one.key):
        lines = list(many)
        widest = max((_end(one) for one in lines), default=0.0)
        found.append(Block(key, tuple(_line(request, one, before.get((one.key, one.part)), widest) for one in lines)))
    return found


def _first_place(figures: Sequence[Figure], key: str) -> int:
    return next(place for place, one in enumerate(figures) if one.key == key)


def _line(request: HttpRequest, one: Figure, before: Figure | None, widest: float) -> Shown:
    language = language_of(request)
    return Shown(
        figure=one, part=measures_said.part_name(language, one), value=measures_said.value(language, one),
        between=measures_said.between(language, one), made_of=measures_said.made_of(language, one),
        before=measures_said.value(language, before) if before and before.value is not None else "",
        strip=_strip(one, _whole(one, widest)),
    )  # fmt: skip


def _end(one: Figure) -> float:
    ends: list[Any] = [one.high, one.value]
    return max((float(end) for end in ends if end is not None), default=0.0)


def _whole(one: Figure, widest: float) -> float:
    """Return what a strip is drawn against: a share of the whole against 100, a small one (a fee rate) against its likes."""
    is_share = one.unit is Unit.PCT and (one.low is not None or widest > SMALL_PCT)
    return max(100.0, widest) if is_share else widest


def _strip(one: Figure, widest: float) -> Strip | None:
    """Return the picture of a rate with its interval, or of an amount as a bar from 0; None where there is nothing to draw."""
    if one.value is None or not widest or one.unit not in {Unit.PCT, Unit.PER_10K, Unit.MINOR}:
        return None
    low, high = (0.0, one.value) if one.low is None or one.high is None else (one.low, one.high)
    scale = 100 / widest
    at = min(one.value * scale, 99.2)
    return Strip(round(low * scale, 2), round(max((high - low) * scale, 0.6), 2), round(at, 2))
