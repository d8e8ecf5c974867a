"""An emergency plan as PDF: the plan itself, a pocket card, and the continuity card of each shop; the same facts give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from daozhang.diagnosis.catalogue import role_key
from daozhang.drills.continuity import Means, Shop, card_of
from daozhang.drills.plans import Plan
from daozhang.money import to_text
from daozhang.texts import say

TEMPLATE: Final = Path(__file__).with_name("plan_pages.typ")
CHINA: Final = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A plan with who wrote and approved it, its shops, and the address of each contact role."""

    business: str
    plan: Plan
    version: int
    made_at: datetime
    made_by: str
    approved_by: str
    approved_at: datetime | None
    shops: tuple[Shop, ...]
    addresses: Mapping[str, str]


def plan_pdf(card: Card, language: str) -> bytes:
    """Return the pages as PDF/A-2a; a draft says on every page that it is one."""
    return typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[pylopdf_fonts_zh_cn.sans_path().parent],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(content(card, language), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=(card.approved_at or card.made_at).replace(microsecond=0, tzinfo=CHINA),
    )


def content(card: Card, language: str) -> dict[str, Any]:
    """Return every word of the pages in ``language``, as the template names them."""

    def text(key: str, **facts: object) -> str:
        return say(language, f"plan-page-{key}", **facts)

    plan, at = card.plan, card.approved_at or card.made_at
    return {
        "lang": "zh" if language == "zh" else "en",
        "region": "cn" if language == "zh" else "gb",
        "title": plan.name,
        "business": card.business or plan.name,
        "stated": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "state": _state(card, language),
        "words": {one: text(one) for one in ("facts", "contacts", "decisions", "recovery", "pocket", "card")},
        "facts": [
            [text("situation"), say(language, f"situation-{plan.situation.replace('_', '-')}")],
            [text("trigger"), plan.trigger], [text("owner"), plan.owner], [text("deputy"), plan.deputy],
        ],
        "contacts": [[say(language, role_key(role)), card.addresses.get(role, "—")] for role in plan.contacts],
        "decisions": [[one.question, text("yes", what=one.yes), text("no", what=one.no)] for one in plan.decisions],
        "recovery": [
            [str(no), one.step, one.who, text("within", minutes=one.within_min or 0)] for no, one in enumerate(plan.recovery, 1)
        ],
        "shops": [shop_card(shop, language) for shop in card.shops],
    }  # fmt: skip


def shop_card(shop: Shop, language: str) -> dict[str, Any]:
    """Return the continuity card of a shop: its name, and of each situation what it can do, in order."""
    return {
        "name": f"{shop.name} {shop.store_no}".strip(),
        "lines": [
            [
                say(language, f"situation-{situation.value.replace('_', '-')}"),
                [means_line(shop, one, language) for one in means] or [say(language, "plan-page-nothing")],
            ]
            for situation, means in card_of(shop).items()
        ],
    }


def means_line(shop: Shop, means: Means, language: str) -> str:
    """Return one means with what has to be minded about it."""
    limit = to_text(shop.offline_limit_minor or 0, "CNY")
    return say(language, f"means-{means.value.replace('_', '-')}-line", limit=limit)


def _state(card: Card, language: str) -> str:
    if card.approved_at is None:
        return say(language, "plan-page-draft", version=card.version, by=card.made_by)
    return say(
        language, "plan-page-approved", version=card.version, by=card.approved_by, on=f"{card.approved_at:%Y-%m-%d}"
    )
