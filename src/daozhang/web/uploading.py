"""How the console takes a file: as it streams in, straight into an encrypted upload; the plain bytes touch no disk."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse

from daozhang.desk import uploads
from daozhang.web.context import workspace

LARGEST: Final = 2 * 1024**3
"""Bytes of one file beyond which the console refuses it; larger ones are read in on the command line."""


class VaultUpload(UploadedFile):  # type: ignore[type-arg]  # not subscriptable at run time
    """A file that has arrived: its name, its size, its hash, and the id under which the worker finds it.

    Django closes it with its request; whatever nobody asked to ``keep`` is then gone.
    """

    def __init__(self, upload: uploads.Upload, upload_id: str, *, name: str, content_type: str) -> None:
        super().__init__(BytesIO(), name, content_type, upload.size)
        self.upload_id = upload_id
        self.sha256 = upload.sha256
        self._upload: uploads.Upload | None = upload

    def keep(self) -> str:
        """Leave the file for the worker and return its id; called once the job that removes it is queued for good."""
        self._upload = None
        return self.upload_id

    def close(self) -> None:
        """Remove the file unless it is kept."""
        super().close()
        if self._upload is not None:
            self._upload.give_up()
            self._upload = None


class VaultUploadHandler(FileUploadHandler):
    """Seals what arrives, piece by piece."""

    chunk_size = 262_144

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **more)
        self.upload: uploads.Upload | None = None
        self.was_cut = False

    def new_file(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - Django's signature
        """Begin a file; only someone who may leave one here gets that far."""
        super().new_file(*args, **more)
        if not self.is_welcome():
            raise StopUpload(connection_reset=True)
        self.upload = uploads.start(workspace())

    def is_welcome(self) -> bool:
        """Return whether the sender may leave a file: a person who is logged in."""
        user = getattr(self.request, "user", None)
        return user is not None and bool(user.is_authenticated)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take the next bytes; too many end the upload and leave nothing behind."""
        assert self.upload is not None
        if start + len(raw_data) > LARGEST:
            self.upload_interrupted()
            raise StopUpload(connection_reset=True)
        self.upload.write(raw_data)

    def file_complete(self, file_size: int) -> VaultUpload:  # noqa: ARG002 - Django's signature
        """Return the file as the form sees it."""
        upload = self.upload
        assert upload is not None
        self.upload = None
        return VaultUpload(upload, upload.close(), name=self.file_name or "file", content_type=self.content_type or "")

    def upload_interrupted(self) -> None:
        """Leave nothing of a file whose sender went away."""
        if self.upload is not None:
            self.was_cut = True
            self.upload.give_up()
            self.upload = None


def was_cut(request: HttpRequest) -> bool:
    """Return whether the sender went away before the last byte: then nothing of the form is used."""
    handlers: list[object] = getattr(request, "_upload_handlers", [])
    return any(isinstance(one, VaultUploadHandler) and one.was_cut for one in handlers)


def leave_nothing(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return a layer that removes half a file when its request ends in whatever way; Django tells its handlers of some only."""

    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return get_response(request)
        finally:
            for one in getattr(request, "_upload_handlers", []):
                if isinstance(one, VaultUploadHandler):
                    one.upload_interrupted()

    return answer
