"""Providers, health, effect, data quality, the weekly letter: each against what was planted."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from measures_story import ACQUIRER, BOOK, CLOCK, MERCHANT, PAYOUT_HEAD

from daozhang.cases.life import OPEN_STATES
from daozhang.desk import (
    measures,
    measures_book,
    measures_digest,
    measures_providers,
    measures_quality,
    measures_sections,
)
from daozhang.desk.models import Case, Incident, Notice
from daozhang.desk.workspace import Workspace
from daozhang.measures.agreed import Event, scores
from daozhang.measures.effect import Spell, Verdict, effect
from daozhang.measures.health import MerchantFacts, health

Bring = Callable[[dict[str, str], datetime], Workspace]
TWO_HOURS = timedelta(hours=2)


def _event(day: int, hour: float, acquirer: str = "a") -> Event:
    due = datetime(2026, 10, day, 14, 0)
    return Event(
        acquirer=acquirer,
        what="payout",
        subject=f"{acquirer}{day}",
        due_at=due,
        happened_at=due + timedelta(hours=hour),
    )


def test_two_hours_later_are_exactly_the_breaches_they_make() -> None:
    now = datetime(2026, 11, 1)
    events = [_event(day, -4 + day % 5) for day in range(1, 29)] + [_event(day, -9, "b") for day in range(1, 29)]
    before = {breach.event.subject for one in scores(events, now) for breach in one.breaches}
    assert before == set()
    shifted = [
        replace(one, happened_at=one.happened_at + TWO_HOURS) if one.acquirer == "a" and one.happened_at else one
        for one in events
    ]
    after = {breach.event.subject for one in scores(shifted, now) for breach in one.breaches}
    assert after == {f"a{day}" for day in range(1, 29) if -4 + day % 5 + 2 > 0}
    assert {one.acquirer: one.kept.count for one in scores(shifted, now)} == {"a": 28 - len(after), "b": 28}


def test_what_is_not_due_is_not_judged_and_what_never_came_runs_on() -> None:
    late = replace(_event(1, 0), happened_at=None)
    assert scores([late], datetime(2026, 10, 1, 13, 59)) == []
    [one] = scores([late], datetime(2026, 10, 1, 17, 0))
    assert (one.breaches[0].late_s, one.breaches[0].is_over) == (3 * 3600, False)


def _payouts(hour: int) -> str:
    return PAYOUT_HEAD + "".join(
        f"{ACQUIRER},{MERCHANT},P202609{day},2026-09-{day},T+3,{net},0,0,{net},claimed,,,6217,街角小馆,中国工商银行,"
        f"2026-09-{day + 1}T03:33:00,2026-09-{day + 1}T{hour:02d}:00:00\n"
        for day, net in ((21, 99_400), (22, 198_800))
    )


@pytest.mark.parametrize(("hour", "late"), [(8, []), (10, ["P20260921", "P20260922"])])
def test_payout_orders_are_held_against_the_agreed_time(bring: Bring, hour: int, late: list[str]) -> None:
    place = bring(BOOK | {"payouts_2026-09.csv": _payouts(hour)}, CLOCK)
    measures_providers.agree(place, ACQUIRER, "payout", by="li", workdays_after=1, at="09:00", document="contract §4")
    with measures_book.opened(place, measures_book.span_of(place)) as book:
        [found] = scores(measures_providers.events(place, book), book.now)
    assert sorted(one.event.subject for one in found.breaches) == late
    assert all(one.late_s == 3600 and one.event.line_no in {2, 3} for one in found.breaches)
    [_, breaches] = measures_sections.providers(place, measures_book.span_of(place), "en")
    assert [row[2].opens for row in breaches.rows] == ["line"] * len(late)


FACTS = MerchantFacts(
    acquirer="a", merchant_no="1", days=20, failed_days=2, due_minor=1000, open_minor=50, payments=1000, disputes=3,
    account_valid=False, status="suspended",
)  # fmt: skip


@pytest.mark.parametrize(
    ("driver", "change"),
    [("failures", {"failed_days": 0}), ("open", {"open_minor": 0}), ("disputes", {"disputes": 0}), ("account", {"account_valid": True}),
     ("status", {"status": "active"})],
)  # fmt: skip
def test_taking_one_driver_away_changes_only_its_points(driver: str, change: dict[str, object]) -> None:
    whole, less = health(FACTS), health(replace(FACTS, **change))
    points = {one.name: one.points for one in whole.drivers}
    assert {one.name: one.points for one in less.drivers} == {
        name: value for name, value in points.items() if name != driver
    }
    assert less.score - whole.score == points[driver]
    assert whole.score == 100 - sum(points.values())


def _drawn(source: random.Random, mean: float) -> int:
    count, left = 0, source.random()
    while left > math.exp(-mean):
        left *= source.random()
        count += 1
    return count


def test_nothing_was_changed_and_no_effect_is_seen() -> None:
    source = random.Random(54)  # noqa: S311 - a simulation
    seen = 0
    for _ in range(400):
        season = source.uniform(0.5, 2)
        spells = [Spell(_drawn(source, mean), 1000) for mean in (20, 20 * season, 60, 60 * season)]
        seen += effect(*spells).verdict in {Verdict.FEWER, Verdict.MORE}
    assert seen <= 32, "one in twenty by chance: 20 of 400, and two and a half standard deviations"


def test_an_effect_is_seen_where_there_is_one_and_a_season_is_none() -> None:
    assert effect(Spell(60, 1000), Spell(20, 1000), Spell(100, 2000), Spell(105, 2000)).verdict is Verdict.FEWER
    assert (
        effect(Spell(60, 1000), Spell(20, 1000), Spell(300, 2000), Spell(100, 2000)).verdict is Verdict.NO_EFFECT_SEEN
    )
    assert effect(Spell(2, 1000), Spell(1, 1000)).verdict is Verdict.NOT_ENOUGH
    assert not effect(Spell(60, 1000), Spell(20, 1000)).is_controlled


def _open(number: int, deadline_at: datetime | None) -> Case:
    incident = Incident.objects.create(
        id=f"i_{number}", scope="payout", cause_category="third_party", first_said_at=CLOCK, last_said_at=CLOCK
    )
    return Case.objects.create(
        number=f"DZ-2026-{number:06d}",
        incident=incident,
        state="open",
        gap_minor=-100,
        opened_at=CLOCK,
        deadline_at=deadline_at,
    )


def test_the_letter_names_every_case_past_its_time_and_a_quiet_week_says_so(sqlite_workspace: Workspace) -> None:
    assert "open" in OPEN_STATES
    for language, words in (("en", "nothing to do"), ("zh", "无需处理")):
        assert words in measures_digest.digest(sqlite_workspace, "owner", language, CLOCK).body
    late = [_open(number, CLOCK - timedelta(hours=number)).number for number in range(1, 41)]
    _open(99, CLOCK + timedelta(hours=1))
    for role in measures_digest.ROLES:
        for language in ("en", "zh"):
            letter = measures_digest.digest(sqlite_workspace, role, language, CLOCK)
            assert sorted(letter.overdue) == late
            assert all(number in letter.body for number in late)
            assert "DZ-2026-000099" not in letter.body


def test_the_letter_of_a_week_is_written_once(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from daozhang.desk.telling import Contact, Directory

    book = Directory((Contact("FINANCE", "", "email", "li@example.org"),), 0)
    monkeypatch.setattr(measures_digest, "directory", lambda _workspace: book)
    monday = datetime(2026, 9, 28, 8, 0)
    assert measures_digest.send(sqlite_workspace, monday) == 1
    assert measures_digest.send(sqlite_workspace, monday + timedelta(hours=3)) == 0
    assert measures_digest.send(sqlite_workspace, monday + timedelta(days=7)) == 1
    assert list(Notice.objects.order_by("id").values_list("state", "address")) == [("queued", "li@example.org")] * 2
    on = Workspace(sqlite_workspace.root, sqlite_workspace.settings.model_copy(update={"weekly_digest": True}))
    assert not measures_digest.is_due(on, monday)
    assert measures_digest.is_due(on, monday + timedelta(days=14))
    assert not measures_digest.is_due(on, monday + timedelta(days=15))


BAD = {
    "transactions_bad.csv": (
        "acquirer,merchant_no,terminal_no,trace_no,occurred_at,kind,amount_minor,status\n"
        f"{ACQUIRER},{MERCHANT},T1,1,2026-09-22T20:00:00,sale,12.5O,approved\n"
        f"{ACQUIRER},{MERCHANT},T1,2,not a day,sale,100,approved\n"
        f"{ACQUIRER},{MERCHANT},T1,3,2026-09-22T20:00:00,gift,100,approved\n"
    ),
    "holiday_photos.txt": "nothing that any format knows\n",
}


def test_every_planted_defect_is_named_and_the_own_books_agree(bring: Bring) -> None:
    place = bring(BOOK | BAD, CLOCK)
    span = measures_book.Span(date(2020, 1, 1), date(2060, 1, 1))
    named = [(one.file, one.reason, one.count) for one in measures_quality.defects(span)]
    bad = [one for one in named if one[0] == "transactions_bad.csv"]
    assert sum(count for _, _, count in bad) == 3
    assert len(bad) == 3, "three lines, three reasons"
    assert [one[1] for one in named if one[0] == "holiday_photos.txt"] == ["refused-unclaimed"]
    assert {one[0] for one in named} == set(BAD)
    assert all(one.wrong == 0 for one in measures_quality.checks(place))


def test_frequencies_recover_what_was_planted(bring: Bring) -> None:
    """1,000 payments of the journal, of which 12 never came into clearing: the interval of the page holds the planted rate."""
    head = "acquirer,merchant_no,terminal_no,batch_no,trace_no,rrn,occurred_at,kind,amount_minor,status,response_code,channel,card_tail,card_kind\n"
    lines, cleared = [], []
    for number in range(1000):
        at = f"2026-09-21T{8 + number // 100:02d}:{number % 60:02d}:{number // 60:02d}"
        trace, rrn, amount = f"{number:06d}", f"0921{number:08d}", 1000 + number
        lines.append(f"{ACQUIRER},{MERCHANT},T1,000001,{trace},{rrn},{at},sale,{amount},approved,00,card,8821,debit\n")
        if number % 80:
            fee = (amount * 60 + 5000) // 10_000
            cleared.append(
                f"{ACQUIRER},{MERCHANT},T1,000001,{trace},{rrn},{at},2026-09-21,sale,{amount},{fee},{amount - fee},card,8821,debit\n"
            )
    files = {name: body for name, body in BOOK.items() if not name.startswith("clearings")} | {
        "transactions_2026-09-21.csv": head + "".join(lines),
        "clearings_2026-09-21.csv": BOOK["clearings_2026-09.csv"].splitlines(keepends=True)[0] + "".join(cleared),
        "clearings_2026-09-22.csv": BOOK["clearings_2026-09.csv"].splitlines(keepends=True)[0] + BOOK["clearings_2026-09.csv"].splitlines(keepends=True)[2],
    }  # fmt: skip
    place = bring(files, CLOCK)
    found = {(one.key, one.part): one for one in measures.figures(place, measures_book.span_of(place))}
    planted = found[("frequency", "missing_in_clearing")]
    assert (planted.count, planted.of) == (13, 1000)
    assert planted.low is not None
    assert planted.high is not None
    assert planted.low <= 10_000 / 80 <= planted.high
    assert len(measures.rows(place, measures_book.span_of(place), "frequency", "missing_in_clearing")) == 13
