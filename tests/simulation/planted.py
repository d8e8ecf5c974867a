"""Bugs that are planted into the product, one at a time, so that it is known what the simulation would find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from daozhang.breaks import Evidence, money_side
from daozhang.calendars import Calendar
from daozhang.desk import (
    audit,
    import_desk,
    import_undo,
    jobs,
    notices,
    run_cases,
    runs,
    sent_again,
    settle_day,
    telling,
    timers,
    uploads,
)
from daozhang.desk.import_parts import Lake
from daozhang.desk.models import Finding, Notice
from daozhang.matching.coverage import Coverage

Plant = Callable[[pytest.MonkeyPatch], None]


def letters_marked_sent_before_they_are(patch: pytest.MonkeyPatch) -> None:
    real = notices._claim

    def claim(*args: Any) -> Notice | None:
        notice = real(*args)
        if notice is not None:
            Notice.objects.filter(pk=notice.pk).update(state="sent")
        return notice

    patch.setattr(notices, "_claim", claim)


def another_message_id_at_each_try(patch: pytest.MonkeyPatch) -> None:
    real = notices._letter

    def letter(notice: Notice) -> Any:
        said = real(notice)
        return said if notice.attempts < 2 else replace(said, key=f"{said.key}#{notice.attempts}")

    patch.setattr(notices, "_letter", letter)


def a_claimed_letter_is_anybodys(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(notices, "LEASE", timedelta(0))


def a_letters_key_without_its_case(patch: pytest.MonkeyPatch) -> None:
    real = telling._notice

    def notice(*args: Any) -> Notice:
        made = real(*args)
        made.key = made.key.partition("/")[2]
        return made

    patch.setattr(telling, "_notice", notice)


def a_job_without_a_fence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(jobs, "_held", lambda held: jobs.Job.objects.filter(pk=held.job_id))


def an_upload_removed_once_it_was_read(patch: pytest.MonkeyPatch) -> None:
    real = uploads.pieces

    def pieces(workspace: Any, upload_id: str) -> Iterator[bytes]:
        yield from real(workspace, upload_id)
        uploads.remove(workspace, upload_id)

    patch.setattr(uploads, "pieces", pieces)


def rows_that_are_here_count_as_new(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lake, "known_rows", lambda *_args: 0)


def the_first_new_row_is_lost(patch: pytest.MonkeyPatch) -> None:
    real = Lake._copy
    patch.setattr(Lake, "_copy", lambda lake, query, target: real(lake, f"{query} OFFSET 1", target))


def undo_brings_nothing_forward(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(import_undo, "_bring_forward", lambda *_args: None)


def undo_forgets_the_import(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(import_undo, "_take_back", lambda *_args: None)


def the_same_bytes_are_not_known(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(import_desk, "_same_delivery", lambda _incoming: None)


def a_staging_folder_is_swept_while_in_use(patch: pytest.MonkeyPatch) -> None:
    fcntl = import_desk.fcntl
    patch.setattr(
        import_desk, "fcntl", SimpleNamespace(flock=lambda *_args: None, LOCK_EX=fcntl.LOCK_EX, LOCK_NB=fcntl.LOCK_NB)
    )


def an_import_in_several_transactions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(import_desk, "transaction", _without_atomic())


def a_run_in_several_transactions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(runs, "transaction", _without_atomic())


def _without_atomic() -> Any:
    return SimpleNamespace(atomic=nullcontext, set_rollback=transaction.set_rollback)


def weekends_are_the_only_days_off(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Calendar, "is_workday", lambda _self, day, **_: day.weekday() < 5)


def makeup_days_are_days_off(patch: pytest.MonkeyPatch) -> None:
    real = Calendar.is_workday
    patch.setattr(Calendar, "is_workday", lambda self, day, **more: real(self, day, **more) and day.weekday() < 5)


def an_absent_statement_counts_as_one_without_lines(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Coverage, "account_gaps", lambda *_args: [])


def a_skipped_list_counts_as_one_without_the_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Coverage, "is_skipped", lambda *_args: False)


def a_gap_without_its_sign(patch: pytest.MonkeyPatch) -> None:
    real = money_side._Judge._say
    patch.setattr(
        money_side._Judge, "_say",
        lambda self, kind, payout, gap, due_at, **facts: real(self, kind, payout, abs(gap), due_at, **facts),
    )  # fmt: skip


def a_file_sent_again_corrects_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sent_again, "replaced_by", lambda _imports: {})


def a_case_closes_on_no_line(patch: pytest.MonkeyPatch) -> None:
    def evidence(_day: Any) -> dict[str, list[Evidence]]:
        open_now = Finding.objects.filter(is_open=True, incident__isnull=False)
        return {one.incident_id: [Evidence("said", 1, "im_none")] for one in open_now}

    patch.setattr(settle_day, "_settled_evidence", evidence)


def a_closed_case_stays_closed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(run_cases, "_reopen", lambda *_args: None)


def deadlines_pass_a_day_early(patch: pytest.MonkeyPatch) -> None:
    real = timers.pass_deadlines
    patch.setattr(timers, "pass_deadlines", lambda workspace, *, at: real(workspace, at=at + timedelta(days=1)))


def nobody_says_that_a_deadline_passed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(timers, "pass_deadlines", lambda *_args, **_more: 0)


def the_chain_forgets_what_came_before(patch: pytest.MonkeyPatch) -> None:
    real = audit.hash_of

    def hash_of(event: Any) -> str:
        event.previous_hash = event.previous_hash if event.no == 1 else ""
        return real(event)

    patch.setattr(audit, "hash_of", hash_of)


@dataclass(frozen=True, slots=True)
class Bug:
    """A planted bug, the seed that finds it, and the promise whose check says so."""

    plant: Plant
    seed: int
    promise: str
    in_ci: bool = False

    @property
    def name(self) -> str:
        """Return what it is called."""
        return str(getattr(self.plant, "__name__", ""))


@contextmanager
def planted(plant: Plant) -> Iterator[None]:
    """Plant a bug until the block ends."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        yield


