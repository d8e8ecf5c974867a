"""Courses: the list with everybody's standing, one course with its quiz, the quiz marked with every wrong answer explained."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from daozhang.desk import learning_courses as desk
from daozhang.desk.learning_models import Learner
from daozhang.errors import RefusedError
from daozhang.learning import courses
from daozhang.learning.courses import Course, Question
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

CHIPS = {"trained": "good", "retest": "watch", "expired": "watch", "failed": "watch", "untrained": ""}


@require_GET
def learning(request: HttpRequest) -> HttpResponse:
    """Show the courses, and who stands where."""
    language = language_of(request)
    rows = [
        (one, courses.course(one.course).title[language], f"learn-state-{one.state}", CHIPS[one.state])
        for one in desk.standings(workspace())
    ]
    facts = {
        "courses": [(one, one.title[language]) for one in courses.courses()], "rows": rows, "asked": courses.ASKED,
        "needed": courses.PASS,
    }  # fmt: skip
    return render(request, "web/learning.html", facts)


@require_http_methods(["GET", "POST"])
def course(request: HttpRequest, code: str) -> HttpResponse:
    """Show a course with a quiz; mark the answers."""
    try:
        chosen = courses.course(code)
    except RefusedError:
        raise Http404 from None
    seed = request.POST.get("seed", request.GET.get("seed", ""))
    if not (seed.isascii() and seed.isdigit() and len(seed) < 10):
        return redirect(f"{reverse('course', args=[code])}?seed={desk.new_seed()}")
    if request.method == "POST":
        return _marked(request, chosen, int(seed))
    return render(request, "web/course.html", _facts(request, chosen, int(seed)))


def _facts(request: HttpRequest, chosen: Course, seed: int, given: tuple[str, ...] = ()) -> dict[str, object]:
    language = language_of(request)
    drawn = courses.drawn(chosen, seed)
    shown = [_shown(one, language, given[at] if given else "") for at, one in enumerate(drawn)]
    return {
        "code": chosen.code, "title": chosen.title[language], "page": f"{language}/{chosen.page}", "seed": seed,
        "questions": shown, "people": Learner.objects.filter(is_active=True), "given": given,
    }  # fmt: skip


def _shown(one: Question, language: str, given: str) -> tuple[str, list[tuple[str, str]], str, str]:
    """Return the question, its options (letter, text), the answer that was given, and why that one is wrong."""
    options = list(zip(courses.LETTERS, one.options, strict=True))
    why = next((option.why[language] for letter, option in options if letter == given and not option.is_right), "")
    return one.ask[language], [(letter, option.say[language]) for letter, option in options], given, why


def _marked(request: HttpRequest, chosen: Course, seed: int) -> HttpResponse:
    answers = [request.POST.get(f"q{at}", "") for at in range(1, courses.ASKED + 1)]
    try:
        result, certificate = desk.take(
            workspace(), request.POST.get("learner", ""), chosen.code, seed, answers, by=who(request)
        )
    except RefusedError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect(f"{reverse('course', args=[chosen.code])}?seed={seed}")
    said = (
        text(request, "learn-passed", number=certificate.number, until=certificate.valid_until)
        if certificate
        else text(request, "learn-failed", right=result.right, asked=courses.ASKED, needed=courses.PASS)
    )
    facts = _facts(request, chosen, seed, result.answers) | {"said": said, "passed": result.passed}
    return render(request, "web/course.html", facts)
