"""Rules of single columns: numbers, names, days and moments, words of closed lists, and what only the delivery can say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from daozhang.formats import cells as read
from daozhang.formats.cells import UnreadableError
from daozhang.formats.mapped.propose_draft import Draft
from daozhang.formats.mapped.propose_points import UNSAID, Choice
from daozhang.formats.mapped.propose_words import meaning, words_within
from daozhang.formats.mapped.spec import ColumnRule, Moment

ZONES: Final = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "UTC", "Europe/London", "Europe/Berlin", "America/New_York",
)  # fmt: skip
"""Zones offered when a file with clock times is not written in Chinese; another one can be typed on the command line."""
_TAIL: Final = 4
_ACCOUNT: Final = re.compile(r"[0-9][0-9* ]{6,}[0-9]")


def constant(value: str) -> ColumnRule:
    """Return the rule of a column that is the same in every row."""
    return ColumnRule(value=value)


def texts(draft: Draft, *slots: str, joined: bool = False) -> dict[str, ColumnRule | None]:
    """Return the rules of plain texts; with ``joined`` all columns of that meaning are put together."""
    made: dict[str, ColumnRule | None] = {}
    for slot in slots:
        name = draft.source(slot)
        more = _others_meaning(draft, slot) if joined and name else ()
        made[slot] = ColumnRule(columns=(name, *more), joined=bool(more)) if name else None
    return made


def _others_meaning(draft: Draft, slot: str) -> tuple[str, ...]:
    taken = set(draft.match.columns.values())
    return tuple(
        name
        for name in draft.layout.columns
        if name not in taken and any(concept == slot and score > 60 for concept, score in draft.layout.means(name))
    )


def acquirer(draft: Draft) -> ColumnRule:
    """Return who sent the file: stated with it, else asked; what a later delivery says goes before."""
    if draft.given.acquirer and not draft.answers.get("acquirer"):
        draft.settle("acquirer", draft.given.acquirer, "acquirer-given")
        return ColumnRule(value="given:acquirer", otherwise=draft.given.acquirer)
    said = draft.ask("acquirer", UNSAID, "acquirer")
    return ColumnRule(value="given:acquirer", otherwise=said)


def merchant(draft: Draft) -> ColumnRule:
    """Return where the merchant number stands; a file without it speaks of one merchant, which is asked once."""
    name = draft.source("merchant_no")
    if name:
        return ColumnRule(columns=(name,))
    if draft.given.merchant_no and not draft.answers.get("merchant_no"):
        draft.settle("merchant_no", draft.given.merchant_no, "merchant-given")
        return ColumnRule(value="given:merchant_no")
    said = draft.ask("merchant_no", UNSAID, "merchant")
    if said == UNSAID:
        return ColumnRule(value="given:merchant_no", otherwise=UNSAID)
    choices = (Choice("once", key="map-merchant-once"), Choice("always", key="map-merchant-always"))
    if draft.settle("merchant_scope", "once", "merchant-scope", choices, merchant=said) == "always":
        return ColumnRule(value="given:merchant_no", otherwise=said)
    return ColumnRule(value="given:merchant_no")


def account_rule(draft: Draft) -> ColumnRule:
    """Return whose statement it is: a column, the lines above the header, or what the delivery says."""
    if draft.source("account_tail"):
        return ColumnRule(columns=(draft.source("account_tail"),), last=_TAIL)
    if draft.given.account_tail:
        draft.settle("account_tail", draft.given.account_tail, "account-given")
    elif found := _ACCOUNT.search(" ".join(draft.layout.above)):
        draft.settle("account_tail", found[0].replace(" ", "")[-_TAIL:], "account-above")
    else:
        draft.ask("account_tail", "", "account")
    return ColumnRule(value="given:account_tail")


def account_tail(draft: Draft, slot: str) -> ColumnRule | None:
    """Return the rule of an account number, cut to its tail."""
    name = draft.source(slot)
    return ColumnRule(columns=(name,), last=_TAIL) if name else None


def card_tail(draft: Draft) -> ColumnRule | None:
    """Return the rule of a card number: nothing but its last four digits is ever kept."""
    return account_tail(draft, "card_tail")


def currency(draft: Draft) -> ColumnRule | None:
    """Return the rule of the currency; cells in words are translated where they are known."""
    name = draft.source("currency")
    if not name:
        return None
    try:
        known = [(cell, read.currency(name, cell) or "") for cell in draft.words("currency")]
    except UnreadableError:
        return None
    plain = all(cell == code for cell, code in known)
    return ColumnRule(columns=(name,)) if plain else ColumnRule(columns=(name,), values=tuple(known))


def channel(draft: Draft) -> ColumnRule | None:
    """Return the rule of how it was paid: each cell by the known word in it, the rest ``other``."""
    name = draft.source("channel")
    if not name:
        return None
    values = tuple((cell, found) for cell in draft.words("channel") if (found := _word_in("channels", cell)))
    return ColumnRule(columns=(name,), values=values, otherwise="other") if values else None


def _word_in(family: str, cell: str) -> str:
    text = cell.lower()
    return next((found for word, found in words_within(family) if word.lower() in text), "")


def listed_words(
    draft: Draft, slot: str, family: str, values: Sequence[str], *, otherwise: str = ""
) -> ColumnRule | None:
    """Return the rule of an optional closed list whose cells are known words; left out where none is known."""
    name = draft.source(slot)
    if not name:
        return None
    known = {cell: found if (found := meaning(family, cell)) in values else otherwise for cell in draft.words(slot)}
    if not any(known.values()):
        return None
    known |= {word: found for word, found in words_within(family) if word not in known and found in values}
    return ColumnRule(columns=(name,), values=tuple(known.items()), otherwise=otherwise)


def moment(draft: Draft, name: str, at: str, on: str, *, required: bool = True) -> ColumnRule | None:
    """Return the rule of a moment: one column, or a day and a clock beside each other."""
    clock, day_ = draft.source(at), draft.source(on) if on else ""
    if clock and draft.profiles[clock].is_clock and not draft.profiles[clock].is_moment:
        columns: tuple[str, ...] = (day_, clock) if day_ else ()
    elif clock:
        columns = (clock,)
    else:
        columns = (day_,) if day_ else ()
    if not columns:
        if required:
            draft.ask(f"column:{at}", "", "no-moment", _sources(draft), name="no-moment", slot=name)
        return None
    has_clock = any(draft.profiles[one].is_moment or draft.profiles[one].is_clock for one in columns)
    zone = _zone(draft, columns) if has_clock else ""
    return ColumnRule(columns=columns, moment=Moment(order=_order(draft, columns), zone=zone))


def day(draft: Draft, slot: str, *, required: bool = True) -> ColumnRule | None:
    """Return the rule of a day; a clearing day that no column names is asked: the trading day, the next, or as delivered."""
    name = draft.source(slot)
    if name:
        return ColumnRule(columns=(name,), moment=Moment(order=_order(draft, (name,)), part="day"))
    if not required:
        return None
    others = [draft.source(one) for one in ("day", "occurred_at", "created_at", "finished_at") if draft.source(one)]
    others = [one for one in others if draft.profiles[one].is_day or draft.profiles[one].is_moment]
    choices = [Choice("given", key="map-day-given")]
    if others:
        facts = {"column": others[0]}
        choices = [
            Choice("same", key="map-day-same", facts=facts),
            Choice("next", key="map-day-next", facts=facts),
            *choices,
        ]
    said = draft.ask(
        slot, choices[0].value, f"no-{slot.replace('_', '-')}", tuple(choices), name=slot.replace("_", "-")
    )
    if said == "given":
        if draft.given.covers_on is None:
            draft.ask("covers_on", "", "covers-on", name="covers-on")
        return ColumnRule(value="given:covers_on")
    moment_ = Moment(order=_order(draft, (others[0],)), part="day", plus_days=1 if said == "next" else 0)
    return ColumnRule(columns=(others[0],), moment=moment_)


def _order(draft: Draft, columns: tuple[str, ...]) -> str:
    """Return the order of day, month and year: as the values show, else as another column shows, else asked once."""
    orders = [draft.profiles[name].orders for name in columns if draft.profiles[name].orders]
    if not orders or "ymd" in orders[0]:
        return "ymd"
    clear = {one.orders[0] for one in draft.profiles.values() if len(one.orders) == 1} & set(orders[0])
    example = draft.profiles[columns[0]].words[0]
    if any(point.id == "order" for point in draft.points):
        return next(point.chosen for point in draft.points if point.id == "order")
    choices: tuple[Choice, ...] = (
        Choice("dmy", key="map-order-dmy", facts={"example": example}),
        Choice("mdy", key="map-order-mdy", facts={"example": example}),
    )
    if "yymd" in orders[0]:
        choices = (*choices, Choice("yymd", key="map-order-yymd", facts={"example": example}))
    choices = tuple(one for one in choices if one.value in orders[0]) if len(orders[0]) > 1 else choices
    if len(orders[0]) == 1:
        return draft.settle("order", orders[0][0], "order-values", choices, column=columns[0])
    if len(clear) == 1:
        return draft.settle("order", clear.pop(), "order-other", choices, column=columns[0])
    return draft.ask("order", choices[0].value, "order-open", choices, column=columns[0])


def _zone(draft: Draft, columns: tuple[str, ...]) -> str:
    """Return the zone of moments without an offset; empty: China, as every delivery is unless it says otherwise."""
    if any(draft.profiles[name].has_offset for name in columns):
        return ""
    known = next((point for point in draft.points if point.id == "zone"), None)
    if known is not None:
        return known.chosen
    choices = tuple(Choice(zone, key="map-zone", facts={"zone": zone}) for zone in ZONES)
    title = " ".join(columns).upper()
    if "UTC" in title or "GMT" in title:
        return draft.settle("zone", "UTC", "zone-header", choices, column=columns[0])
    written = draft.layout.columns if draft.layout.header_at >= 0 else draft.layout.rows[0]
    if not all(text.isascii() for text in written):
        return draft.settle("zone", "Asia/Shanghai", "zone-chinese", choices)
    return draft.ask("zone", "Asia/Shanghai", "zone-open", choices)


def _sources(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(name, facts={"text": name}) for name in draft.layout.columns)
