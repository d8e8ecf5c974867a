"""Where backups are kept, as the settings name it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from daozhang.desk.ways_in.configured import Secret


class BackupPlace(BaseModel):
    """The place backups go to, as the settings name it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: Annotated[str, StringConstraints(pattern=r"^(s3|gs|file)://.+")]
    """``file:///folder``, ``s3://bucket/prefix`` or ``gs://bucket/prefix``. Another disk, better another house."""

    endpoint: Annotated[str, StringConstraints(pattern=r"^(https?://[^/\s]+)?$")] = ""
    """Address of a store that speaks S3 and is not Amazon's. ``http`` only with ``private``."""

    region: Annotated[str, StringConstraints(max_length=64)] = ""
    access_key: Secret | None = None
    secret_key: Secret | None = None
    private: bool = False
    """Whether the store may lie inside the own network."""
