"""Webhooks on their way: each step of a case becomes a delivery per subscription, sent until it is taken or thirty days are over.

The audit chain is the outbox: a delivery is made from the ``CaseEvent`` that the step itself wrote, so none can be missing.
Deliveries of one subscription go in order. Where nobody answers, that subscription alone rests, longer each time. Where one
message is refused, it alone waits and the others pass it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connections, transaction
from django.db.models import Q

from daozhang.desk import webhooks
from daozhang.desk.clock import ZONE, real_now
from daozhang.desk.models import CaseEvent
from daozhang.desk.telling_models import Webhook, WebhookDelivery
from daozhang.desk.ways_in import outgoing
from daozhang.desk.workspace import Workspace
from daozhang.errors import DaozhangError, OutsideError
from daozhang.notify import signing
from daozhang.notify.post import Answered, post

KEPT_FOR: Final = timedelta(days=30)
"""How long a message is tried."""
LEASE: Final = timedelta(minutes=2)
LONGEST_WAIT: Final = timedelta(hours=6)
CONNECT_S: Final = 8.0
WAITING: Final = ("queued", "sending")
CHUNK: Final = 500


def wait_after(misses: int) -> timedelta:
    """Return the wait after so many tries in a row: 5, 10, 20 … seconds, six hours at most."""
    return min(timedelta(seconds=5 * 2 ** min(misses - 1, 20)), LONGEST_WAIT)


def fan_out(at: datetime | None = None) -> int:
    """Put new steps before each active subscription; return how many deliveries were made. Safe beside others."""
    made = 0
    newest = CaseEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
    for pk in list(Webhook.objects.filter(is_active=True, cursor__lt=newest).values_list("pk", flat=True)):
        with transaction.atomic():
            hook = Webhook.objects.select_for_update().get(pk=pk)
            new = list(CaseEvent.objects.select_related("case").filter(id__gt=hook.cursor).order_by("id")[:CHUNK])
            wanted = [event for event in new if _wants(hook, event)]
            WebhookDelivery.objects.bulk_create([
                WebhookDelivery(webhook=hook, event_id=event.pk, queued_at=at or real_now()) for event in wanted
            ])  # fmt: skip
            if new:
                Webhook.objects.filter(pk=pk).update(cursor=new[-1].pk)
        made += len(wanted)
    return made


def send_to(workspace: Workspace, hook_id: int, *, limit: int = 100, at: datetime | None = None) -> int:
    """Send what waits for one subscription, in order, until nothing waits or nobody answers; return how many were taken."""
    taken = 0
    for _ in range(limit):
        claimed = _claim(hook_id, at)
        if claimed is None:
            break
        hook, delivery = claimed
        answer = _try(workspace, hook, delivery, at or real_now())
        if answer.is_taken:
            taken += 1
        if not _note(hook, delivery, answer, at or real_now()):
            break
    return taken


def due(at: datetime | None = None) -> list[int]:
    """Return the subscriptions for which something waits and which do not rest."""
    moment = at or real_now()
    awake = Q(held_until=None) | Q(held_until__lte=moment)
    found = Webhook.objects.filter(awake, is_active=True, deliveries__state__in=WAITING)
    return list(found.values_list("pk", flat=True).distinct().order_by("pk"))


def send_waiting(workspace: Workspace, *, at: datetime | None = None) -> int:
    """Make and send everything that is due now, one subscription after the other; return how many were taken."""
    while fan_out(at):
        pass
    return sum(send_to(workspace, hook_id, at=at) for hook_id in due(at))


@dataclass(slots=True)
class Postman:
    """Sends each subscription's messages in a thread of its own, so that one that hangs keeps no other waiting."""

    workspace: Workspace
    complain: Callable[[Exception], None]
    _busy: dict[int, threading.Thread] = field(default_factory=dict)

    def look(self) -> None:
        """Start what is due and not already at work; returns at once."""
        self._busy = {hook_id: thread for hook_id, thread in self._busy.items() if thread.is_alive()}
        fan_out()
        for hook_id in due():
            if hook_id not in self._busy:
                thread = threading.Thread(target=self._send, args=(hook_id,), name=f"webhook {hook_id}", daemon=True)
                self._busy[hook_id] = thread
                thread.start()

    def _send(self, hook_id: int) -> None:
        try:
            send_to(self.workspace, hook_id)
        except Exception as error:  # noqa: BLE001 - the claim runs out and it is sent again
            self.complain(error)
        finally:
            connections.close_all()


