"""How the console takes a file: as it streams in, straight into an encrypted upload; the plain bytes touch no disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from daozhang.desk import uploads
from daozhang.web.context import workspace

LARGEST: Final = 2 * 1024**3
"""Bytes of one file beyond which the console refuses it; larger ones are read in on the command line."""


class VaultUpload(UploadedFile):  # type: ignore[type-arg]  # not subscriptable at run time
    """A file that has arrived: its name, its size, and the id under which the worker finds it."""

    def __init__(self, upload: uploads.Upload, upload_id: str, *, name: str, content_type: str) -> None:
        super().__init__(BytesIO(), name, content_type, upload.size)
        self.upload_id = upload_id


class VaultUploadHandler(FileUploadHandler):
    """Seals what arrives, piece by piece."""

    chunk_size = 262_144

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **more)
        self.upload: uploads.Upload | None = None

    def new_file(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - Django's signature
        """Begin a file; only a person who is logged in may leave one here."""
        super().new_file(*args, **more)
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise StopUpload(connection_reset=True)
        self.upload = uploads.start(workspace())

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
            self.upload.give_up()
            self.upload = None
