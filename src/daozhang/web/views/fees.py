"""Business around the money: fees of a month against the contract, offers side by side, the check of an offer's text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from daozhang.desk import clock, offers, trust
from daozhang.errors import DaozhangError, InputError
from daozhang.money import to_text
from daozhang.services import offer_form
from daozhang.services.offers import Cost
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

LINES: Final = 50
"""Lines that differ on one page."""

FORM: Final = (
    ("offers-form-device", ("deposit", "refund_after_months", "purchase", "installation", "delivery")),
    ("offers-form-regular", ("sim_year", "free_months", "service_month", "maintenance_year", "insurance_year", "minimum_month")),
    ("offers-form-rates", ("credit_pct", "debit_pct", "debit_cap", "wechat_pct", "alipay_pct", "unionpay_pct", "early_pct", "early_each")),
)  # fmt: skip
"""Groups of the form and their cells, each with the label ``offers-cell-…``."""


@require_GET
def fees(request: HttpRequest) -> HttpResponse:
    """Show a month's fees, charged and agreed, and the lines that differ."""
    asked = request.GET.get("month", "") or f"{clock.now(workspace()):%Y-%m}"
    try:
        first_on, last_on = offers.month_span(asked)
    except InputError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("fees")
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < int(number) < 100_000 else 1
    found = offers.fees(workspace(), first_on, last_on, limit=LINES, offset=(page - 1) * LINES)
    pages = Paginator(range(found.differing), LINES)
    facts = {
        "amount": ", ".join(_differences(found.months)), "month": asked, "first_on": first_on, "last_on": last_on, "found": found, "page": pages.get_page(page),
        "lines": sum(one["line_count"] for one in found.months), "unknown": sum(one["unknown_count"] for one in found.months),
    }  # fmt: skip
    return render(request, "web/fees.html", facts)


def _differences(months: list[dict[str, Any]]) -> list[str]:
    """Return what was charged too much (plus) or too little (minus) of each currency: amounts of two are never added."""
    sums: Counter[str] = Counter()
    for one in months:
        sums[one["currency"]] += one["difference_minor"]
    return [to_text(minor, currency, sign=True) for currency, minor in sorted(sums.items())]


@require_http_methods(["GET", "POST"])
def offers_page(request: HttpRequest) -> HttpResponse:
    """Show the kept offers side by side; take in or drop one."""
    if request.method == "POST":
        return _change(request)
    made, problem, spans = offers.saved(), "", []
    if made:
        try:
            mix = offers.own_mix(workspace(), currency=made[0].currency)
            spans = [(months, _table(costs)) for months, costs in offers.compared(made, mix).items()]
        except DaozhangError as error:
            problem = words.refusal(language_of(request), error)
    return render(request, "web/offers.html", {"offers": made, "spans": spans, "problem": problem, "form": _form()})


def _form() -> list[tuple[str, list[tuple[str, str]]]]:
    return [(title, [(cell, f"offers-cell-{cell.replace('_', '-')}") for cell in cells]) for title, cells in FORM]


def _filled_in(request: HttpRequest) -> str:
    cells = (*offer_form.TEXT_CELLS, *offer_form.MONEY_CELLS, *offer_form.RATE_CELLS, *offer_form.MONTH_CELLS)
    return offer_form.written({cell: request.POST.get(cell, "").replace("\x00", "")[:200] for cell in cells})


def _change(request: HttpRequest) -> HttpResponse:
    try:
        if "forget" in request.POST:
            offers.forget(request.POST["forget"])
            messages.success(request, text(request, "offers-forgotten"))
        else:
            made = offers.save(
                workspace(), request.POST.get("body", "")[:20_000].replace("\r\n", "\n"), by=who(request)
            )
            messages.success(request, text(request, "offers-saved", name=made.name))
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    return redirect("offers")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The costs of all offers for one span: one row per item that any has, (amount, currency) of each offer."""

    names: list[str]
    rows: list[tuple[str, list[tuple[int, str]]]]
    conditions: list[dict[str, str]]
    unpriced: list[dict[str, str]]


def _table(costs: list[Cost]) -> _Table:
    kinds = list(dict.fromkeys(line.kind for cost in costs for line in cost.lines))
    rows = [(f"fees-item-{kind}", [(_sum(cost, kind), cost.offer.currency) for cost in costs]) for kind in kinds]
    rows.append(("fees-total", [(cost.total_minor, cost.offer.currency) for cost in costs]))
    rows.append(("fees-refundable", [(cost.refundable_minor, cost.offer.currency) for cost in costs]))
    return _Table(
        names=[cost.offer.name for cost in costs], rows=rows,
        conditions=[
            {"name": cost.offer.name, "amount": to_text(line.amount_minor, cost.offer.currency), "condition": line.refund_condition}
            for cost in costs for line in cost.lines if line.refund_condition
        ],
        unpriced=[
            {"name": cost.offer.name, "count": str(cost.unpriced_count), "amount": to_text(cost.unpriced_minor, cost.offer.currency)}
            for cost in costs if not cost.is_complete
        ],
    )  # fmt: skip


def _sum(cost: Cost, kind: str) -> int:
    return sum(line.amount_minor for line in cost.lines if line.kind == kind)


@require_http_methods(["GET", "POST"])
def trust_page(request: HttpRequest) -> HttpResponse:
    """Check the text of an offer, a link or a number; nothing of it is kept."""
    given = request.POST.get("text", "")[:20_000] if request.method == "POST" else ""
    found = trust.judge(workspace(), given) if given.strip() else None
    signs = [(f"trust-reason-{one.key.replace('_', '-')}", one) for one in found.signs] if found else []
    said = [(text(request, key, found=one.found, **one.facts), one.level) for key, one in signs]
    verdict = found.verdict.replace("_", "-") if found else ""
    facts = {
        "given": given, "found": found, "signs": said, "verdict_key": f"trust-verdict-{verdict}",
        "next_key": f"trust-next-{verdict}", "institutions": len(trust.listed()),
    }  # fmt: skip
    return render(request, "web/trust.html", facts)
