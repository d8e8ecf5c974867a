"""The trust guard of a workspace: its list of licensed institutions, its verified contacts, and what they say of a text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import transaction

from daozhang.desk import book, clock, contacts
from daozhang.desk.business_models import LicensedInstitution
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.services import trust

LARGEST: Final = 4_000_000
"""Bytes of a list: the whole register of a country has some hundreds of lines."""

LONGEST_NAME: Final = 200
"""Characters of an institution's name; more is a quote that was never closed."""

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "institution", "公司名称", "机构名称", "名称", "单位名称"),
    "licence_no": ("licence_no", "license_no", "许可证编号", "许可证号", "业务许可证编号"),
    "valid_to": ("valid_to", "expires_on", "有效期至", "有效期", "到期日期", "许可证有效期至"),
    "domains": ("domains", "website", "网址", "网站", "域名", "官网"),
    "phones": ("phones", "phone", "电话", "客服电话", "联系电话"),
}
"""Column → the headers it is known by."""


def import_list(workspace: Workspace, body: bytes, *, source: str, by: str) -> int:
    """Take in a list (CSV with a header row) in place of the old one and return how many institutions it names.

    InputError says what is missing or which line cannot be read; then the old list stays as it was.
    """
    if len(body) > LARGEST:
        raise InputError("error-trust-large", limit=LARGEST)
    now = clock.now(workspace)
    try:
        read = _read(body)
    except csv.Error as error:
        raise InputError("error-trust-read", detail=str(error)) from None
    made = [
        LicensedInstitution(
            name=one.name, licence_no=one.licence_no[:64], valid_to=one.valid_to, domains=list(one.domains), phones=list(one.phones),
            source=source[:256], line_no=line_no, imported_by=by[:64], imported_at=now,
        )
        for line_no, one in read
    ]  # fmt: skip
    if not made:
        raise InputError("error-trust-empty")
    with transaction.atomic():
        LicensedInstitution.objects.all().delete()
        LicensedInstitution.objects.bulk_create(made, batch_size=500)
    return len(made)


def listed() -> list[LicensedInstitution]:
    """Return the list as it was imported."""
    return list(LicensedInstitution.objects.all())


def judge(workspace: Workspace, text: str) -> trust.Judgement:
    """Return what is to be said of an offer text, a message, a link or a number today."""
    return trust.judge(text, known(workspace), clock.now(workspace).date())


def known(workspace: Workspace) -> trust.Book:
    """Return what is known for sure: the list, and the addresses of contacts that somebody verified, here or in an imported book."""
    addresses = [str(row["address"] or "") for row in book.contacts(workspace) if row.get("verified_on")]
    addresses += [one.address for one in contacts.every() if one.verified_on]
    # The domain of a mail address proves nothing: many are those of mail providers, where anybody may have a page.
    hosts = [trust.host_of(one)[0] for one in addresses if re.match(r"https?://|www\.", one)]
    numbers = [one for one in addresses if re.fullmatch(r"[+\d() -]{5,20}", one)]
    institutions = tuple(
        trust.Institution(
            name=row.name, licence_no=row.licence_no, valid_to=row.valid_to, domains=tuple(row.domains),
            phones=tuple(row.phones),
        )
        for row in LicensedInstitution.objects.all()
    )  # fmt: skip
    return trust.Book(institutions=institutions, verified_links=tuple(hosts), verified_numbers=tuple(numbers))


def _read(body: bytes) -> list[tuple[int, trust.Institution]]:
    rows = csv.DictReader(io.StringIO(_decoded(body), newline=""))
    names = {
        column: head
        for head in rows.fieldnames or ()
        for column, known in HEADERS.items()
        if head.strip().lower() in known
    }
    if "name" not in names:
        raise InputError("error-trust-header", headers=", ".join(rows.fieldnames or ())[:200])
    found = []
    for row in rows:
        cell = {column: (row.get(head) or "").strip() for column, head in names.items()}
        if len(cell["name"]) > LONGEST_NAME:
            raise InputError("error-trust-read", detail=f"{rows.line_num}: {len(cell['name'])} > {LONGEST_NAME}")
        if cell["name"]:
            found.append((rows.line_num, _institution(cell, rows.line_num)))
    return found


def _institution(cell: Mapping[str, str], line_no: int) -> trust.Institution:
    parts = {column: re.split(r"[;；,，、\s]+", cell.get(column, "")) for column in ("domains", "phones")}
    domains = (trust.host_of(one)[0].removeprefix("www.") for one in parts["domains"] if one)
    return trust.Institution(
        name=cell["name"], licence_no=cell.get("licence_no", ""), valid_to=_day(cell.get("valid_to", ""), line_no),
        domains=tuple(dict.fromkeys(domains)), phones=tuple(one for one in parts["phones"] if one),
    )  # fmt: skip


def _day(text: str, line_no: int) -> date | None:
    if not text:
        return None
    digits = re.findall(r"\d+", text)
    try:
        return date.fromisoformat(text) if "-" in text else date(*(int(one) for one in digits[-3:]))
    except (ValueError, TypeError):
        raise InputError("error-trust-day", line_no=line_no, value=text[:30]) from None


def _decoded(body: bytes) -> str:
    if b"\0" in body:
        raise InputError("error-trust-encoding")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("error-trust-encoding")
