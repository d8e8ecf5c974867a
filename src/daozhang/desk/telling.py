"""The notices of a step: who is told, at which verified address, in which words. Written in the step's transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daozhang import money
from daozhang.cases import Step
from daozhang.cases.telling import Telling, must_tell
from daozhang.desk import book
from daozhang.desk import contacts as own_book
from daozhang.desk.clock import now
from daozhang.desk.models import Case, Finding, Incident, Notice
from daozhang.desk.notices import SENT
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import cause_of, role_key
from daozhang.texts import has, say

TO_ALL: Final = frozenset({Step.OPENED, Step.REGRESSED, Step.RETURNED, Step.DEADLINE_PASSED})
TO_OWN: Final = frozenset({Step.MONEY_MATCHED, Step.EXPLAINED, Step.WRITE_OFF_ASKED, Step.WRITE_OFF_APPROVED})
"""Of these steps only our own people hear."""
TO_CHOSEN: Final = frozenset({Step.REMINDED, Step.CHASE_SENT, Step.ESCALATED})
"""Of these steps those hear whom the clocks name."""

MAIL: Final = "email"


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of the contact book whose address somebody verified. ``acquirer`` is empty when it holds for all."""

    role: str
    acquirer: str
    channel: str
    address: str
    quiet_from: str = ""
    quiet_to: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """The contact book and how many acquirers the workspace has dealings with."""

    contacts: tuple[Contact, ...]
    acquirers: int


def directory(workspace: Workspace) -> Directory:
    """Return the contact book as it was last imported, and of the one kept here whoever is asked now."""
    acquirers = Finding.objects.exclude(acquirer="").values("acquirer").distinct().count()
    kept = tuple(
        Contact(one.role, one.acquirer, one.channel, one.address, one.quiet_from, one.quiet_to)
        for one in own_book.usable(now(workspace))
    )
    replaced = {(one.role, one.acquirer) for one in kept}
    imported = contact_book(book.contacts(workspace))
    return Directory(kept + tuple(one for one in imported if (one.role, one.acquirer) not in replaced), acquirers)


def writes_notices(step: Step) -> bool:
    """Return whether anybody is told of ``step``."""
    return step in TO_ALL | TO_OWN | TO_CHOSEN


def contact_book(rows: Iterable[dict[str, object]]) -> tuple[Contact, ...]:
    """Return the usable contacts: an address that was verified. ``party`` is a role, or ``ROLE@acquirer``."""
    usable = []
    for row in rows:
        if not row.get("verified_on") or not row.get("address"):
            continue
        role, _, acquirer = str(row.get("party") or "").partition("@")
        channel = str(row.get("channel") or MAIL).lower()
        usable.append(
            Contact(role, acquirer, MAIL if channel in {"mail", "e-mail"} else channel, str(row["address"]).strip())
        )
    return tuple(sorted(usable, key=lambda one: (one.role, one.acquirer, one.channel != MAIL, one.address)))


def tellings(incident: Incident) -> tuple[Telling, ...]:
    """Return whom a case of ``incident`` must be told to, by its cause."""
    cause = cause_of(incident.cause_code)
    return must_tell(cause.contacts if cause else (), incident.cause_category)


def addresses(book: Directory, role: str, acquirer: str) -> list[Contact]:
    """Return where ``role`` of ``acquirer`` is reached.

    A row of that acquirer goes first. A row that names none is used for a desk of an acquirer only while the workspace
    has one acquirer: with two, one would read of the other's merchants.
    """
    own = [one for one in book.contacts if one.role == role and one.acquirer == acquirer and acquirer]
    if own or (role.startswith("ACQ_") and book.acquirers > 1):
        return own
    return [one for one in book.contacts if one.role == role and not one.acquirer]


def notices(
    workspace: Workspace,
    case: Case,
    step: Step,
    *,
    at: datetime,
    book: Directory,
    note: str = "",
    chosen: Iterable[Telling] | None = None,
    about: str = "",
) -> list[Notice]:
    """Return the unsaved notices of one step. A role without a verified address gets a row that a person must act on.

    ``chosen`` are told instead of those whom the cause names; ``about`` tells two notices of one moment apart.
    """
    made = []
    for telling in tellings(case.incident) if chosen is None else chosen:
        if step in TO_OWN and not telling.is_own:
            continue
        reached = addresses(book, telling.role, case.acquirer)
        if not reached and telling.is_own:
            continue  # our own people see the case itself; a row to nobody would only be noise
        mails = [one for one in reached if one.channel in SENT] or reached[:1] or [Contact(telling.role, "", MAIL, "")]
        made += [_notice(workspace, case, step, telling, one, at, note, about) for one in mails]
    return made


def _notice(
    workspace: Workspace,
    case: Case,
    step: Step,
    telling: Telling,
    contact: Contact,
    at: datetime,
    note: str,
    about: str = "",
) -> Notice:
    language = workspace.settings.language
    facts = _facts(workspace, case, language, at, note)
    slug = step.value.replace("_", "-")
    audience = "own" if telling.is_own else "outside"
    mark = hashlib.sha256(f"{contact.channel}:{contact.address}".encode()).hexdigest()[:8]
    return Notice(
        key=f"{case.number}/{step.value}/{at:%Y%m%dT%H%M%S}/{telling.role}{about}/{mark}", case=case, channel=contact.channel,
        address=contact.address, role=telling.role, language=language,
        subject=" ".join(say(language, f"notify-{slug}-subject", **facts).split()),
        body=say(language, f"notify-{slug}-{audience}", **facts, role=say(language, role_key(telling.role))),
        state=_first_state(contact), next_try_at=own_book.quiet_until(contact.quiet_from, contact.quiet_to, at),
    )  # fmt: skip


def _first_state(contact: Contact) -> str:
    if not contact.address:
        return "unaddressed"
    return "queued" if contact.channel in SENT else "by_hand"


def _facts(workspace: Workspace, case: Case, language: str, at: datetime, note: str) -> dict[str, object]:
    incident = case.incident
    cause = cause_of(incident.cause_code)
    unknown = say(language, "notify-cause-unknown")
    name = say(language, cause.key("name")) if cause and has(language, cause.key("name")) else unknown
    return {
        "number": case.number,
        "amount": money.to_text(abs(case.gap_minor), case.currency),
        "acquirer": case.acquirer or "-",
        "merchant": case.merchant_no or "-",
        "business": workspace.settings.merchant_title or case.merchant_no or "-",
        "cause": name,
        "fix": say(language, cause.key("fix")) if cause and has(language, cause.key("fix")) else unknown,
        "documents": say(language, cause.key("documents")) if cause and has(language, cause.key("documents")) else "-",
        "deadline": f"{case.deadline_at:%Y-%m-%d %H:%M}" if case.deadline_at else "-",
        "moment": f"{at:%Y-%m-%d %H:%M}",
        "note": note or "-",
    }
