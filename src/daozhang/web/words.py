"""Names of things in the reader's language, and sentences filled from stored facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from daozhang.errors import DaozhangError
from daozhang.money import to_text
from daozhang.texts import has, say


def word(language: str, family: str, value: str) -> str:
    """Return the word for one value of a closed list; a value without a word is shown as it is."""
    if not value:
        return "—"
    dashed = value.replace("_", "-")
    for key in (f"{family}-{dashed}", f"web-{family}-{dashed}", f"{family}-{dashed}-name"):
        if has(language, key):
            return say(language, key)
    return value


def cause_name(language: str, code: str, category: str = "") -> str:
    """Return the name of a cause (``D001``), else the word of its category, else "not known yet"."""
    if code and has(language, f"cause-{code.lower()}-name"):
        return say(language, f"cause-{code.lower()}-name")
    if category and has(language, f"category-{category.replace('_', '-')}"):
        return say(language, f"category-{category.replace('_', '-')}")
    return say(language, "web-cause-unknown")


def sentence(language: str, key: str, facts: Mapping[str, object], currency: str = "CNY") -> str:
    """Return the text for ``key`` filled from facts as they are stored.

    An amount (a whole number whose name ends in ``_minor``) is written with its currency; days and moments are
    written without the ``T``; a list is joined in the manner of the language.
    """
    if not key:
        return ""
    return say(language, key, **{name: _shown(language, name, value, currency) for name, value in facts.items()})


def _shown(language: str, name: str, value: object, currency: str) -> str | int:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return to_text(value, currency) if name.endswith("_minor") else value
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(str(item) for item in value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = str(value)
    return text.replace("T", " ")[:16] if name.endswith("_at") and len(text) >= 16 else text


def refusal(language: str, error: DaozhangError) -> str:
    """Return the text of a refusal; names of steps, states and needs in it are said in the reader's words."""
    said = dict(error.facts)
    for name, family in (("step", "step"), ("state", "state"), ("possible", "step"), ("missing", "need")):
        if isinstance(said.get(name), str):
            parts = [word(language, family, part) for part in str(said[name]).split(", ") if part]
            said[name] = ("、" if language == "zh" else ", ").join(parts)
    return say(language, error.key, **said)


def plain(value: object) -> str:
    """Return a key as people read it: moments to the second, days as they are written."""
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def as_date(value: date | str | None) -> date | None:
    """Return a day from a day, a moment or their ISO text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(value[:10]) if value else None


def as_moment(value: date | str | None) -> datetime | None:
    """Return a moment from a moment, a day (its midnight) or their ISO text."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return datetime.fromisoformat(value) if value else None
