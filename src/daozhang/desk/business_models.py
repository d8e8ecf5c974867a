"""Tables of business handling: offers that were put on the table, and the list of licensed institutions they are checked against."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class OfferText(models.Model):
    """One offer as it was written down (``services.offers``); a changed one is a new row, so that a comparison can be repeated."""

    name = models.CharField(max_length=120, unique=True)
    body = models.TextField()
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]


class LicensedInstitution(models.Model):
    """One line of the imported list of licensed payment institutions and banks. A new list replaces the old one whole."""

    name = models.CharField(max_length=200)
    licence_no = models.CharField(max_length=64, blank=True)
    valid_to = models.DateField(null=True)
    domains = models.JSONField(default=list)
    phones = models.JSONField(default=list)
    source = models.CharField(max_length=256, blank=True)
    line_no = models.BigIntegerField()
    imported_by = models.CharField(max_length=64)
    imported_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["line_no"]
