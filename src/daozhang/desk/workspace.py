"""A workspace is one directory: ``daozhang.toml``, the desk's database, ``lake/``, ``originals/``, ``keys/``, ``runs/``.

``create`` makes one; ``open_workspace`` points Django at it and brings its tables up to date.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from daozhang.desk import configuration, drill_mark
from daozhang.desk.configuration import Configuration
from daozhang.errors import WorkspaceError

FOLDERS: Final = ("lake", "originals", "keys", "runs", "reports")


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open workspace: its directory and its settings."""

    root: Path
    settings: Configuration

    @property
    def lake(self) -> Path:
        """Return the folder of immutable facts."""
        return self.root / "lake"

    @property
    def originals(self) -> Path:
        """Return the folder of encrypted original files."""
        return self.root / "originals"

    @property
    def runs(self) -> Path:
        """Return the folder of the results of runs."""
        return self.root / "runs"

    @property
    def reports(self) -> Path:
        """Return the folder of reports."""
        return self.root / "reports"

    @property
    def keys(self) -> Path:
        """Return the folder of the key ring, which a setting may put elsewhere."""
        return Path(self.settings.key_folder) if self.settings.key_folder else self.root / "keys"


def create(root: Path) -> Workspace:
    """Make a new workspace in ``root``; WorkspaceError when one is there already, or anything else."""
    lay_out(root)
    return open_workspace(root)


def lay_out(root: Path) -> None:
    """Make the folders and the settings of a new workspace; its database comes when it is first opened."""
    if (root / configuration.FILE_NAME).exists():
        raise WorkspaceError("error-workspace-exists", path=str(root))
    if root.exists() and any(root.iterdir()):
        raise WorkspaceError("error-workspace-not-empty", path=str(root))
    root.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        (root / folder).mkdir(mode=0o700, exist_ok=True)
    (root / configuration.FILE_NAME).write_text(
        '# Settings: docs/reference/settings.md\nlanguage = "zh"\n', encoding="utf-8"
    )


def open_workspace(root: Path) -> Workspace:
    """Open the workspace in ``root``: read its settings, point the desk at its database, migrate it when needed."""
    if not (root / configuration.FILE_NAME).exists():
        raise WorkspaceError("error-no-workspace", path=str(root))
    workspace = Workspace(root.resolve(), drill_mark.within(root, configuration.load(root)))
    for folder in (workspace.lake, workspace.originals, workspace.runs, workspace.reports, workspace.keys):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _point_django_at(workspace)
    return workspace


def prepare_django() -> None:
    """Make Django ready without a workspace: its database is decided when one opens."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daozhang.desk.settings")
    import django  # noqa: PLC0415 - Django reads its settings when its parts are imported
    from django.apps import apps  # noqa: PLC0415

    if not apps.ready:
        django.setup()


def _point_django_at(workspace: Workspace) -> None:
    prepare_django()
    from django.conf import settings  # noqa: PLC0415 - Django reads its settings when its parts are imported
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import DEFAULT_DB_ALIAS, connections  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    from daozhang.desk import sight  # noqa: PLC0415 - it asks for the tables

    database = _database(workspace)
    settings.SECRET_KEY = _web_secret(workspace)
    settings.DATABASES = {"default": database}
    connections.close_all()
    # Django has no public way to point at another database; its handler keeps the settings and the open connections.
    handler: Any = connections
    handler._settings = {"default": dict(database)}  # noqa: SLF001
    handler.settings = handler.configure_settings(handler._settings)  # noqa: SLF001
    if hasattr(handler._connections, DEFAULT_DB_ALIAS):  # noqa: SLF001
        delattr(handler._connections, DEFAULT_DB_ALIAS)  # noqa: SLF001
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    sight.opens_workspace()


def _database(workspace: Workspace) -> dict[str, Any]:
    url = workspace.settings.database_url
    if url is None:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(workspace.root / "desk.sqlite3"),
            "OPTIONS": {
                "timeout": 60,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"postgresql", "postgres"}:
        raise WorkspaceError("error-database-url", scheme=parts.scheme)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
    }


def _web_secret(workspace: Workspace) -> str:
    """Return the secret of sessions and forms; it is not a key of the ring and can be thrown away at any time."""
    path = workspace.root / ".web-secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
