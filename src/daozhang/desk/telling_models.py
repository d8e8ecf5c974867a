"""Tables of telling and of who may: contacts and their tests, the duty rota, webhooks out, people's roles, what was changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class ContactEntry(models.Model):
    """One way to reach one role, kept by people here. It goes beside the rows that were imported (``contacts``)."""

    role = models.CharField(max_length=32, db_index=True)
    acquirer = models.CharField(max_length=64, blank=True)
    """Empty: for all acquirers."""
    name = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=16)
    """``email``, ``chat`` (a channel of the settings), ``phone``, ``portal``, ``online_chat`` (a page where people answer)."""
    address = models.CharField(max_length=256)
    source = models.CharField(max_length=256, blank=True)
    """Where the address was found: contract page, the bank's letter. Without it the entry is not verified."""
    verified_on = models.DateField(null=True)
    rank = models.PositiveSmallIntegerField(default=0)
    """0 is asked first; the next one stands in when that one did not acknowledge a test."""
    quiet_from = models.CharField(max_length=5, blank=True)
    quiet_to = models.CharField(max_length=5, blank=True)
    """``22:00`` to ``07:30``: notices wait until the end. Empty: at any time."""
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["role", "acquirer", "rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_entry_an_address",
                fields=["role", "acquirer", "channel", "address"],
                condition=Q(removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.channel} {self.address}"


class ContactTest(models.Model):
    """One test message to one contact: when it went out, by when it should be acknowledged, and whether it was."""

    contact = models.ForeignKey(ContactEntry, on_delete=models.PROTECT, related_name="tests")
    code = models.CharField(max_length=16, unique=True)
    """What the contact gives back, and thereby shows that the message was read."""
    asked_by = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]


class DutyShift(models.Model):
    """From when to when one contact is the first of its role (值班)."""

    contact = models.ForeignKey(ContactEntry, on_delete=models.PROTECT, related_name="shifts")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    set_by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["from_at", "id"]


class Webhook(models.Model):
    """One subscription: an address that is told of every step of every case."""

    name = models.CharField(max_length=64, unique=True)
    url = models.CharField(max_length=512)
    may_be_private = models.BooleanField(default=False)
    """Whether the address may lie inside the own network; decided by a person, never by the address."""
    steps = models.JSONField(default=list)
    """Names of steps it wants; empty: all."""
    acquirer = models.CharField(max_length=64, blank=True)
    """Only cases of this acquirer; empty: all."""
    is_active = models.BooleanField(default=True)
    cursor = models.BigIntegerField(default=0)
    """The last ``CaseEvent`` that was put before it."""
    held_until = models.DateTimeField(null=True)
    """Until when it is left alone because nobody answered there."""
    misses = models.PositiveIntegerField(default=0)
    """Calls without an answer in a row."""
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]


class WebhookKey(models.Model):
    """One secret of a subscription, sealed. Two may be live: during a rotation everything is signed with both."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="keys")
    key_id = models.CharField(max_length=16)
    sealed = models.CharField(max_length=256)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]


class WebhookDelivery(models.Model):
    """One step of a case on its way to one subscription."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.BigIntegerField()
    """The ``CaseEvent`` it tells of."""
    state = models.CharField(max_length=12, default="queued")
    """queued → sending → delivered; ``ended`` after thirty days."""
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(default=0)
    """The last HTTP status; 0 when nobody answered."""
    detail = models.CharField(max_length=256, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(name="one_delivery_an_event", fields=["webhook", "event_id"])]
        indexes: ClassVar = [models.Index(fields=["webhook", "state", "id"], name="waiting_deliveries")]


class Person(models.Model):
    """The role of one account, and what it may see. An account without a row may do nothing."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="person")
    role = models.CharField(max_length=24)
    acquirers = models.JSONField(default=list)
    merchants = models.JSONField(default=list)
    """Codes and numbers whose cases, days and findings the person sees; both empty: all."""
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()


class HouseEvent(models.Model):
    """What was changed about people, contacts and webhooks: the audit entry, chained by hash like ``CaseEvent``."""

    area = models.CharField(max_length=16)
    subject = models.CharField(max_length=128)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    step = models.CharField(max_length=24)
    facts = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
