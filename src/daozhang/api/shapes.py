"""The objects the API answers with, as its OpenAPI document describes them. Amounts are whole minor units, with their sign."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field


class Said(Schema):
    """Something that is said of a file: the key of a text, its facts, and the sentence in the caller's language."""

    key: str
    facts: dict[str, Any]
    text: str


class FileAnswer(Schema):
    """What became of one file. rows_in = control + accepted + duplicate + quarantined, always."""

    file: str
    sha256: str
    import_id: str = Field(description="Empty when the file left no trace.")
    format: str
    state: str = Field(description="`accepted`, `unchanged`, `unclaimed` or `refused`.")
    tables: dict[str, int]
    rows_in: int
    control: int
    accepted: int
    duplicate: int
    quarantined: int
    warnings: list[Said]


class Delivery(Schema):
    """One file that was sent: where it stands, and what became of it, or of each file of a zip."""

    id: int
    state: str = Field(description="`queued`, `running`, `done`, `failed` or `cancelled`.")
    file_name: str
    stage: str = Field(description="While it runs: `reading`, `comparing` or `saving`; else empty.")
    rows: int | None = Field(description="Rows of the file that is being compared or saved.")
    files: list[FileAnswer]
    error: Said | None = Field(description="Why it failed; null otherwise.")


class ImportRow(Schema):
    """One file that was read in."""

    seq: int
    import_id: str
    file: str
    sha256: str
    state: str = Field(description="`accepted`, `unclaimed`, `refused` or `undone`.")
    format: str
    rows_in: int
    control: int
    accepted: int
    duplicate: int
    quarantined: int
    acquirer: str
    merchant_no: str
    account_tail: str
    covers_on: date | None
    arrived_at: datetime | None = Field(description="Local time (Asia/Shanghai), null when nobody said.")
    imported_at: datetime
    undone_at: datetime | None


class ImportDetail(ImportRow):
    """One file that was read in, and what was said of it."""

    tables: dict[str, int]
    warnings: list[Said]


class ImportList(Schema):
    """Imports by their number."""

    imports: list[ImportRow]


class AsideRow(Schema):
    """One row that was set aside, card data cut."""

    import_id: str
    file: str
    line_no: int
    column: str
    value: str
    reason: str
    reason_key: str
    facts: dict[str, Any]


class AsideList(Schema):
    """Rows that were set aside."""

    rows: list[AsideRow]


class Finding(Schema):
    """One finding; only those of severity `alarm` claim that something is wrong."""

    as_of: datetime
    finding_id: str
    grain: str
    acquirer: str
    merchant_no: str
    terminal_no: str
    batch_no: str
    trace_no: str
    rrn: str
    order_no: str
    network_no: str
    payout_no: str
    settled_on: date | None
    account_tail: str
    file: str
    break_type: str
    gap_minor: int = Field(description="Negative: the merchant is out of pocket.")
    due_at: datetime | None
    severity: str
    incident_id: str
    case_id: str
    population: str
    cause_category: str
    cause_code: str
    confidence: Any
    evidence: str = Field(description="`file:line`, joined by `;`.")


class FindingList(Schema):
    """Findings, alarms first."""

    findings: list[Finding]


class NamedRow(Schema):
    """One row: where it stands and what it is about."""

    table: str
    import_id: str
    line_no: int
    file: str
    reference: str
    at: str | None = Field(description="Moment or day, ISO 8601.")
    amount_minor: int
    currency: str


class WhyCheck(Schema):
    """One thing a level asks of two rows."""

    column: str
    left: Any
    right: Any
    is_met: bool | None = Field(description="Null where one of the rows does not say it.")
    off: int | None = Field(description="Right minus left: minor units, days or seconds.")


class WhyStep(Schema):
    """One level, and what became of it."""

    name: str
    outcome: str = Field(description="`paired` here; `met`: it fits and was not needed; `differs`.")
    text: str
    differs: list[str]
    checks: list[WhyCheck]


class WhyOther(Schema):
    """A row that one of the two was matched with instead."""

    side: str
    row: NamedRow | None
    text: str


class WhyCandidate(Schema):
    """A row that comes near one that is alone."""

    row: NamedRow
    reason: Said
    nearest: WhyStep


class WhyAnswer(Schema):
    """Why two rows are one payment or not; of one row, its partner, or its candidates."""

    as_of: datetime
    left: NamedRow
    right: NamedRow | None
    is_pair: bool
    reason: Said | None
    steps: list[WhyStep]
    others: list[WhyOther]
    candidates: list[WhyCandidate]


class FoldedRow(Schema):
    """One row behind a finding that stands for many."""

    gap_minor: int
    merchant_no: str
    terminal_no: str | None
    rrn: str | None
    order_no: str | None
    journal_minor: int | None
    clearing_minor: int | None
    fee_minor: int | None
    occurred_at: datetime | None
    cleared_on: date | None
    journal_file: str | None
    journal_line: int | None
    clearing_file: str | None
    clearing_line: int | None


class FoldedRows(Schema):
    """Rows behind a finding that stands for many."""

    finding_id: str
    total: int
    rows: list[FoldedRow]


class Money(Schema):
    """Where every minor unit of one merchant-day is; expected = the sum of the other seven."""

    acquirer: str
    merchant_no: str
    settled_on: date
    currency: str
    due_at: datetime | None
    expected_minor: int
    arrived_minor: int
    not_due_minor: int
    held_minor: int
    deducted_minor: int
    returned_minor: int
    missing_minor: int
    unexplained_minor: int


class MoneyList(Schema):
    """Merchant-days."""

    money: list[Money]


class ProblemShape(Schema):
    """What cannot be done, and why (`application/problem+json`)."""

    type: str
    title: str = Field(description="The sentence, in the language of `Accept-Language` (`zh` or `en`).")
    status: int
    key: str = Field(description="The key of the text; it keeps its meaning from version to version.")
    facts: dict[str, Any]
