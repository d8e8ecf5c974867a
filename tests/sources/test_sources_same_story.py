"""The same files by every way in give the same lake, and a file that came by one way is known by all others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from sources_peers import MailServer, configured, csv, mail_server, sftp_server

from daozhang.desk import imports, tokens
from daozhang.desk.models import Import, QuarantinedRow
from daozhang.desk.ways_in import looking
from daozhang.desk.worker import work_once

PASSWORD = "a long enough one"


class Peers:
    """The folder of files and the servers that show them."""

    def __init__(self, folder: Path, mail: MailServer, sftp: tuple[int, str]) -> None:
        self.folder, self.mail, self.sftp = folder, mail, sftp


def files() -> dict[str, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/十月.csv", csv(4, 300))
        archive.writestr("same.csv", csv(3))
    return {
        "a.csv": csv(3),
        "b 清算.csv": csv(2, 2) + b"up,898000000000001,2026-10-08,sale,12.5O,0,1\n",
        "gbk.csv": csv(1, 77).decode().replace("up,", "银联,").encode("gb18030"),
        "c.zip": packed.getvalue(),
    }


def lake(workspace: Any) -> dict[str, Any]:
    """Return what counts: every visible row with its line, every row set aside, and what was said of each file."""
    parts, _ = imports.visible(workspace)
    rows = sorted(
        (part.table, line, bytes(fp))
        for part in parts
        for table in [pq.read_table(workspace.root / part.path, columns=["line_no", "fp"])]
        for line, fp in zip(table["line_no"].to_pylist(), table["fp"].to_pylist(), strict=True)
    )
    aside = sorted(QuarantinedRow.objects.values_list("line_no", "column", "value", "reason"))
    totals = sorted(Import.objects.values_list("sha256", "state", "format", "rows_in", "control", "quarantined"))
    return {
        "rows": rows,
        "aside": aside,
        "totals": totals,
        "accepted": sum(one.accepted for one in Import.objects.all()),
    }


def by_command(workspace: Any, folder: Path, _peers: Peers) -> None:
    imports.import_paths(workspace, sorted(folder.iterdir()))


def by_console(workspace: Any, folder: Path, _peers: Peers) -> None:
    from django.contrib.auth.models import User

    from daozhang.web import context

    context.use(workspace)
    User.objects.get_or_create(username="li")[0].set_password(PASSWORD)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="li"))
    sent = [SimpleUploadedFile(one.name, one.read_bytes()) for one in sorted(folder.iterdir())]
    assert client.post("/import", {"files": sent}, headers={"Accept": "application/json"}).status_code == 202
    _work(workspace)


def by_api(workspace: Any, folder: Path, _peers: Peers) -> None:
    from urllib.parse import quote

    from daozhang.web import context

    context.use(workspace)
    secret = tokens.make(workspace, f"till-{len(tokens.every(workspace))}", ["import"], by="test")
    client = Client(SERVER_NAME="localhost")
    for one in sorted(folder.iterdir()):
        answer = client.post(
            f"/api/v1/imports?file_name={quote(one.name)}", one.read_bytes(), content_type="application/octet-stream",
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        assert answer.status_code == 202, answer.content
    _work(workspace)


def by_folder(workspace: Any, folder: Path, _peers: Peers) -> None:
    _look(workspace, kind="folder", path=str(folder), settled_s=0)


def by_url(workspace: Any, folder: Path, _peers: Peers) -> None:
    _look(workspace, kind="store", url=f"file://{folder}")


def by_mail(workspace: Any, folder: Path, peers: Peers) -> None:
    peers.mail.put(*((one.name, one.read_bytes()) for one in sorted(folder.iterdir())))
    _look(
        workspace, kind="imap", host="127.0.0.1", port=peers.mail.port, security="starttls", user="shop", private=True,
        password="env:PEER_PASSWORD", senders=["@bank.example"], ca_file=str(peers.mail.cert),
    )  # fmt: skip


def by_sftp(workspace: Any, _folder: Path, peers: Peers) -> None:
    _look(
        workspace, kind="sftp", host="127.0.0.1", port=peers.sftp[0], host_key=peers.sftp[1], user="shop", private=True,
        password="env:PEER_PASSWORD", path="/", settled_s=0,
    )  # fmt: skip


WAYS: dict[str, Callable[[Any, Path, Peers], None]] = {
    "command": by_command, "console": by_console, "api": by_api, "folder": by_folder, "url": by_url, "mail": by_mail,
    "sftp": by_sftp,
}  # fmt: skip


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    root = tmp_path_factory.mktemp("peers")
    (root / "files").mkdir()
    for name, body in files().items():
        (root / "files" / name).write_bytes(body)
    with mail_server(root) as mail, sftp_server(root, root / "files") as sftp:
        yield Peers(root / "files", mail, sftp)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, peers: Peers) -> dict[str, Any]:
    from daozhang.desk.workspace import create

    workspace = create(tmp_path_factory.mktemp("expected") / "workspace")
    by_command(workspace, peers.folder, peers)
    return lake(workspace)


def _work(workspace: Any) -> None:
    from daozhang.desk.models import Job

    Job.objects.filter(kind="run").delete()
    while work_once(workspace):
        pass


def _look(workspace: Any, **source: Any) -> None:
    name = f"s{len(workspace.settings.sources)}"
    said = looking.look(configured(workspace.root, name=name, **source), name, by="test")
    assert said["error"] is None, said


@pytest.mark.parametrize("way", [one for one in WAYS if one != "command"])
def test_every_way_gives_the_same_lake(
    way: str, expected: dict[str, Any], peers: Peers, sqlite_workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEER_PASSWORD", "sesame")
    assert expected["accepted"] == 8
    assert len(expected["aside"]) == 1

    WAYS[way](sqlite_workspace, peers.folder, peers)

    assert lake(sqlite_workspace) == expected


def test_what_came_by_one_way_is_known_by_all_others(
    expected: dict[str, Any], peers: Peers, sqlite_workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from daozhang.desk.workspace import open_workspace

    monkeypatch.setenv("PEER_PASSWORD", "sesame")
    for way in ("folder", "api", "sftp", "console", "command", "url"):
        WAYS[way](open_workspace(sqlite_workspace.root), peers.folder, peers)

    assert lake(sqlite_workspace) == expected
