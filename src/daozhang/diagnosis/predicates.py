"""Evidence as a small language: which facts of a break speak for a cause, against it, or are not known.

``payout.state in(failed, returned); reason reads D001; bank.credit=none`` – conditions joined by ``;`` all have to hold.
A condition is ``name=value``, ``name≠value``, ``name in(a, b)``, ``name>5`` (also ``≥ < ≤``), ``name~/pattern/``,
``reason reads D001``, or a name alone (true) and ``!name`` (false). A name with a dot is another word for a fact, see
``WORDS``. What is not known is neither true nor false: unknown is a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from daozhang.breaks import Break
from daozhang.diagnosis.normal import plain

Truth = bool | None
"""Holds, does not hold, or is not known."""

WORDS: Final[Mapping[str, str]] = {
    "payout.state": "state", "payout.account": "account_tail", "acct.type": "account_kind", "acct.agreed": "agreed_tail",
    "acct.paid": "paid_tail", "card": "card_kind", "fee.charged": "charged_fee_minor", "fee.due": "expected_fee_minor",
    "hold.minor": "held_minor", "term.reversal": "reversal", "host.rec": "charged", "term.kind": "kind", "term.status": "status",
    "clearing.kind": "clearing_kind", "resp": "response_code", "skew": "clock_skew_s", "merchant.state": "merchant_status",
    "adj.type": "looks_like", "acquirer.paid": "paid_merchants", "acquirer.silent": "silent_merchants", "bank": "bank_name",
    "payer": "counterparty_name",
}  # fmt: skip
"""Words of the field → the facts a break carries."""

UNSAID: Final[Mapping[str, bool]] = {"not_due": False}
"""Facts that are only said where they hold: their absence is an answer."""

_CONDITION: Final = re.compile(r"^(?P<name>[\w.]+)\s*(?P<sign>≠|=|≥|≤|>|<|~)\s*(?P<value>.*)$")
_IN: Final = re.compile(r"^(?P<name>[\w.]+)\s+in\s*\((?P<values>.*)\)$")
_READS: Final = re.compile(r"^reason\s+reads\s+(?P<value>.+)$")
_ALONE: Final = re.compile(r"^(?P<no>!?)(?P<name>[\w.]+)$")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: name, sign (``=``, ``≠``, ``in``, ``>``, ``≥``, ``<``, ``≤``, ``~``, ``reads``) and what it is held against."""

    name: str
    sign: str
    values: tuple[str, ...]

    def holds(self, found: Break) -> Truth:
        """Return whether the break shows it; None when the fact is not known."""
        if self.sign == "reads":
            return _reads(found, self.values)
        value = value_of(found, self.name)
        if value is None:
            return None
        if self.sign == "~":
            return re.search(self.values[0], plain(str(value))) is not None
        if self.sign in {"=", "in"}:
            return _text(value) in self.values
        if self.sign == "≠":
            return _text(value) not in self.values
        return _compares(self.sign, value, self.values[0])


@lru_cache(maxsize=512)
def parsed(line: str) -> tuple[Condition, ...]:
    """Return the conditions of one line; ValueError names what is none."""
    return tuple(_condition(part.strip()) for part in line.split(";") if part.strip())


def holds(line: str, found: Break) -> Truth:
    """Return whether all conditions of ``line`` hold: false when one is false, else None when one is not known."""
    answers = [condition.holds(found) for condition in parsed(line)]
    return False if False in answers else None if None in answers else True


def value_of(found: Break, name: str) -> object:
    """Return a fact, a key or a part of the break by its name or word; None when it is absent or empty."""
    name = WORDS.get(name, name)
    if name == "type":
        return found.type.value
    if name == "grain":
        return found.grain.value
    if name == "gap":
        return found.gap_minor
    value = found.facts.get(name)
    if value is None:
        value = getattr(found.keys, name, UNSAID.get(name))
    return None if value is None or value in ("", (), []) else value


def _condition(part: str) -> Condition:
    if match := _READS.match(part):
        return Condition("reason", "reads", _listed(match["value"]))
    if match := _IN.match(part):
        return Condition(match["name"], "in", _listed(match["values"]))
    if match := _CONDITION.match(part):
        value = match["value"].strip()
        if match["sign"] == "~":
            if not (value.startswith("/") and value.endswith("/") and len(value) > 1):
                raise ValueError(part)
            value = value[1:-1]
        return Condition(match["name"], match["sign"], (value,))
    if match := _ALONE.match(part):
        return Condition(match["name"], "=", ("false" if match["no"] else "true",))
    raise ValueError(part)


def _listed(values: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in values.split(",") if value.strip())


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _compares(sign: str, value: object, limit: str) -> Truth:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    number = int(limit)
    return {">": value > number, "≥": value >= number, "<": value < number, "≤": value <= number}[sign]


def _reads(found: Break, causes: tuple[str, ...]) -> Truth:
    """Return whether the reason that was given is read as one of the causes; no reason, or one nobody can read, is unknown."""
    from daozhang.diagnosis.rules.payout_reasons import has_reason, meaning_of  # noqa: PLC0415 - the rules read reasons

    if not has_reason(found):
        return "none" in causes
    meaning = meaning_of(found)
    if meaning.ask:
        return None
    return meaning.cause_code in causes
