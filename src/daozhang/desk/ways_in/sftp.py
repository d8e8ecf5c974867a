"""A folder of an SFTP server whose key a person has confirmed; to any other server nothing is said."""

from __future__ import annotations

import base64
import hashlib
import io
import posixpath
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

import paramiko

from daozhang.desk.ways_in.configured import SftpSource
from daozhang.desk.ways_in.found import Found, is_wanted, local, secret
from daozhang.desk.ways_in.outgoing import ANSWER_S, checked
from daozhang.errors import OutsideError, RefusedError

CHUNK: Final = 262_144
AT_ONCE: Final = 32
"""Read requests on the way at the same time: enough for a fast line, little enough for memory."""
DONE: Final = "done"
NEEDS_A_PERSON: Final = "needs-a-person"


@contextmanager
def opened(source: SftpSource) -> Iterator[SftpFolder]:
    """Give the folder; RefusedError when the server's key is not the confirmed one, OutsideError when it does not answer."""
    address = checked(source.host, source.port, may_be_private=source.private)
    with address.connect() as connection:
        transport = paramiko.Transport(connection)
        try:
            transport.banner_timeout = transport.auth_timeout = ANSWER_S
            transport.start_client(timeout=ANSWER_S)
            _check_key(source, transport.get_remote_server_key())
            _log_in(source, transport)
            client = paramiko.SFTPClient.from_transport(transport)
            if client is None:
                raise OutsideError("source-no-answer", host=source.host, port=str(source.port))
            channel = client.get_channel()
            if channel is not None:
                channel.settimeout(ANSWER_S)
            yield SftpFolder(source, client)
        except paramiko.AuthenticationException as error:
            raise OutsideError("source-login-refused", host=source.host, user=source.user) from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise OutsideError("source-broke-off", host=source.host, fault=type(error).__name__) from error
        finally:
            transport.close()


def fingerprint(key: paramiko.PKey) -> str:
    """Return the fingerprint of a key, as ``ssh-keygen -l`` shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


class SftpFolder:
    """The files directly inside a folder of the server."""

    def __init__(self, source: SftpSource, client: paramiko.SFTPClient) -> None:
        self._source, self._client = source, client

    def files(self, is_known: Callable[[Found], bool]) -> Iterator[Found]:  # noqa: ARG002 - nothing has to be opened to see it
        """Yield the files, the oldest first."""
        listed = [one for one in self._client.listdir_attr(self._source.path) if stat.S_ISREG(one.st_mode or 0)]
        for one in sorted(listed, key=lambda one: (one.st_mtime or 0, one.filename)):
            if is_wanted(one.filename, self._source.names):
                yield self._found(one)

    def _found(self, one: paramiko.SFTPAttributes) -> Found:
        size, changed = one.st_size or 0, one.st_mtime or 0
        return Found(
            key=(one.filename, str(size), str(changed)), name=one.filename, size=size,
            stated_at=local(changed) if changed else None, take=partial(self._take, one.filename, size),
            put_away=partial(self._put_away, one.filename),
            is_settled=not changed or time.time() - changed >= self._source.settled_s,
        )  # fmt: skip

    def _take(self, name: str, size: int) -> Iterator[bytes]:
        taken = 0
        with self._client.open(self._at(name), "rb") as file:
            file.prefetch(size, max_concurrent_requests=AT_ONCE)
            while taken < size and (chunk := file.read(min(CHUNK, size - taken))):
                taken += len(chunk)
                yield chunk
        if taken != size or self._client.stat(self._at(name)).st_size != size:
            raise OutsideError("source-file-changes", file=name)

    def _put_away(self, name: str, needs_a_person: bool) -> None:  # noqa: FBT001 - told by the runner
        if self._source.afterwards == "leave":
            return
        if self._source.afterwards == "delete" and not needs_a_person:
            with suppress(FileNotFoundError):
                self._client.remove(self._at(name))
            return
        folder = self._at(NEEDS_A_PERSON if needs_a_person else DONE)
        with suppress(OSError):  # it is there already
            self._client.mkdir(folder)
        target = posixpath.join(folder, name)
        with suppress(FileNotFoundError):
            self._client.stat(target)
            target = posixpath.join(folder, f"{int(time.time())}-{name}")
        with suppress(FileNotFoundError):
            self._client.rename(self._at(name), target)

    def _at(self, name: str) -> str:
        return posixpath.join(self._source.path, name)


def _check_key(source: SftpSource, key: paramiko.PKey) -> None:
    shown = fingerprint(key)
    if not source.host_key:
        raise RefusedError("source-host-key-unknown", host=source.host, name=source.name, fingerprint=shown)
    if shown != source.host_key:
        raise RefusedError("source-host-key-other", host=source.host, expected=source.host_key, fingerprint=shown)


def _log_in(source: SftpSource, transport: paramiko.Transport) -> None:
    if source.password is not None:
        transport.auth_password(source.user, secret(source.password))
        return
    text = secret(source.key or "")
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with suppress(paramiko.SSHException, ValueError):
            transport.auth_publickey(source.user, kind.from_private_key(io.StringIO(text)))
            return
    raise OutsideError("source-login-refused", host=source.host, user=source.user)
