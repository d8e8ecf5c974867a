"""A conversation with a bank in the desk's words: an order out, a number asked about, its messages taken in once each."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from daozhang.desk.connectors.answers import Answer, is_answer, read, told_of
from daozhang.desk.connectors.calling import Reply, call
from daozhang.desk.connectors.configured import Bank
from daozhang.desk.imports import import_bytes
from daozhang.desk.request_models import BankMessage
from daozhang.desk.workspace import Workspace
from daozhang.errors import OutsideError
from daozhang.remedies.retry import Told

STATEMENTS: Final = ("camt.053", "camt.052")
"""Kinds of message that are proof of money and are kept as imports. Notifications and answers are read, not kept."""

_STATES: Final = {"pending": "pending", "paid": "claimed", "failed": "failed", "returned": "returned"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message that the bank holds for us."""

    message_id: str
    kind: str
    body: bytes
    answers: tuple[Answer, ...]

    @property
    def sha256(self) -> str:
        """Return the hash of its bytes."""
        return hashlib.sha256(self.body).hexdigest()


def send(bank: Bank, number: str, order: bytes) -> Answer:
    """Send one order and return what was told of it there and then.

    A status report in the answer decides. Any other 2xx says that the bank has the order; its report follows. Everything
    else (a refusal without a report, a fault, no answer) decides nothing: the number is asked about.
    """
    try:
        reply = call(bank, "POST", bank.order_url, order, "application/xml")
    except OutsideError as error:
        return _nothing(error.key)
    told = _reported(reply, number)
    if told is not None:
        return told
    if 200 <= reply.status < 300:
        return Answer(number=number, told=Told.TAKEN)
    return _nothing(f"http {reply.status}")


def query(bank: Bank, number: str) -> Answer:
    """Ask the bank how one number stands."""
    if not bank.query_url:
        return _nothing("no query")
    try:
        reply = call(bank, "GET", bank.query_url.replace("{number}", number))
    except OutsideError as error:
        return _nothing(error.key)
    if reply.status == 404:
        return Answer(number=number, told=Told.NOT_FOUND)
    if reply.status != 200:
        return _nothing(f"http {reply.status}")
    return _reported(reply, number) or _of_json(bank, reply, number)


def new_messages(workspace: Workspace, bank: Bank) -> list[Message]:  # noqa: ARG001 - the desk is the open workspace's
    """Return the messages that were not taken in yet, answers read; none when the bank does not answer now."""
    if not bank.messages_url:
        return []
    try:
        reply = call(bank, "GET", bank.messages_url)
        listed = json.loads(reply.body) if reply.status == 200 else []
    except (OutsideError, ValueError):
        return []
    known = set(BankMessage.objects.filter(bank=bank.name).values_list("message_id", flat=True))
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    fresh = [row for row in rows if str(row.get("id", "")) not in known and isinstance(row.get("body"), str)]
    return [_message(row) for row in fresh]


def bring_in(workspace: Workspace, bank: Bank, message: Message) -> str:
    """Import a statement, which is proof, and return the id of the import; empty for what is no statement. Safe to do again."""
    if not message.kind.startswith(STATEMENTS):
        return ""
    name = f"{bank.name}-{message.kind}-{message.message_id}.xml".replace("/", "-")
    return import_bytes(workspace, name, message.body).import_id


def note(bank: Bank, message: Message, at: datetime, import_id: str) -> bool:
    """Note that a message is taken in; False when somebody else was faster."""
    _, is_new = BankMessage.objects.get_or_create(
        bank=bank.name, message_id=message.message_id,
        defaults={"kind": message.kind[:32], "sha256": message.sha256, "got_at": at, "import_id": import_id,
                  "numbers": sorted({answer.number for answer in message.answers})[:200]},
    )  # fmt: skip
    return is_new


def _message(row: dict[str, Any]) -> Message:
    body = str(row["body"]).encode()
    kind = str(row.get("type", ""))
    name = f"{kind or 'message'}.xml"
    answers = tuple(read(name, body)) if is_answer(name, body) else ()
    return Message(message_id=str(row.get("id", ""))[:64], kind=kind, body=body, answers=answers)


def _reported(reply: Reply, number: str) -> Answer | None:
    """Return what a status report in the answer says of ``number``; None when the answer is none."""
    if not reply.body.lstrip().startswith(b"<"):
        return None
    return next((one for one in read("answer.xml", reply.body) if one.number == number), None)


def _of_json(bank: Bank, reply: Reply, number: str) -> Answer:
    try:
        said = json.loads(reply.body)
    except ValueError:
        return _nothing("unreadable")
    if not isinstance(said, dict):
        return _nothing("unreadable")
    word = bank.query_words.get(str(said.get(bank.query_field, "")))
    if word is None:
        return _nothing("unreadable")
    code, text = str(said.get("reason") or ""), str(said.get("reason_text") or "")
    answer = told_of(_STATES[word], code)
    return Answer(
        number=number, told=answer.told, reason_code=code, reason_text=text[:400], retry=answer.retry,
        finality=answer.finality,
    )  # fmt: skip


def _nothing(why: str) -> Answer:
    return Answer(number="", told=Told.NOTHING, reason_text=why)
