"""The desk's table of mappings: formats that people made for this workspace. A row never changes; a change is a new one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class FileMapping(models.Model):
    """One version of one mapping. Who made it, when and what happened is in the row, so the rows are its history too.

    The newest version counts. ``is_active`` is false in a version that retires the mapping: old imports still name the
    version that read them, new files are no longer offered to it.
    """

    code = models.CharField(max_length=48)
    version = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=120, blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    """The mapping as JSON (``formats.mapped.store``)."""
    step = models.CharField(max_length=16)
    """``made``, ``changed``, ``received`` (from a shared file), ``retired``."""
    is_active = models.BooleanField(default=True)
    made_by = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["code", "version"]
        constraints: ClassVar = [models.UniqueConstraint(name="one_version_once", fields=["code", "version"])]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
