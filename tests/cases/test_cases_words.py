"""Everything a case can say has words in both languages, and the page of its life is the table of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from daozhang.cases import Needs, State, Step, Who
from daozhang.cases.life import OPEN_STATES, TABLE
from daozhang.cases.telling import BY_CATEGORY, INSIDE, NOT_BY_US, OWN, WITHIN_WORKING_HOURS, must_tell
from daozhang.desk.audit import Verdict
from daozhang.desk.telling import TO_ALL, TO_OWN
from daozhang.diagnosis.catalogue import causes, role_key
from daozhang.diagnosis.finding import CauseCategory
from daozhang.records.tables import BATCH_RESULTS, KINDS, PAYOUT_STATES, STATUSES
from daozhang.texts import LANGUAGES, has

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "case-life.md"


def keys() -> list[str]:
    def dashed(word: str) -> str:
        return word.replace("_", "-")

    wanted = [f"state-{dashed(state)}{end}" for state in State for end in ("", "-means")]
    wanted += [f"step-{dashed(step)}" for step in Step]
    wanted += [f"step-{dashed(step)}-hint" for step, rule in TABLE.items() if rule.who is Who.PERSON]
    wanted += [f"need-{dashed(need)}" for need in Needs]
    wanted += [f"notify-{dashed(step)}-{part}" for step in TO_ALL | TO_OWN for part in ("subject", "own", "outside")]
    wanted += [f"report-kind-{dashed(kind)}" for kind in (*KINDS, "payout", "bank_entry", "order", "batch")]
    wanted += [
        f"report-status-{dashed(one)}" for one in (*STATUSES, *PAYOUT_STATES, *BATCH_RESULTS, "cleared", "booked")
    ]
    roles = {*WITHIN_WORKING_HOURS, OWN, *(role for tellings in BY_CATEGORY.values() for role in tellings)}
    return wanted + [role_key(role) for role in roles]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there(language: str) -> None:
    assert [key for key in keys() if not has(language, key)] == []
    assert Verdict(checked=1).is_whole


def test_every_cause_tells_somebody_who_can_be_told() -> None:
    for cause in causes().values():
        told = must_tell(cause.contacts, cause.category.value)
        assert told, cause.code
        assert OWN in {one.role for one in told}
        assert not {one.role for one in told} & NOT_BY_US, cause.code
        assert {one.role for one in told if one.is_own} <= INSIDE
    assert all(must_tell((), category.value)[0].role == OWN for category in CauseCategory)


def table_of_the_page() -> list[str]:
    """Return the rows that docs/reference/case-life.md must hold, drawn from the code."""
    rows = []
    for rule in TABLE.values():
        sources = "any" if rule.sources == frozenset(State) else (
            "any open" if rule.sources == OPEN_STATES else ", ".join(f"`{state}`" for state in State if state in rule.sources)
        )  # fmt: skip
        if rule.sources > OPEN_STATES and rule.sources != frozenset(State):
            rest = [f"`{state}`" for state in State if state in rule.sources - OPEN_STATES]
            sources = ", ".join(["any open", *rest])
        to = f"`{rule.to}`" if rule.to else "stays"
        who = "a person" if rule.who is Who.PERSON else "the product"
        needs = ", ".join(f"`{need}`" for need in rule.needs) or "nothing"
        rows.append(f"| `{rule.step}` | {sources} | {to} | {who} | {needs} |")
    return rows


def test_the_page_of_the_life_is_the_table_of_the_code() -> None:
    said = [
        line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `") and line.count("|") == 6
    ]
    assert said == table_of_the_page()


def test_the_page_has_a_heading_for_every_state() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [state for state in State if f"### `{state}`" not in text] == []
