"""Table of the backups that were taken, each with what its restore showed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Backup(models.Model):
    """One backup. It counts (``verified``) only after it was restored and everything held; a failed one says why."""

    class State(models.TextChoices):
        """Where it stands."""

        MADE = "made"
        VERIFIED = "verified"
        FAILED = "failed"

    id = models.CharField(primary_key=True, max_length=16)
    made_at = models.DateTimeField(db_index=True)
    url = models.CharField(max_length=512)
    files = models.BigIntegerField()
    bytes_all = models.BigIntegerField()
    new_bytes = models.BigIntegerField()
    took_ms = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=State.choices)
    verified_at = models.DateTimeField(null=True)
    restore_ms = models.BigIntegerField(null=True)
    """Restoring and checking together: what getting back would take on this machine (RTO)."""
    checked = models.JSONField(default=dict)
    problem = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
