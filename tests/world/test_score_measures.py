"""The arithmetic of the score on values small enough to reckon by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from daozhang.bench.world_baselines import beside
from daozhang.bench.world_cited import cited
from daozhang.bench.world_latency import latency
from daozhang.bench.world_match import Said, match, near
from daozhang.bench.world_measures import Share, by_scenario, calibration, causes, detection, quantile_s
from daozhang.bench.world_picture import drawn
from daozhang.bench.world_score import Score
from daozhang.bench.world_truth import KEYS, Planted
from daozhang.records import Evidence

AT = datetime(2026, 10, 9, 9)


def planted(no: int = 1, *, gap: int = -100, cause: str = "D001", grain: str = "payout", **keys: str) -> Planted:
    named = {"acquirer": "A", "merchant_no": "M", "payout_no": f"P{no}", "settled_on": "2026-10-08"} | keys
    return Planted(
        scenario="X1", grain=grain, break_type="payout_failed", keys={name: named.get(name, "") for name in (*KEYS, "population")},
        gap_minor=gap, cause_code=cause, knowable_at=AT, resolved_at=None, severity="alarm",
    )  # fmt: skip


def said(no: int = 1, *, gap: int = -100, cause: str = "D001", sure: int = 90, kind: str = "payout_failed") -> Said:
    failure = planted(no)
    return Said(
        finding_id=f"f{no}{kind}", grain="payout", break_type=kind, keys=failure.keys, gap_minor=gap, severity="alarm",
        cause_code=cause, confidence_pct=sure if cause else 0, candidates=((cause, sure), ("D002", 5)) if cause else (),
        evidence=(Evidence("a.csv", 2, "i"),),
    )  # fmt: skip


def test_a_failure_and_an_alarm_are_one_when_kind_and_thing_agree() -> None:
    matched = match([planted(1), planted(2)], [said(1), said(3), said(2, kind="payout_returned")])
    assert [(one.keys["payout_no"], other.keys["payout_no"]) for one, other in matched.pairs] == [("P1", "P1")]
    assert [one.keys["payout_no"] for one in matched.missed] == ["P2"]
    assert {one.keys["payout_no"] for one in matched.invented} == {"P2", "P3"}
    assert sorted(one.break_type for one in near(matched.missed[0], matched.invented)) == [
        "payout_failed",
        "payout_returned",
    ]


def test_an_alarm_is_used_once_and_keys_that_one_side_lacks_do_not_part_them() -> None:
    other = replace(said(1), finding_id="f1b", keys={**said(1).keys, "account_tail": "1234"})
    matched = match([planted(1), planted(1)], [said(1), other])
    assert len(matched.pairs) == 2
    assert not matched.invented
    apart = replace(planted(1), keys={**planted(1).keys, "account_tail": "9999"})
    assert len(match([apart], [other]).missed) == 1


def test_counts_and_money() -> None:
    found = detection(match([planted(1, gap=-900), planted(2, gap=-100)], [said(1, gap=-900), said(3, gap=-50)]))
    assert (found.recall, found.precision, found.f1) == (0.5, 0.5, 0.5)
    told = found.told()
    assert told["recall_money"] == 0.9
    assert told["precision_money"] == round(900 / 950, 6)


def test_the_interval_is_wilsons() -> None:
    assert Share(0, 10_000).interval == (0.0, 0.000384)
    low, high = Share(50, 100).interval or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.404, 0.596)
    assert Share(0, 0).value is None


def test_calibration_weighs_each_bin_by_its_answers() -> None:
    pairs = [(planted(no), said(no, sure=90)) for no in range(9)] + [(planted(9), said(9, cause="D002", sure=90))]
    assert calibration(pairs)["ece"] == 0.0
    pairs += [(planted(no), said(no, sure=50)) for no in range(10, 20)]
    told = calibration(pairs)
    assert told["ece"] == 0.25
    assert [(one["from_pct"], one["answers"], one["right"]) for one in told["bins"]] == [(50, 10, 1.0), (90, 10, 0.9)]


def test_asking_is_no_wrong_cause_where_none_can_be_known() -> None:
    pairs = [
        (planted(1), said(1)), (planted(2), said(2, cause="D003")), (planted(3), said(3, cause="")),
        (planted(4, cause=""), said(4, cause="")), (planted(5, cause="D002"), said(5, cause="D001")),
    ]  # fmt: skip
    told = causes(pairs)
    assert (told["judged"], told["top1"], told["top3"], told["abstained"]) == (4, 1, 2, 1)
    assert (told["nothing_to_know"], told["rightly_abstained"]) == (1, 1)


def test_each_scenario_has_its_row() -> None:
    rows = by_scenario(match([planted(1), replace(planted(2), scenario="X0")], [said(1, gap=-99, cause="D002")]))
    assert [(row["scenario"], row["failures"], row["found"], row["wrong_gap"], row["wrong_cause"]) for row in rows] == [
        ("X0", 1, 0, 0, 0), ("X1", 1, 1, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(("share", "value"), [(0.5, 3), (0.9, 5), (0.2, 1)])
def test_a_quantile_is_a_value_that_occurred(share: float, value: int) -> None:
    assert quantile_s([5, 3, 1, 2, 4], share) == value


def test_latency_counts_from_the_first_knowable_moment_to_the_first_alarm() -> None:
    arrivals = [AT, AT + timedelta(hours=1), AT + timedelta(hours=30)]
    late = replace(planted(2), knowable_at=AT - timedelta(hours=1))
    over = replace(planted(3), resolved_at=AT + timedelta(minutes=30))

    def look(moment: datetime) -> list[Said]:
        return [said(2)] if moment < arrivals[1] else [said(1), said(2)]

    told = latency([planted(1), late, over], arrivals, look).told()
    assert (told["failures"], told["said"], told["median_s"], told["p90_s"]) == (3, 2, 0, 3600)
    assert told["never"] == [over.name]


def test_what_is_cited_has_to_be_there_and_to_differ_from_the_twin(tmp_path: Path) -> None:
    for world, text in (("w", "head\nbad\n"), ("twin", "head\ngood\n")):
        (tmp_path / world / "files" / "d").mkdir(parents=True)
        (tmp_path / world / "files" / "d" / "a.csv").write_text(text, encoding="utf-8")
    gone = replace(said(2), evidence=(Evidence("a.csv", 9, "i"), Evidence("b.csv", 1, "i")))
    same = replace(said(3), evidence=(Evidence("d/a.csv", 1, "i"),))
    told = cited([said(1), gone, same], tmp_path / "w", tmp_path / "twin")
    assert (told.records, told.not_there, told.findings, told.in_twin) == (4, 2, 3, 1)
    assert not told.all_exist


def test_a_way_is_measured_on_merchant_days() -> None:
    every = frozenset(("A", "M", f"2026-10-0{no}") for no in range(1, 6))
    wrong = frozenset({("A", "M", "2026-10-01")})
    row = beside("weekends_only", frozenset({("A", "M", "2026-10-01"), ("A", "M", "2026-10-02")}), wrong, every)
    assert (row["right"], row["missed"], row["false_per_10k"], row["precision"]) == (1, 0, 2500.0, 0.5)


def test_the_picture_is_whole_and_says_every_scenario() -> None:
    matched = match([planted(1), planted(2)], [said(1)])
    score = Score(
        as_of=AT, failures=2, found=1, missed=1, false_alarms=0, wrong_gap=0, wrong_cause=0, merchant_days=5, money_differs=0,
        detection=detection(matched).told(), causes=causes(matched.pairs), scenarios=by_scenario(matched),
        look_alikes={"false_alarms": 0, "merchant_days": 4},
        baselines=[beside("product", frozenset(), frozenset(), frozenset({("A", "M", "2026-10-01")}))],
    )  # fmt: skip
    tree = ET.fromstring(drawn(score, lambda key, **facts: f"{key} {facts}"))  # noqa: S314 - our own drawing
    texts = [node.text for node in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert "X1" in texts
    assert "1 / 2" in texts
