"""How the API takes a file: sealed while it streams in, whole or not at all, never larger than a reader may hold."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from daozhang.api.problems import Problem
from daozhang.desk import uploads
from daozhang.web.context import workspace
from daozhang.web.uploading import VaultUpload, VaultUploadHandler, was_cut

PIECE: Final = 262_144
FORM_MARGIN: Final = 1_048_576
"""Bytes that a form may need around its file."""


@dataclass(slots=True)
class Received:
    """A file that has arrived whole; it is gone with the request unless it is kept."""

    name: str
    upload_id: str
    size: int
    sha256: str
    fields: dict[str, str]
    is_kept: bool = False

    def keep(self) -> None:
        """Leave the file for the worker."""
        self.is_kept = True


@contextmanager
def received(request: HttpRequest, file_name: str) -> Iterator[Received]:
    """Give the one file of a request, sent as a form or as the bare body; a problem says what is wrong with it."""
    _check_length(request)
    try:
        file = _of_form(request) if request.content_type == "multipart/form-data" else _of_body(request, file_name)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Problem("api-disk-full") from error
        raise
    try:
        if not file.size:
            raise Problem("api-empty-file", file=file.name)
        yield file
    finally:
        if not file.is_kept:
            uploads.remove(workspace(), file.upload_id)


class _CallerUpload(VaultUploadHandler):
    """Seals what a program sends; its token was looked at before the body is."""

    def is_welcome(self) -> bool:
        """Return that the sender may leave a file."""
        return True


def _check_length(request: HttpRequest) -> None:
    length = request.headers.get("Content-Length", "")
    if not length.isdigit():
        raise Problem("api-length-needed")
    limit = workspace().settings.reader_memory_mb * 1024 * 1024
    if int(length) > limit + FORM_MARGIN:
        raise Problem("api-too-large", limit=limit // (1024 * 1024))


def _of_form(request: HttpRequest) -> Received:
    request.upload_handlers = [_CallerUpload(request)]
    try:
        files = [one for _, found in request.FILES.lists() for one in found]
    except (MultiPartParserError, TooManyFilesSent, RequestDataTooBig, BadRequest) as error:
        raise Problem("api-form-unreadable") from error
    if was_cut(request):
        raise Problem("api-cut")
    if len(files) != 1 or not isinstance(files[0], VaultUpload):
        raise Problem("api-one-file", count=len(files))
    file = files[0]
    fields = {name: str(value) for name, value in request.POST.items()}
    return Received(file.name or "file", file.keep(), file.size or 0, file.sha256, fields)


def _of_body(request: HttpRequest, file_name: str) -> Received:
    if not file_name:
        raise Problem("api-name-needed")
    expected = int(request.headers["Content-Length"])
    upload = uploads.start(workspace())
    try:
        while piece := request.read(PIECE):
            upload.write(piece)
        if upload.size != expected:
            raise UnreadablePostError("cut")  # noqa: TRY301 - what has arrived is removed below
        return Received(file_name, upload.close(), upload.size, upload.sha256, {})
    except BaseException:
        upload.give_up()
        raise
