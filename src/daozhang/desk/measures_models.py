"""Tables of what the head of operations watches: what has to be paid, what providers agreed to, measures taken, answers, work on cases."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Obligation(models.Model):
    """One amount the business has to pay on a day: rent, wages, a supplier. Entered by hand or from a CSV, never guessed."""

    due_on = models.DateField(db_index=True)
    title = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    """Positive; what goes out."""
    currency = models.CharField(max_length=3, default="CNY")
    account_tail = models.CharField(max_length=32, blank=True)
    file = models.CharField(max_length=256, blank=True)
    line_no = models.BigIntegerField(default=0)
    """The CSV and the line it stands on; 0 when it was entered by hand."""
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["due_on", "title", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="obligation_goes_out", condition=models.Q(amount_minor__gt=0)),
        ]


class ServiceLevel(models.Model):
    """What one provider agreed to do by when (``measures.agreed``); ``document`` says where that is written."""

    acquirer = models.CharField(max_length=64)
    what = models.CharField(max_length=12)
    """``file``, ``payout``, ``credit`` or ``reply``."""
    table = models.CharField(max_length=32, blank=True)
    """The interchange table of an agreed file; empty for the rest."""
    workdays_after = models.PositiveSmallIntegerField(default=1)
    at = models.CharField(max_length=5, blank=True)
    """China time ``14:00``; empty for a reply."""
    within_hours = models.PositiveSmallIntegerField(default=0)
    """Working hours of a reply; 0 for the rest."""
    from_on = models.DateField()
    document = models.CharField(max_length=256, blank=True)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["acquirer", "what", "table"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_agreement_a_thing", fields=["acquirer", "what", "table"]),
        ]


class PreventionMeasure(models.Model):
    """Something that was changed to prevent failures, and since when: the log that before and after are compared by."""

    title = models.CharField(max_length=160)
    began_on = models.DateField()
    acquirer = models.CharField(max_length=64, blank=True)
    merchants = models.JSONField(default=list)
    """Merchant numbers it was taken at; empty: all of the acquirer, or of the workspace."""
    break_types = models.JSONField(default=list)
    """Kinds of failure it is meant to prevent; empty: all."""
    note = models.TextField(blank=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-began_on", "id"]


class CaseOpinion(models.Model):
    """The answer to the one question asked after a case closed: 1 (not at all content) to 5, once for each closing."""

    case = models.ForeignKey("desk.Case", on_delete=models.PROTECT, related_name="opinions")
    closed_at = models.DateTimeField()
    """The closing that it is about; a case that opened again is asked anew."""
    score = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_opinion_a_closing", fields=["case", "closed_at"]),
            models.CheckConstraint(
                name="opinion_from_one_to_five", condition=models.Q(score__gte=1) & models.Q(score__lte=5)
            ),
        ]


class Touch(models.Model):
    """One moment at which a person turned to something: from one to the next the time goes to what was turned to."""

    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    """To the millisecond, real time: minutes of work are measured with it."""
    case = models.ForeignKey("desk.Case", null=True, on_delete=models.PROTECT, related_name="touches")
    """Null: the person turned to another page."""

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["by", "at"], name="touches_of_a_person")]
