"""Tables of learning: the library of manuals with its index, who learns what, attempts, certificates. Money is in none of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ManualDocument(models.Model):
    """A manual, an official notice or a FAQ that somebody brought in. ``retired_at``: taken out of the library, kept for the record."""

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    source = models.CharField(max_length=200)
    version = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    causes = models.JSONField(default=list)
    file_name = models.CharField(max_length=256, blank=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    imported_by = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]


class ManualPage(models.Model):
    """One page or section of a document; ``number`` counts from 1, ``length`` is the number of its grams."""

    document = models.ForeignKey(ManualDocument, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    length = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["document_id", "number"]


class ManualGram(models.Model):
    """How often a word or a pair of characters stands on a page: the index that every database can search."""

    page = models.ForeignKey(ManualPage, on_delete=models.CASCADE, related_name="grams")
    gram = models.CharField(max_length=32)
    weight = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["gram"], name="desk_manual_gram")]


class Learner(models.Model):
    """Somebody who learns: of the staff list. ``operator_no`` ties them to the journal, where the merchant is known."""

    name = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=32)
    acquirer = models.CharField(max_length=64, blank=True)
    merchant_no = models.CharField(max_length=64, blank=True)
    operator_no = models.CharField(max_length=32, blank=True)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]


class Assignment(models.Model):
    """A course that somebody is to take. ``reason`` is person | slip | retest; ``facts`` say what was seen. Open until ``done_at``."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="assignments")
    course = models.CharField(max_length=32)
    reason = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    due_on = models.DateField()
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]


class Attempt(models.Model):
    """One quiz as it was taken: the seed that drew it, the answers given, what came of it. Never changed afterwards."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="attempts")
    course = models.CharField(max_length=32)
    seed = models.BigIntegerField()
    answers = models.JSONField()
    right = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    passed = models.BooleanField()
    on_paper = models.BooleanField(default=False)
    seconds = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]


class Certificate(models.Model):
    """Proof of one passed quiz; there is none without it. ``valid_until`` is the last day it holds."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="certificate")
    number = models.CharField(max_length=24, unique=True)
    valid_until = models.DateField()

    class Meta:
        ordering: ClassVar = ["-id"]
