"""Numbers that are given out once. Every change of the desk's cases also queues up here, one after the other."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from daozhang.desk.models import Counter

CASES = "cases"
"""The row that whoever changes cases holds until the end of its transaction, so that the audit chain has one order."""


def take(name: str, count: int = 1) -> int:
    """Return the first of ``count`` numbers that nobody else gets (1, 2, …). Call inside a transaction."""
    row = _locked(name)
    first = row.value + 1
    row.value += count
    row.save(update_fields=["value"])
    return first


def hold(name: str) -> None:
    """Make others who ``hold`` the same name wait until this transaction ends. On SQLite the transaction itself does."""
    if connection.features.has_select_for_update:
        _locked(name)


def case_number(year: int, value: int) -> str:
    """Return a case number as people say it: ``DZ-2026-000001``."""
    return f"DZ-{year}-{value:06d}"


def case_numbers(at: datetime, count: int) -> list[str]:
    """Return ``count`` new case numbers of the year of ``at``."""
    first = take(f"case-{at.year}", count)
    return [case_number(at.year, first + index) for index in range(count)]


def _locked(name: str) -> Counter:
    Counter.objects.bulk_create([Counter(name=name, value=0)], ignore_conflicts=True)
    return Counter.objects.select_for_update().get(name=name)
