"""Evidence as a language: it reads what a break shows, and every cause a rule gives is one its evidence leaves open."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from breaks_for_tests import TODAY, a_break, the_finding
from test_diagnosis_scenarios import SCENARIOS

from daozhang.breaks import BreakType
from daozhang.diagnosis.catalogue import causes
from daozhang.diagnosis.explain import explain
from daozhang.diagnosis.predicates import Truth, holds, parsed
from daozhang.diagnosis.ranking import SHOWN, evidence, ranked


@pytest.mark.parametrize(
    ("line", "facts", "answer"),
    [
        ("payout.state=failed", {"state": "failed"}, True),
        ("payout.state in(failed, returned)", {"state": "returned"}, True),
        ("payout.state≠failed", {"state": "failed"}, False),
        ("payout.state=failed", {}, None),
        ("planned_minor>100", {"planned_minor": 101}, True),
        ("planned_minor≤100", {"planned_minor": 101}, False),
        ("planned_minor>100", {"planned_minor": "a word"}, None),
        ("same_second", {"same_second": True}, True),
        ("!same_second", {"same_second": True}, False),
        ("reason_text~/冻结/", {"reason_text": "账户已冻结"}, True),
        ("reason reads D005", {"reason_text": "账户已冻结"}, True),
        ("reason reads D001", {"reason_text": "账户已冻结"}, False),
        ("reason reads D001", {"reason_text": "月亮太圆"}, None),
        ("reason reads D001", {"reason_text": ""}, False),
        ("same_second; payout.state=failed", {"same_second": True}, None),
        ("same_second; payout.state=failed", {"same_second": False}, False),
        ("type=payout_failed; gap<0", {}, True),
    ],
)
def test_a_line_holds_does_not_hold_or_is_not_known(line: str, facts: dict[str, object], answer: Truth) -> None:
    assert holds(line, a_break("payout_failed", **facts)) is answer


def test_what_is_no_condition_is_refused() -> None:
    for line in ("reason is red", "a ~ b", "(x)"):
        with pytest.raises(ValueError, match=r"."):
            parsed(line)


def test_every_line_is_of_the_language_and_names_causes_and_breaks_that_exist() -> None:
    kinds = {kind.value for kind in BreakType}
    for code, one in evidence().items():
        assert code in causes()
        assert one.on <= kinds, code
        assert one.when
        for line in one.when:
            assert parsed(line)


CAUSED = [row for row in SCENARIOS if row[3]]


@pytest.mark.parametrize(("name", "kind", "facts", "cause", "_severity"), CAUSED, ids=[row[0] for row in CAUSED])
def test_a_cause_that_is_given_has_evidence_that_does_not_speak_against_it(
    name: str, kind: str, facts: dict[str, object], cause: str, _severity: str
) -> None:
    finding = the_finding(kind, TODAY, **facts)
    assert finding.cause_code == cause, name
    assert cause in evidence(), f"{cause}: say in diagnosis/evidence.toml what speaks for it"
    assert evidence()[cause].holds(finding.found) is True, name


def test_causes_come_in_order_and_are_together_no_more_than_all() -> None:
    for _, kind, facts, _, _ in SCENARIOS:
        (finding,) = explain([a_break(kind, **facts)], TODAY)
        shown = finding.candidates
        assert len(shown) <= SHOWN
        assert sum(pct for _, pct in shown) <= 100
        assert len({code for code, _ in shown}) == len(shown)
        if finding.cause_code:
            assert shown[0] == (finding.cause_code, finding.confidence_pct)
        else:
            assert [pct for _, pct in shown] == sorted((pct for _, pct in shown), reverse=True)


def test_without_a_verdict_what_the_evidence_rules_out_is_no_candidate() -> None:
    unread = a_break("payout_failed", reason_text="月亮太圆", holder_differs=False)
    named = {code for code, _ in ranked(unread, None)}
    assert named
    assert "D096" not in named  # a reason was given
    differs = ranked(a_break("payout_failed", reason_text="月亮太圆", holder_differs=True), None)
    assert differs[0][0] == "D002"
