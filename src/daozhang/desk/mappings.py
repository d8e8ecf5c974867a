"""The workspace's own formats: mappings that people made or received, kept version by version, and the look at a file before.

A mapping becomes a format called ``<code>_v<version>``, so an import says which version read it. The newest version that
is not retired looks at every file beside the formats that ship; a file that two of them claim waits for a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from collections.abc import Mapping as Facts
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.db import transaction

from daozhang.desk import clock, uploads
from daozhang.desk.mapping_models import FileMapping
from daozhang.desk.mapping_reader import looking
from daozhang.desk.models import Import
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.formats.base import Given
from daozhang.formats.mapped.propose import propose
from daozhang.formats.mapped.propose_points import Proposal
from daozhang.formats.mapped.propose_sample import Sample
from daozhang.formats.mapped.spec import Mapping, TableRule
from daozhang.formats.mapped.store import mapping_from_json, mapping_from_toml, mapping_to_json, mapping_to_toml
from daozhang.formats.registry import all_formats
from daozhang.intake import keyring, vault
from daozhang.intake.cards import SHORTEST_CARD, CardGuard
from daozhang.intake.content import Content
from daozhang.intake.read_file import BoundedReader
from daozhang.intake.sampling import sample_from

LONGEST_CODE: Final = 42
_VERSIONED: Final = re.compile(r"([a-z][a-z0-9_]{2,47})_v([1-9]\d{0,4})")
_KEPT_SAMPLES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file seems to be and, when there is a mapping, what it makes of the file (``intake.sampling.tried``)."""

    proposal: Proposal
    claims: tuple[str, ...]
    tried: dict[str, Any] | None


# -- kept versions


def listed() -> list[FileMapping]:
    """Return the newest version of every mapping, by code."""
    newest = {row.code: row for row in FileMapping.objects.order_by("code", "version")}
    return list(newest.values())


def newest(code: str) -> FileMapping:
    """Return the newest version of a mapping that is not retired; RefusedError when there is none."""
    row = FileMapping.objects.filter(code=code).order_by("-version").first()
    if row is None or not row.is_active:
        raise RefusedError(
            "map-error-no-such", code=code, codes=", ".join(one.code for one in listed() if one.is_active)
        )
    return row


def mapping_of(row: FileMapping) -> Mapping:
    """Return what a version says."""
    return mapping_from_json(row.body)


def save(workspace: Workspace, mapping: Mapping, *, by: str, step: str = "") -> FileMapping:
    """Keep a mapping as the next version of its code; saying the same again changes nothing."""
    if mapping.code in {known.code for known in all_formats()}:
        raise RefusedError("map-error-code-taken", code=mapping.code)
    if len(mapping.code) > LONGEST_CODE or _VERSIONED.fullmatch(mapping.code):
        raise RefusedError("map-error-code", code=mapping.code[:60], limit=LONGEST_CODE)
    guard = CardGuard(keyring.load(workspace.keys).key("token"))
    if guard.cut(mapping.code) != mapping.code:
        raise RefusedError("map-error-code", code=guard.cut(mapping.code), limit=LONGEST_CODE)
    mapping = _without_cards(replace(mapping, made_by="person"), guard)
    with transaction.atomic():
        last = FileMapping.objects.filter(code=mapping.code).order_by("-version").first()
        body = mapping_to_json(mapping)
        if last is not None and last.is_active and last.body == body:
            return last
        return FileMapping.objects.create(
            code=mapping.code, version=last.version + 1 if last else 1, title_zh=mapping.title_zh, title_en=mapping.title_en,
            body=body, step=step or ("changed" if last else "made"), made_by=by, made_at=clock.now(workspace),
        )  # fmt: skip


def _without_cards(mapping: Mapping, guard: CardGuard) -> Mapping:
    """Return the mapping with every text cut; it is as strict as with a stranger's file."""
    return mapping_from_json(json.dumps(_cut(json.loads(mapping_to_json(mapping)), guard.cut), ensure_ascii=False))