BUGS: tuple[Bug, ...] = (
    Bug(letters_marked_sent_before_they_are, 2, "P6"),
    Bug(another_message_id_at_each_try, 2, "P6"),
    Bug(a_claimed_letter_is_anybodys, 4, "P4", in_ci=True),
    Bug(a_letters_key_without_its_case, 2, "P4"),
    Bug(rows_that_are_here_count_as_new, 4, "P1"),
    Bug(the_first_new_row_is_lost, 4, "rows lost"),
    Bug(undo_forgets_the_import, 4, "P6", in_ci=True),
    Bug(the_same_bytes_are_not_known, 4, "UNIQUE"),
    Bug(a_staging_folder_is_swept_while_in_use, 4, "FileNotFoundError"),
    Bug(weekends_are_the_only_days_off, 2, "P18", in_ci=True),
    Bug(makeup_days_are_days_off, 2, "P18"),
    Bug(an_absent_statement_counts_as_one_without_lines, 3, "P20"),
    Bug(a_skipped_list_counts_as_one_without_the_day, 3, "P20"),
    Bug(a_gap_without_its_sign, 4, "P20", in_ci=True),
    Bug(a_file_sent_again_corrects_nothing, 3, "P2"),
    Bug(a_case_closes_on_no_line, 4, "P4", in_ci=True),
    Bug(nobody_says_that_a_deadline_passed, 4, "P18"),
    Bug(the_chain_forgets_what_came_before, 4, "P9", in_ci=True),
)
"""What the simulation is known to find."""

NOT_IN_TIME: tuple[Plant, ...] = (
    a_job_without_a_fence,
    an_import_in_several_transactions,
    an_upload_removed_once_it_was_read,
)
"""Planted as well, and not surely found within ten processor seconds: what a next check has to look for."""
