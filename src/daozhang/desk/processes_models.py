"""Tables of business handling: applications with their papers, inquiries from outside, changes of agreed terms."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Application(models.Model):
    """One application. Its state is ``draft``, ``returned``, the stage under way, or how it ended (``services.applications``)."""

    number = models.CharField(primary_key=True, max_length=24)
    code = models.CharField(max_length=12, unique=True)
    """Short code with which a colleague goes on with it on another device."""
    process = models.CharField(max_length=32)
    state = models.CharField(max_length=16, db_index=True)
    page = models.CharField(max_length=32, blank=True)
    """Page of the form that was saved last."""
    version = models.PositiveIntegerField(default=1)
    """Counts saves, so that two devices do not write over each other."""
    values = models.JSONField(default=dict)
    """Field → value, card numbers cut; what may not be shown is under ``sealed``."""
    sealed = models.BinaryField(default=bytes, blank=True)
    """The account number, encrypted with the workspace's key; empty for a card, whose number is never at rest."""
    account_tail = models.CharField(max_length=4, blank=True)
    account_token = models.CharField(max_length=32, blank=True)
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True, db_index=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=32, blank=True)
    reason_note = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    """Until when the stage under way should be over, in working days of its process."""
    shipping = models.JSONField(default=dict)
    """{carrier, tracking_no, at}."""
    serial = models.CharField(max_length=64, blank=True)
    terminal_no = models.CharField(max_length=32, blank=True)
    bound_at = models.DateTimeField(null=True)
    is_bound = models.BooleanField(default=False)
    """Whether the device with ``serial`` stands at this merchant because of this application."""
    test = models.JSONField(default=dict)
    """{file, line_no, import_id, amount_minor, occurred_at} of the test sale in the journal."""
    training = models.JSONField(default=dict)
    """{trainer, on, people, done_at}."""
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_binding_a_device", fields=["serial"], condition=Q(is_bound=True)),
        ]


class Paper(models.Model):
    """One document that was handed in, kept encrypted like an original: of an application, an inquiry or a change of terms."""

    subject = models.CharField(max_length=16)
    number = models.CharField(max_length=24, db_index=True)
    document = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    """Its file name, card numbers cut."""
    media = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=256)
    """Path of the encrypted file inside the workspace."""
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Inquiry(models.Model):
    """Somebody outside asks, and an answer is due by a moment. States: ``services.inquiries``."""

    number = models.CharField(primary_key=True, max_length=24)
    kind = models.CharField(max_length=16)
    sender = models.CharField(max_length=16)
    reference = models.CharField(max_length=128, blank=True)
    """The other side's number of its letter."""
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True, db_index=True)
    payment = models.CharField(max_length=128, blank=True)
    """Reference, trace or order number of the payment it is about."""
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="CNY")
    case = models.ForeignKey("Case", null=True, on_delete=models.PROTECT, related_name="inquiries")
    text = models.TextField(blank=True)
    state = models.CharField(max_length=16, db_index=True)
    received_at = models.DateTimeField()
    workdays = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(null=True)
    """Null when the calendar of that year is not published."""
    reminded_pct = models.PositiveSmallIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True, db_index=True)
    owner = models.CharField(max_length=64, blank=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    answered_by = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    pack_sha256 = models.CharField(max_length=64, blank=True)
    """Hash of the pack that was made last, so that it can be told which one was sent."""
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_at", "number"]


class TermsChange(models.Model):
    """A change of what was agreed (cycle, fee, due time), asked for by one and approved by another. States: ``services.terms``."""

    number = models.CharField(primary_key=True, max_length=24)
    acquirer = models.CharField(max_length=64)
    merchant_no = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=16, db_index=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    """Columns of ``contracts`` that change, as they were and as they shall be."""
    from_on = models.DateField()
    document = models.TextField(blank=True)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    cooling_until = models.DateTimeField(null=True)
    import_id = models.CharField(max_length=24, blank=True)
    """The import that put the new terms into the book of contracts; taking it back is the way back."""
    verified = models.JSONField(default=dict)
    """{checked, fitting}: lines since ``from_on`` that were looked at, and how many keep the new terms."""
    rollback_by = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_terms_change", fields=["acquirer", "merchant_no"],
                condition=Q(state__in=["asked", "cooling"]),
            ),
        ]  # fmt: skip