def _cut(plain: Any, cut: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON is any of these
    if isinstance(plain, dict):
        return {cut(name): _cut(value, cut) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_cut(value, cut) for value in plain]
    return cut(plain) if isinstance(plain, str) else plain


def retire(workspace: Workspace, code: str, *, by: str) -> FileMapping:
    """Take a mapping out of use: a last version says so. What it read stays as it is."""
    with transaction.atomic():
        row = newest(code)
        return FileMapping.objects.create(
            code=code, version=row.version + 1, title_zh=row.title_zh, title_en=row.title_en, body=row.body, step="retired",
            is_active=False, made_by=by, made_at=clock.now(workspace),
        )  # fmt: skip


def exported(code: str) -> str:
    """Return a mapping as a file to hand on: merchant numbers that a person typed are taken out, they are nobody else's."""
    mapping = mapping_of(newest(code))
    return mapping_to_toml(replace(mapping, tables=tuple(_without_own(rule) for rule in mapping.tables)))


def receive(workspace: Workspace, text: str, *, by: str) -> FileMapping:
    """Keep a mapping that somebody handed on; InputError names what is wrong in the file."""
    return save(workspace, mapping_from_toml(text), by=by, step="received")


def free_code(wanted: str) -> str:
    """Return a code that no mapping has, made from a name: ``own_lakala_clearings``, ``own_table_2``."""
    plain = re.sub(r"[^a-z0-9]+", "_", _without_numbers(wanted.lower())).strip("_")[: LONGEST_CODE - 8] or "table"
    base = plain if plain.startswith("own_") else f"own_{plain}"
    taken = set(FileMapping.objects.values_list("code", flat=True)) | {known.code for known in all_formats()}
    names = (base, *(f"{base}_{number}" for number in range(2, 10_000)))
    return next(name for name in names if name not in taken and not _VERSIONED.fullmatch(name))


def _without_numbers(wanted: str) -> str:
    """Return a name without its long numbers: one of them may be a card's, and a code is no place for it."""
    return re.sub(r"[\d _.-]*".join([r"\d"] * SHORTEST_CARD), "", wanted)


def _without_own(rule: TableRule) -> TableRule:
    columns = tuple(
        (name, replace(one, otherwise="") if one.value == "given:merchant_no" else one) for name, one in rule.columns
    )
    return replace(rule, columns=columns)


# -- as formats


def format_code(row: FileMapping) -> str:
    """Return the code of the format that a version is."""
    return f"{row.code}_v{row.version}"


def versioned(code: str) -> str:
    """Return the format of the newest version when ``code`` is a mapping's; any other code as it is."""
    row = FileMapping.objects.filter(code=code).order_by("-version").first() if code else None
    return format_code(row) if row is not None and row.is_active else code


def on_wire() -> list[dict[str, Any]]:
    """Return every version for the bounded child (``intake.own_formats``); only the newest look at files unasked."""
    active = {format_code(row) for row in listed() if row.is_active}
    return [
        {"mapping": mapping_to_json(replace(mapping_of(row), code=name)), "is_active": name in active}
        for row in FileMapping.objects.exclude(step="retired")
        for name in [format_code(row)]
    ]


def title(code: str, language: str) -> str:
    """Return the name a person gave to the mapping behind a format code, empty when it is none of the workspace's."""
    match = _VERSIONED.fullmatch(code)
    row = FileMapping.objects.filter(code=match[1], version=int(match[2])).first() if match else None
    if row is None:
        return ""
    names = (row.title_zh, row.title_en) if language == "zh" else (row.title_en, row.title_zh)
    return next((name for name in names if name), code)


# -- the look at a file


_samples: dict[str, tuple[Sample, tuple[str, ...]]] = {}
"""First rows of the files people look at now, card data cut, by hash; so that an answer does not cost a second reading."""


def look(workspace: Workspace, name: str, content: Content, *, given: Given, answers: Facts[str, str]) -> Look:
    """Return what a file seems to be under these answers. It is read by the bounded child alone; InputError is its refusal."""
    with looking(workspace) as reader:
        sample, claims = _sample(reader, name, content, given)
        proposal = propose(sample, given=given, answers=answers)
        if proposal.mapping is None:
            return Look(proposal=proposal, claims=claims, tried=None)
        tried = reader.look(
            content, name=name, given=given_with(given, answers), ask="try", mapping=mapping_to_json(proposal.mapping)
        )
    return Look(proposal=proposal, claims=claims, tried=tried)


def original(workspace: Workspace, row: Import) -> Content:
    """Return the bytes of a file that waits for a person, in memory; RefusedError when they are gone."""
    path = workspace.root / row.original
    if not row.original or not path.exists():
        raise RefusedError("map-page-gone")
    data = vault.read(path, keyring.load(workspace.keys))
    return Content.of_bytes(data, limit=max(1, len(data)))


def as_upload(workspace: Workspace, row: Import) -> str:
    """Return the id of an upload with the bytes of a file that waits, for the worker to read in."""
    upload = uploads.start(workspace)
    with original(workspace, row) as content:
        for chunk in content.chunks():
            upload.write(chunk)
    return upload.close()


def shared_text(workspace: Workspace, upload_id: str) -> str:
    """Return an uploaded mapping file as text; InputError when it is none."""
    try:
        data = b"".join(uploads.pieces(workspace, upload_id))
    finally:
        uploads.remove(workspace, upload_id)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("map-problem-no-text") from error


def given_with(given: Given, answers: Facts[str, str]) -> Given:
    """Return what is known of a file from outside, with what a person answered about it."""
    return replace(
        given,
        acquirer=answers.get("acquirer", "").strip() or given.acquirer,
        merchant_no=answers.get("merchant_no", "").strip() or given.merchant_no,
        account_tail=answers.get("account_tail", "").strip() or given.account_tail,
        covers_on=_day(answers.get("covers_on", "").strip()) or given.covers_on,
    )


def named(proposal: Proposal, *, code: str, title_zh: str = "", title_en: str = "") -> Mapping:
    """Return the proposal's mapping under its code and names; RefusedError while something still has to be answered."""
    if proposal.mapping is None:
        raise RefusedError(proposal.problem or "map-problem-no-table")
    if not proposal.is_ready:
        raise RefusedError("map-error-open", count=sum(point.waits for point in proposal.points))
    return replace(proposal.mapping, code=code, title_zh=title_zh[:120], title_en=title_en[:120])


def _sample(reader: BoundedReader, name: str, content: Content, given: Given) -> tuple[Sample, tuple[str, ...]]:
    known = _samples.get(content.sha256)
    if known is None:
        wire = reader.look(content, name=name, given=given, ask="sample")
        known = (sample_from(wire, name), tuple(wire["claims"]))
        while len(_samples) >= _KEPT_SAMPLES:
            _samples.pop(next(iter(_samples)))
        _samples[content.sha256] = known
    return known


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError("error-day", value=text[:40]) from None
