"""A prefix of an object store (``s3://``, ``gs://``) or a folder by URL (``file://``); listed, read as a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import pyarrow as pa
from pyarrow import fs

from daozhang.desk.clock import ZONE
from daozhang.desk.ways_in.configured import StoreSource
from daozhang.desk.ways_in.found import Found, is_wanted, secret
from daozhang.desk.ways_in.outgoing import ANSWER_S, CONNECT_S, checked
from daozhang.errors import InputError, OutsideError, RefusedError

CHUNK: Final = 1024 * 1024
MOST: Final = 100_000
"""Objects below a prefix beyond which a person has to name a narrower one."""


class Reached(Protocol):
    """What has to be known of a place to reach it."""

    @property
    def endpoint(self) -> str:
        """Return the address of a store that is not Amazon's, empty for Amazon's own."""

    @property
    def region(self) -> str:
        """Return the region, empty for the usual one."""

    @property
    def access_key(self) -> str | None:
        """Return where the access key is to be found."""

    @property
    def secret_key(self) -> str | None:
        """Return where the secret key is to be found."""

    @property
    def private(self) -> bool:
        """Return whether the store may lie inside the own network."""


@contextmanager
def opened(source: StoreSource) -> Iterator[ObjectStore]:
    """Give the store; OutsideError when it cannot be reached."""
    parts = urlsplit(source.url)
    place = (parts.netloc + unquote(parts.path)).rstrip("/") if parts.scheme != "file" else unquote(parts.path)
    try:
        yield ObjectStore(source, system_of(source, parts.scheme), place)
    except (pa.ArrowException, OSError) as error:
        raise OutsideError("source-broke-off", host=source.endpoint or source.url, fault=_short(error)) from error


class ObjectStore:
    """The objects below a prefix."""

    def __init__(self, source: StoreSource, system: Any, place: str) -> None:  # noqa: ANN401 - pyarrow has no types
        self._source, self._system, self._place = source, system, place

    def files(self, is_known: Callable[[Found], bool]) -> Iterator[Found]:  # noqa: ARG002 - the list tells all
        """Yield the objects, the oldest first."""
        listed = self._system.get_file_info(fs.FileSelector(self._place, recursive=True, allow_not_found=False))
        if len(listed) > MOST:
            raise RefusedError("source-too-many", limit=MOST)
        files = [one for one in listed if one.is_file and is_wanted(one.base_name, self._source.names)]
        for one in sorted(files, key=lambda one: (one.mtime_ns or 0, one.path)):
            name = one.path.removeprefix(self._place).lstrip("/") or one.base_name
            yield Found(
                key=(one.path, str(one.size), str(one.mtime_ns)), name=name, size=one.size or 0, stated_at=_local(one.mtime),
                take=partial(self._take, one.path, one.size or 0), put_away=partial(self._put_away, one.path),
            )  # fmt: skip

    def _take(self, path: str, size: int) -> Iterator[bytes]:
        taken = 0
        try:
            with self._system.open_input_stream(path) as stream:
                while chunk := stream.read(CHUNK):
                    taken += len(chunk)
                    yield bytes(chunk)
        except FileNotFoundError as error:
            raise InputError("refused-unreadable", fault=_short(error)) from error
        if taken != size:
            raise OutsideError("source-file-changes", file=path)

    def _put_away(self, path: str, needs_a_person: bool) -> None:  # noqa: FBT001 - told by the runner
        if self._source.afterwards == "delete" and not needs_a_person:
            self._system.delete_file(path)


def system_of(source: Reached, scheme: str) -> Any:  # noqa: ANN401
    """Return pyarrow's way to the place; what may not be connected to is refused before anything is sent."""
    if scheme == "file":
        return fs.LocalFileSystem()
    if scheme == "gs":
        token = {"access_token": secret(source.secret_key)} if source.secret_key else {}
        return fs.GcsFileSystem(**token)
    endpoint = urlsplit(source.endpoint)
    settings: dict[str, Any] = {"connect_timeout": CONNECT_S, "request_timeout": ANSWER_S, "background_writes": False}
    if source.endpoint:
        if endpoint.scheme == "http" and not source.private:
            raise RefusedError("source-needs-tls", host=endpoint.netloc)
        port = endpoint.port or (443 if endpoint.scheme == "https" else 80)
        checked(endpoint.hostname or "", port, may_be_private=source.private)
        settings |= {"endpoint_override": endpoint.netloc, "scheme": endpoint.scheme}
    if source.access_key and source.secret_key:
        settings |= {"access_key": secret(source.access_key), "secret_key": secret(source.secret_key)}
    return fs.S3FileSystem(region=source.region or "us-east-1", **settings)


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def _short(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
