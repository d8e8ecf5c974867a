"""The doors of the command line: which permission a command asks for, the same ones the console asks its people for.

Whoever is at the keyboard is known by the name of the system's user. Where that name has an account here, its role and its
tenant count as they do in the console; a name without an account is the operator of the machine, whose files these are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.models import User

from daozhang.desk import roles, sight, tenants
from daozhang.errors import RefusedError

FREE: Final = frozenset({"init", "reason", "world", "demo", "simulate", "score", "bench", "up", "worker"})
"""Commands that read nothing of this workspace's business, or start what asks at its own doors."""

COMMANDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("imports", "quarantine", "findings", "money", "where", "replay", "why", "rows", "cases", "case", "agenda", "script",
         "due", "outside", "ways-to-solve", "verify", "calendar show", "calendar windows", "measures show", "measures rows",
         "mine", "processes", "cash show", "cash owed", "operations report", "operations letter", "inquiries list", "contacts list",
         "contacts check", "requests list", "requests show", "requests verify", "change-account check", "change-account list",
         "change-account show", "fees check", "fees compare", "trust check", "sources", "probe", "host", "fleet show", "fleet tree",
         "fleet devices", "fleet registrations", "fleet orders", "learn sheet", "learn status", "manuals search", "manuals show",
         "manuals list", "plans list", "plans check", "drills report"),
        "see",
    ),
    **dict.fromkeys(("import", "undo", "map", "correct", "expect-files", "run", "fetch"), "import"),
    **dict.fromkeys(
        ("step", "party", "reply", "reply-step", "prove", "merge", "part-case", "step-many", "contacts add", "contacts verify",
         "contacts test", "contacts acknowledge", "operators", "cash owe", "cash import", "cash forget", "operations agree",
         "inquiries enter", "inquiries answer", "fleet register", "fleet end", "fleet target", "fleet rollout", "fleet widen",
         "fleet plan", "fleet done", "learn staff", "learn assign", "learn effect", "manuals add", "manuals retire", "plans save",
         "plans means", "drills start", "drills stamp", "drills end"),
        "work",
    ),
    **dict.fromkeys(("write-off", "requests pay", "requests reissue", "requests recharge", "requests query", "requests withdraw",
                     "requests hand-over", "requests answer", "change-account draft", "change-account documents",
                     "change-account withdraw", "change-account rollback"), "ask"),
    **dict.fromkeys(("requests approve", "requests decline", "change-account approve", "change-account decline",
                     "plans approve"), "approve"),
    **dict.fromkeys(("report", "pack", "requests form", "cash feed", "operations pack", "inquiries pack", "plans pdf"), "export"),
    **dict.fromkeys(("help-sought", "trust import-list", "learn answer"), "note"),
    **dict.fromkeys(
        ("backup", "backups", "backup-keys", "rehearse", "restore", "calendar import", "calendar import-windows", "requests work",
         "webhook", "token", "tenant"),
        "manage",
    ),
}  # fmt: skip
"""Command, or the group it stands in, → its permission. What is not here is for administrators until it is."""

OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "write-off": {"approve": "approve", "decline": "approve"},
    "change-account rollback": {"approve_it": "approve"},
    "operations letter": {"send": "work"},
}
"""Command → option, by the name of its parameter, → the permission it asks for instead when it is called with it."""


def permission_of(command: str, given: frozenset[str] = frozenset()) -> str:
    """Return what a command asks for, ``""`` where nothing; ``given`` are the options it was called with."""
    if command in FREE:
        return ""
    for option, permission in OTHERWISE.get(command, {}).items():
        if option in given:
            return permission
    return COMMANDS.get(command, COMMANDS.get(command.partition(" ")[0], "manage"))


def enter(name: str, command: str, given: frozenset[str] = frozenset()) -> None:
    """Let ``name`` do a command with its own eyes. RefusedError ``error-may-not`` where its role may not."""
    user = User.objects.filter(username=name).first()
    if user is None:
        sight.take(sight.HOUSE)
        return
    asked = permission_of(command, given)
    if asked and not roles.may(user, asked):
        raise RefusedError("error-may-not-here", name=name, what=asked, command=command)
    sight.take(tenants.sight_of(user))
