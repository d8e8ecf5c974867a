"""Links that open a door once: the first account of a workspace, and a colleague's first password.

Both are signed with the workspace's web secret, so nothing has to be stored; both close by what they bring about.
"""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from daozhang.desk.models import Counter

FIRST_RUN_OPEN_S: Final = 86_400
_FIRST_SALT: Final = "daozhang.first-run"
_FIRST_COUNTER: Final = "first-account"


def first_run_token() -> str:
    """Return the token with which the first account can be made during the next 24 hours."""
    return signing.TimestampSigner(salt=_FIRST_SALT, sep="~").sign("first")


def first_run_is_open(token: str) -> bool:
    """Return whether the token is ours and recent and nobody has an account yet."""
    try:
        signing.TimestampSigner(salt=_FIRST_SALT, sep="~").unsign(token, max_age=FIRST_RUN_OPEN_S)
    except signing.BadSignature:
        return False
    return not User.objects.exists()


def make_first_user(name: str, password: str) -> User | None:
    """Make the first account; None when someone else was first, even by a moment."""
    try:
        with transaction.atomic():
            Counter.objects.create(name=_FIRST_COUNTER, value=1)
            if User.objects.exists():
                return None
            return User.objects.create_user(name, password=password)
    except IntegrityError:
        return None


def invite(name: str) -> User:
    """Make (or find again) a colleague's account that waits for its first password."""
    user, is_new = User.objects.get_or_create(username=name, defaults={"is_active": False})
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def join_token(user: User) -> str:
    """Return the token of an invited colleague; it stops working once a password is set, or after three days."""
    return f"{urlsafe_base64_encode(force_bytes(user.pk))}.{default_token_generator.make_token(user)}"


def invited_user(token: str) -> User | None:
    """Return the colleague a token invites, or None when it is not ours, too old or used."""
    number, _, proof = token.partition(".")
    try:
        user = User.objects.get(pk=force_str(urlsafe_base64_decode(number)), is_active=False)
    except (User.DoesNotExist, ValueError, TypeError, OverflowError):
        return None
    return user if default_token_generator.check_token(user, proof) else None
