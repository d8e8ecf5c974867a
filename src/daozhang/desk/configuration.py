"""Every setting of a workspace: its type, its unit, its default. Documented by docs/reference/settings.md.

Read from ``daozhang.toml`` in the workspace; a name ``DAOZHANG_…`` in the environment goes over it. All wrong and
unknown names are reported together, before anything starts.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator

from daozhang.cases.clocks import read_hours
from daozhang.cases.ladder import ladder
from daozhang.cases.parties import Party
from daozhang.cases.severity import Size
from daozhang.desk.backups.configured import BackupPlace
from daozhang.desk.channels import Channel
from daozhang.desk.connectors.configured import Bank
from daozhang.desk.ways_in.configured import Source
from daozhang.errors import WorkspaceError

FILE_NAME: Final = "daozhang.toml"
PREFIX: Final = "DAOZHANG_"
NOT_SETTINGS: Final = frozenset({"DAOZHANG_WORKSPACE", "DAOZHANG_LANGUAGE_OF_TERMINAL", "DAOZHANG_SCREENSHOTS"})


class Configuration(BaseModel):
    """Every setting. Frozen: change the file and start again."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    language: Literal["zh", "en"] = "zh"
    """Language of notices, reports and of the console until a person chooses."""

    database_url: SecretStr | None = None
    """``postgresql://…`` puts the desk on PostgreSQL; empty means SQLite inside the workspace."""

    cutover: str = Field("23:00", pattern=r"^([01]\d|2[0-4]):[0-5]\d$")
    """Cut-over of a card acquirer whose contract does not state one, local time of the source."""

    cycle: str = Field("T+1", pattern=r"^[TD]\+\d$")
    """Cycle of a merchant whose contract is not known; findings based on it say so."""

    due_time: str = Field("14:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """Time of day by which money is due when the contract does not state one."""

    return_window_workdays: Annotated[int, Field(ge=0, le=60)] = 7
    """Working days after the credit during which a bank may still return it; then the case is final."""

    engine_memory: str = Field("2GB", pattern=r"^\d+(MB|GB)$")
    """Memory limit of the matching engine; beyond it, it spills into the workspace's ``lake/.spill``."""

    engine_threads: Annotated[int, Field(ge=1, le=256)] = 2
    """Threads of the matching engine."""

    engine: Literal["embedded", "spark", "sail"] = "embedded"
    """Where the bulk of a run is worked out: in this process, or on a cluster of Spark or Sail. The rules are the same."""

    engine_url: str = Field("", pattern=r"^((spark|k8s|sc)://\S+|local\[[\d*]+\]|yarn)?$")
    """The cluster: a master URL of Spark (``spark://host:7077``, ``yarn``, ``k8s://…``) or Spark Connect (``sc://host:15002``);
    empty means on this machine."""

    engine_checkpoints: str = Field("", pattern=r"^(s3://\S+|file://\S+|/\S+)?$")
    """Where stages of a run on a cluster are kept, so that it goes on where it was: a folder that the cluster sees under the
    same path, or ``s3://bucket/prefix``; empty means ``lake/.checkpoints`` in the workspace."""

    engine_lake: str = Field("", pattern=r"^(s3://\S+)?$")
    """``s3://bucket/prefix`` to which each part of the lake is brought once for the cluster; empty means that the cluster
    sees the workspace under the same path."""

    engine_options: dict[str, str] = {}
    """Settings of Spark, handed on as they are (``"spark.executor.memory" = "8g"``). Read from the file only."""

    systemic_rows: Annotated[int, Field(ge=10)] = 1_000
    """Rows that must differ in the same way before one finding stands for them; below, each row has its own."""

    systemic_share_pct: Annotated[int, Field(ge=1, le=100)] = 30
    """Share of an acquirer's, merchant's or file's rows of those days that must differ in the same way, per cent."""

    systemic_most_rows: Annotated[int, Field(ge=1_000)] = 200_000
    """Rows of one kind of difference without a shared cause from which on one finding stands for them too."""

    reader_memory_mb: Annotated[int, Field(ge=128, le=65536)] = 1024
    """Memory one file reader may use before it is stopped and the file reported, MiB."""

    reader_cpu_s: Annotated[int, Field(ge=5, le=3600)] = 120
    """Processor time one file reader may use before it is stopped and the file reported, seconds."""

    largest_file_mb: Annotated[int, Field(ge=1, le=1048576)] = 8192
    """Size up to which a file on disk is read, MiB. It may be above ``reader_memory_mb``: a file that is read set-wise or
    as a stream is never held whole. What a zip or an upload holds is in memory and stays below ``reader_memory_mb``."""

    key_folder: str = ""
    """Folder of the key ring; empty means ``keys/`` in the workspace. Put it elsewhere to keep keys apart from data."""

    smtp_host: str = ""
    """Mail server for notices; empty means notices wait in the outbox."""

    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 25
    """Port of the mail server."""

    smtp_user: str = ""
    """User name for the mail server; empty means none."""

    smtp_password: SecretStr | None = None
    """Password for the mail server; never logged, never shown."""

    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    """How the connection to the mail server is protected."""

    mail_from: str = "daozhang@localhost"
    """Sender of notices."""

    merchant_title: str = ""
    """Name of the business that uses this workspace, printed on reports."""

    clock_at: datetime | None = None
    """Where the clock of this workspace stands, for a demo or a drill; empty means the real time. Local, no zone."""

    listen_host: str = "127.0.0.1"
    """Address the console listens on. Anything but loopback needs TLS in front of it."""

    listen_port: Annotated[int, Field(ge=0, le=65535)] = 8765
    """Port of the console."""

    api_requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 600
    """Requests of one API token in a minute; more are answered with the time after which to come again."""

    party_hours: dict[str, str] = {}
    """When a party of a case works, over the usual hours: ``bank = "09:00-17:00 workdays"``, ``network = "00:00-23:59 daily"``.
    Read from the file only."""

    ladder_hours: dict[str, str] = {}
    """Working hours after which a case reaches a level, over those of the ladder: ``L3 = "12"``. Read from the file only."""

    contact_cadence: dict[str, str] = {}
    """Working hours within which somebody speaks with the other side again, by the size of the case: ``sev4 = "18"``.
    Read from the file only."""

    escalate_after_hours: Annotated[int, Field(ge=0, le=200)] = 4
    """Working hours between a promise (or a party's usual time) that ran out and the next level of the ladder."""

    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    """Country of the merchants (two letters, ``CN``): which complaint channels are valid. Empty: only those valid everywhere are shown."""

    backup: BackupPlace | None = None
    """Where backups go: a ``[backup]`` table with ``url`` (``file:///…``, ``s3://…``). Read from the file only."""

    backup_every_hours: Annotated[int, Field(ge=0, le=744)] = 24
    """Hours between two backups by the clock, when ``backup`` names a place; 0 means only by hand."""

    backup_keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days for which one backup a day is kept."""

    backup_keep_months: Annotated[int, Field(ge=0, le=240)] = 12
    """Months for which one backup a month is kept."""

    sources: tuple[Source, ...] = ()
    """Where files are fetched from, one ``[[sources]]`` each: a watched folder, a mailbox, an SFTP server, an object store.
    Read from the file only."""

    @field_validator("sources")
    @classmethod
    def _each_name_once(cls, sources: tuple[Source, ...]) -> tuple[Source, ...]:
        if len({one.name for one in sources}) != len(sources):
            raise ValueError("two sources have the same name")
        return sources

    @field_validator("party_hours", "ladder_hours", "contact_cadence")
    @classmethod
    def _clocks_can_be_read(cls, chosen: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        if info.field_name == "ladder_hours":
            ladder(chosen)
        for name, value in chosen.items():
            if info.field_name == "party_hours":
                Party(name)
                read_hours(value)
            elif info.field_name == "contact_cadence" and (Size(name), int(value))[1] < 1:
                raise ValueError(f"{name} must be at least one hour")
        return chosen

    channels: tuple[Channel, ...] = ()
    """Rooms and gateways that notices go to, one ``[[channels]]`` each: DingTalk, WeCom, Feishu, SMS. Read from the file only."""

    banks: tuple[Bank, ...] = ()
    """Banks that take payment orders, one ``[[banks]]`` each. Read from the file only."""

    account_cooling_hours: Annotated[int, Field(ge=0, le=720)] = 24
    """Hours between the second person's yes to a changed settlement account and its test credit."""

    weekly_digest: bool = False
    """Whether the weekly letter goes to the verified addresses of the own roles, on Mondays from eight."""

    public_address: str = Field("", pattern=r"^(https://[^/]+/?)?$")
    """``https://…`` under which a TLS proxy serves the console; empty means only this machine reaches it."""


def default_due_time(configuration: Configuration) -> time:
    """Return the default due time as a clock time."""
    return time.fromisoformat(configuration.due_time)


def load(workspace: Path, environment: Mapping[str, str] = os.environ) -> Configuration:
    """Read the settings of ``workspace``; WorkspaceError lists every wrong or unknown one."""
    path = workspace / FILE_NAME
    try:
        values: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise WorkspaceError("error-settings", problems=f"{FILE_NAME}: {error}") from error
    for name, value in environment.items():
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            values[name.removeprefix(PREFIX).lower()] = value
    try:
        return Configuration.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise WorkspaceError("error-settings", problems=problems) from None
