"""Which alarm is about which planted failure: the same kind of break on the same thing, each used once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from daozhang.bench.world_truth import KEYS, Planted, said_keys
from daozhang.diagnosis.finding import Finding
from daozhang.records import Evidence

NAMES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "transaction": (("terminal_no", "trace_no"), ("order_no",), ("rrn",), ("network_no",)),
    "payout": (("payout_no",), ("acquirer", "merchant_no", "settled_on")),
    "batch": (("terminal_no", "batch_no"),),
    "terminal": (("terminal_no",),),
    "merchant_day": (("acquirer", "merchant_no", "settled_on"),),
    "bank_entry": (("account_tail", "settled_on"), ("account_tail",)),
    "file": (
        ("file",), ("account_tail", "settled_on"), ("acquirer", "merchant_no", "settled_on"), ("acquirer", "settled_on"), ("merchant_no", "settled_on"),
    ),
    "merchant": (("acquirer", "merchant_no"),),
    "acquirer": (("acquirer",),),
    "region": (("population",),),
}  # fmt: skip
"""What names a thing of each grain, the surest first: the first name that both sides carry decides."""

LOOSE: Final = frozenset({"batch_no", "rrn", "network_no", "file"})
"""Keys that need not agree: a terminal without an answer has no reference, and a clearing line carries no batch."""

FOLDED: Final = "systemic_difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One finding as the score needs it. ``candidates`` are causes with per cent, the best first; none when it asks."""

    finding_id: str
    grain: str
    break_type: str
    keys: Mapping[str, str]
    gap_minor: int
    severity: str
    cause_code: str
    confidence_pct: int
    candidates: tuple[tuple[str, int], ...] = ()
    answer_kind: str = ""
    population: str = ""
    incident_id: str = ""
    evidence: tuple[Evidence, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what a person would call it: break type, cause and the keys that are set."""
        return f"{self.break_type} {self.cause_code or '?'} {said_keys(self.keys)}"


@dataclass(frozen=True, slots=True)
class Matched:
    """Planted failures with their alarms, those without one, and alarms about nothing that was planted."""

    pairs: tuple[tuple[Planted, Said], ...]
    missed: tuple[Planted, ...]
    invented: tuple[Said, ...]


def said_of(finding: Finding) -> Said:
    """Return a finding as the score needs it."""
    found = finding.found
    return Said(
        finding_id=found.finding_id, grain=found.grain.value, break_type=found.type.value,
        keys={name: str(getattr(found.keys, name) or "") for name in KEYS} | {"population": finding.population}, gap_minor=found.gap_minor,
        severity=finding.severity.value, cause_code=finding.cause_code, confidence_pct=finding.confidence_pct,
        candidates=finding.candidates, answer_kind=finding.answer_kind, population=finding.population, incident_id=finding.incident_id,
        evidence=found.evidence, facts=found.facts,
    )  # fmt: skip


def match(planted: Iterable[Planted], alarms: Iterable[Said]) -> Matched:
    """Pair planted failures with alarms one to one; one alarm about many rows stands for all rows it folds."""
    shelves: dict[tuple[str, ...], list[Said]] = defaultdict(list)
    said = list(alarms)
    for one in said:
        for name in _names(one.grain, one.break_type, one.keys):
            shelves[name].append(one)
    used: set[str] = set()
    pairs: list[tuple[Planted, Said]] = []
    left: list[Planted] = []
    for failure in planted:
        found = _first(failure, shelves, used)
        if found is None:
            left.append(failure)
        else:
            used.add(found.finding_id)
            pairs.append((failure, found))
    folded = [one for one in said if one.break_type == FOLDED]
    missed = []
    for failure in left:
        cover = next((one for one in folded if _covers(one, failure)), None)
        if cover is None:
            missed.append(failure)
        else:
            used.add(cover.finding_id)
            pairs.append((failure, cover))
    return Matched(tuple(pairs), tuple(missed), tuple(one for one in said if one.finding_id not in used))


def near(failure: Planted, said: Sequence[Said]) -> list[Said]:
    """Return what was said of the same thing or of the same merchant-day, under whatever name and severity."""
    wanted = {name[2:] for name in _names(failure.grain, failure.break_type, failure.keys)}
    shop = ("acquirer", "merchant_no", "settled_on")
    return [
        one
        for one in said
        if any(name[2:] in wanted for name in _names(one.grain, one.break_type, one.keys))
        or all(failure.keys[key] and one.keys[key] == failure.keys[key] for key in shop)
    ]


def _names(grain: str, break_type: str, keys: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for columns in NAMES.get(grain, ()):
        values = tuple(keys.get(column, "") for column in columns)
        if all(values):
            yield (grain, break_type, ",".join(columns), *values)


def _first(failure: Planted, shelves: Mapping[tuple[str, ...], list[Said]], used: set[str]) -> Said | None:
    for name in _names(failure.grain, failure.break_type, failure.keys):
        fitting = [
            one for one in shelves.get(name, ()) if one.finding_id not in used and _agree(failure.keys, one.keys)
        ]
        if fitting:
            return min(
                fitting, key=lambda one: (one.gap_minor != failure.gap_minor, one.cause_code != failure.cause_code)
            )
    return None


def _agree(keys: Mapping[str, str], others: Mapping[str, str]) -> bool:
    return all(keys[name] == others[name] for name in KEYS if name not in LOOSE and keys[name] and others[name])


def _covers(one: Said, failure: Planted) -> bool:
    """Return whether a finding about many rows speaks of this one: its merchant or acquirer, its days, its cause."""
    for name in ("acquirer", "merchant_no"):
        if one.keys[name] and one.keys[name] != failure.keys[name]:
            return False
    first, last = str(one.facts.get("first_on") or ""), str(one.facts.get("last_on") or "9999")
    return one.cause_code == failure.cause_code and first <= failure.keys["settled_on"] <= last
