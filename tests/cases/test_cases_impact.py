"""What an outage costs is estimated from the same hours of earlier days, against a truth that the estimate does not see."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from daozhang.breaks import BreakType, Evidence, Grain
from daozhang.cases.impact import impact
from daozhang.desk.cases import case_view
from daozhang.desk.models import Case, Finding
from daozhang.desk.outage_impact import impact_of
from daozhang.desk.runs import record_run
from daozhang.desk.workspace import Workspace
from desk_making import finding, put_rows

START = datetime(2026, 9, 7)
DOWN, UP = datetime(2026, 10, 5, 11, 0), datetime(2026, 10, 5, 17, 0)
SILENT = ("T1", "T2")


def sales(seed: int) -> tuple[list[dict[str, object]], int]:
    """Return five weeks of payments at three terminals with an outage at two of them, and how many payments it swallowed."""
    chance, rows, lost = random.Random(seed), [], 0  # noqa: S311 - chance of a test, the same each time
    for day in range(29):
        for hour in range(11, 17):
            for terminal in (*SILENT, "T3") if hour == 12 else SILENT:
                for _ in range(round(chance.gauss(5, 1.5))):
                    at = START + timedelta(days=day, hours=hour, seconds=chance.randrange(3600))
                    if terminal in SILENT and DOWN < at < UP:
                        lost += 1
                        continue
                    rows.append({
                        "acquirer": "unionpay", "merchant_no": "898000000000001", "terminal_no": terminal, "trace_no": f"{len(rows):06d}",
                        "occurred_at": at, "kind": "sale", "amount_minor": 1000, "status": "approved",
                    })  # fmt: skip
    return rows, lost


@pytest.mark.parametrize("seed", [1, 2])
def test_the_estimate_is_within_a_fifth_of_what_was_lost_and_its_range_holds_it(
    sqlite_workspace: Any, seed: int
) -> None:
    here = Workspace(
        sqlite_workspace.root, sqlite_workspace.settings.model_copy(update={"clock_at": UP + timedelta(hours=2)})
    )
    rows, lost = sales(seed)
    put_rows(here, "im_0000000001", "journal.csv", "transactions", rows)
    said = [finding(no, kind=BreakType.PAYOUT_MISSING, cause="D065") for no in (1, 2)]
    record_run(here, run_id="r1", as_of=UP, findings=said, inputs_hash="1", folder="f", counts={})
    for row, terminal in zip(Finding.objects.all(), SILENT, strict=True):  # as the run says a silence of a terminal
        row.break_type, row.grain, row.terminal_no, row.occurred_at = (
            "terminal_offline",
            Grain.TERMINAL.value,
            terminal,
            DOWN,
        )
        row.facts = {"until": UP.isoformat()}
        row.save()
    found = impact_of(here, case_view(here, Case.objects.get().number))
    assert found is not None
    assert found.estimate is not None
    assert (found.shops, found.terminals, found.others) == (1, 2, 1)
    assert abs(found.estimate.lost - lost) * 5 <= lost
    assert found.estimate.low <= lost <= found.estimate.high


def test_without_history_nothing_is_estimated_and_what_went_on_is_not_lost() -> None:
    assert impact([], 0, 3600) is None
    assert impact([12], 0, 3600) is None
    part = impact([20, 22, 18], 15, 7200)
    assert part is not None
    assert (part.lost, part.per_hour, part.spans) == (5, 2, 3)
    none = impact([20, 22, 18], 40, 7200)
    assert none is not None
    assert (none.lost, none.low, none.high) == (0, 0, 0)


def test_a_case_about_money_is_no_outage(sqlite_workspace: Any) -> None:
    record_run(
        sqlite_workspace,
        run_id="r1",
        as_of=UP,
        findings=[finding(1, evidence=(Evidence("x.csv", 2),))],
        inputs_hash="1",
        folder="f",
        counts={},
    )
    assert impact_of(sqlite_workspace, case_view(sqlite_workspace, Case.objects.get().number)) is None
