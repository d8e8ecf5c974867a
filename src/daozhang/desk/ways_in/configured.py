"""What ``[[sources]]`` in ``daozhang.toml`` may say. A secret is never written there: ``env:NAME`` or ``file:PATH`` says where it is."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

SECRET: Final = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:/.+)$"  # noqa: S105 - a pattern
Secret = Annotated[str, StringConstraints(pattern=SECRET)]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:\-]{1,253}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[int, Field(ge=0, le=86_400)]


class _Source(BaseModel):
    """What every source has."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    """Its name: small letters, digits and dashes. What was brought in is remembered under it."""

    every_min: Annotated[int, Field(ge=0, le=10_080)] = 5
    """Minutes between two looks of the worker; 0 means only ``daozhang fetch`` looks."""

    names: tuple[Annotated[str, StringConstraints(min_length=1, max_length=128)], ...] = ("*",)
    """Patterns of the file names that are taken, ``*.csv`` for example; upper and lower case do not matter."""

    largest_mb: Annotated[int, Field(ge=1, le=65_536)] = 512
    """Larger files are not fetched, and a person is told, MiB."""

    acquirer: Annotated[str, StringConstraints(max_length=64)] = ""
    """Who sends these files, where they do not say it themselves."""

    merchant_no: Annotated[str, StringConstraints(max_length=64)] = ""
    """Merchant number, where the files do not say it."""

    account_tail: Annotated[str, StringConstraints(max_length=32)] = ""
    """Last digits of the bank account of a statement, where the file does not say it."""

    format: Annotated[str, StringConstraints(max_length=64)] = ""
    """Read as this format; empty means by content."""


class _Remote(_Source):
    """What a source on the network has."""

    private: bool = False
    """Whether the host may be inside: a private or loopback address. Nothing else ever leads there."""


class FolderSource(_Source):
    """A folder that others put files into."""

    kind: Literal["folder"]
    path: Annotated[str, StringConstraints(pattern=r"^/.+")]
    """The folder, from the root. Folders inside it are not looked into."""

    settled_s: Seconds = 10
    """A file counts as whole when it has not changed for so long. Names that end in ``.part`` or ``.tmp`` are never taken."""

    afterwards: Literal["leave", "move", "delete"] = "leave"
    """What becomes of a file that is in. ``move`` puts it into ``done/``; one that needs a person goes to
    ``needs-a-person/`` unless files are left."""


class ImapSource(_Remote):
    """A mailbox; the attachments of its messages are the files."""

    kind: Literal["imap"]
    host: Host
    """Mail server."""

    port: Port = 993
    security: Literal["tls", "starttls"] = "tls"
    """TLS from the first byte, or asked for before the login. Nothing is ever sent without it."""

    user: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    password: Secret
    """Where the password is: ``env:NAME`` or ``file:/path``."""

    mailbox: Annotated[str, StringConstraints(min_length=1, max_length=256)] = "INBOX"
    senders: tuple[Annotated[str, StringConstraints(pattern=r"^[^@\s]*@[^@\s]+$")], ...] = Field(min_length=1)
    """Whose messages are opened: ``report@bank.example``, or ``@bank.example`` for everyone there."""

    since_days: Annotated[int, Field(ge=1, le=3660)] = 60
    """Messages that are older are not looked at, days."""

    afterwards: Literal["leave", "seen", "move"] = "leave"
    """What becomes of a message whose attachments are in: left as it is, marked as read, or moved to ``done``."""

    done: Annotated[str, StringConstraints(max_length=256)] = ""
    """Mailbox to which messages are moved."""

    ca_file: Annotated[str, StringConstraints(pattern=r"^(/.+)?$")] = ""
    """Certificates to trust instead of the system's, for a mail server of one's own."""

    @model_validator(mode="after")
    def _moves_somewhere(self) -> ImapSource:
        if (self.afterwards == "move") != bool(self.done):
            raise ValueError("afterwards = move and done belong together")
        return self


class SftpSource(_Remote):
    """A folder of an SFTP server."""

    kind: Literal["sftp"]
    host: Host
    port: Port = 22
    host_key: Annotated[str, StringConstraints(pattern=r"^(SHA256:[A-Za-z0-9+/]{43})?$")] = ""
    """Fingerprint of the server's key. Empty, or another key: nothing is sent, and the fingerprint is shown for a person
    to compare with what the other side says."""

    user: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    password: Secret | None = None
    key: Secret | None = None
    """Where the private key is (OpenSSH form)."""

    path: Annotated[str, StringConstraints(min_length=1, max_length=1024)] = "."
    settled_s: Seconds = 60
    """A file counts as whole when the server says it has not changed for so long."""

    afterwards: Literal["leave", "move", "delete"] = "leave"

    @model_validator(mode="after")
    def _has_one_secret(self) -> SftpSource:
        if (self.password is None) == (self.key is None):
            raise ValueError("either password or key")
        return self


class StoreSource(_Remote):
    """A bucket of an object store, or a folder by URL."""

    kind: Literal["store"]
    url: Annotated[str, StringConstraints(pattern=r"^(s3|gs|file)://.+")]
    """``s3://bucket/prefix``, ``gs://bucket/prefix`` or ``file:///folder``."""

    endpoint: Annotated[str, StringConstraints(pattern=r"^(https?://[^/\s]+)?$")] = ""
    """Address of a store that speaks S3 and is not Amazon's. ``http`` only with ``private``."""

    region: Annotated[str, StringConstraints(max_length=64)] = ""
    access_key: Secret | None = None
    secret_key: Secret | None = None
    afterwards: Literal["leave", "delete"] = "leave"


Source = Annotated[FolderSource | ImapSource | SftpSource | StoreSource, Field(discriminator="kind")]
