"""Tables of the life of a case beside its steps: parts of parties, its clock, marks, replies, proofs, and cases worked as one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class CaseClock(models.Model):
    """What a case's clock says: its size, the level of the ladder, the last contact, and when to look at it again."""

    case = models.OneToOneField("desk.Case", primary_key=True, on_delete=models.PROTECT, related_name="clock")
    size = models.CharField(max_length=4)
    """``sev1`` (largest) to ``sev4``."""
    level = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    """When the case opened, or opened again: from here the ladder counts."""
    last_contact_at = models.DateTimeField(null=True)
    contact_due_at = models.DateTimeField(null=True, db_index=True)
    next_look_at = models.DateTimeField(null=True, db_index=True)
    """The next moment at which a level is due; null while no level follows by time and when the case is closed."""
    lead = models.ForeignKey("desk.Case", null=True, on_delete=models.PROTECT, related_name="followers")
    """The case as part of which this one is worked; it still closes on its own bank line."""


class CasePart(models.Model):
    """One party's part in a case: its own state, its own number, its own promise. Its clock runs while it is its turn."""

    case = models.ForeignKey("desk.Case", on_delete=models.PROTECT, related_name="parts")
    party = models.CharField(max_length=12)
    role = models.CharField(max_length=32)
    """Contact role that is asked."""
    state = models.CharField(max_length=12, default="open")
    external_no = models.CharField(max_length=64, blank=True, db_index=True)
    promised_at = models.DateTimeField(null=True)
    running_since = models.DateTimeField(null=True)
    used_s = models.PositiveIntegerField(default=0)
    """Working seconds of earlier turns."""
    budget_s = models.PositiveIntegerField()
    """Working seconds its turn may take."""
    next_look_at = models.DateTimeField(null=True, db_index=True)
    asked_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["case_id", "id"]
        constraints: ClassVar = [models.UniqueConstraint(name="one_part_a_party", fields=["case", "party"])]


class CaseMark(models.Model):
    """A reminder, a chase or a level that was said of a case: once each, however often the clocks are looked at."""

    case = models.ForeignKey("desk.Case", on_delete=models.PROTECT, related_name="marks")
    what = models.CharField(max_length=32)
    """``acquirer/half``, ``acquirer/nearly``, ``acquirer/end``, ``L3``."""
    about = models.CharField(max_length=32)
    """Start of the clock it is about, so that a new turn says it anew."""
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_mark_once", fields=["case", "what", "about"])]


class CaseReply(models.Model):
    """An official answer as it came; ``case`` is null until somebody says which case it is about. The same text is one row."""

    case = models.ForeignKey("desk.Case", null=True, on_delete=models.PROTECT, related_name="replies")
    party = models.CharField(max_length=12)
    door = models.CharField(max_length=12)
    """``pasted``, ``mail`` or ``api``."""
    sender = models.CharField(max_length=256, blank=True)
    came_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=64)
    text = models.TextField()
    external_nos = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["-id"]


class ReplyStep(models.Model):
    """One thing an answer asks for, as it was read; nothing follows from it until a person confirms it."""

    reply = models.ForeignKey(CaseReply, on_delete=models.PROTECT, related_name="steps")
    no = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=24)
    """Closed list ``cases.replies.Action``; ``unclear`` when it could not be read."""
    who = models.CharField(max_length=12)
    """Party that is to do it; empty when the answer does not say."""
    what = models.TextField()
    """The sentence of the answer."""
    by_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=32)
    state = models.CharField(max_length=12, default="proposed", db_index=True)
    """proposed → confirmed | dismissed; confirmed → done."""
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["reply_id", "no"]
        constraints: ClassVar = [models.UniqueConstraint(name="one_reply_step_a_number", fields=["reply", "no"])]


class RemedyProof(models.Model):
    """The proof of one step of the playbook, or why an optional step was left out."""

    case = models.ForeignKey("desk.Case", on_delete=models.PROTECT, related_name="proofs")
    key = models.CharField(max_length=48)
    cause_code = models.CharField(max_length=16, blank=True)
    is_left_out = models.BooleanField(default=False)
    proof = models.CharField(max_length=256, blank=True)
    """Where the proof is: a number, a file and line, a document."""
    note = models.TextField(blank=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(name="one_proof_a_step", fields=["case", "key", "cause_code"])]


class PartedFinding(models.Model):
    """A finding that a person moved to a case of its own: every later run says it under this incident."""

    finding = models.OneToOneField("desk.Finding", primary_key=True, on_delete=models.PROTECT, related_name="parted")
    from_incident = models.CharField(max_length=24)
    incident = models.ForeignKey("desk.Incident", on_delete=models.PROTECT, related_name="parted")
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
