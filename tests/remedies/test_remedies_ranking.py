"""Ways to solve a case are ranked by what worked here; a remedy counts as done only with every mandatory proof."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.desk import options as desk_options
from daozhang.desk.cases import advance, ask_write_off
from daozhang.desk.models import Case
from daozhang.desk.runs import record_run
from daozhang.diagnosis.catalogue import causes
from daozhang.errors import RefusedError
from daozhang.remedies.playbooks import playbooks
from daozhang.remedies.progress import BY_THE_MONEY, check_proof, next_open, still_open
from daozhang.remedies.ranking import Outcome, options, options_for, rank
from daozhang.texts import LANGUAGES, has
from desk_making import LINE, NOON, finding

QUIET = {"not_a_failure", "expected_delay"}
BOOKS = sorted(playbooks())


def test_every_cause_that_asks_for_work_has_a_way_and_every_way_has_its_words() -> None:
    without = [
        one.code for one in causes().values() if one.category not in QUIET and not options_for(one.code, one.category)
    ]
    assert without == []
    for language in LANGUAGES:
        assert [one.key for one in options().values() if not has(language, one.text_key)] == []
    assert {one.risk for one in options().values()} <= {1, 2, 3}


def test_changing_the_history_changes_the_ranking() -> None:
    possible = options_for("D002", "third_party")
    plain = [one.option.key for one in rank(possible, [])]
    assert plain[0] == "correct-and-reissue"
    failed = [Outcome("correct-and-reissue", worked=False, hours=9)] * 12
    worked = [Outcome("ask-settlement-desk", worked=True, hours=3)] * 12
    after = rank(possible, failed + worked)
    assert after[0].option.key == "ask-settlement-desk"
    assert (after[0].worked, after[0].tried, after[0].hours) == (12, 12, 3)
    assert after[-1].option.key == "correct-and-reissue"
    assert [one.option.key for one in rank(possible, [])] == plain


@given(
    st.lists(st.builds(Outcome, st.sampled_from(sorted(options())), st.booleans(), st.integers(0, 500)), max_size=40)
)
def test_one_more_success_never_lowers_a_way(past: list[Outcome]) -> None:
    possible = tuple(options().values())
    key, hours = possible[0].key, possible[0].hours
    before = next(one for one in rank(possible, past) if one.option.key == key)
    after = next(
        one for one in rank(possible, [*past, Outcome(key, worked=True, hours=hours)]) if one.option.key == key
    )
    assert after.rate_pct >= before.rate_pct
    assert 0 <= after.rate_pct <= 100
    assert len(rank(possible, past)) == len(possible)


@pytest.mark.parametrize("cause", BOOKS)
def test_no_playbook_is_done_while_a_mandatory_proof_is_missing(cause: str) -> None:
    playbook = playbooks()[cause]
    proven: set[str] = set()
    while missing := still_open(playbook, proven):
        assert check_proof(playbook, missing[0].key, proof="receipt 1", leaves_out=False) is missing[0]
        with pytest.raises(RefusedError):
            check_proof(playbook, missing[0].key, proof="x", leaves_out=True)
        with pytest.raises(RefusedError):
            check_proof(playbook, missing[0].key, proof=" ", leaves_out=False)
        proven.add(missing[0].key)
    rest = {one.key for one in playbook} - proven
    assert all(
        not one.is_mandatory or not one.needs_proof or one.key in BY_THE_MONEY for one in playbook if one.key in rest
    )
    assert next_open(playbook, {one.key for one in playbook}, set()) is None


def test_the_desk_learns_from_how_its_own_cases_ended(sqlite_workspace: Any) -> None:
    here = sqlite_workspace
    said = [finding(no, incident=f"i_{no}", merchant=f"89800000000000{no}") for no in range(1, 6)]
    record_run(here, run_id="r1", as_of=NOON, findings=said, inputs_hash="1", folder="f", counts={})
    numbers = list(Case.objects.order_by("merchant_no").values_list("number", flat=True))
    with pytest.raises(RefusedError, match="error-no-option"):
        desk_options.choose(here, numbers[0], "fetch-again", by="li")
    for number in numbers[:2]:
        desk_options.choose(here, number, "ask-settlement-desk", by="li")
    desk_options.choose(here, numbers[2], "correct-and-reissue", by="li")
    advance(here, numbers[2], "remedy_started", by="li", note="开始")
    advance(here, numbers[2], "not_fixed", by="li", note="没有解决")
    desk_options.choose(here, numbers[3], "correct-and-reissue", by="li")
    ask_write_off(here, numbers[3], by="li", reason="小额")  # asked is not decided: it says nothing yet
    record_run(
        here, run_id="r2", as_of=NOON.replace(day=12), findings=said[2:], inputs_hash="2", folder="f", counts={},
        settled_evidence={"i_1": [LINE], "i_2": [LINE]},
    )  # fmt: skip
    known = {
        one.option.key: (one.worked, one.tried)
        for one in desk_options.ranked(here, Case.objects.get(number=numbers[4]))
    }
    assert known["ask-settlement-desk"] == (2, 2)
    assert known["correct-and-reissue"] == (0, 1)
    assert desk_options.chosen(Case.objects.get(number=numbers[3])) == "correct-and-reissue"
