"""The desk's tables. Facts stay in the lake; here is only what people and clocks change, each change with its audit entry."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from daozhang.desk import (  # noqa: F401 - Django finds the tables of a room through this module
    backup_models,
    business_models,
    door_models,
    drills_models,
    fleet_models,
    learning_models,
    life_models,
    mapping_models,
    measures_models,
    processes_models,
    request_models,
    telling_models,
    tenants_models,
)


class Import(models.Model):
    """One file that was read in. ``seq`` orders imports; a lake part is visible while its import is ``accepted``."""

    class State(models.TextChoices):
        """Closed list of ``files[].state`` (``unchanged`` is an answer, not a state)."""

        ACCEPTED = "accepted"
        UNCLAIMED = "unclaimed"
        REFUSED = "refused"
        UNDONE = "undone"

    id = models.CharField(primary_key=True, max_length=24)
    seq = models.BigIntegerField(unique=True)
    file_name = models.CharField(max_length=512)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.BigIntegerField()
    format = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16, choices=State.choices)
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True)
    account_tail = models.CharField(max_length=32, blank=True)
    covers_on = models.DateField(null=True)
    delivery = models.CharField(max_length=256, blank=True)
    """Day, account, acquirer and merchant as stated from outside: the same bytes about another day are another delivery."""
    covers = models.JSONField(default=list)
    """[{table, first_on, last_on, account_tail, merchant_no}]: days for which the file states it is complete."""
    statements = models.JSONField(default=list)
    """[{account_tail, currency, statement_no, sequence, opening_minor, closing_minor, first_on, last_on, line_no}] as stated,
    and what the rows of other files add up to: [{table, acquirer, merchant_no, day, count, gross_minor, net_minor, currency,
    line_no}]."""
    arrived_at = models.DateTimeField(null=True)
    """When the file is known to have arrived (delivery list), local wall-clock; null when nobody said."""
    imported_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    rows_in = models.BigIntegerField(default=0)
    control = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    tables = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    """[{key, facts}] in the order they were said."""
    original = models.CharField(max_length=256, blank=True)
    """Path of the encrypted original inside the workspace."""
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    """The import whose set-aside lines this one puts right; its rows carry that import's id and line numbers."""

    class Meta:
        ordering: ClassVar = ["seq"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="no_row_lost",
                condition=Q(rows_in=F("control") + F("accepted") + F("duplicate") + F("quarantined")),
            ),
            models.UniqueConstraint(
                name="same_bytes_once", fields=["sha256", "delivery"], condition=Q(state="accepted"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.id} {self.file_name}"


class ImportPart(models.Model):
    """One Parquet file of an import. ``accepted`` and ``promoted`` parts are facts; ``duplicate`` parts wait for an undo."""

    class Kind(models.TextChoices):
        """What the rows of the part are."""

        ACCEPTED = "accepted"
        DUPLICATE = "duplicate"
        PROMOTED = "promoted"

    import_row = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="parts")
    table = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    path = models.CharField(max_length=256)
    rows = models.BigIntegerField()
    day_from = models.DateField(null=True)
    day_to = models.DateField(null=True)
    is_live = models.BooleanField(default=True)
    """False once a duplicate part's rows were promoted or re-sorted into newer parts."""


class QuarantinedRow(models.Model):
    """One line that was set aside, with where, what and why; card data already cut."""

    import_row = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="quarantine")
    line_no = models.BigIntegerField()
    column = models.CharField(max_length=64, blank=True)
    value = models.TextField(blank=True)
    reason = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    corrected_by = models.ForeignKey(Import, null=True, on_delete=models.PROTECT, related_name="corrected_lines")
    """The correction that took the line in; null while it waits, and again once that correction is taken back."""
    changes = models.JSONField(default=dict)
    """{column: [before, after]} of that correction, card data cut."""

    class Meta:
        ordering: ClassVar = ["import_row_id", "line_no"]


class ImportEvent(models.Model):
    """What a person did to an import (corrected lines, took it back): the audit entry, chained by hash like ``CaseEvent``."""

    import_row = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    step = models.CharField(max_length=16)
    """``corrected`` or ``undone``."""
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class ExpectedFile(models.Model):
    """When a person expects the files of one source; it goes over what arrivals tell. Names as in ``expectations.files``."""

    table = models.CharField(max_length=32)
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True)
    account_tail = models.CharField(max_length=32, blank=True)
    is_expected = models.BooleanField(default=True)
    every_day = models.BooleanField(default=True)
    after = models.PositiveSmallIntegerField(default=1)
    counts_workdays = models.BooleanField(default=False)
    at = models.CharField(max_length=5)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["table", "acquirer", "merchant_no", "account_tail"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_plan_a_source", fields=["table", "acquirer", "merchant_no", "account_tail"]
            ),
        ]


class Run(models.Model):
    """One settlement day as it was judged at ``as_of``; its tables are Parquet in ``folder`` and never change."""

    id = models.CharField(primary_key=True, max_length=24)
    as_of = models.DateTimeField(db_index=True)
    inputs_hash = models.CharField(max_length=64, db_index=True)
    folder = models.CharField(max_length=256)
    counts = models.JSONField(default=dict)
    finished_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-as_of", "-finished_at"]


