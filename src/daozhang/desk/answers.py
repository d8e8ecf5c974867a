"""The same request again gets the same answer: kept by its ``Idempotency-Key`` in the very transaction of the work.

So a sender who heard nothing may ask again, as often and as simultaneously as it likes: the work is done once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from daozhang.desk.audit import plain
from daozhang.desk.door_models import ApiAnswer, ApiToken
from daozhang.desk.notices import real_now
from daozhang.errors import RefusedError

KEPT: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON object, and whether it was given before."""

    status: int
    body: dict[str, Any]
    is_repeated: bool = False


def once(token: ApiToken, key: str, body_hash: str, work: Callable[[], tuple[int, dict[str, Any]]]) -> Answer:
    """Do ``work`` in one transaction with its answer, unless this token had this key answered within seven days.

    RefusedError ``error-key-other-body`` when that was for another request. Without a key the work is simply done.
    """
    if not key:
        with transaction.atomic():
            return Answer(*work())
    try:
        return _once(token, key, body_hash, work)
    except IntegrityError:  # somebody with the same key was faster by the blink of an eye; what they did stands
        return _once(token, key, body_hash, work)


def forget_old() -> int:
    """Remove answers older than seven days and return how many."""
    return ApiAnswer.objects.filter(given_at__lt=real_now() - KEPT).delete()[0]


def _once(token: ApiToken, key: str, body_hash: str, work: Callable[[], tuple[int, dict[str, Any]]]) -> Answer:
    with transaction.atomic():
        known = ApiAnswer.objects.select_for_update().filter(token=token, key=key).first()
        if known is not None and known.given_at < real_now() - KEPT:
            known.delete()
            known = None
        if known is not None:
            if known.body_hash != body_hash:
                raise RefusedError("error-key-other-body", name=key)
            return Answer(known.status, known.answer, is_repeated=True)
        status, body = work()
        body = plain(body)
        ApiAnswer.objects.create(
            token=token, key=key, body_hash=body_hash, status=status, answer=body, given_at=real_now()
        )
    return Answer(status, body)
