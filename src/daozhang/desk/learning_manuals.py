"""The library of manuals and notices: brought in from Markdown, text or PDF, searched, never shown as current when expired.

The project's own pages stand beside what a house brings in.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import PurePath
from typing import Final

from django.db import transaction
from django.db.models import Count, Sum

from daozhang.desk import clock, house_audit
from daozhang.desk.learning_models import ManualDocument, ManualGram, ManualPage
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.learning import manuals, search
from daozhang.learning.manuals import Section

AREA: Final = "manuals"
LARGEST: Final = 20 * 1024 * 1024
"""Bytes of one document."""
MOST_PAGES: Final = 2_000
PDF_SECONDS: Final = 60
SHOWN: Final = 120
"""Characters of a page shown beside its title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One page that was found. ``ref`` opens it; ``standing`` is current, expired or future; ``number`` is its page in the document."""

    ref: str
    title: str
    document: str
    number: int
    kind: str
    source: str
    version: str
    language: str
    valid_from: date | None
    valid_until: date | None
    standing: str
    excerpt: str
    body: str
    causes: tuple[str, ...]
    score: float = 0.0


def find(workspace: Workspace, question: str, language: str, *, limit: int = 10) -> list[Hit]:
    """Return the pages that answer a question: what holds today first, then the reader's language, then the best match.

    Pages that have expired or do not hold yet come after everything current, whatever they match.
    """
    asked = search.question_grams(question)
    own = {one.language + "/" + one.code: one for one in manuals.own_pages() if one.language == language}
    postings: list[tuple[str, str, int]] = [
        (gram, ref, one.weights[gram]) for ref, one in own.items() for gram in asked if gram in one.weights
    ]
    lengths = {ref: one.length for ref, one in own.items()}
    rows = ManualGram.objects.filter(gram__in=asked, page__document__retired_at__isnull=True)
    for gram, page_id, weight, length in rows.order_by("page_id").values_list(
        "gram", "page_id", "weight", "page__length"
    ):
        postings.append((gram, str(page_id), weight))
        lengths[str(page_id)] = length
    told = ManualPage.objects.filter(document__retired_at__isnull=True).aggregate(count=Count("id"), sum=Sum("length"))
    count = len(own) + (told["count"] or 0)
    total = sum(one.length for one in own.values()) + (told["sum"] or 0)
    found = search.ranked(postings, lengths, pages=count, average=total / max(1, count))
    today = clock.now(workspace).date()
    brought = _pages([ref for ref, _ in found if ref.isdigit()])
    hits = [
        _own_hit(own[ref], score) if ref in own else _hit(brought[ref], today, score, asked)
        for ref, score in found
        if ref in own or ref in brought
    ]
    hits.sort(key=lambda one: (one.standing != "current", -one.score * (1.0 if one.language == language else 0.5)))
    return hits[:limit]


def _pages(refs: Iterable[str]) -> dict[str, ManualPage]:
    return {str(one.pk): one for one in ManualPage.objects.filter(pk__in=list(refs)).select_related("document")}


def page(workspace: Workspace, ref: str) -> Hit:
    """Return the page that ``ref`` names; RefusedError where there is none."""
    language, _, code = ref.partition("/")
    own = manuals.own_page(code, language)
    if own is not None:
        return _own_hit(own, 0.0)
    found = _pages([ref]) if ref.isascii() and ref.isdigit() and len(ref) < 18 else {}
    if not found or found[ref].document.retired_at is not None:
        raise RefusedError("error-manual-none", ref=ref[:40])
    return _hit(found[ref], clock.now(workspace).date(), 0.0, [])


def of_cause(workspace: Workspace, cause: str, language: str) -> list[Hit]:
    """Return the pages that speak of a cause and hold today: brought-in notices first, then the project's own."""
    if not cause:
        return []
    today = clock.now(workspace).date()
    documents = [one for one in listed() if cause in one.causes and standing_of(one, today) == "current"]
    pages = ManualPage.objects.filter(document__in=[one.pk for one in documents], number=1).select_related("document")
    return [
        *(_hit(one, today, 0.0, []) for one in pages),
        *(_own_hit(one, 0.0) for one in manuals.pages_of_cause(cause, language)),
    ]


def listed() -> list[ManualDocument]:
    """Return the documents that were brought in and not taken out, the newest first."""
    return list(ManualDocument.objects.filter(retired_at__isnull=True).order_by("-id").annotate(size=Count("pages")))


def standing_of(document: ManualDocument, today: date) -> str:
    """Return whether a document holds (``manuals.standing``)."""
    return manuals.standing(document.valid_from, document.valid_until, today)