def body_of(event: CaseEvent) -> bytes:
    """Return what is told of a step: the same bytes at every try. Notes and names of people stay here."""
    case = event.case
    said: dict[str, Any] = {
        "type": f"case.{event.step}",
        "id": message_id(event.pk),
        "seq": event.pk,
        "timestamp": event.at.replace(tzinfo=ZONE).isoformat(),
        "data": {
            "case": case.number, "step_no": event.no, "from_state": event.from_state or None, "to_state": event.to_state,
            "by": "system" if event.by == "system" else "person", "acquirer": case.acquirer or None,
            "merchant_no": case.merchant_no or None, "currency": case.currency, "audit_hash": event.hash,
        },
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def message_id(event_id: int) -> str:
    """Return the id by which a receiver knows a message that comes twice."""
    return f"dz_evt_{event_id}"


def _wants(hook: Webhook, event: CaseEvent) -> bool:
    return (not hook.steps or event.step in hook.steps) and (not hook.acquirer or event.case.acquirer == hook.acquirer)


def _claim(hook_id: int, at: datetime | None) -> tuple[Webhook, WebhookDelivery] | None:
    with transaction.atomic():
        hook = Webhook.objects.select_for_update().filter(pk=hook_id, is_active=True).first()
        at = at or real_now()  # once the database is ours, so that a long wait for it leaves a whole lease
        if hook is None or (hook.held_until is not None and hook.held_until > at):
            return None
        waiting = hook.deliveries.filter(state__in=WAITING)
        waiting.filter(queued_at__lt=at - KEPT_FOR).update(state="ended", next_try_at=None)
        first = waiting.exclude(state="queued", next_try_at__gt=at).order_by("id").first()
        if first is None or (first.state == "sending" and first.next_try_at is not None and first.next_try_at > at):
            return None  # nothing, or another sender is at it: the order stays
        first.state, first.attempts, first.next_try_at = "sending", first.attempts + 1, at + LEASE
        first.save(update_fields=["state", "attempts", "next_try_at"])
    return hook, first


def _try(workspace: Workspace, hook: Webhook, delivery: WebhookDelivery, at: datetime) -> Answered:
    event = CaseEvent.objects.select_related("case").get(pk=delivery.event_id)
    body = body_of(event)
    keys = webhooks.secrets_of(workspace, hook)
    headers = signing.headers(message_id(event.pk), at.replace(tzinfo=ZONE), body, keys)

    def connect(host: str, port: int) -> Any:  # noqa: ANN401 - a socket
        return outgoing.checked(host, port, may_be_private=hook.may_be_private).connect(CONNECT_S)

    try:
        return post(hook.url, body, headers, connect)
    except OutsideError as error:
        return Answered(0, _words(error))


def _words(error: DaozhangError) -> str:
    return str(error.facts.get("detail") or error)


def _note(hook: Webhook, delivery: WebhookDelivery, answer: Answered, at: datetime) -> bool:
    """Write down what came of a try; return whether to go on with the next message."""
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, state="sending", attempts=delivery.attempts)
    said = {"status": answer.status, "detail": "" if answer.is_taken else _plain(answer.words)}
    here = Webhook.objects.filter(pk=hook.pk)
    if answer.is_taken:
        mine.update(state="delivered", delivered_at=at, next_try_at=None, **said)
        here.update(misses=0, held_until=None)
        return True
    if 300 <= answer.status < 500 and answer.status not in {408, 425, 429}:
        mine.update(state="queued", next_try_at=at + wait_after(delivery.attempts), **said)
        here.update(misses=0, held_until=None)  # somebody answers: only this message is not wanted
        return True
    misses = hook.misses + 1
    mine.update(state="queued", next_try_at=None, **said)
    here.update(misses=misses, held_until=at + wait_after(misses))
    return False


def _plain(words: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in words)[:256]
