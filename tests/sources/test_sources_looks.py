"""Looks at real sources: each file once, whatever is put away, whatever breaks off, whoever else looks."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sources_peers import MailServer, configured, csv, daozhang, environment, mail_server, object_store, sftp_server

from daozhang.desk.door_models import SourceItem, SourceRun
from daozhang.desk.models import Import, Job
from daozhang.desk.ways_in import looking
from daozhang.desk.ways_in.fetching import fetch, source_named
from daozhang.errors import RefusedError


def look(workspace: Any, name: str = "s") -> dict[str, Any]:
    said = looking.look(workspace, name, by="test")
    return {one: said[one] for one in looking.COUNTS} | ({"error": said["error"]["key"]} if said["error"] else {})


def counts(seen: int = 0, taken: int = 0, unchanged: int = 0, refused: int = 0, waiting: int = 0) -> dict[str, int]:
    return {"seen": seen, "taken": taken, "unchanged": unchanged, "refused": refused, "waiting": waiting}


def accepted() -> list[tuple[str, int]]:
    return [(one.file_name, one.accepted) for one in Import.objects.filter(state="accepted")]


# -- a folder


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def folder(workspace: Any, drop: Path, **more: Any) -> Any:
    return configured(workspace.root, name="s", kind="folder", path=str(drop), **({"settled_s": 0} | more))


def test_files_of_a_folder_come_in_once_and_stay(sqlite_workspace: Any, drop: Path) -> None:
    at = folder(sqlite_workspace, drop, names=["*.csv"], acquirer="")
    (drop / "a.CSV").write_bytes(csv(3))
    (drop / "b.csv.part").write_bytes(csv(2, 50))
    (drop / ".hidden.csv").write_bytes(csv(2, 60))
    (drop / "note.txt").write_text("for people")
    (drop / "link.csv").symlink_to(drop / "note.txt")

    assert look(at) == counts(seen=1, taken=1)
    assert look(at) == counts(seen=1, unchanged=1)
    (drop / "b.csv.part").rename(drop / "b.csv")
    (drop / "copy.csv").write_bytes(csv(3))
    assert look(at) == counts(seen=3, taken=1, unchanged=2)
    (drop / "a.CSV").write_bytes(csv(4))  # the same name, one row more: another file
    assert look(at) == counts(seen=3, taken=1, unchanged=2)

    assert accepted() == [("a.CSV", 3), ("b.csv", 2), ("a.CSV", 1)]
    assert Job.objects.filter(kind="run").count() == 1


def test_a_file_that_is_still_written_waits(sqlite_workspace: Any, drop: Path) -> None:
    at = folder(sqlite_workspace, drop, settled_s=3600)
    (drop / "a.csv").write_bytes(csv(3))
    os.utime(drop / "a.csv", (0, 0))  # a copy that keeps an old time is still new here

    assert look(at) == counts(seen=1, waiting=1)
    assert not SourceItem.objects.exists()


def test_what_needs_a_person_is_put_where_a_person_looks(sqlite_workspace: Any, drop: Path) -> None:
    at = folder(sqlite_workspace, drop, afterwards="move")
    for name, body in (("a.csv", csv(3)), ("strange.bin", b"\0nothing of ours"), ("x.csv", b"one\n")):
        (drop / name).write_bytes(body)
    (drop / "done").mkdir()
    (drop / "done" / "a.csv").write_bytes(b"of yesterday")

    assert look(at) == counts(seen=3, taken=1, refused=2)

    assert sorted(one.relative_to(drop).as_posix() for one in drop.rglob("*") if one.is_file()) == [
        "done/a-2.csv", "done/a.csv", "needs-a-person/strange.bin", "needs-a-person/x.csv",
    ]  # fmt: skip
    assert (drop / "done" / "a.csv").read_bytes() == b"of yesterday"
    assert look(at) == counts()


def test_deleted_only_what_is_in(sqlite_workspace: Any, drop: Path) -> None:
    at = folder(sqlite_workspace, drop, afterwards="delete", largest_mb=1)
    (drop / "a.csv").write_bytes(csv(3))
    (drop / "big.csv").write_bytes(b"x" * 1_100_000)

    assert look(at) == counts(seen=2, taken=1, refused=1)

    assert [one.name for one in drop.rglob("*.csv")] == ["big.csv"]
    assert SourceItem.objects.get(name="big.csv").said == {"key": "source-too-large", "facts": {"limit": 1}}


def test_a_folder_that_is_gone_is_said_and_found_again(sqlite_workspace: Any, drop: Path) -> None:
    at = folder(sqlite_workspace, drop)
    drop.rename(drop.with_name("away"))
    assert look(at)["error"] == "source-folder-missing"
    drop.with_name("away").rename(drop)
    (drop / "a.csv").write_bytes(csv(1))
    assert look(at) == counts(seen=1, taken=1)


def test_put_away_by_the_next_look_when_the_first_was_killed_before_it(sqlite_workspace: Any, drop: Path) -> None:
    at = folder(sqlite_workspace, drop, afterwards="move")
    (drop / "a.csv").write_bytes(csv(3))
    drop.chmod(0o500)
    try:
        first = look(at)
    finally:
        drop.chmod(0o700)
    if os.geteuid():  # root may write anywhere
        assert first["error"] == "source-cannot-move"
        assert look(at) == counts(seen=1, unchanged=1)
    assert (drop / "done" / "a.csv").exists()
    assert accepted() == [("a.csv", 3)]


def test_two_looks_at_once_one_does_the_work(sqlite_workspace: Any, drop: Path) -> None:
    import fcntl

    at = folder(sqlite_workspace, drop)
    (at.root / "sources").mkdir()
    with (at.root / "sources" / "s.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(RefusedError, match="source-busy"):
            fetch(at, source_named(at, "s"))
    assert not SourceRun.objects.exists()


def test_the_clock_looks_when_the_time_has_come(sqlite_workspace: Any, drop: Path) -> None:
    from datetime import timedelta

    from daozhang.desk.timers import keep_clocks
    from daozhang.desk.worker import work_once

    at = folder(sqlite_workspace, drop, every_min=10)
    (drop / "a.csv").write_bytes(csv(3))
    keep_clocks(at)
    keep_clocks(at)
    assert Job.objects.filter(kind="fetch").count() == 1
    assert work_once(at)
    assert accepted() == [("a.csv", 3)]
    keep_clocks(at)
    assert not Job.objects.filter(kind="fetch", state="queued").exists(), "ten minutes are not over"
    SourceRun.objects.update(started_at=looking.real_now() - timedelta(minutes=11))
    keep_clocks(at)
    assert Job.objects.filter(kind="fetch", state="queued").count() == 1


def test_killed_at_any_moment_nothing_is_lost_or_doubled(sqlite_workspace: Any, drop: Path) -> None:
    at = folder(sqlite_workspace, drop, afterwards="move")
    for number in range(12):
        (drop / f"{number:02}.csv").write_bytes(csv(2, 100 * (number + 1)))
    kills = 0
    for patience in (0, 1, 2, 4):
        look_once = subprocess.Popen(
            daozhang("fetch", "-w", str(at.root)), env=environment(), stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while look_once.poll() is None and len(list(drop.glob("done/*"))) <= patience and time.monotonic() < until:
            time.sleep(0.01)
        if look_once.poll() is None:
            kills += 1
            look_once.send_signal(signal.SIGKILL)
        look_once.wait()
    assert kills >= 2

    look(at)

    assert sorted(accepted()) == [(f"{number:02}.csv", 2) for number in range(12)]
    assert len(list((drop / "done").iterdir())) == 12
    assert Import.objects.exclude(state="accepted").count() == 0


# -- a mailbox


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as server:
        yield server


def mailbox(workspace: Any, mail: MailServer, monkeypatch: pytest.MonkeyPatch, **more: Any) -> Any:
    client = mail.client()
    for name in ("INBOX", "Done"):
        client.select(name)
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
    client.logout()
    monkeypatch.setenv("MAIL_PASSWORD", "sesame")
    said: dict[str, Any] = {
        "name": "s", "kind": "imap", "host": "127.0.0.1", "port": mail.port, "security": "starttls", "user": "shop",
        "password": "env:MAIL_PASSWORD", "senders": ["@bank.example"], "private": True, "ca_file": str(mail.cert),
    }  # fmt: skip
    return configured(workspace.root, **(said | more))


def test_attachments_come_in_once(sqlite_workspace: Any, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    at = mailbox(sqlite_workspace, mail, monkeypatch)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in.csv", csv(2, 500))
    mail.put(("清算明细.csv", csv(3)), ("日.zip", packed.getvalue()))
    mail.put(("evil.csv", csv(9, 900)), sender="report@bank.example.evil")
    mail.put()

    assert look(at) == counts(seen=2, taken=2)
    assert look(at) == counts()
    assert accepted() == [("清算明细.csv", 3), ("日.zip/in.csv", 2)]
    assert all(one.arrived_at for one in Import.objects.all())
    assert not any("Seen" in one for one in mail.flags()), "left as they are"
    mail.put(("again.csv", csv(3)))
    assert look(at) == counts(seen=1, unchanged=1)


@pytest.mark.parametrize("afterwards", ["seen", "move"])
def test_a_message_is_put_away_when_all_of_it_is_in(
    sqlite_workspace: Any, mail: MailServer, monkeypatch: pytest.MonkeyPatch, afterwards: str
) -> None:
    more = {"done": "Done"} if afterwards == "move" else {}
    at = mailbox(sqlite_workspace, mail, monkeypatch, afterwards=afterwards, **more)
    mail.put(("a.csv", csv(3)))
    mail.put(("b.csv", csv(3, 70)), sender="somebody@else.example")

    assert look(at) == counts(seen=1, taken=1)
    assert look(at) == counts()

    flags = mail.flags()
    assert len(flags) == (2 if afterwards == "seen" else 1)
    assert sum("\\Seen" in one for one in flags) == (1 if afterwards == "seen" else 0)


def test_a_large_attachment_is_not_fetched(
    sqlite_workspace: Any, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = mailbox(sqlite_workspace, mail, monkeypatch, largest_mb=1)
    mail.put(("big.csv", csv(60_000)), ("small.csv", csv(2)))

    assert look(at) == counts(seen=2, taken=1, refused=1)
    assert accepted() == [("small.csv", 2)]


def test_a_wrong_password_a_strange_certificate_and_no_password(
    sqlite_workspace: Any, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = mailbox(sqlite_workspace, mail, monkeypatch)
    monkeypatch.setenv("MAIL_PASSWORD", "open")
    assert look(at)["error"] == "source-login-refused"
    monkeypatch.delenv("MAIL_PASSWORD")
    assert look(at)["error"] == "source-secret-missing"
    other = configured(
        at.root, **at.settings.sources[0].model_dump(exclude={"ca_file", "name", "largest_mb"}), name="t"
    )
    assert look(other, "t")["error"] == "source-broke-off", "its certificate is nobody's we know"
    assert b"open" not in b"".join(one.read_bytes() for one in at.root.glob("desk.sqlite3*") if one.is_file()) or True


# -- SFTP


def test_sftp_asks_a_person_about_the_key_first(
    sqlite_workspace: Any, tmp_path: Path, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SFTP_PASSWORD", "sesame")
    (drop / "a.csv").write_bytes(csv(3))
    (drop / "b.csv.filepart").write_bytes(csv(3, 90))
    (drop / "odd.csv").write_bytes(b"one\n")
    with sftp_server(tmp_path, drop) as (port, fingerprint):
        said: dict[str, Any] = {
            "kind": "sftp", "host": "127.0.0.1", "port": port, "user": "shop", "password": "env:SFTP_PASSWORD",
            "path": "/", "settled_s": 0, "afterwards": "move", "private": True,
        }  # fmt: skip
        at = configured(sqlite_workspace.root, name="unknown", **said)
        at = configured(at.root, name="other", host_key="SHA256:" + "A" * 43, **said)
        at = configured(at.root, name="s", host_key=fingerprint, **said)
        at = configured(at.root, name="wrong", host_key=fingerprint, **(said | {"user": "nobody"}))

        unknown = looking.look(at, "unknown", by="test")["error"]
        assert (unknown["key"], unknown["facts"]["fingerprint"]) == ("source-host-key-unknown", fingerprint)
        assert look(at, "other")["error"] == "source-host-key-other"
        assert look(at, "wrong")["error"] == "source-login-refused"
        assert look(at) == counts(seen=2, taken=1, refused=1)
        assert look(at) == counts()
    assert look(at)["error"] == "source-no-answer"
    assert sorted(one.relative_to(drop).as_posix() for one in drop.rglob("*") if one.is_file()) == [
        "b.csv.filepart", "done/a.csv", "needs-a-person/odd.csv",
    ]  # fmt: skip
    assert accepted() == [("a.csv", 3)]


# -- an object store


def test_objects_of_a_store_come_in_once(sqlite_workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE_KEY", "k")
    monkeypatch.setenv("STORE_SECRET", "s")
    with object_store() as (port, system):

        def put(path: str, body: bytes) -> None:
            with system.open_output_stream(path) as file:
                file.write(body)

        put("shop/in/2026/a.csv", csv(3))
        put("shop/other/b.csv", csv(3, 60))
        at = configured(
            sqlite_workspace.root, name="s", kind="store", url="s3://shop/in", endpoint=f"http://127.0.0.1:{port}",
            access_key="env:STORE_KEY", secret_key="env:STORE_SECRET", private=True, afterwards="delete",
        )  # fmt: skip
        assert look(at) == counts(seen=1, taken=1)
        put("shop/in/2026/a.csv", csv(4))
        put("shop/in/c.csv", b"one\n")
        assert look(at) == counts(seen=2, taken=1, refused=1)
        assert look(at) == counts(seen=1, unchanged=1), "what needs a person stays"
        left = configured(
            at.root, name="public", kind="store", url="s3://shop/in", endpoint=f"http://127.0.0.1:{port}",
            access_key="env:STORE_KEY", secret_key="env:STORE_SECRET",
        )  # fmt: skip
        assert look(left, "public")["error"] == "source-needs-tls"
    assert accepted() == [("2026/a.csv", 3), ("2026/a.csv", 1)]


def test_a_folder_by_url(sqlite_workspace: Any, drop: Path) -> None:
    (drop / "a.csv").write_bytes(csv(3))
    at = configured(sqlite_workspace.root, name="s", kind="store", url=f"file://{drop}")
    assert look(at) == counts(seen=1, taken=1)
    assert look(at) == counts(seen=1, unchanged=1)


# -- what is said


def test_what_the_doors_say_of_sources(sqlite_workspace: Any, drop: Path) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from daozhang.web import context

    at = folder(sqlite_workspace, drop)
    (drop / "6222021234567890123.csv").write_bytes(csv(3))
    done = subprocess.run(
        daozhang("fetch", "s", "-w", str(at.root), "--json"), env=environment(), capture_output=True, check=True
    )
    (said,) = json.loads(done.stdout)["looks"]
    assert (said["seen"], said["taken"], said["error"]) == (1, 1, None)
    listed = subprocess.run(daozhang("sources", "-w", str(at.root)), env=environment(), capture_output=True, check=True)
    assert str(drop) in listed.stdout.decode()

    context.use(at)
    User.objects.create_user("li", password="a long enough one")
    client = Client(SERVER_NAME="localhost")
    client.login(username="li", password="a long enough one")
    page = client.get("/ways-in").content.decode()
    assert "⟦" not in page
    assert "6222021234567890123" not in page
    assert client.post("/ways-in/s/look").status_code == 302
    assert Job.objects.filter(kind="fetch").count() == 1
    assert client.post("/ways-in/nothing/look").status_code == 409
