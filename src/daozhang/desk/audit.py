"""The audit chain: every step of every case carries the hash of the step before it, across all cases.

``append`` writes steps, ``verify`` names the first row that does not fit, ``anchor`` notes the head in a file outside the
database, so that cutting off the end is seen as well.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from daozhang.cases import State, Step
from daozhang.desk import import_audit, sight
from daozhang.desk.models import Case, CaseEvent, Counter, Notice
from daozhang.desk.workspace import Workspace

COUNT: Final = "audit"
ANCHORS: Final = "audit.anchors"
CHUNK: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One step to be written. ``facts`` must be plain JSON values already (``plain``)."""

    case: Case
    step: Step
    from_state: str
    to_state: str
    at: datetime
    by: str
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What ``verify`` found: how many steps were checked, and of the first that does not fit its case, number and why.

    ``problem`` is a text key, empty when everything fits. What people did to imports is a chain of its own:
    ``imports_checked`` counts its entries, and ``import_id`` names the import at which it is that chain that does not fit.
    """

    checked: int
    case_number: str = ""
    event_no: int = 0
    problem: str = ""
    imports_checked: int = 0
    import_id: str = ""

    @property
    def is_whole(self) -> bool:
        """Return whether every row fits."""
        return not self.problem


def plain(value: Any) -> Any:  # noqa: ANN401 - any fact of a break, any JSON value
    """Return ``value`` as plain JSON: days and moments as ISO text, tuples as lists, enumerations as their text."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        ordered = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain(one) for one in ordered]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def append(entries: Sequence[Entry]) -> list[CaseEvent]:
    """Write steps at the end of the chain. The caller holds the ``CASES`` counter inside its transaction."""
    if not entries:
        return []
    with sight.house():
        head = CaseEvent.objects.order_by("-id").values_list("hash", flat=True).first() or ""
        numbers = _last_numbers({entry.case.number for entry in entries})
    made = []
    for entry in entries:
        numbers[entry.case.number] = numbers.get(entry.case.number, 0) + 1
        event = CaseEvent(
            case=entry.case, no=numbers[entry.case.number], at=entry.at, by=entry.by, step=entry.step.value,
            from_state=entry.from_state, to_state=entry.to_state, note=entry.note, facts=entry.facts,
            previous_hash=head,
        )  # fmt: skip
        event.hash = head = hash_of(event)
        made.append(event)
    CaseEvent.objects.bulk_create(made, batch_size=500)
    counter, _ = Counter.objects.get_or_create(name=COUNT)
    counter.value += len(made)
    counter.save(update_fields=["value"])
    return made


def hash_of(event: CaseEvent) -> str:
    """Return the SHA-256 over everything a step says and over the hash before it."""
    said = [
        event.case_id, event.no, event.at.isoformat(), event.by, event.step, event.from_state, event.to_state,
        event.note, event.facts, event.previous_hash,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def verify(workspace: Workspace) -> Verdict:
    """Return whether both chains are whole: the steps of all cases, and what people did to imports."""
    found = _cases(workspace)
    if found.problem:
        return found
    of_imports = import_audit.verify()
    return replace(
        found, imports_checked=of_imports.entries, import_id=of_imports.import_id, problem=of_imports.problem
    )


def _cases(workspace: Workspace) -> Verdict:
    """Check the steps of cases: contents, order, numbers, states, the notices a step wrote, and the anchors."""
    anchors = _anchors(workspace)
    known_notices = set(Notice.objects.values_list("key", flat=True))
    states: dict[str, tuple[int, str]] = {}
    head, checked = "", 0
    for event in _events():
        checked += 1
        problem = _problem(event, head, states, known_notices)
        if not problem and anchors.get(checked, event.hash) != event.hash:
            problem = "audit-anchor-differs"
        if problem:
            return Verdict(checked=checked, case_number=event.case_id, event_no=event.no, problem=problem)
        head = event.hash
        states[event.case_id] = (event.no, event.to_state)
    return _ends(checked, states, max(anchors, default=0))


def anchor(workspace: Workspace, *, at: datetime) -> bool:
    """Note the head of the chain in ``audit.anchors`` beside the database; False when nothing was added since."""
    count = CaseEvent.objects.count()
    head = CaseEvent.objects.order_by("-id").values_list("hash", flat=True).first()
    if head is None or count in _anchors(workspace):
        return False
    with (workspace.root / ANCHORS).open("a", encoding="utf-8") as file:
        file.write(f"{count} {head} {at.isoformat()}\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def last_anchor_at(workspace: Workspace) -> datetime | None:
    """Return when the head was last noted outside the database."""
    lines = _anchor_lines(workspace)
    return datetime.fromisoformat(lines[-1][2]) if lines else None


def _anchors(workspace: Workspace) -> dict[int, str]:
    return {int(count): head for count, head, _ in _anchor_lines(workspace)}


def _anchor_lines(workspace: Workspace) -> list[list[str]]:
    path = workspace.root / ANCHORS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    parts = [line.split(" ") for line in lines]
    return [part for part in parts if len(part) == 3 and part[0].isdigit()]  # a line cut off by a crash says nothing


def _events() -> Iterator[CaseEvent]:
    last = 0
    while chunk := list(CaseEvent.objects.filter(id__gt=last).order_by("id")[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk


def _problem(event: CaseEvent, head: str, states: dict[str, tuple[int, str]], notices: set[str]) -> str:
    number, state = states.get(event.case_id, (0, ""))
    if event.previous_hash != head:
        return "audit-chain-broken"
    if hash_of(event) != event.hash:
        return "audit-row-changed"
    if event.no != number + 1 or event.from_state != state:
        return "audit-order-broken"
    if not notices.issuperset(event.facts.get("notices", ())):
        return "audit-notice-missing"
    return ""


def _ends(checked: int, states: dict[str, tuple[int, str]], anchored: int) -> Verdict:
    counted = Counter.objects.filter(name=COUNT).values_list("value", flat=True).first() or 0
    if checked < max(counted, anchored):
        return Verdict(checked=checked, problem="audit-end-missing")
    for number, state in Case.objects.order_by("number").values_list("number", "state"):
        last_no, last_state = states.get(number, (0, ""))
        if state != last_state or state not in set(State):
            return Verdict(checked=checked, case_number=number, event_no=last_no, problem="audit-state-differs")
    return Verdict(checked=checked)


def _last_numbers(cases: set[str]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    ordered = sorted(cases)
    for start in range(0, len(ordered), 500):
        rows = (
            CaseEvent.objects.filter(case_id__in=ordered[start : start + 500])
            .order_by("no")
            .values_list("case_id", "no")
        )
        numbers.update(dict(rows))
    return numbers
