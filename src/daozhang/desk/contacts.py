"""The contact book that people keep here, beside the imported one: who is asked first, who stands in, what is not trusted.

An entry counts only once somebody verified it and said from where. Of several verified entries of a role the one on duty goes
first, then by rank; one that did not acknowledge its last test in time goes behind its stand-ins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from secrets import choice
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from daozhang.desk import book, house_audit
from daozhang.desk.clock import now
from daozhang.desk.models import Notice
from daozhang.desk.notices import SENT
from daozhang.desk.telling_models import ContactEntry, ContactTest, DutyShift
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import causes
from daozhang.errors import RefusedError
from daozhang.texts import say

AREA: Final = "contacts"
CHANNELS: Final = ("email", "chat", "phone", "portal", "online_chat")
ANSWER_WITHIN: Final = timedelta(hours=24)
LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
OFFICIAL: Final[dict[str, str]] = {"SCHEME_CS": "95516", "MARKET_12315": "12315", "REGULATOR_PBOC": "12363"}
"""National short numbers of public bodies: the same everywhere, so they need no entry."""
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of a number, link or address that somebody came across; ``key`` is the sentence that says it."""

    is_trusted: bool
    key: str
    role: str = ""


def add(
    workspace: Workspace, role: str, channel: str, address: str, *, by: str, acquirer: str = "", name: str = "",
    source: str = "", verified_on: date | None = None, rank: int = 0, quiet: str = "",
) -> ContactEntry:  # fmt: skip
    """Add an entry. Without ``source`` and ``verified_on`` it is kept but not used. ``quiet``: ``22:00-07:30`` or empty."""
    address, (quiet_from, quiet_to) = address.strip(), _quiet(quiet)
    if channel not in CHANNELS or role not in roles_wanted() or not address or len(address) > 256:
        raise RefusedError("error-contact", channels=", ".join(CHANNELS))
    if channel == "chat" and address not in {one.name for one in workspace.settings.channels}:
        raise RefusedError("error-contact-channel", name=address)
    if verified_on and (not source.strip() or verified_on > now(workspace).date()):
        raise RefusedError("error-contact-source")
    with transaction.atomic():
        if _live().filter(role=role, acquirer=acquirer, channel=channel, address=address).exists():
            raise RefusedError("error-contact-twice", address=address)
        made = ContactEntry.objects.create(
            role=role, acquirer=acquirer, channel=channel, address=address, name=name, source=source.strip()[:256],
            verified_on=verified_on, rank=rank, quiet_from=quiet_from, quiet_to=quiet_to, added_by=by[:64],
            added_at=now(workspace),
        )  # fmt: skip
        house_audit.append(workspace, AREA, f"{role} {address}", "added", by=by, source=source, verified_on=verified_on)
    return made


def verify(workspace: Workspace, pk: int, source: str, *, by: str) -> ContactEntry:
    """Note that the address was verified today, and from where it is known."""
    if not source.strip():
        raise RefusedError("error-contact-source")
    with transaction.atomic():
        entry = named(pk)
        entry.source, entry.verified_on = source.strip()[:256], now(workspace).date()
        entry.save(update_fields=["source", "verified_on"])
        house_audit.append(workspace, AREA, f"{entry.role} {entry.address}", "verified", by=by, source=source)
    return entry


def remove(workspace: Workspace, pk: int, *, by: str) -> None:
    """Take an entry out of the book; what was sent to it stays on record."""
    with transaction.atomic():
        entry = named(pk)
        entry.removed_at = now(workspace)
        entry.save(update_fields=["removed_at"])
        house_audit.append(workspace, AREA, f"{entry.role} {entry.address}", "removed", by=by)


def set_duty(workspace: Workspace, pk: int, from_at: datetime, to_at: datetime, *, by: str) -> DutyShift:
    """Make an entry the first of its role from ``from_at`` to ``to_at``."""
    if to_at <= from_at:
        raise RefusedError("error-contact-duty")
    with transaction.atomic():
        entry = named(pk)
        made = DutyShift.objects.create(contact=entry, from_at=from_at, to_at=to_at, set_by=by[:64])
        house_audit.append(
            workspace, AREA, f"{entry.role} {entry.address}", "duty", by=by, from_at=from_at, to_at=to_at
        )
    return made


def test(workspace: Workspace, pk: int, *, by: str) -> ContactTest:
    """Write a test message with a code to give back within a day. Where nothing can be sent, a person reads it out."""
    at = now(workspace)
    with transaction.atomic():
        entry = named(pk)
        code = "".join(choice(LETTERS) for _ in range(6))
        made = ContactTest.objects.create(
            contact=entry, code=code, asked_by=by[:64], sent_at=at, answer_by=at + ANSWER_WITHIN
        )
        language = workspace.settings.language
        Notice.objects.create(
            key=f"test/{code}", channel=entry.channel, address=entry.address, role=entry.role, language=language,
            subject=say(language, "contact-test-subject", code=code),
            body=say(language, "contact-test-body", code=code, by=f"{made.answer_by:%Y-%m-%d %H:%M}"),
            state="queued" if entry.channel in SENT else "by_hand",
        )  # fmt: skip
        house_audit.append(workspace, AREA, f"{entry.role} {entry.address}", "tested", by=by, code=code)
    return made