class Incident(models.Model):
    """One cause, one incident, at the smallest scope that explains its findings."""

    id = models.CharField(primary_key=True, max_length=24)
    scope = models.CharField(max_length=16)
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True)
    cause_code = models.CharField(max_length=16, blank=True)
    cause_category = models.CharField(max_length=24)
    first_said_at = models.DateTimeField()
    last_said_at = models.DateTimeField()


class Case(models.Model):
    """The work on one incident: state, deadline, who; the history is in ``CaseEvent``. Names of states: ``cases/life.py``."""

    number = models.CharField(primary_key=True, max_length=24)
    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="case")
    state = models.CharField(max_length=24, db_index=True)
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True, db_index=True)
    gap_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    opened_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True)
    external_no = models.CharField(max_length=64, blank=True)
    assignee = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-opened_at", "number"]


class Finding(models.Model):
    """The last verdict on one break; the way it came about is in ``FindingVerdict``. Columns as in ``findings``."""

    finding_id = models.CharField(primary_key=True, max_length=24)
    break_type = models.CharField(max_length=32, db_index=True)
    grain = models.CharField(max_length=16)
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True, db_index=True)
    terminal_no = models.CharField(max_length=32, blank=True)
    batch_no = models.CharField(max_length=32, blank=True)
    trace_no = models.CharField(max_length=32, blank=True)
    rrn = models.CharField(max_length=32, blank=True)
    order_no = models.CharField(max_length=128, blank=True)
    network_no = models.CharField(max_length=128, blank=True)
    payout_no = models.CharField(max_length=128, blank=True)
    settled_on = models.DateField(null=True)
    account_tail = models.CharField(max_length=32, blank=True)
    file = models.CharField(max_length=512, blank=True)
    gap_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    occurred_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    severity = models.CharField(max_length=8, db_index=True)
    cause_category = models.CharField(max_length=24)
    cause_code = models.CharField(max_length=16, blank=True)
    confidence_pct = models.PositiveSmallIntegerField(default=0)
    population = models.CharField(max_length=64, blank=True)
    reason_key = models.CharField(max_length=64, blank=True)
    reason_facts = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    """[{file, line_no, import_id}]"""
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="findings")
    is_open = models.BooleanField(default=True, db_index=True)
    first_said_at = models.DateTimeField()
    last_said_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)


class FindingVerdict(models.Model):
    """What was said of a finding at one moment; written only when the verdict changes."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="verdicts")
    as_of = models.DateTimeField(db_index=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT)
    is_open = models.BooleanField()
    severity = models.CharField(max_length=8)
    gap_minor = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)
    cause_category = models.CharField(max_length=24)
    cause_code = models.CharField(max_length=16, blank=True)
    confidence_pct = models.PositiveSmallIntegerField(default=0)
    incident_id_then = models.CharField(max_length=24, blank=True)
    reason_key = models.CharField(max_length=64, blank=True)
    reason_facts = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_verdict_a_moment", fields=["finding", "as_of"])]


class CaseEvent(models.Model):
    """One step of a case: the audit entry, chained by hash, written in the transaction of the step itself."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    no = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    step = models.CharField(max_length=32)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["case_id", "no"]
        constraints: ClassVar = [models.UniqueConstraint(name="one_event_a_number", fields=["case", "no"])]


class Notice(models.Model):
    """The outbox: one message to one address, written with the step that caused it, sent once."""

    key = models.CharField(max_length=128, unique=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="notices")
    channel = models.CharField(max_length=16)
    address = models.CharField(max_length=256)
    role = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=256)
    body = models.TextField()
    state = models.CharField(max_length=12, default="queued", db_index=True)
    """queued → sending → sent; unaddressed when the contact book has no verified address; failed after the last try."""
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=256, blank=True)


class Report(models.Model):
    """One settlement failure report: numbered, versioned, with its hash; same facts give the same version."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    number = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    facts_hash = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=256)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_report_a_version", fields=["number", "version", "language"]),
        ]


class WriteOff(models.Model):
    """A gap that two people agree not to chase: asked by one, approved by another."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="write_off")
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    reason = models.TextField()
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)


class Job(models.Model):
    """Durable work with a fenced lease: a worker that lost its lease cannot write its result."""

    kind = models.CharField(max_length=32)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="queued", db_index=True)
    """queued → running → done | failed | cancelled"""
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    queued_by = models.CharField(max_length=64, blank=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)


class CalendarDay(models.Model):
    """A day of a settlement calendar that a person set or imported; it goes over the shipped table."""

    calendar = models.CharField(max_length=16)
    day = models.DateField()
    is_workday = models.BooleanField()
    name_zh = models.CharField(max_length=64, blank=True)
    name_en = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=256, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_row_a_day", fields=["calendar", "day"])]


class MaintenanceWindow(models.Model):
    """An announced time in which a payment rail stands still: a payout inside it is late as announced, not failed."""

    rail = models.CharField(max_length=32)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    source = models.CharField(max_length=256, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_window_once", fields=["rail", "starts_at"]),
            models.CheckConstraint(name="window_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
        ]


class Counter(models.Model):
    """Numbers that are given out once: imports, cases, reports of a year."""

    name = models.CharField(primary_key=True, max_length=48)
    value = models.BigIntegerField(default=0)
