"""Subscriptions of webhooks: who is told where, and the secrets with which it is signed. Each change leaves its entry."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from secrets import token_bytes, token_hex
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from daozhang.cases import Step
from daozhang.desk import house_audit
from daozhang.desk.clock import now, real_now
from daozhang.desk.drill_mark import is_drill
from daozhang.desk.models import CaseEvent
from daozhang.desk.telling_models import Webhook, WebhookDelivery, WebhookKey
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError, WorkspaceError
from daozhang.intake import keyring
from daozhang.notify import signing

AREA: Final = "webhooks"
MOST_KEYS: Final = 2
"""Live secrets of one subscription: the old one and the new one while the receiver changes over."""
SEALED_FOR: Final = b"daozhang webhook"


def add(
    workspace: Workspace, name: str, url: str, *, by: str, steps: Sequence[str] = (), acquirer: str = "",
    may_be_private: bool = False,
) -> str:  # fmt: skip
    """Subscribe an address to what happens from now on, and return the secret, which is shown this once."""
    if is_drill(workspace.root):
        raise RefusedError("drill-no-way-out")
    if not re.fullmatch(r"[\w.-]{1,64}", name):
        raise RefusedError("error-webhook-name", name=name)
    _check_url(url, may_be_private=may_be_private)
    unknown = sorted(set(steps) - {step.value for step in Step})
    if unknown:
        raise RefusedError("error-webhook-step", value=", ".join(unknown))
    with transaction.atomic():
        if Webhook.objects.filter(name=name).exists():
            raise RefusedError("error-webhook-taken", name=name)
        newest = CaseEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        made = Webhook.objects.create(
            name=name, url=url, steps=list(dict.fromkeys(steps)), acquirer=acquirer, may_be_private=may_be_private,
            cursor=newest, made_by=by[:64], made_at=now(workspace),
        )  # fmt: skip
        secret = _new_key(workspace, made)
        house_audit.append(workspace, AREA, name, "added", by=by, host=urlsplit(url).hostname, steps=list(steps))
    return secret


def every(workspace: Workspace) -> list[Webhook]:  # noqa: ARG001 - the desk is the open workspace's
    """Return all subscriptions by name."""
    return list(Webhook.objects.all())


def named(name: str) -> Webhook:
    """Return the subscription of that name; RefusedError when there is none."""
    found = Webhook.objects.filter(name=name).first()
    if found is None:
        raise RefusedError("error-no-webhook", name=name)
    return found


def rotate(workspace: Workspace, name: str, *, by: str) -> str:
    """Make a second secret and return it; until ``end_old_key`` everything is signed with both."""
    with transaction.atomic():
        hook = _locked(name)
        if hook.keys.filter(ended_at=None).count() >= MOST_KEYS:
            raise RefusedError("error-webhook-two-keys", name=name)
        secret = _new_key(workspace, hook)
        house_audit.append(workspace, AREA, name, "key_added", by=by)
    return secret


def end_old_key(workspace: Workspace, name: str, *, by: str) -> None:
    """End the older of two live secrets; RefusedError when there is only one."""
    with transaction.atomic():
        live = list(_locked(name).keys.filter(ended_at=None))
        if len(live) < MOST_KEYS:
            raise RefusedError("error-webhook-one-key", name=name)
        live[0].ended_at = now(workspace)
        live[0].save(update_fields=["ended_at"])
        house_audit.append(workspace, AREA, name, "key_ended", by=by, key_id=live[0].key_id)


def set_active(workspace: Workspace, name: str, *, is_active: bool, by: str) -> Webhook:
    """Stop or start a subscription. What happened while it was stopped is delivered once it starts again."""
    with transaction.atomic():
        hook = _locked(name)
        hook.is_active, hook.held_until, hook.misses = is_active, None, 0
        hook.save(update_fields=["is_active", "held_until", "misses"])
        house_audit.append(workspace, AREA, name, "started" if is_active else "stopped", by=by)
    return hook


def log(name: str, *, limit: int = 200) -> list[WebhookDelivery]:
    """Return the newest deliveries of a subscription, newest first."""
    return list(named(name).deliveries.order_by("-id")[:limit])


def replay(workspace: Workspace, name: str, *, by: str, from_event: int = 1) -> int:
    """Deliver again what was delivered or given up, from event number ``from_event`` on; return how many. Ids stay the same."""
    with transaction.atomic():
        hook = _locked(name)
        again = hook.deliveries.filter(event_id__gte=from_event, state__in=("delivered", "ended"))
        count = again.update(state="queued", attempts=0, next_try_at=None, queued_at=real_now(), status=0, detail="")
        Webhook.objects.filter(pk=hook.pk).update(held_until=None, misses=0)
        house_audit.append(workspace, AREA, name, "replayed", by=by, from_event=from_event, count=count)
    return count


def secrets_of(workspace: Workspace, hook: Webhook) -> list[str]:
    """Return the live secrets of a subscription, the newest first."""
    live = hook.keys.filter(ended_at=None).order_by("-id")
    return [_opened(workspace, key.sealed) for key in live]


def _check_url(url: str, *, may_be_private: bool) -> None:
    parts = urlsplit(url)
    schemes = {"https", "http"} if may_be_private else {"https"}
    try:
        port = parts.port
    except ValueError:
        port = -1
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if (
        parts.scheme not in schemes
        or not parts.hostname
        or parts.username
        or port == -1
        or not is_plain
        or len(url) > 512
    ):
        raise RefusedError("error-webhook-url", schemes=" / ".join(sorted(schemes)))


def _locked(name: str) -> Webhook:
    named(name)
    return Webhook.objects.select_for_update().get(name=name)


def _new_key(workspace: Workspace, hook: Webhook) -> str:
    secret = signing.new_secret()
    sealed = _sealed(workspace, secret)
    WebhookKey.objects.create(webhook=hook, key_id="k" + token_hex(4), sealed=sealed, made_at=now(workspace))
    return secret


def _sealed(workspace: Workspace, secret: str) -> str:
    ring, nonce = keyring.load(workspace.keys), token_bytes(12)
    key_id = ring.current_id("original")
    data = AESGCM(ring.key("original", key_id)).encrypt(nonce, secret.encode(), SEALED_FOR)
    return f"{key_id}.{urlsafe_b64encode(nonce + data).decode()}"


def _opened(workspace: Workspace, sealed: str) -> str:
    key_id, _, text = sealed.partition(".")
    data = urlsafe_b64decode(text)
    try:
        key = AESGCM(keyring.load(workspace.keys).key("original", key_id))
        return key.decrypt(data[:12], data[12:], SEALED_FOR).decode()
    except InvalidTag as error:
        raise WorkspaceError("error-key-missing", name=key_id) from error
