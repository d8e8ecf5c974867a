"""Tables of what moves money: requests, accounts they are paid to, changes of an account, what a bank wrote, their audit chain."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from daozhang.remedies.retry import OVER


class PayeeAccount(models.Model):
    """A settlement account. Of a card only the tail and a keyed token are kept; any other number is sealed."""

    acquirer = models.CharField(max_length=64)
    merchant_no = models.CharField(max_length=64, db_index=True)
    holder = models.CharField(max_length=140)
    kind = models.CharField(max_length=24)
    bank_name = models.CharField(max_length=140, blank=True)
    bank_code = models.CharField(max_length=16, blank=True)
    tail = models.CharField(max_length=4)
    token = models.CharField(max_length=32)
    """Keyed hash of the number: equal numbers have equal tokens, and no number follows from one."""
    sealed = models.BinaryField(default=bytes, blank=True)
    """The number, encrypted with the workspace's key; empty for a card, whose number is never at rest."""
    from_on = models.DateField(null=True)
    """First day on which money goes there; null while the account is not in use yet."""
    to_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["acquirer", "merchant_no", "id"]


class PayoutRequest(models.Model):
    """Something that moves money, asked for once under one number. Names of states: ``remedies/retry.py``."""

    number = models.CharField(primary_key=True, max_length=35)
    """The idempotency number, made once: the message and the payment carry it, the bank knows the request by it."""
    kind = models.CharField(max_length=16)
    """``payout``, ``reissue``, ``test_credit`` or ``recharge``."""
    chain = models.CharField(max_length=200)
    """What the money is owed for; of one chain only one request can be under way."""
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    original_no = models.CharField(max_length=128, blank=True)
    """The acquirer's number of the payout, or the payment, that is asked for again."""
    case = models.ForeignKey("Case", null=True, on_delete=models.PROTECT, related_name="requests")
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True, db_index=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    account = models.ForeignKey(PayeeAccount, null=True, on_delete=models.PROTECT, related_name="requests")
    way = models.CharField(max_length=64)
    """Name of a bank of the settings, or ``form``: a person hands it in."""
    state = models.CharField(max_length=16, db_index=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    consent = models.JSONField(default=dict)
    """Of a recharge: {at, how, heard_by} of the customer's consent."""
    retry = models.CharField(max_length=24, blank=True)
    """Retry class of the reason for which it failed or is asked for again."""
    finality = models.CharField(max_length=8, blank=True)
    reason_code = models.CharField(max_length=64, blank=True)
    reason_text = models.TextField(blank=True)
    queried = models.CharField(max_length=16, default="not_asked")
    """What the query of the original showed."""
    queries = models.PositiveSmallIntegerField(default=0)
    sends = models.PositiveSmallIntegerField(default=0)
    asks = models.PositiveSmallIntegerField(default=0)
    not_found = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    """Until when (real time) the caller may write its answer; afterwards the call counts as unanswered."""
    bank_lines = models.JSONField(default=list)
    """[{file, line_no, import_id}] of the statement that shows the money."""
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_request_a_chain", fields=["chain"],
                condition=~Q(state__in=sorted(state.value for state in OVER)),
            ),
            models.CheckConstraint(name="request_asks_for_money", condition=Q(amount_minor__gt=0)),
        ]  # fmt: skip


class AccountChange(models.Model):
    """A change of where a merchant's money goes. Names of states: ``remedies/account_change.py``."""

    number = models.CharField(primary_key=True, max_length=24)
    case = models.ForeignKey("Case", null=True, on_delete=models.PROTECT, related_name="account_changes")
    acquirer = models.CharField(max_length=64)
    merchant_no = models.CharField(max_length=64, db_index=True)
    before = models.ForeignKey(PayeeAccount, null=True, on_delete=models.PROTECT, related_name="changed_from")
    to = models.ForeignKey(PayeeAccount, on_delete=models.PROTECT, related_name="changed_to")
    way = models.CharField(max_length=64)
    """Where the test credit goes out: a bank of the settings, or ``form``."""
    state = models.CharField(max_length=16, db_index=True)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    documents = models.JSONField(default=list)
    """[{note, by, at}]: what was handed in and where it is kept."""
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    cooling_until = models.DateTimeField(null=True)
    test = models.ForeignKey(PayoutRequest, null=True, on_delete=models.PROTECT, related_name="tests_change")
    active_from = models.DateField(null=True)
    """First day of the new account; null means the day after the test credit is seen."""
    watched = models.JSONField(default=list)
    """[{payout_no, state}] of the payouts since, oldest first."""
    rollback_by = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_change_a_merchant", fields=["acquirer", "merchant_no"],
                condition=Q(state__in=["drafted", "documented", "cooling", "testing", "tested"]),
            ),
        ]  # fmt: skip


class MoneyEvent(models.Model):
    """One step of a request or a change: the audit entry, chained by hash, written in the transaction of the step."""

    subject = models.CharField(max_length=8)
    """``request`` or ``change``."""
    number = models.CharField(max_length=35, db_index=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    step = models.CharField(max_length=24)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class BankMessage(models.Model):
    """One message that a bank held for us; it is read once."""

    bank = models.CharField(max_length=64)
    message_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    got_at = models.DateTimeField()
    numbers = models.JSONField(default=list)
    """Numbers of requests it speaks of."""
    import_id = models.CharField(max_length=24, blank=True)
    """The import of a statement; empty for an answer."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_message_a_bank", fields=["bank", "message_id"])]
