"""Tags every template has: ``{% t "key" fact=value %}``, ``{% money minor currency %}``, days, moments, names of things."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from daozhang.desk import mappings
from daozhang.diagnosis.catalogue import role_key
from daozhang.money import to_text
from daozhang.web import words
from daozhang.web.context import language_of, text

register = template.Library()


def _request(context: Mapping[str, Any]) -> HttpRequest:
    request = context["request"]
    assert isinstance(request, HttpRequest)
    return request


@register.simple_tag(takes_context=True)
def t(context: Mapping[str, Any], key: str, **facts: object) -> str:
    """Return the text for ``key`` in the reader's language; escaped like every value."""
    return text(_request(context), str(key), **facts)


@register.simple_tag(takes_context=True)
def t_facts(context: Mapping[str, Any], key: str, facts: Mapping[str, object], currency: str = "CNY") -> str:
    """Return the text for ``key`` filled from ``facts``; amounts (names ending in ``_minor``) as people write them."""
    return words.sentence(language_of(_request(context)), str(key), facts, currency)


@register.simple_tag
def money(minor: int | None, currency: str = "CNY", *, sign: bool = False) -> str:
    """Return an amount in minor units as text; unknown is a dash, never zero."""
    return "—" if minor is None else to_text(minor, currency or "CNY", sign=sign)


@register.simple_tag(takes_context=True)
def day(context: Mapping[str, Any], value: date | str | None) -> SafeString | str:
    """Return a day with its weekday; unknown is a dash."""
    moment = words.as_date(value)
    if moment is None:
        return "—"
    weekday = text(_request(context), f"web-weekday-{moment.isoweekday()}")
    return format_html('<time datetime="{}">{} {}</time>', moment.isoformat(), moment.isoformat(), weekday)


@register.simple_tag
def moment(value: datetime | str | None) -> SafeString | str:
    """Return a moment to the minute (Asia/Shanghai wall-clock); unknown is a dash."""
    at = words.as_moment(value)
    if at is None:
        return "—"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), f"{at:%Y-%m-%d %H:%M}")


@register.simple_tag
def clock_time(value: date | str | None) -> SafeString | str:
    """Return a moment to the second, or a day when only the day is known; unknown is a dash."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_html('<time datetime="{0}">{0}</time>', value.isoformat())
    at = words.as_moment(value)
    if at is None:
        return "—"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), f"{at:%Y-%m-%d %H:%M:%S}")


@register.simple_tag(takes_context=True)
def word(context: Mapping[str, Any], family: str, value: str) -> str:
    """Return the word of a closed list (``kind``, ``state``, ``channel`` …) in the reader's language."""
    language = language_of(_request(context))
    own = mappings.title(str(value or ""), language) if family == "format" else ""
    return own or words.word(language, family, str(value or ""))


@register.simple_tag(takes_context=True)
def cause(context: Mapping[str, Any], code: str, category: str = "") -> str:
    """Return the name of a cause, else of its category."""
    return words.cause_name(language_of(_request(context)), code, category)


@register.simple_tag(takes_context=True)
def contact_role(context: Mapping[str, Any], role: str) -> str:
    """Return the name of a contact role."""
    return text(_request(context), role_key(role))


@register.simple_tag(takes_context=True)
def merchant(context: Mapping[str, Any], acquirer: str, merchant_no: str) -> str:
    """Return the name of a merchant when the page knows it (``names``), else its number, else the acquirer's code."""
    return context.get("names", {}).get((acquirer, merchant_no), "") or merchant_no or acquirer


@register.simple_tag(takes_context=True)
def source_link(context: Mapping[str, Any], file: str, line_no: int | None, import_id: str | None) -> SafeString | str:
    """Return a link that opens the line of the file which proves something; plain text when the import is not named."""
    if not file:
        return "—"
    shown = f"{file}:{line_no}" if line_no else file
    if not import_id:
        return shown
    label = text(_request(context), "web-evidence-open", file=file, line=str(line_no or 1))
    address = reverse("evidence", args=[import_id, line_no or 0])
    return format_html('<a class="source" href="{}" title="{}">{}</a>', address, label, shown)


@register.filter
def minute(value: datetime | str | None) -> str:
    """Return a moment to the minute as plain text, for use inside a sentence."""
    at = words.as_moment(value)
    return f"{at:%Y-%m-%d %H:%M}" if at else "—"


@register.filter
def on(value: date | str | None) -> str:
    """Return a day as plain text, for use inside a sentence."""
    found = words.as_date(value)
    return found.isoformat() if found else "—"


@register.filter
def dashed(value: object) -> str:
    """Return a name with dashes for underscores, as keys of texts and class names are written."""
    return str(value).replace("_", "-")
