"""How a day is written in an address."""

from __future__ import annotations

from datetime import date


class DayConverter:
    """``2026-10-08``; anything that is not a day is not an address of the console."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the day; ValueError makes it a page that does not exist."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Return the day as it stands in an address."""
        return value if isinstance(value, str) else value.isoformat()
