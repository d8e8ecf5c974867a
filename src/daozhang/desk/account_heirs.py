"""Which case goes on when a payout to a changed account fails: the one from which the change came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import QuerySet

from daozhang.breaks import BreakType
from daozhang.desk.models import Case, Finding
from daozhang.desk.request_models import AccountChange

FAILED: Final = (BreakType.PAYOUT_FAILED.value, BreakType.PAYOUT_RETURNED.value)


def heirs(wanted: Iterable[str], waiting: Mapping[str, Case]) -> dict[str, Case]:
    """Return, for incidents that want a case, the case whose account change their failed payouts refute; each case once.

    ``waiting`` are cases of whose incident nothing is said any more, by incident: the cases that closed with the change.
    """
    by_case = {case.number: case for case in waiting.values()}
    changes = AccountChange.objects.filter(state__in=("active", "done"), case__in=list(by_case))
    chosen: dict[str, Case] = {}
    for change in changes.order_by("-active_from", "-number"):
        case = by_case.get(change.case_id or "")
        failed = failed_since(change).filter(incident_id__in=list(wanted), is_open=True).first()
        if case is not None and failed is not None and failed.incident_id and failed.incident_id not in chosen:
            chosen[failed.incident_id] = by_case.pop(case.number)
    return chosen


def failed_since(change: AccountChange) -> QuerySet[Finding]:
    """Return the findings of the merchant's payouts settled since the change that failed or came back."""
    return Finding.objects.filter(
        acquirer=change.acquirer,
        merchant_no=change.merchant_no,
        break_type__in=FAILED,
        settled_on__gte=change.active_from,
    ).exclude(payout_no="")
