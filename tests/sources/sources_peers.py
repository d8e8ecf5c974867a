"""Real peers on loopback, each a process of its own: a mail server, an SFTP server, an object store."""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import ipaddress
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HEAD = "acquirer,merchant_no,cleared_on,kind,gross_minor,fee_minor,net_minor\n"
SSH_SERVER = """
import asyncio, sys
import asyncssh

class Door(asyncssh.SSHServer):
    def begin_auth(self, username): return True
    def password_auth_supported(self): return True
    def validate_password(self, username, password): return (username, password) == ("shop", "sesame")

async def main():
    key = asyncssh.import_private_key(open(sys.argv[2]).read())
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=Door, server_host_keys=[key],
        sftp_factory=lambda chan: asyncssh.SFTPServer(chan, chroot=sys.argv[1]))
    print(server.get_port(), key.get_fingerprint(), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def csv(rows: int, first: int = 1) -> bytes:
    return (
        HEAD + "".join(f"up,898000000000001,2026-10-08,sale,{n},0,{n}\n" for n in range(first, first + rows))
    ).encode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, process: subprocess.Popen[Any], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "the peer ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the peer does not answer")


@contextmanager
def running(command: list[str], **more: Any) -> Iterator[subprocess.Popen[Any]]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **more)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate of 127.0.0.1 that signs itself; return its file and the key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, private


class MailServer:
    """A running mail server with one mailbox, and what tests do to it."""

    def __init__(self, port: int, cert: Path) -> None:
        self.port, self.cert = port, cert

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.starttls(ssl.create_default_context(cafile=str(self.cert)))
        client.login("shop", "sesame")
        return client

    def put(self, *files: tuple[str, bytes], sender: str = "Bank <report@bank.example>", size: int = 0) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, "shop@shop.example", "对账单"
        message.set_content("see attached " + "x" * size)
        for name, body in files:
            message.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
        client = self.client()
        status, _ = client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), message.as_bytes())
        assert status == "OK"
        client.logout()

    def flags(self) -> list[str]:
        client = self.client()
        client.select("INBOX", readonly=True)
        _, told = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [one.decode() if isinstance(one, bytes) else "" for one in told]


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    cert, key = certificate(folder)
    port = free_port()
    program = Path(sys.executable).parent / "pymap"
    command = [
        str(program), "--host", "127.0.0.1", "--port", str(port), "--cert", str(cert), "--key", str(key), "--no-service", "admin",
        "dict", "--demo-user", "shop", "--demo-password", "sesame", "--demo-data",
    ]  # fmt: skip
    with running(command, stdout=subprocess.DEVNULL) as process:
        answers(port, process)
        server = MailServer(port, cert)
        client = server.client()
        client.select("INBOX")
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.create("Done")
        client.logout()
        yield server


@contextmanager
def sftp_server(folder: Path, files: Path) -> Iterator[tuple[int, str]]:
    """Give port and fingerprint of a server that shows ``files``."""
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    (folder / "host_key").write_bytes(key)
    command = [sys.executable, "-c", SSH_SERVER, str(files), str(folder / "host_key")]
    with running(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port, fingerprint = process.stdout.readline().split()
        yield int(port), fingerprint


@contextmanager
def object_store() -> Iterator[tuple[int, Any]]:
    """Give the port of a store that speaks S3, and pyarrow's way to it; bucket ``shop`` is there."""
    from pyarrow import fs

    port = free_port()
    program = Path(sys.executable).parent / "moto_server"
    with running([str(program), "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL) as process:
        answers(port, process)
        system = fs.S3FileSystem(
            access_key="k", secret_key="s", endpoint_override=f"127.0.0.1:{port}", scheme="http",
            region="us-east-1", allow_bucket_creation=True, background_writes=False,
        )  # fmt: skip
        system.create_dir("shop")
        yield port, system


def configured(root: Path, **source: Any) -> Any:
    """Add a source to the settings of a workspace and return the workspace, open."""
    import json

    from daozhang.desk.workspace import open_workspace

    with (root / "daozhang.toml").open("a", encoding="utf-8") as file:
        file.write("\n[[sources]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in source.items()))
    return open_workspace(root)


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DAOZHANG_")}
    return kept | {"DAOZHANG_LANGUAGE_OF_TERMINAL": "en"}


def daozhang(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from daozhang.cli.main import run; run()", *arguments]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)
