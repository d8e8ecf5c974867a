"""Tables of the ways in: who may call the API, what it answered to a key, what a source held and when it was looked at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ApiToken(models.Model):
    """What a program shows to the API. Only a hash of the secret is kept; it is shown once, when it is made."""

    name = models.CharField(max_length=64, unique=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    may = models.JSONField(default=list)
    """Closed list: ``import``, ``read``, ``undo``, ``work``."""
    made_by = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name"]


class ApiAnswer(models.Model):
    """The answer that was given to one ``Idempotency-Key`` of one token, written in the transaction of the work itself."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    given_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_answer_a_key", fields=["token", "key"])]


class SourceRun(models.Model):
    """One look at one source: when, and what it brought."""

    source = models.CharField(max_length=64, db_index=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    """Null while it runs, and for ever where it was killed."""
    seen = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    """Files that were still being written, and come next time."""
    error = models.JSONField(default=dict)
    """{key, facts} of what kept the look from being whole; empty when all went well."""

    class Meta:
        ordering: ClassVar = ["-id"]


class SourceItem(models.Model):
    """One file that a source held and that was brought in; it is not opened again."""

    source = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    """SHA-256 over what tells this file apart at its source: path, size and time there, or the message and its part."""
    name = models.CharField(max_length=512)
    size_bytes = models.BigIntegerField()
    arrived_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField()
    state = models.CharField(max_length=16)
    """As ``files[].state`` of an import; of a zip the one that needs a person most."""
    import_ids = models.JSONField(default=list)
    said = models.JSONField(default=dict)
    """{key, facts} of the first thing that was said of it, where it needs a person."""

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.UniqueConstraint(name="one_item_a_source", fields=["source", "key"])]
