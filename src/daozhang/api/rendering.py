"""How answers are written: JSON as the command line prints it, days and moments in ISO 8601, Chinese as it is."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja.renderers import BaseRenderer


class IsoRenderer(BaseRenderer):
    """Writes JSON."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:  # noqa: ANN401, ARG002 - ninja's signature
        """Return the text of an answer."""
        return json.dumps(data, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
