"""Silent terminals and hosts that refuse: what is an outage, what is a closed shop, and how far one reaches."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from story import ACQUIRER, MERCHANT, Story

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.explain import explain

FIRST = date(2026, 11, 2)
DAY = timedelta(days=1)
HOURS = range(9, 21)


@dataclass
class Shop:
    """Terminals that are heard at ten to every hour, but for the hours they are not."""

    story: Story = field(default_factory=lambda: Story("outages"))
    days: int = 7
    line: int = 0

    def terminal(
        self, number: str, *, router: str, carrier: str = "CMCC", region: str = "440300", silent: Iterable[tuple[int, int]] = (),
        hours: range = HOURS,
    ) -> None:  # fmt: skip
        """Add one; ``silent`` are (day number, hour) that are not heard."""
        self.story.add(
            "terminals",
            1,
            acquirer=ACQUIRER,
            merchant_no=MERCHANT,
            terminal_no=number,
            router_no=router,
            carrier=carrier,
        )
        gone = set(silent)
        for day in range(self.days):
            for hour in hours:
                if (day, hour) not in gone:
                    self.line += 1
                    at = datetime.combine(FIRST + day * DAY, time(hour, 50))
                    self.story.add("heartbeats", self.line, terminal_no=number, at=at, pending_reversals=0, pending_uploads=0,
                                   clock_skew_s=0, region=region)  # fmt: skip

    def payment(self, terminal: str, at: datetime, status: str, code: str = "", merchant: str = MERCHANT) -> None:
        self.line += 1
        self.story.add(
            "transactions", self.line, acquirer=ACQUIRER, merchant_no=merchant, terminal_no=terminal, trace_no=str(self.line), occurred_at=at,
            kind="sale", amount_minor=1000, status=status, response_code=code or None, channel="card",
        )  # fmt: skip

    def found(self, folder: Path, *kinds: BreakType, day: int | None = None) -> list[Break]:
        at = datetime.combine(FIRST + (self.days if day is None else day + 1) * DAY, time(0, 30))
        return [one for one in self.story.at(folder, at).breaks if one.type in kinds]

    def told(self, folder: Path) -> set[tuple[str, str, str, str]]:
        at = datetime.combine(FIRST + self.days * DAY, time(0, 30))
        settled = self.story.at(folder, at)
        return {
            (one.found.keys.terminal_no, one.severity.value, one.cause_code, one.population)
            for one in explain(settled.breaks, settled.facts)
            if one.found.type is BreakType.TERMINAL_OFFLINE
        }


def noon(day: int) -> list[tuple[int, int]]:
    return [(day, hour) for hour in range(12, 16)]


def test_hours_that_are_always_heard_and_then_are_not_are_a_silence(tmp_path: Path) -> None:
    shop = Shop()
    shop.terminal("T1", router="R1", silent=noon(6))
    shop.terminal("T2", router="R2")
    (one,) = shop.found(tmp_path, BreakType.TERMINAL_OFFLINE)
    assert one.keys.terminal_no == "T1"
    assert one.facts["since"] == datetime.combine(FIRST + 6 * DAY, time(11, 50))
    assert one.facts["until"] == datetime.combine(FIRST + 6 * DAY, time(16, 50))
    assert (one.facts["hours"], one.facts["in_hours"], one.severity.value) == (4, True, "watch")


def test_a_night_and_two_missing_hours_are_none(tmp_path: Path) -> None:
    shop = Shop()
    shop.terminal("T1", router="R1", silent=[(6, 12), (6, 13)])
    shop.terminal("T2", router="R2", hours=range(8, 23))
    assert shop.found(tmp_path, BreakType.TERMINAL_OFFLINE) == []


def test_a_payment_tried_meanwhile_tells_a_line_that_is_down_from_a_closed_shop(tmp_path: Path) -> None:
    shop = Shop()
    for number in ("T1", "T2"):
        shop.terminal(number, router="R1", silent=noon(6))
    shop.terminal("T3", router="R3")
    assert {one.severity.value for one in shop.found(tmp_path / "closed", BreakType.TERMINAL_OFFLINE)} == {"watch"}
    shop.payment("T1", datetime.combine(FIRST + 6 * DAY, time(12, 20)), "unknown")
    assert shop.told(tmp_path / "down") == {
        ("T1", "alarm", "D065", "router:R1"), ("T2", "alarm", "D065", "router:R1"),
    }  # fmt: skip


def test_an_outage_that_is_over_for_a_day_only_informs(tmp_path: Path) -> None:
    shop = Shop()
    shop.terminal("T1", router="R1", silent=noon(4))
    shop.payment("T1", datetime.combine(FIRST + 4 * DAY, time(12, 20)), "unknown")
    shop.terminal("T2", router="R2")
    (then,) = shop.found(tmp_path / "then", BreakType.TERMINAL_OFFLINE, day=4)
    (now,) = shop.found(tmp_path / "now", BreakType.TERMINAL_OFFLINE)
    assert (then.severity.value, now.severity.value) == ("alarm", "info")


def test_a_line_is_blamed_only_when_all_on_it_who_should_be_heard_are_silent(tmp_path: Path) -> None:
    shop = Shop()
    for number in range(3):
        shop.terminal(f"A{number}", router=f"R{number}", carrier="CUCC", silent=noon(6))
    shop.terminal("B1", router="R8", carrier="CMCC")
    shop.terminal("N1", router="R9", carrier="CUCC", hours=range(17, 24))  # opens later and says nothing about noon
    wanted = {(f"A{number}", "alarm", "D066", "carrier:CUCC@440300") for number in range(3)}
    assert shop.told(tmp_path / "line") == wanted
    for number in range(2):
        shop.terminal(f"C{number}", router=f"S{number}", carrier="CUCC")
    assert {cause for _, _, cause, _ in shop.told(tmp_path / "some")} == {""}


def test_two_routers_at_different_hours_are_two_outages_and_no_region(tmp_path: Path) -> None:
    shop = Shop()
    for number in ("A1", "A2", "A3"):
        shop.terminal(number, router="R1", carrier="CUCC", silent=[(6, hour) for hour in range(10, 14)])
    for number in ("B1", "B2", "B3"):
        shop.terminal(number, router="R2", carrier="CMCC", silent=[(6, hour) for hour in range(16, 20)])
    assert {place for _, _, _, place in shop.told(tmp_path)} == {"router:R1", "router:R2"}


def test_a_host_that_refuses_one_in_ten_of_three_shops_is_one_finding_and_a_few_are_none(tmp_path: Path) -> None:
    def refused(many: int) -> Shop:
        shop = Shop()
        for number in range(100):
            at = datetime.combine(FIRST + 6 * DAY, time(10)) + timedelta(minutes=5 * number)
            is_refused = number % 10 == 0 and number < 10 * many
            shop.payment(
                "T1", at, "declined" if is_refused else "approved", "96" if is_refused else "00", f"M{number // 10 % 3}"
            )
        return shop

    (one,) = refused(10).found(tmp_path / "many", BreakType.PAYMENTS_REFUSED)
    assert (one.grain.value, one.keys.acquirer, one.severity.value, one.gap_minor) == ("acquirer", ACQUIRER, "alarm", 0)
    assert (one.facts["refused"], one.facts["merchants"]) == (10, 3)
    assert refused(6).found(tmp_path / "few", BreakType.PAYMENTS_REFUSED) == []


def test_a_terminal_that_is_refused_until_it_signs_in_again(tmp_path: Path) -> None:
    shop = Shop()
    for minute in range(3):
        shop.payment("T1", datetime.combine(FIRST + 6 * DAY, time(18, minute)), "declined", "A0")
    shop.payment("T2", datetime.combine(FIRST + 6 * DAY, time(18)), "declined", "51")
    (one,) = shop.found(tmp_path / "off", BreakType.PAYMENTS_REFUSED)
    assert (one.grain.value, one.keys.terminal_no, one.severity.value) == ("terminal", "T1", "alarm")
    shop.payment("T1", datetime.combine(FIRST + 6 * DAY, time(18, 30)), "approved", "00")
    (after,) = shop.found(tmp_path / "on", BreakType.PAYMENTS_REFUSED)
    assert after.severity.value == "info"
