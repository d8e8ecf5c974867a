"""One thing wrong everywhere is one finding: its money is that of its rows, and what it does not explain stays said alone."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from many import NEVER, Many

from daozhang.breaks import Break, BreakType
from daozhang.engine.systemic import Stop
from daozhang.flows.settlement_day import Settled

SMALL = Stop(rows=40, share_pct=30, most_rows=200)
ROWS = 630


def one(folder: Path, stop: Stop, kind: str, rows: int = ROWS) -> Settled:
    """Settle the facts of one kind."""
    many = Many(folder, rows)
    KINDS[kind](many)
    return many.settle(stop)


def fees(value: str) -> object:
    return lambda many: many.journal().clearing(f"(SELECT * REPLACE (({value})::BIGINT AS fee) FROM s)")


AMOUNT = "(SELECT * REPLACE ((amount_minor * {0})::BIGINT AS amount_minor, (fee * {0})::BIGINT AS fee) FROM s)"
BACK = "SELECT * REPLACE (-amount_minor AS amount_minor, -fee AS fee) FROM s"
KINDS = {
    "fee_rate": fees("sign(amount_minor) * ((abs(amount_minor) * 65 + 5000) // 10000)"),
    "fee_offset": fees("fee + 1"),
    "fee_rounded": fees("sign(amount_minor) * ((abs(amount_minor) * 60 + 9999) // 10000)"),
    "fee_factor": fees("fee * 100"),
    "x100": lambda many: many.journal().clearing(AMOUNT.format(100)),
    "late": lambda many: many.journal().clearing(cleared_on="occurred_at::DATE + 1"),
    "x100+late": lambda many: many.journal().clearing(AMOUNT.format(100), cleared_on="occurred_at::DATE + 1"),
    "sign": lambda many: many.journal().clearing(f"({BACK})"),
    "day": lambda many: many.journal().clearing(cleared_on="occurred_at::DATE - 30"),
    "doubled": lambda many: many.journal().clearing("(SELECT * FROM s UNION ALL SELECT * FROM s WHERE day = '24')"),
    "shops": lambda many: many.journal().clearing("(SELECT * FROM s WHERE i % 7 NOT IN (1, 2, 3))"),
    "terminals": lambda many: many.journal().clearing("(SELECT * FROM s WHERE i % 21 NOT IN (0, 1, 2, 3, 4, 5, 6))"),
    "part": lambda many: many.journal().clearing("(SELECT * FROM s WHERE hash(i) % 3 = 0)"),
    "zone": lambda many: many.journal("(SELECT * REPLACE (occurred_at - INTERVAL 1 HOUR AS occurred_at) FROM s)").clearing(),
    "unexplained": fees("fee + 1 + (i * 31) % 97"),
}  # fmt: skip


def alone(breaks: list[Break]) -> Counter[tuple[object, ...]]:
    return Counter(
        (one.type, one.keys.as_text(), one.gap_minor) for one in breaks if one.type is not BreakType.SYSTEMIC_DIFFERENCE
    )


@pytest.mark.parametrize("kind", KINDS)
def test_one_finding_stands_for_all_rows_of_one_cause(kind: str, tmp_path: Path) -> None:
    before, after = one(tmp_path / "a", NEVER, kind), one(tmp_path / "b", SMALL, kind)
    assert sorted(map(repr, after.money)) == sorted(map(repr, before.money)), (
        "the money of a day is worked out from all rows"
    )
    plain, stopped = before.breaks, after.breaks
    many = [found for found in stopped if found.type is BreakType.SYSTEMIC_DIFFERENCE]
    assert [found.facts["looks_like"] for found in many] == [kind], many
    found = many[0]
    stood_for = alone(plain) - alone(stopped)
    assert not alone(stopped) - alone(plain), "nothing is said that was not said before"
    assert found.facts["breaks"] == stood_for.total() > (20 if kind == "zone" else SMALL.rows)
    assert found.gap_minor == sum(gap * times for (*_, gap), times in stood_for.items())
    assert found.evidence
    assert all(place.import_id for place in found.evidence)
    assert not [
        f for f in stopped if f.type in {BreakType.FEE_MISMATCH, BreakType.AMOUNT_MISMATCH, BreakType.LATE_CLEARING}
    ]


def test_two_hundred_thousand_rows_are_one_finding_and_what_it_does_not_explain_stays_alone(tmp_path: Path) -> None:
    many = Many(tmp_path, 200_000)
    fees("fee + CASE WHEN i % 1000 = 7 THEN 9 ELSE 1 END")(many)  # type: ignore[operator]
    settled = many.settle(Stop())
    (found,) = [one for one in settled.breaks if one.type is BreakType.SYSTEMIC_DIFFERENCE]
    assert (found.facts["looks_like"], found.facts["rows"], found.gap_minor) == ("fee_offset", 199_800, -199_800)
    rest = [one for one in settled.breaks if one.type is BreakType.FEE_MISMATCH]
    assert len(rest) == 200
    assert {one.gap_minor for one in rest} == {-9}


def test_below_the_floor_every_row_is_said_alone(tmp_path: Path) -> None:
    many = Many(tmp_path, 21)
    KINDS["fee_rate"](many)  # type: ignore[operator]
    breaks = many.settle(Stop()).breaks
    assert not [one for one in breaks if one.type is BreakType.SYSTEMIC_DIFFERENCE]
    assert len([one for one in breaks if one.type is BreakType.FEE_MISMATCH]) > 15
