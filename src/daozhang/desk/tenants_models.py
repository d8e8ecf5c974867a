"""Tables of the tenants: who they are, what each is given to see, who belongs to one, and whose rows stand in an import."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Tenant(models.Model):
    """One party that works in this workspace and sees its part of it. Kinds: ``sight.KINDS``."""

    code = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=120, blank=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """From then on its people and programs see nothing."""

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class TenantGrant(models.Model):
    """What a tenant is given: one merchant at one acquirer, or (merchant number empty) everything of an acquirer."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="grants")
    acquirer = models.CharField(max_length=64)
    merchant_no = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["acquirer", "merchant_no"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_grant_a_merchant", fields=["tenant", "acquirer", "merchant_no"]),
        ]
        indexes: ClassVar = [models.Index(fields=["acquirer", "merchant_no"], name="grants_of_a_merchant")]


class TenantMember(models.Model):
    """The one tenant an account belongs to; an account without a row belongs to the house."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="membership")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="members")


class TokenHolder(models.Model):
    """For whom a token of the API speaks: a role, and a tenant unless it is the house's."""

    token = models.OneToOneField("ApiToken", on_delete=models.CASCADE, related_name="holder")
    role = models.CharField(max_length=24)
    tenant = models.ForeignKey(Tenant, null=True, on_delete=models.CASCADE, related_name="tokens")


class ImportSight(models.Model):
    """What is known of the merchants of an import; one that was not looked at yet is the house's alone."""

    import_row = models.OneToOneField("Import", on_delete=models.CASCADE, related_name="sight")
    is_whole = models.BooleanField()
    """Whether every line of the file is a row that names its acquirer and merchant; only then it can be anybody's."""


class ImportMerchant(models.Model):
    """One merchant whose rows stand in an import."""

    import_row = models.ForeignKey("Import", on_delete=models.CASCADE, related_name="merchants")
    acquirer = models.CharField(max_length=64)
    merchant_no = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_merchant_an_import", fields=["import_row", "acquirer", "merchant_no"]),
        ]
