"""Whose eyes read the desk: the house sees everything, a tenant its part, and whoever came through a door and was not asked yet nothing.

A process that opened the workspace from its own disk is the house. Every door (console, API, command line) opens with
``through_a_door`` and says whose eyes it has with ``take``; from then on each table of the desk shows only what these may see,
because its ``objects`` asks here. A table that has no rule below is the house's alone, so a new one is closed until it has a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import Exists, Manager, Model, OuterRef, Q, QuerySet

from daozhang.errors import RefusedError

KINDS: Final = ("merchant", "chain", "provider", "acquirer")
"""A merchant, a chain of shops, a service provider (服务商) of many merchants, an acquirer with all its merchants."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: all of it, what a tenant is given (by the tenant's key), or nothing."""

    is_house: bool = False
    tenant: int | None = None
    code: str = ""


HOUSE: Final = Sight(is_house=True)
NOTHING: Final = Sight()

OPEN: Final = frozenset(
    {"Counter", "Run", "CalendarDay", "MaintenanceWindow", "ApiToken", "ApiAnswer", "TokenHolder", "Tenant", "TenantGrant"}
)  # fmt: skip
"""Tables without a merchant's facts that every reader needs: numbers, days, when a run was; tokens, which the API looks up."""

RULES: Final[Mapping[str, str]] = {
    "Case": "", "Incident": "", "Finding": "", "PayeeAccount": "", "PayoutRequest": "", "AccountChange": "",
    "CaseEvent": "case__", "CaseClock": "case__", "CasePart": "case__", "CaseMark": "case__", "CaseReply": "case__",
    "ReplyStep": "reply__case__", "RemedyProof": "case__", "Notice": "case__", "Report": "case__", "WriteOff": "case__",
    "TerminalRegistration": "", "WorkOrder": "", "SelfCheck": "",
    "Application": "", "Inquiry": "", "TermsChange": "",
    "FindingVerdict": "finding__", "PartedFinding": "finding__",
}  # fmt: skip
"""Table → the way from it to the ``acquirer`` and ``merchant_no`` that say whose it is."""

IMPORTS: Final[Mapping[str, str]] = {"Import": "", "ImportPart": "import_row__", "ImportEvent": "import_row__"}
"""Tables about a file: seen by those who may see every line of it."""

_sight: ContextVar[Sight | None] = ContextVar("sight", default=None)
_process: list[Sight] = []


class NoSightError(RuntimeError):
    """The desk was read before a workspace was opened: a mistake of ours."""


def current() -> Sight:
    """Return whose eyes read now."""
    chosen = _sight.get() or (_process[0] if _process else None)
    if chosen is None:
        raise NoSightError
    return chosen


def opens_workspace() -> None:
    """Note that this process opened the workspace from its own disk: where no door was passed, it is the house."""
    _process[:] = [HOUSE]


@contextmanager
def through_a_door() -> Iterator[None]:
    """Let somebody in who sees nothing until ``take`` says whose eyes these are; afterwards it is as before."""
    with seen_by(NOTHING):
        yield


def take(sight: Sight) -> None:
    """From here on, until the door closes, the desk is seen by these eyes."""
    _sight.set(sight)


@contextmanager
def seen_by(sight: Sight) -> Iterator[None]:
    """Let these eyes read meanwhile."""
    before = _sight.set(sight)
    try:
        yield
    finally:
        _sight.reset(before)


@contextmanager
def house() -> Iterator[None]:
    """Let the house work meanwhile: chains, numbers, and the consequences of a step that was allowed."""
    with seen_by(HOUSE):
        yield


def require_house() -> None:
    """Refuse what only the house does, such as reading files in or judging a day, which need every merchant's facts."""
    if not current().is_house:
        raise RefusedError("error-tenant-house")


def may_see(acquirer: str, merchant_no: str) -> bool:
    """Return whether the current eyes may see this merchant."""
    sight = current()
    if sight.is_house:
        return True
    grants = _grants(sight).filter(acquirer=acquirer).filter(Q(merchant_no="") | Q(merchant_no=merchant_no))
    return bool(acquirer and merchant_no) and grants.exists()


def granted() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Return what the current eyes are given: whole acquirers, and single (acquirer, merchant number)."""
    given = list(_grants(current()).values_list("acquirer", "merchant_no"))
    return frozenset(one for one, no in given if not no), frozenset((one, no) for one, no in given if no)


def _grants(sight: Sight) -> QuerySet[Any]:
    table = apps.get_model("desk", "TenantGrant")
    return table._base_manager.filter(tenant_id=sight.tenant or 0, tenant__ended_at__isnull=True)  # noqa: SLF001 - past the glasses


def _is_given(sight: Sight, path: str) -> Exists:
    """Return whether the merchant at ``path`` is given; a row of no merchant is only given with its whole acquirer."""
    one = _grants(sight).filter(acquirer=OuterRef(f"{path}acquirer")).exclude(acquirer="")
    return Exists(one.filter(Q(merchant_no="") | Q(merchant_no=OuterRef(f"{path}merchant_no"))))


def _is_whole_file(sight: Sight, path: str) -> Q:
    merchants = apps.get_model("desk", "ImportMerchant")._base_manager.filter(  # noqa: SLF001
        import_row=OuterRef(f"{path}pk")
    )
    looked_at = apps.get_model("desk", "ImportSight")._base_manager.filter(  # noqa: SLF001
        import_row=OuterRef(f"{path}pk"), is_whole=True, import_row__state="accepted", import_row__quarantined=0
    )
    mine = _is_given(sight, "")
    return Q(Exists(looked_at)) & Q(Exists(merchants.filter(mine))) & ~Q(Exists(merchants.exclude(mine)))


def narrowed(model: type[Model], rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return those rows of a table that the current eyes may see."""
    sight, name = current(), model.__name__
    if sight.is_house or name in OPEN:
        return rows
    if sight.tenant is None:
        return rows.none()
    if name in RULES:
        return rows.filter(_is_given(sight, RULES[name]))
    if name in IMPORTS:
        return rows.filter(_is_whole_file(sight, IMPORTS[name]))
    if name == "MoneyEvent":
        numbers = [apps.get_model("desk", one).objects.values("number") for one in ("PayoutRequest", "AccountChange")]
        mine = Q(subject="request", number__in=numbers[0]) | Q(subject="change", number__in=numbers[1])
        return rows.filter(mine)
    return rows.none()


class SeenManager(Manager[Any]):
    """``objects`` of every table of the desk: it shows what the current eyes may see."""

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that may be seen."""
        return narrowed(self.model, super().get_queryset())


# The type checker reads the managers of the running models and knows those of Django by their names; to it this is one.
SeenManager.__module__, SeenManager.__qualname__, SeenManager.__name__ = Manager.__module__, "Manager", "Manager"


def put_on() -> None:
    """Give every table of the desk its glasses, those of later rooms too."""
    for model in apps.get_app_config("desk").get_models():
        local = model._meta.local_managers  # noqa: SLF001 - Django has no public way to exchange a manager
        local[:] = [one for one in local if one.name != "objects"]
        model.add_to_class("objects", SeenManager())
