"""Stories about files that come, do not come, or come twice, told through the real import and judged at each moment.

    every-day 11-02 11-13 09:00          journal and clearing file of each day, in the next morning at that time
    work-days 11-02 11-13 09:00          the same, working days only, on the next working day
    11-15 09:05 clear 11-14              the clearing file of that day, whole; its name and its bytes are the day's own
    11-15 09:05 clear 11-14 11-15        one file with two days, said to be about the last
    11-15 09:05 clear 11-14 cut          … whose last row is not there, as its own total says
    11-15 09:05 clear 11-14 wrong        … with another amount in its first row
    11-15 09:05 journal 11-14            the journal file of that day
    11-15 09:05 bank 11-14 100.00 150.00     a statement of account 6688 about that day: opening and closing balance
    plan clearings at=08:00 [workdays] [none] [from=11-01]
    11-15 12:00 expect file_missing alarm 11-14
    11-15 12:00 quiet                    no alarm about a payment, a file or a day
    11-15 12:00 calm                     nothing at all is said of a file

Years are 2026. Files of a day hold the same three sales whichever file brings them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from daozhang.breaks import Break
from daozhang.calendars import shipped
from daozhang.desk import expected_files, imports
from daozhang.desk.models import Import
from daozhang.desk.settle_day import judge
from daozhang.expectations.files import FilePlan, FileSource
from daozhang.money import to_minor

ACQUIRER, MERCHANT, ACCOUNT = "demo", "898000000000001", "6688"
DAY = timedelta(days=1)
CLEARING = "acquirer,merchant_no,terminal_no,trace_no,rrn,occurred_at,cleared_on,kind,gross_minor,fee_minor,net_minor,channel,card_tail"
JOURNAL = "acquirer,merchant_no,terminal_no,trace_no,rrn,occurred_at,kind,amount_minor,status,channel,card_tail"
CONTRACT = (
    "acquirer,merchant_no,from_on,cycle,cutover,due_time,calendar,pays_on_makeup_days,rate_bp,rounding,refund_fee\n"
    f"{ACQUIRER},{MERCHANT},2026-01-01,D+9,23:00,14:00,CN,1,60,half_up_each,returned\n"
)


def day_of(words: str) -> date:
    return date.fromisoformat(f"2026-{words}")


@dataclass
class FileStory:
    """A workspace in which the story happens; ``say`` answers what is said at a moment."""

    workspace: Any
    folder: Path
    expectations: list[tuple[int, datetime, str]] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)

    def bring(
        self, name: str, body: str, *, at: datetime, covers_on: date | None, account: str = "", format_code: str = ""
    ) -> str:
        """Put one file where it will be imported, with its line in the delivery list; return its path there."""
        path = f"{len(self.listed) + 1:03d}/{name}"
        (self.folder / path).parent.mkdir(parents=True)
        (self.folder / path).write_text(body, encoding="utf-8")
        acquirer = "" if account else ACQUIRER
        self.listed.append(f"{path},{at.isoformat()},{acquirer},{format_code},,{account},{covers_on or ''}")
        return path

    def happen(self) -> None:
        """Import everything in the order it came."""
        head = "path,arrived_at,acquirer,format,merchant_no,account_tail,covers_on"
        (self.folder / "arrivals.csv").write_text("\n".join([head, *self.listed, ""]), encoding="utf-8")
        for result in imports.import_paths(self.workspace, [self.folder]):
            assert result.state in {"accepted", "unchanged"}, result
            assert result.quarantined == 0, result
        said = [{"key": "warn-total-differs", "facts": {"name": "rows", "stated": "3", "computed": "2"}}]
        for path in self.cut:  # an interchange table has no total of its own that could say so
            Import.objects.filter(file_name=path).update(warnings=said)

    def clear(self, days: list[date], at: datetime, words: list[str]) -> None:
        rows = [row for day in days for row in clearing_rows(day)]
        if "wrong" in words:
            rows[0] = rows[0].replace(",10000,60,9940,", ",10100,60,10040,")
        if "cut" in words:
            rows = rows[:-1]
        path = self.bring(f"clearings_{days[-1]}.csv", "\n".join([CLEARING, *rows, ""]), at=at, covers_on=days[-1])
        if "cut" in words:
            self.cut.append(path)

    def journal(self, day: date, at: datetime) -> None:
        self.bring(f"transactions_{day}.csv", "\n".join([JOURNAL, *journal_rows(day), ""]), at=at, covers_on=day)

    def bank(self, day: date, at: datetime, opening: int, closing: int) -> None:
        """Bring one statement with its balances, in the form of a bank that writes them."""
        moved = closing - opening
        income, outgo = (yuan(moved), "") if moved > 0 else ("", yuan(-moved))
        body = (
            "交易日期,摘要,交易地点,钞汇,记账金额(收入),记账金额(支出),余额,对方户名,对方账户,备注\n"
            f"{day},转账,,钞,{income},{outgo},{yuan(closing)},示例支付有限公司,,\n"
        )
        self.bring(f"bank_{day}.csv", body, at=at, covers_on=None, account=ACCOUNT, format_code="bank_icbc")

    def say(self, at: datetime) -> list[Break]:
        day, _ = judge(self.workspace, at)
        return [one.found for one in day.findings]


def clearing_rows(day: date) -> list[str]:
    return [
        f"{ACQUIRER},{MERCHANT},T0000001,{no:06d},{day:%m%d}{no:08d},{day}T{9 + no:02d}:00:00,{day},sale,{10000 * no},{60 * no},{9940 * no},card,{no:04d}"
        for no in (1, 2, 3)
    ]


def journal_rows(day: date) -> list[str]:
    return [
        f"{ACQUIRER},{MERCHANT},T0000001,{no:06d},{day:%m%d}{no:08d},{day}T{9 + no:02d}:00:00,sale,{10000 * no},approved,card,{no:04d}"
        for no in (1, 2, 3)
    ]


def yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def fen(words: str) -> int:
    minor = to_minor(words)
    assert minor is not None, words
    return minor


def read(path: Path, workspace: Any, folder: Path) -> FileStory:
    """Let the story happen; what it expects is kept for the test."""
    story = FileStory(workspace, folder)
    folder.mkdir()
    (folder / "contracts.csv").write_text(CONTRACT, encoding="utf-8")
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        words = raw.split("#")[0].split()
        if not words:
            continue
        if words[0] in {"every-day", "work-days"}:
            _rhythm(story, words)
        elif words[0] == "plan":
            _plan(story, words[1:])
        else:
            _event(story, number, words)
    story.happen()
    return story


def _rhythm(story: FileStory, words: list[str]) -> None:
    first, last, clock = day_of(words[1]), day_of(words[2]), time.fromisoformat(words[3])
    calendar = shipped("CN")
    for day in _span(first, last):
        came = day + DAY
        if words[0] == "work-days":
            if not calendar.is_workday(day):
                continue
            came = calendar.next_workday(day)  # type: ignore[assignment]
        # arrivals are never to the minute
        at = datetime.combine(came, clock) + timedelta(minutes=day.day % 7 * 3)
        story.journal(day, at)
        story.clear([day], at, [])


def _plan(story: FileStory, words: list[str]) -> None:
    named = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    plan = FilePlan(
        every_day="workdays" not in words, counts_workdays="workdays" in words, at=time.fromisoformat(named.get("at", "09:00")),
        is_expected="none" not in words, from_on=day_of(named.get("from", "11-01")),
    )  # fmt: skip
    source = (
        FileSource("bank_entries", "", "", ACCOUNT) if words[0] == "bank_entries" else FileSource(words[0], ACQUIRER)
    )
    expected_files.expect(story.workspace, source, plan, by="li")


def _event(story: FileStory, number: int, words: list[str]) -> None:
    at = datetime.combine(day_of(words[0]), time.fromisoformat(words[1]))
    verb, rest = words[2], words[3:]
    if verb == "clear":
        story.clear([day_of(word) for word in rest if re.fullmatch(r"\d\d-\d\d", word)], at, rest)
    elif verb == "journal":
        story.journal(day_of(rest[0]), at)
    elif verb == "bank":
        story.bank(day_of(rest[0]), at, fen(rest[1]), fen(rest[2]))
    else:
        story.expectations.append((number, at, " ".join([verb, *rest])))


def _span(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
