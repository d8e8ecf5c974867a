"""Documents that people hand in with an application, an inquiry or a change of terms: few kinds, small, sealed like originals.

What a file is, its first bytes say, never its name. A full card number in its name is cut; one written in the text of a PDF
refuses the file, since a sealed picture of it could not be cut. What is painted on a photo nobody here can read.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.db.models import QuerySet

from daozhang.desk import sight
from daozhang.desk.clock import now
from daozhang.desk.processes_models import Paper
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.intake import keyring, vault
from daozhang.intake.cards import CardGuard

LARGEST_MB: Final = 10
MOST: Final = 30
"""Documents of one subject."""
KINDS: Final = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
FOLDER: Final = "papers"
_INFLATED: Final = 32 * 1024 * 1024
"""Bytes of unpacked PDF streams that are looked at."""
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_WORDS: Final = re.compile(rb"\(((?:[^()\\]|\\.)*)\)")


def guard_of(workspace: Workspace) -> CardGuard:
    """Return the guard that cuts card numbers out of what people type."""
    return CardGuard(keyring.load(workspace.keys).key("token"))


def keep(workspace: Workspace, subject: str, number: str, document: str, name: str, data: bytes, *, by: str) -> Paper:
    """Keep one document, sealed; RefusedError says what is wrong with it, and then nothing is kept."""
    shown = guard_of(workspace).cut(Path(name.replace("\\", "/")).name.replace("\x00", ""))[:200] or document
    media = media_of(data)
    if not data:
        raise RefusedError("error-paper-empty", name=shown)
    if len(data) > LARGEST_MB * 1024 * 1024:
        raise RefusedError("error-paper-size", name=shown, limit=LARGEST_MB)
    if not media:
        raise RefusedError("error-paper-kind", name=shown)
    if media == "application/pdf" and any(guard_of(workspace).cut(one) != one for one in pdf_texts(data)):
        raise RefusedError("error-paper-card", name=shown)
    if of(subject, number).count() >= MOST:
        raise RefusedError("error-paper-many", limit=MOST)
    folder = workspace.originals / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"pp_{secrets.token_hex(10)}.dzo"
    vault.write(path, (data,), keyring.load(workspace.keys))
    return Paper.objects.create(
        subject=subject, number=number, document=document, name=shown, media=media, size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(), path=path.relative_to(workspace.root).as_posix(), added_by=by[:64],
        added_at=now(workspace),
    )  # fmt: skip


def of(subject: str, number: str) -> QuerySet[Paper]:
    """Return the documents of a subject that were not removed, the first first. The caller has read the subject before."""
    with sight.house():
        return Paper.objects.filter(subject=subject, number=number, removed_at=None)


def one(subject: str, number: str, pk: int) -> Paper:
    """Return a document of a subject; RefusedError when it is not there."""
    found = of(subject, number).filter(pk=pk).first()
    if found is None:
        raise RefusedError("error-paper-none")
    return found


def read(workspace: Workspace, paper: Paper) -> bytes:
    """Return the bytes as they were handed in."""
    return vault.read(workspace.root / paper.path, keyring.load(workspace.keys))


def media_of(data: bytes) -> str:
    """Return the media type that the first bytes say; empty for one that is not taken."""
    return next((media for begin, media in KINDS if data.startswith(begin)), "")


def pdf_texts(data: bytes) -> Iterator[str]:
    """Yield what a PDF writes as text, stream by stream, as far as it lies open or deflated; bounded."""
    yield _written(data)
    left = _INFLATED
    for found in _STREAM.finditer(data):
        try:
            opened = zlib.decompressobj().decompress(found[1], max(left, 1))
        except zlib.error:
            continue
        left -= len(opened)
        yield _written(opened)
        if left <= 0:
            return


def _written(data: bytes) -> str:
    return "\n".join(found[1].decode("latin-1") for found in _WORDS.finditer(data))
