"""Tables of terminals: which device stands at which merchant, versions wanted, maintenance, devices they hang on, self-checks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class TerminalRegistration(models.Model):
    """One device at one merchant (一机一户). What ended stays; the database holds that only one is in force."""

    acquirer = models.CharField(max_length=64)
    merchant_no = models.CharField(max_length=64, db_index=True)
    terminal_no = models.CharField(max_length=32)
    serial_no = models.CharField(max_length=64)
    model = models.CharField(max_length=64, blank=True)
    account_tail = models.CharField(max_length=32, blank=True)
    """Last digits of the settlement account; the whole number is never kept here."""
    location = models.CharField(max_length=200)
    """Where the device stands, as the merchant was registered with it."""
    registered_by = models.CharField(max_length=64)
    registered_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["acquirer", "terminal_no", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_merchant_a_terminal", fields=["acquirer", "terminal_no"], condition=Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="one_terminal_a_device", fields=["serial_no"], condition=Q(ended_at__isnull=True)
            ),
        ]


class VersionTarget(models.Model):
    """Which version a model should have, and how far its roll-out has come. A new target ends the one before."""

    model = models.CharField(max_length=64, db_index=True)
    version = models.CharField(max_length=64)
    from_version = models.CharField(max_length=64, blank=True)
    """The oldest version from which this one may be installed directly; empty: from any."""
    compatibility = models.TextField(blank=True)
    rollback = models.TextField(blank=True)
    """How to go back; without it the roll-out does not leave its first ring."""
    rings = models.JSONField(default=list)
    """Shares in whole per cent that rings reach together: [5, 25, 100]."""
    ring = models.PositiveSmallIntegerField(default=0)
    stop_share_bp = models.PositiveIntegerField(default=200)
    """Share of upgraded terminals with trouble, in basis points, above which the roll-out stands still."""
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    ring_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["model", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_target_a_model", fields=["model"], condition=Q(ended_at__isnull=True)),
        ]


class MaintenancePlan(models.Model):
    """What is looked at, on which models, how often: by months, by transactions, or by whichever comes first."""

    name = models.CharField(max_length=120, unique=True)
    model = models.CharField(max_length=64, blank=True)
    """Empty: every model."""
    months = models.PositiveSmallIntegerField(null=True)
    transactions = models.PositiveIntegerField(null=True)
    checklist = models.JSONField(default=list)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name"]


class WorkOrder(models.Model):
    """One visit to one terminal: due by when and why, done by whom, with which result and proof."""

    number = models.CharField(primary_key=True, max_length=24)
    plan = models.ForeignKey(MaintenancePlan, on_delete=models.PROTECT, related_name="orders")
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True)
    terminal_no = models.CharField(max_length=32, db_index=True)
    due_on = models.DateField(db_index=True)
    reason = models.CharField(max_length=16)
    """``months`` or ``transactions``."""
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)
    done_by = models.CharField(max_length=64, blank=True)
    results = models.JSONField(default=dict)
    """Point of the checklist → ``ok``, ``mended`` or ``open``."""
    parts = models.CharField(max_length=200, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    """What shows that somebody was there: number of the signed sheet, name of the photo."""

    class Meta:
        ordering: ClassVar = ["due_on", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_order_a_plan", fields=["plan", "terminal_no"], condition=Q(done_at__isnull=True)
            ),
        ]


class FleetDevice(models.Model):
    """A device that belongs to terminals: router, SIM, till, printer, scanner, QR board, phone; or how a terminal hangs on one."""

    code = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=120, blank=True)
    hangs_on = models.CharField(max_length=64, blank=True, db_index=True)
    store_no = models.CharField(max_length=64, blank=True)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["kind", "code"]


class SelfCheck(models.Model):
    """One self-check of one terminal: the answers so far, where it ended, and the case it is evidence of."""

    code = models.CharField(primary_key=True, max_length=12)
    """Short code under which it is gone on with on another device."""
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True)
    terminal_no = models.CharField(max_length=32, db_index=True)
    answers = models.JSONField(default=dict)
    """Question → answer, in the order of the table."""
    outcome = models.CharField(max_length=32, blank=True)
    """The fix card it ended at, ``well`` when nothing was found; empty while it is under way."""
    probe = models.JSONField(default=dict)
    case = models.ForeignKey("desk.Case", null=True, on_delete=models.PROTECT, related_name="self_checks")
    started_by = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-started_at", "code"]