def bring_in(
    workspace: Workspace, name: str, data: bytes, *, by: str, title: str = "", kind: str = "", source: str = "", version: str = "",
    language: str = "", valid_from: str = "", valid_until: str = "", causes: str = "",
) -> ManualDocument:  # fmt: skip
    """Take a document into the library and index it; the same bytes again give the document that is there.

    What is not given is taken from the facts at the top of a Markdown or text file. InputError when it cannot be read, when nobody
    says where it comes from, or a day is none.
    """
    if len(data) > LARGEST:
        raise InputError("error-manual-large", name=name, most=LARGEST // 1024 // 1024)
    digest = hashlib.sha256(data).hexdigest()
    there = ManualDocument.objects.filter(sha256=digest, retired_at__isnull=True).first()
    if there is not None:
        return there
    facts, parts = _read(name, data)
    said = {"title": title, "kind": kind, "source": source, "version": version, "language": language, "causes": causes,
            "valid_from": valid_from, "valid_until": valid_until}  # fmt: skip
    facts = facts | {key: value.strip() for key, value in said.items() if value.strip()}
    if facts.get("kind", "manual") not in manuals.KINDS:
        raise InputError("error-manual-kind", value=facts["kind"][:40], kinds=", ".join(manuals.KINDS))
    if not facts.get("source"):
        raise InputError("error-manual-source", name=name)
    first, last = (manuals.day_of(facts.get(key, ""), key) for key in ("valid_from", "valid_until"))
    with transaction.atomic():
        document = ManualDocument.objects.create(
            title=(facts.get("title") or PurePath(name).stem)[:200], kind=facts.get("kind", "manual"), source=facts["source"][:200],
            version=facts.get("version", "")[:64], valid_from=first, valid_until=last, causes=facts.get("causes", "").split()[:50],
            language=facts.get("language") or manuals.language_of(" ".join(one.body for one in parts[:3])),
            file_name=name[:256], sha256=digest, imported_by=by[:64], imported_at=clock.now(workspace),
        )  # fmt: skip
        for part in parts:
            _index(document, part, facts.get("words", ""))
        house_audit.append(
            workspace, AREA, document.title, "brought_in", by=by, document=document.pk, pages=len(parts), sha256=digest
        )
    return document


def retire(workspace: Workspace, document_id: int, *, by: str) -> None:
    """Take a document out of the library; its rows stay for the record. RefusedError where there is none."""
    with transaction.atomic():
        document = ManualDocument.objects.select_for_update().filter(pk=document_id, retired_at__isnull=True).first()
        if document is None:
            raise RefusedError("error-manual-none", ref=str(document_id))
        document.retired_at = clock.now(workspace)
        document.save(update_fields=["retired_at"])
        house_audit.append(workspace, AREA, document.title, "retired", by=by, document=document.pk)


def _index(document: ManualDocument, part: Section, words: str) -> None:
    weights = search.page_grams(f"{document.title} {part.title}" if part.number == 1 else part.title, words, part.body)
    row = ManualPage.objects.create(
        document=document, number=part.number, title=part.title, body=part.body, length=sum(weights.values())
    )
    ManualGram.objects.bulk_create(
        (ManualGram(page=row, gram=gram, weight=weight) for gram, weight in weights.items()), batch_size=500
    )


def _read(name: str, data: bytes) -> tuple[dict[str, str], list[Section]]:
    if data.startswith(b"%PDF"):
        return {}, _checked(name, list(_pdf(name, data)))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError("error-manual-unread", name=name)
    if "\x00" in text:
        raise InputError("error-manual-unread", name=name)
    facts, body = manuals.head_of(text)
    return facts, _checked(name, manuals.sections(facts.get("title") or PurePath(name).stem, body))


def _checked(name: str, parts: list[Section]) -> list[Section]:
    if not parts:
        raise InputError("error-manual-empty", name=name)
    if len(parts) > MOST_PAGES:
        raise InputError("error-manual-pages", name=name, most=MOST_PAGES)
    return parts


def _pdf(name: str, data: bytes) -> Iterator[Section]:
    """Give the pages of a PDF that hold text, read by a process of its own with bounded memory and time."""
    if find_spec("pypdf") is None:
        raise InputError("error-manual-pdf-reader", name=name)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "daozhang.learning.pdf_text"],
            input=data, capture_output=True, timeout=PDF_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise InputError("error-manual-unread", name=name) from None
    if done.returncode != 0:
        raise InputError("error-manual-unread", name=name)
    for number, text in enumerate(json.loads(done.stdout), start=1):
        if text.strip():
            first = next(line.strip() for line in text.splitlines() if line.strip())
            yield Section(number=number, title=first[:80], body=text.strip()[:100_000])


def _own_hit(one: manuals.OwnPage, score: float) -> Hit:
    return Hit(
        ref=f"{one.language}/{one.code}", title=one.title, document=one.title, number=1, kind="manual", source=manuals.OWN_SOURCE,
        version=one.version, language=one.language, valid_from=None, valid_until=None, standing="current",
        excerpt=one.body.split("\n")[0][:SHOWN], body=one.body, causes=one.causes, score=score,
    )  # fmt: skip


def _hit(one: ManualPage, today: date, score: float, asked: Iterable[str]) -> Hit:
    document = one.document
    return Hit(
        ref=str(one.pk), title=one.title, document=document.title, number=one.number, kind=document.kind, source=document.source,
        version=document.version, language=document.language, valid_from=document.valid_from, valid_until=document.valid_until,
        standing=standing_of(document, today), excerpt=_excerpt(one.body, asked), body=one.body, causes=tuple(document.causes),
        score=score,
    )  # fmt: skip


def _excerpt(body: str, asked: Iterable[str]) -> str:
    """Return the line that speaks of the question most."""
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    wanted = set(asked)
    best = max(lines, key=lambda line: len(wanted & search.grams(line).keys()), default="")
    return best[:SHOWN]
