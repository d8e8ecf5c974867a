"""Tokens of the API: made for one program, shown once, kept as a hash, limited to what they may do, revocable at any time."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction

from daozhang.desk.clock import now
from daozhang.desk.door_models import ApiToken
from daozhang.desk.notices import real_now
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.intake.cards import CardGuard

MAY: Final = ("import", "read", "undo", "work", "approve")
"""What a token may do: bring files in, read what is here, take an import back, work on cases, approve what
somebody else asked for."""
PREFIX: Final = "dzt_"
SECRET_BYTES: Final = 32
"""Random bytes of a secret; so many that a plain SHA-256 of them cannot be searched."""
SAYS_USED_EVERY: Final = timedelta(minutes=1)


def make(workspace: Workspace, name: str, may: Sequence[str], *, by: str) -> str:
    """Make a token and return its secret, which is nowhere to be found afterwards. RefusedError for a name that is taken."""
    if not re.fullmatch(r"[\w.@-]{1,64}", name) or CardGuard(b"").cut(name) != name:
        raise RefusedError("error-token-name", name=name)
    unknown = sorted(set(may) - set(MAY))
    if unknown or not may:
        raise RefusedError("error-token-may", value=", ".join(unknown), possible=", ".join(MAY))
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        if ApiToken.objects.filter(name=name).exists():
            raise RefusedError("error-token-taken", name=name)
        ApiToken.objects.create(
            name=name,
            secret_hash=_hash(secret),
            may=[one for one in MAY if one in may],
            made_by=by,
            made_at=now(workspace),
        )
    return secret


def find(workspace: Workspace, secret: str) -> ApiToken | None:  # noqa: ARG001 - the desk is the open workspace's
    """Return the token with this secret that still holds, and note that it was used; None for anything else."""
    if not secret.startswith(PREFIX) or len(secret) > 2 * SECRET_BYTES:
        return None
    token = ApiToken.objects.filter(secret_hash=_hash(secret), revoked_at=None).first()
    moment = real_now()
    if token is not None and (token.last_used_at is None or moment - token.last_used_at >= SAYS_USED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=moment)
    return token


def every(workspace: Workspace) -> list[ApiToken]:  # noqa: ARG001 - the desk is the open workspace's
    """Return all tokens by name, revoked ones included."""
    return list(ApiToken.objects.all())


def named(name: str) -> ApiToken:
    """Return a token that holds; RefusedError when there is none of that name."""
    found = ApiToken.objects.filter(name=name, revoked_at=None).first()
    if found is None:
        raise RefusedError("error-no-such-token", name=name)
    return found


def revoke(workspace: Workspace, name: str) -> ApiToken:
    """End a token at once and return it; RefusedError when there is none, or it ended before."""
    with transaction.atomic():
        token = ApiToken.objects.select_for_update().filter(name=name).first()
        if token is None:
            raise RefusedError("error-no-such-token", name=name)
        if token.revoked_at is not None:
            raise RefusedError("error-token-revoked", name=name, at=str(token.revoked_at))
        token.revoked_at = now(workspace)
        token.save(update_fields=["revoked_at"])
    return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
