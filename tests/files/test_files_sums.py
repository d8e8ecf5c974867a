"""Files beside each other: a summary and its details, a payout and its transactions, an answer and the payout it speaks of."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from daozhang.breaks import Break, BreakType, Evidence, Severity
from daozhang.desk import imports
from daozhang.desk.models import Import
from daozhang.desk.settle_day import judge

SAMPLES = Path(__file__).parent.parent / "samples"
ZM = "SYNTHETIC_INN26061588ZM_777000000000001"
MERCHANT = "777000000000001"
ADDS_UP = (8000, -45, 7955)
CLEARING = "acquirer,merchant_no,batch_no,network_no,cleared_on,kind,gross_minor,fee_minor,net_minor\n"
PAYOUT = "acquirer,merchant_no,payout_no,settled_on,planned_minor,deducted_minor,paid_minor,state,created_at\n"
ANSWER = "payout_no,answered_at,state,amount_minor,reason_scheme,reason_code\n"
SUMS = {BreakType.FILE_SUMS_DIFFER, BreakType.PAYOUT_SUM_DIFFERS, BreakType.PAYOUT_UNKNOWN}


def zsum(*said: tuple[str, tuple[int, int, int]]) -> bytes:
    """Return a summary file of these merchants: amount, fee, net."""
    sample = (SAMPLES / "unionpay_zsum" / "SYNTHETIC_INN26061588ZSUM").read_bytes()
    whole = sample.splitlines(keepends=True)[0]
    lines = []
    for merchant, amounts in said:
        written = b"".join(f"{'D' if one < 0 else 'C'}{abs(one):012d} ".encode() for one in amounts)
        lines.append(merchant.encode().ljust(16) + whole[16:97] + written + whole[97 + len(written) :])
    return b"".join(lines)


def bring(workspace: Any, name: str, data: bytes) -> str:
    result = imports.import_bytes(workspace, name, data)
    assert result.state == "accepted", result
    assert result.quarantined == 0
    return result.import_id


def said(workspace: Any, at: datetime = datetime(2026, 6, 17, 12)) -> list[Break]:
    day, _ = judge(workspace, at)
    found = [one.found for one in day.findings if one.found.type in SUMS]
    assert all(one.severity is Severity.WATCH and one.gap_minor == 0 for one in found)
    return found


def test_a_summary_that_its_details_add_up_to_says_nothing(sqlite_workspace: Any) -> None:
    bring(sqlite_workspace, "IND26061501ZSUM", zsum((MERCHANT, ADDS_UP)))
    assert said(sqlite_workspace) == [], "no details are here yet"
    bring(sqlite_workspace, ZM, (SAMPLES / "unionpay_zm" / ZM).read_bytes())
    assert said(sqlite_workspace) == []


def test_a_summary_of_another_amount_names_both_files_and_lines(sqlite_workspace: Any) -> None:
    details = bring(sqlite_workspace, ZM, (SAMPLES / "unionpay_zm" / ZM).read_bytes())
    other = ("777000000000002", (100, 0, 100))
    summary = bring(sqlite_workspace, "INN26061588ZSUM", zsum(other, (MERCHANT, (9000, -45, 8955))))
    (found,) = said(sqlite_workspace)

    assert found.type is BreakType.FILE_SUMS_DIFFER
    assert (found.keys.merchant_no, found.keys.settled_on) == (MERCHANT, date(2026, 6, 15))
    assert (found.facts["stated_minor"], found.facts["added_minor"]) == (8955, 7955)
    assert found.evidence == (Evidence("INN26061588ZSUM", 2, summary), Evidence(ZM, 1, details))
    imports.undo(sqlite_workspace, summary, by="li")
    assert said(sqlite_workspace) == []


def test_a_summary_without_a_day_is_compared_with_nothing(sqlite_workspace: Any) -> None:
    bring(sqlite_workspace, ZM, (SAMPLES / "unionpay_zm" / ZM).read_bytes())
    made = bring(sqlite_workspace, "summary.txt", zsum((MERCHANT, (9000, -45, 8955))))
    assert Import.objects.get(id=made).statements == []
    assert said(sqlite_workspace) == []


@pytest.mark.parametrize(("planned", "deducted", "differs"), [(300, 0, 0), (320, 20, 0), (290, 0, 1), (320, 10, 1)])
def test_a_payout_is_what_its_transactions_add_up_to(
    sqlite_workspace: Any, planned: int, deducted: int, differs: int
) -> None:
    rows = (
        "".join(f"sq,m1,po_1,n{no},2026-06-15,sale,{no}00,0,{no}00\n" for no in (1, 2))
        + "sq,m1,other,n9,2026-06-15,sale,5,0,5\n"
    )
    lines = bring(sqlite_workspace, "clearings.csv", (CLEARING + rows).encode())
    order = f"sq,m1,po_1,2026-06-15,{planned},{deducted},{planned - deducted},claimed,2026-06-16T09:00:00\n"
    payouts = bring(sqlite_workspace, "payouts.csv", (PAYOUT + order).encode())
    found = said(sqlite_workspace)

    assert [one.type for one in found] == [BreakType.PAYOUT_SUM_DIFFERS] * differs
    for one in found:
        assert (one.facts["planned_minor"], one.facts["sum_minor"], one.facts["lines"]) == (planned, 300, 2)
        assert one.evidence == (Evidence("payouts.csv", 2, payouts), Evidence("clearings.csv", 2, lines))


def test_an_answer_about_no_payout_is_watched_until_its_list_comes(sqlite_workspace: Any) -> None:
    answer = bring(
        sqlite_workspace, "payout_answers.csv", (ANSWER + "P77,2026-06-16T10:00:00,returned,500,nacha,R03\n").encode()
    )
    assert said(sqlite_workspace, datetime(2026, 6, 16, 9)) == []
    (found,) = said(sqlite_workspace)
    assert (found.type, found.keys.payout_no, found.facts["fits"]) == (BreakType.PAYOUT_UNKNOWN, "P77", 0)
    assert found.evidence == (Evidence("payout_answers.csv", 2, answer),)

    order = "a,{},P77,2026-06-15,500,0,500,claimed,2026-06-16T09:00:00\n"
    bring(sqlite_workspace, "payouts.csv", (PAYOUT + order.format("m1")).encode())
    assert said(sqlite_workspace) == []
    bring(sqlite_workspace, "payouts_2.csv", (PAYOUT + order.format("m2")).encode())
    assert [one.facts["fits"] for one in said(sqlite_workspace)] == [2]
