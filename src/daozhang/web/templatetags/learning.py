"""Tags of learning: the manual pages of a cause, and the caution cards of a moment, wherever a page has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from daozhang.desk import learning_manuals
from daozhang.desk.learning_manuals import Hit
from daozhang.learning import cautions
from daozhang.learning.cautions import Caution
from daozhang.web.context import language_of, workspace

register = template.Library()
MOST = 4


@register.simple_tag(takes_context=True)
def manual_pages(context: Mapping[str, Any], cause: str) -> list[Hit]:
    """Return the pages of the library that speak of a cause and hold today, a few of them."""
    return learning_manuals.of_cause(workspace(), cause, language_of(context["request"]))[:MOST]


@register.simple_tag
def cautions_of_case(cause: str) -> list[Caution]:
    """Return the cards for what people are tempted to do on a case of this cause."""
    return list(cautions.of_cause(cause))


@register.simple_tag
def caution(moment: str) -> Caution:
    """Return the card of a moment."""
    return cautions.card(moment)