def acknowledge(workspace: Workspace, code: str, *, by: str) -> ContactEntry:
    """Note that a contact gave back the code of its test; RefusedError for a code that is none, or was given back before."""
    with transaction.atomic():
        found = ContactTest.objects.select_for_update().filter(code=code.strip().upper(), acknowledged_at=None).first()
        if found is None:
            raise RefusedError("error-contact-code", code=code)
        found.acknowledged_at, found.acknowledged_by = now(workspace), by[:64]
        found.save(update_fields=["acknowledged_at", "acknowledged_by"])
        entry = found.contact
        house_audit.append(workspace, AREA, f"{entry.role} {entry.address}", "acknowledged", by=by, code=found.code)
    return entry


def named(pk: int) -> ContactEntry:
    """Return a live entry; RefusedError when there is none."""
    entry = _live().filter(pk=pk).first()
    if entry is None:
        raise RefusedError("error-no-contact", number=str(pk))
    return entry


def every() -> list[ContactEntry]:
    """Return all live entries by role, acquirer and rank."""
    return list(_live())


def is_silent(entry: ContactEntry, at: datetime) -> bool:
    """Return whether the last test of an entry was not acknowledged in time."""
    last = entry.tests.order_by("-id").first()
    if last is None:
        return False
    return last.answer_by < (last.acknowledged_at or at)


def usable(at: datetime) -> list[ContactEntry]:
    """Return of each role and acquirer the one verified entry that is asked now."""
    on_duty = set(DutyShift.objects.filter(from_at__lte=at, to_at__gt=at).values_list("contact_id", flat=True))
    best: dict[tuple[str, str], tuple[tuple[bool, bool, int, int], ContactEntry]] = {}
    for entry in _live().exclude(verified_on=None):
        order = (is_silent(entry, at), entry.pk not in on_duty, entry.rank, entry.pk)
        key = (entry.role, entry.acquirer)
        if key not in best or order < best[key][0]:
            best[key] = (order, entry)
    return [entry for _, entry in best.values()]


def quiet_until(quiet_from: str, quiet_to: str, at: datetime) -> datetime | None:
    """Return when the quiet hours end in which ``at`` lies; None outside of them."""
    if not quiet_from:
        return None
    start, end, clock = time.fromisoformat(quiet_from), time.fromisoformat(quiet_to), at.time()
    is_quiet = start <= clock < end if start < end else clock >= start or clock < end
    if not is_quiet:
        return None
    day = at.date() + timedelta(days=1) if clock >= end else at.date()
    return datetime.combine(day, end)


def channels_of(workspace: Workspace, role: str, acquirer: str) -> list[tuple[str, str]]:
    """Return the (channel, address) pairs by which a desk can really be reached: verified ones and public numbers only."""
    rows = [(one.role, one.acquirer, one.channel, one.address) for one in _live().exclude(verified_on=None)]
    for row in book.contacts(workspace):
        party, _, whose = str(row["party"] or "").partition("@")
        if row.get("verified_on") and row.get("address"):
            rows.append((party, whose, str(row["channel"] or "email"), str(row["address"])))
    found = [(channel, address) for party, whose, channel, address in rows if party == role and whose in {"", acquirer}]
    if role in OFFICIAL:
        found.append(("phone", OFFICIAL[role]))
    return sorted(dict.fromkeys(found))


def judge(workspace: Workspace, said: str) -> Judged:
    """Return whether a number, link or address may be used: only what is verified in the book, or a public number."""
    wanted = _plain(said)
    if wanted in OFFICIAL.values():
        role = next(role for role, number in OFFICIAL.items() if number == wanted)
        return Judged(is_trusted=True, key="contact-judged-public", role=role)
    rows: list[dict[str, Any]] = [
        {"party": one.role, "address": one.address, "verified_on": one.verified_on} for one in _live()
    ]
    for row in rows + book.contacts(workspace):
        if wanted and _plain(str(row["address"] or "")) == wanted:
            role = str(row["party"]).partition("@")[0]
            if row["verified_on"]:
                return Judged(is_trusted=True, key="contact-judged-verified", role=role)
            return Judged(is_trusted=False, key="contact-judged-unverified", role=role)
    return Judged(is_trusted=False, key="contact-judged-link" if "." in wanted else "contact-judged-unknown")


def roles_wanted() -> list[str]:
    """Return every role that some cause names, and those that are always told."""
    named_by_causes = {role for cause in causes().values() for role in cause.contacts}
    return sorted(
        named_by_causes
        | set(OFFICIAL)
        | {"FINANCE", "SHOP_LEAD", "ISV", "ACQ_CS", "ACQ_OPS", "ACQ_RISK", "ACQ_DISPUTE"}
    )


def _live() -> QuerySet[ContactEntry]:
    return ContactEntry.objects.filter(removed_at=None)


def _quiet(said: str) -> tuple[str, str]:
    start, dash, end = said.replace(" ", "").partition("-")
    if said and (not dash or not _HOUR.fullmatch(start) or not _HOUR.fullmatch(end) or start == end):
        raise RefusedError("error-contact-quiet", value=said)
    return (start, end) if said else ("", "")


def _plain(text: str) -> str:
    """Return what people mean by a number or a link: no blanks, scheme, brackets or trailing slash, small letters."""
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().lower()).rstrip("/")
    return re.sub(r"[\s()（）-]", "", bare)
