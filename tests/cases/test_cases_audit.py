"""The audit chain shows every edit, deletion, insertion, reordering and cut, and names the first row that does not fit."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from daozhang.desk import audit
from daozhang.desk.cases import comment
from daozhang.desk.models import Case, CaseEvent, Counter, Notice
from daozhang.desk.runs import record_run
from desk_making import NOON, finding


@pytest.fixture
def desk(workspace: Any) -> Any:
    said = [finding(no, incident=f"i_{no}") for no in range(1, 6)]
    record_run(workspace, run_id="r1", as_of=NOON, findings=said, inputs_hash="1", folder="f", counts={})
    for no in range(15):
        comment(workspace, f"DZ-2026-00000{no % 5 + 1}", by="li", note=f"note {no}")
    assert audit.verify(workspace) == audit.Verdict(checked=20)
    return workspace


def test_any_edit_of_any_column_is_found_at_its_row(desk: Any) -> None:
    edits: dict[str, Any] = {
        "at": NOON + timedelta(days=9), "by": "zhao", "step": "told", "from_state": "reported", "to_state": "settled",
        "note": "x", "facts": {"a": 1}, "hash": "0" * 64, "previous_hash": "1" * 64, "no": 99,
    }  # fmt: skip
    draw = random.Random(20261009)  # noqa: S311 - a sample of rows, the same each time
    for column, value in edits.items():
        for event in draw.sample(list(CaseEvent.objects.order_by("id")), 4):
            position = CaseEvent.objects.filter(id__lte=event.pk).count()
            with transaction.atomic():
                CaseEvent.objects.filter(pk=event.pk).update(**{column: value})
                found = audit.verify(desk)
                transaction.set_rollback(True)
            assert not found.is_whole, column
            assert (found.checked, found.case_number) == (position, event.case_id), column


def test_a_row_taken_out_put_in_or_moved_is_found(desk: Any) -> None:
    events = list(CaseEvent.objects.order_by("id"))
    for event in events:
        with transaction.atomic():
            CaseEvent.objects.filter(pk=event.pk).delete()
            assert not audit.verify(desk).is_whole
            transaction.set_rollback(True)
    with transaction.atomic():
        copy = CaseEvent.objects.get(pk=events[-1].pk)
        copy.pk, copy.no = None, copy.no + 1
        copy.save(force_insert=True)
        assert audit.verify(desk).problem == "audit-chain-broken"
        transaction.set_rollback(True)
    with transaction.atomic():
        first, second = events[7], events[12]
        CaseEvent.objects.filter(pk=first.pk).update(note=second.note, by=second.by)
        CaseEvent.objects.filter(pk=second.pk).update(note=first.note, by=first.by)
        assert audit.verify(desk).checked == 8
        transaction.set_rollback(True)


def test_cutting_off_the_end_is_found_even_with_its_counter(desk: Any) -> None:
    assert audit.anchor(desk, at=NOON)
    assert not audit.anchor(desk, at=NOON), "nothing was added since"
    last = CaseEvent.objects.order_by("-id")[0]
    with transaction.atomic():
        last.delete()
        assert audit.verify(desk).problem == "audit-end-missing"
        transaction.set_rollback(True)
    with transaction.atomic():
        CaseEvent.objects.order_by("-id")[0].delete()
        Counter.objects.filter(name=audit.COUNT).update(value=19)
        assert audit.verify(desk).problem == "audit-end-missing", "the anchor outside the database knows"
        transaction.set_rollback(True)


def test_a_chain_written_anew_does_not_fit_its_anchor(desk: Any) -> None:
    audit.anchor(desk, at=NOON)
    head = ""
    for event in CaseEvent.objects.order_by("id"):
        event.note, event.previous_hash = "nothing happened", head
        event.hash = head = audit.hash_of(event)
        event.save()
    assert audit.verify(desk).problem == "audit-anchor-differs"


def test_a_state_or_a_notice_changed_behind_the_chain_is_found(desk: Any) -> None:
    with transaction.atomic():
        Case.objects.filter(number="DZ-2026-000003").update(state="settled")
        found = audit.verify(desk)
        assert (found.problem, found.case_number) == ("audit-state-differs", "DZ-2026-000003")
        transaction.set_rollback(True)
    with transaction.atomic():
        Notice.objects.filter(case_id="DZ-2026-000002").first().delete()
        assert audit.verify(desk).problem == "audit-notice-missing"
        transaction.set_rollback(True)
