"""Tables of prevention: plans by version, what each shop has beside its terminal, and drills with their log."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class EmergencyPlan(models.Model):
    """One version of one plan as it was written. A changed plan is the next version; what was approved never changes."""

    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    body = models.TextField()
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "-version"]
        constraints: ClassVar = [models.UniqueConstraint(name="one_plan_a_version", fields=["name", "version"])]


class ShopMeans(models.Model):
    """What one shop can take money with when its terminal or line is down (``drills.continuity``)."""

    store_no = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120, blank=True)
    means = models.JSONField(default=list)
    offline_limit_minor = models.BigIntegerField(null=True)
    noted_by = models.CharField(max_length=64)
    noted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["store_no"]


class Drill(models.Model):
    """One exercise of this workspace: on a table (a script) or in a simulated world. Such a workspace holds nothing else."""

    kind = models.CharField(max_length=16)
    """``tabletop`` or ``functional``."""
    seed = models.BigIntegerField()
    team = models.CharField(max_length=120)
    plan = models.CharField(max_length=140, blank=True)
    """Name and version of the plan that is practised."""
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    scenario = models.CharField(max_length=16, blank=True)
    """What was hidden, written when the drill ends: before, only the seed tells."""

    class Meta:
        ordering: ClassVar = ["-id"]


class DrillEvent(models.Model):
    """One stamp of a drill, chained by hash. ``source`` says where it comes from: a person, or an entry of a case's log."""

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    step = models.CharField(max_length=16)
    minor = models.BigIntegerField(default=0)
    by = models.CharField(max_length=64)
    note = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]


class DrillFile(models.Model):
    """One file of a drill by its bytes, noted in the live workspace so that it is refused there."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    drill = models.CharField(max_length=120)
    noted_at = models.DateTimeField()
