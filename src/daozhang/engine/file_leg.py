"""What the files themselves say: which days are complete, what should have come, which statements follow each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import duckdb

from daozhang.breaks import Break, Evidence, file_side, sums
from daozhang.calendars import Calendar
from daozhang.engine import answers, stated_totals
from daozhang.engine.lake import SourceFile
from daozhang.engine.sieve import count_days
from daozhang.expectations.files import FileHistory, FilePlan, FileSource
from daozhang.expectations.statements import StatementFact, broken_chains
from daozhang.matching.aside_lines import WaitingLines
from daozhang.matching.coverage import Coverage, SetAside

DOUBTFUL_WARNINGS: Final = frozenset(
    {"warn-total-differs", "warn-truncated", "warn-trailer-missing", "warn-summary-missing", "warn-header-missing"}
)
"""Warnings of a file after which its days do not count as complete."""
LONGEST: Final = 400
"""Days that one statement of completeness may span."""

_DAY_OF: Final = {
    "transactions": ("t_days", "on_day", "sum(rows)"), "clearings": ("c_days", "on_day", "sum(lines)"),
    "payouts": ("p", "settled_on", "count(*)"),
}  # fmt: skip
_SHARE: Final = 10
"""A day of which a file has fewer than one in ten of the lines of its fullest day is only touched by it."""

Plans = Mapping[FileSource, FilePlan]


@dataclass(slots=True)
class _Lines:
    """The lines of one file: how many on each day, and whom they are about."""

    days: dict[date, int] = field(default_factory=dict)
    acquirers: set[str] = field(default_factory=set)
    merchants: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    settled: set[date] = field(default_factory=set)
    """Clearing days that the payouts of the file pay."""


class FileLeg:
    """The files of one moment, beside the lines that are in the connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection, files: Sequence[SourceFile], as_of: datetime) -> None:
        self._con = con
        self._cover: Coverage | None = None
        self._files = files
        self._as_of = as_of
        self._seen = {
            table: con.execute(
                f"""
                WITH x AS (SELECT import_id, acquirer, merchant_no, {day} AS day, {rows}::BIGINT AS many FROM {short} GROUP BY ALL),
                     w AS (SELECT import_id, acquirer, min(merchant_no) AS first, max(merchant_no) AS last FROM x GROUP BY ALL)
                SELECT import_id, acquirer, first, last, day, sum(many)::BIGINT FROM x JOIN w USING (import_id, acquirer)
                GROUP BY ALL ORDER BY ALL
                """
            ).fetchall()
            for table, (short, day, rows) in _DAY_OF.items()
        }
        self._booked = con.execute(
            "SELECT import_id, account_tail, booked_at::DATE AS day, count(*) FROM b GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        self._sold = con.execute(
            "SELECT import_id, day, sum(rows)::BIGINT FROM t_days GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        self._lines = self._lines_of_files()
        self._chains = broken_chains(_statements(files))
        self._replaced = replaced_files(files)

    def coverage(self) -> Coverage:
        """Return for which days each source is complete: by delivery list, by the file's own word, by its lines.

        A file that contradicts itself makes its days doubtful until a sound file speaks of them.
        """
        cover = Coverage()
        doubtful = {file.import_id for file in self._files if _is_doubtful(file)}
        for table, seen in self._seen.items():
            for import_id, acquirer, first, last, day, _ in seen:
                whose = first if first == last else ""  # a file that speaks of several merchants is about all of them
                cover.add(table, acquirer, whose, [day], is_sound=import_id not in doubtful)
        for file in self._files:
            _stated(cover, file)
        self._accounts(cover, doubtful)
        cover.set_aside = self._set_aside()
        for chain in self._chains:
            if chain.kind == "balances" and chain.before.last_on and chain.after.first_on:
                cover.doubt_account(chain.after.account_tail, chain.before.last_on, chain.after.first_on)
        self._cover = cover
        return cover

    def _set_aside(self) -> list[SetAside]:
        """Return what waits to be put right; a file that was sent again whole since has nothing that counts."""
        many, found = self._speak_of_many(), []
        for file in self._files:
            if not file.set_aside or file.import_id in self._replaced:
                continue
            lines = self._lines.get(file.import_id, _Lines())
            days = frozenset(self._stated_days(file) | set(lines.days) | lines.settled)
            said = file.aside_lines[: file.set_aside]
            waiting = WaitingLines(said, file.set_aside - len(said))
            for table in sorted({name for name, _ in file.tables} | {one[0] for one in file.covers}):
                accounts = sorted(lines.accounts) if table == "bank_entries" else []
                found += [
                    SetAside(
                        table=table, acquirer=file.acquirer or _only(lines.acquirers), account_tail=account, days=days,
                        merchant_no=file.merchant_no or self._only_merchant(table, file, many), lines=file.set_aside,
                        evidence=Evidence(file.file_name, 0, file.import_id), waiting=waiting,
                    )
                    for account in accounts or [file.account_tail]
                ]  # fmt: skip
        return found

    def _only_merchant(self, table: str, file: SourceFile, many: set[tuple[str, str]]) -> str:
        """Return the one merchant that a file speaks of, where files of its acquirer speak of one alone."""
        lines = self._lines.get(file.import_id, _Lines())
        acquirer = file.acquirer or _only(lines.acquirers)
        return "" if file.covers_on or file.covers or (table, acquirer) in many else _only(lines.merchants)

    def breaks(self, calendar: Calendar, plans: Plans) -> list[Break]:
        """Return the files that are missing, late, cut, or do not agree with themselves or with each other.

        Also payouts that their own transactions do not add up to, and answers about payouts that no list has.
        """
        said = file_side.of_senders(self.senders(plans), calendar, self._as_of)
        spans = [(one.before.last_on, one.after.first_on) for one in self._chains]
        days = {day for first, last in spans if first and last for day in _days(first, last)}
        workdays = {day: bool(calendar.is_workday(day)) for day in days if calendar.is_published(day)}
        said += file_side.of_chains(self._chains, said, workdays)
        return [*said, *file_side.of_doubtful_files(self._doubtful_files()), *self._sums()]

    def _sums(self) -> list[Break]:
        cover = self._cover or self.coverage()
        found = sums.of_totals(stated_totals.compared(self._con, self._files, self._as_of.date()), cover)
        found += sums.of_batches_paid(stated_totals.batches(self._con), self._named)
        return found + sums.of_strange_answers(answers.strange(self._con), self._named)

    def _named(self, import_id: str, line_no: int) -> Evidence:
        names = {file.import_id: file.file_name for file in self._files}
        return Evidence(names.get(import_id, import_id), line_no, import_id)

    def _accounts(self, cover: Coverage, doubtful: set[str]) -> None:
        by_id = {file.import_id: file for file in self._files}
        spans: dict[tuple[str, str], list[date]] = {}
        for import_id, account, day, _ in self._booked:
            spans.setdefault((import_id, account), []).append(day)
        for (import_id, account), days in sorted(spans.items()):
            if import_id in by_id and by_id[import_id].covers_on is None:
                last = min(max(days), self._as_of.date())
                cover.add_account(account, min(days), last, is_sound=import_id not in doubtful)

    def _lines_of_files(self) -> dict[str, _Lines]:
        found: dict[str, _Lines] = {}
        for table, seen in self._seen.items():
            for import_id, acquirer, first, last, day, count in seen:
                lines = found.setdefault(import_id, _Lines())
                lines.acquirers.add(acquirer)
                lines.merchants |= {first, last}
                if table == "payouts":
                    lines.settled.add(day)
                if table == "clearings":  # a list of payouts is about the day it was made, its orders about many
                    lines.days[day] = lines.days.get(day, 0) + count
        for import_id, day, count in self._sold:  # a journal is about days as the clock has them, whatever the cut-over
            found[import_id].days[day] = found[import_id].days.get(day, 0) + count
        for import_id, account, day, count in self._booked:
            lines = found.setdefault(import_id, _Lines())
            lines.accounts.add(account)
            lines.days[day] = lines.days.get(day, 0) + count
        return found

    def senders(self, plans: Plans) -> list[file_side.Sender]:
        """Return the sources that sent something or have a plan."""
        days: dict[FileSource, dict[date, datetime | None]] = {source: {} for source in plans}
        formats: dict[FileSource, str] = {}
        first: dict[FileSource, Evidence] = {}
        many = self._speak_of_many()
        for file in self._files:
            source = self._source(file, many)
            if source is None:
                continue
            known = days.setdefault(source, {})
            for day in self._about(file):
                came = known.get(day)
                known[day] = file.arrived_at if came is None else min(came, file.arrived_at or came)
            formats[source] = file.format
            first[source] = Evidence(file.file_name, 0, file.import_id)
        return [
            file_side.Sender(
                history=FileHistory(source=source, days=known, format=formats.get(source, "")),
                evidence=first.get(source), plan=plans.get(source),
                complete_on=_by_others(source, days) | self._nothing_to_clear(source),
            )
            for source, known in days.items()
        ]  # fmt: skip

    def _nothing_to_clear(self, source: FileSource) -> frozenset[date]:
        """Return the days on which a merchant whose journal is whole took nothing: no clearing file is to be expected of them."""
        if source.table != "clearings" or not source.merchant_no:
            return frozenset()
        cover, sold = self._cover or self.coverage(), self._sold_by()
        whose = (source.acquirer, source.merchant_no)
        days = sorted(sold.get(whose, ()))
        between = _days(days[0], days[-1]) if days else []
        return frozenset(
            day
            for day in between
            if day not in sold[whose]
            and all(_has_journal(cover, *whose, one) for one in (day - timedelta(days=1), day))
        )

    def _sold_by(self) -> dict[tuple[str, str], set[date]]:
        """Return the clearing days of which each merchant's journal has rows."""
        found: dict[tuple[str, str], set[date]] = {}
        for acquirer, merchant, day in self._con.execute(
            "SELECT acquirer, merchant_no, on_day FROM t_days WHERE rows > 0 GROUP BY ALL"
        ).fetchall():
            found.setdefault((acquirer, merchant), set()).add(day)
        return found

    def _source(self, file: SourceFile, many: set[tuple[str, str]]) -> FileSource | None:
        """Return whose file it is: as stated when it came, else as all its lines say."""
        if not file.tables or not self._about(file):
            return None
        table, lines = file.tables[0][0], self._lines.get(file.import_id, _Lines())
        if table == "bank_entries":
            named = {account for what, _, _, account, _ in file.covers if what == table and account}
            return FileSource(
                table, file.acquirer, file.merchant_no, file.account_tail or _only(named or lines.accounts)
            )
        if file.covers_on is not None:  # it came with a word on what it is about; what is left open is about all
            return FileSource(table, file.acquirer, file.merchant_no, file.account_tail)
        acquirer = file.acquirer or _only(lines.acquirers)
        merchant = file.merchant_no or ("" if (table, acquirer) in many else _only(lines.merchants))
        return FileSource(table, acquirer, merchant, file.account_tail)

    def _speak_of_many(self) -> set[tuple[str, str]]:
        """Return (table, acquirer) of which some file speaks of several merchants: then none is about one alone."""
        found = set()
        for file in self._files:
            lines = self._lines.get(file.import_id)
            if lines and file.tables and len(lines.merchants) > 1:
                found.add((file.tables[0][0], file.acquirer or _only(lines.acquirers)))
        return found

    def _about(self, file: SourceFile) -> set[date]:
        """Return the days the file is about: as stated, else those of which it has a fair share of the lines."""
        stated = self._stated_days(file)
        counts = self._lines.get(file.import_id, _Lines()).days
        most = max(counts.values(), default=0)
        by_lines = {day for day, count in counts.items() if count * _SHARE >= most}
        return stated | by_lines if stated else by_lines

    def _stated_days(self, file: SourceFile) -> set[date]:
        stated = {file.covers_on} if file.covers_on else set()
        for _, first, last, _, _ in file.covers:
            stated |= set(_days(first, min(last, self._as_of.date(), first + timedelta(days=LONGEST))))
        return stated

    def _doubtful_files(self) -> list[file_side.DoubtfulFile]:
        return [
            file_side.DoubtfulFile(
                name=file.file_name, table=file.tables[0][0] if file.tables else "", acquirer=file.acquirer,
                account_tail=file.account_tail, warning=key, facts=facts, evidence=Evidence(file.file_name, 0, file.import_id),
                merchant_no=file.merchant_no, covers_on=file.covers_on,
            )
            for file in self._files
            if file.import_id not in self._replaced
            for key, facts in file.warnings
            if key in DOUBTFUL_WARNINGS
        ]  # fmt: skip


def _has_journal(cover: Coverage, acquirer: str, merchant_no: str, day: date) -> bool:
    """Return whether a journal speaks of that day: of this merchant, of its acquirer, or of everybody."""
    return any(cover.is_complete("transactions", whose, merchant_no, day) for whose in (acquirer, ""))


def senders_of(
    con: duckdb.DuckDBPyConnection, files: Sequence[SourceFile], as_of: datetime, plans: Plans
) -> list[file_side.Sender]:
    """Return the sources with what came from each; the tables of ``inputs.prepare`` stand in the connection."""
    count_days(con)  # only the days are asked for here, so nothing is sifted
    return FileLeg(con, files, as_of).senders(plans)


def _only(values: Iterable[str]) -> str:
    known = set(values)
    return known.pop() if len(known) == 1 else ""


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _is_doubtful(file: SourceFile) -> bool:
    return any(key in DOUBTFUL_WARNINGS for key, _ in file.warnings)


def _stated(cover: Coverage, file: SourceFile) -> None:
    is_sound = not _is_doubtful(file)
    for table, first, last, account, merchant in file.covers:
        last_on = min(last, first + timedelta(days=LONGEST))
        if table == "bank_entries":
            cover.add_account(account or file.account_tail, first, last_on, is_sound=is_sound)
        else:
            cover.add(table, file.acquirer, merchant or file.merchant_no, _days(first, last_on), is_sound=is_sound)
            cover.state(table, file.acquirer, _days(first, last_on))
    if file.covers_on is None:
        return
    for table, _ in file.tables:
        if table == "bank_entries":
            cover.add_account(file.account_tail, file.covers_on, file.covers_on, is_sound=is_sound)
        else:
            cover.add(table, file.acquirer, file.merchant_no, [file.covers_on], is_sound=is_sound)
            cover.state(table, file.acquirer, [file.covers_on])


def _by_others(source: FileSource, days: Mapping[FileSource, Mapping[date, object]]) -> frozenset[date]:
    """Return the days that other files speak of which hold what this source would: of the account, or of all merchants."""
    found: set[date] = set()
    for other, known in days.items():
        same_account = source.table == "bank_entries" and other.account_tail == source.account_tail != ""
        about_all = other[:2] == source[:2] and other.merchant_no == "" and other.account_tail == source.account_tail
        if other != source and other.table == source.table and (same_account or about_all):
            found |= set(known)
    return frozenset(found)


def replaced_files(files: Sequence[SourceFile]) -> set[str]:
    """Return the files that were sent again whole: a sound file of the same kind about the same days came later."""
    newest: dict[tuple[object, ...], int] = {}
    for file in files:
        if not _is_doubtful(file):
            for key in _deliveries(file):
                newest[key] = max(newest.get(key, 0), file.seq)
    return {
        file.import_id
        for file in files
        if (keys := _deliveries(file)) and all(newest.get(key, 0) > file.seq for key in keys)
    }


def _deliveries(file: SourceFile) -> list[tuple[object, ...]]:
    about = file.tables[0][0] if file.tables else ""  # one format may write clearing lines and payouts of the same day
    whose = (file.format, about, file.acquirer, file.merchant_no, file.account_tail)
    stated = [(*whose, file.covers_on)] if file.covers_on else []
    return [*stated, *((*whose, one) for one in file.covers)]


def _statements(files: Sequence[SourceFile]) -> list[StatementFact]:
    return [
        StatementFact(
            account_tail=str(said.get("account_tail") or file.account_tail), currency=str(said.get("currency") or "CNY"),
            import_id=file.import_id, file=file.file_name, seq=file.seq, format=file.format, line_no=_whole(said.get("line_no")) or 0,
            statement_no=str(said.get("statement_no") or ""), sequence=_whole(said.get("sequence")) or 0,
            opening_minor=_whole(said.get("opening_minor")), closing_minor=_whole(said.get("closing_minor")),
            first_on=_day(said.get("first_on")), last_on=_day(said.get("last_on")),
        )
        for file in files
        for said in file.statements
        if "table" not in said
    ]  # fmt: skip


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
