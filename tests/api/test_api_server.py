"""The API as programs meet it: the real server, over real connections."""

from __future__ import annotations

import io
import json
import re
import socket
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from api_door import Door, csv, said, served


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with served(tmp_path_factory.mktemp("api") / "workspace", "api_requests_per_minute = 100000\n") as running:
        yield running


@pytest.fixture(scope="module")
def token(door: Door) -> str:
    return door.token("till")


def test_a_file_goes_in_and_says_what_became_of_it(door: Door, token: str) -> None:
    sent = door.send(token, csv(3) + b"up,898000000000001,2026-10-08,sale,12.5O,0,1\n", key="first")
    assert sent.status == 202, sent.body
    assert sent.headers["location"] == f"/api/v1/deliveries/{sent.json['id']}"

    done = door.ended(token, sent.json["id"])

    (file,) = done["files"]
    assert (done["state"], file["state"], file["accepted"], file["quarantined"]) == ("done", "accepted", 3, 1)
    row = door.ask("GET", f"/imports/{file['import_id']}", token).json
    assert row["sha256"] == file["sha256"]
    (aside,) = door.ask(
        "GET", f"/imports/{file['import_id']}/quarantine", token, headers={"Accept-Language": "en"}
    ).json["rows"]
    assert (aside["line_no"], aside["column"]) == (5, "gross_minor")
    assert "is not a whole number" in aside["reason"]


def test_lists_are_those_of_the_command_line(door: Door, token: str) -> None:
    for path, command in (("/imports", "imports"), ("/findings", "findings"), ("/money", "money")):
        answered, printed = door.ask("GET", path, token).json, said(command, "-w", str(door.root))
        assert answered.keys() == printed.keys()
        assert answered == printed, path


def test_a_form_and_a_zip(door: Door, token: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", csv(2, 500))
        archive.writestr("b.txt", b"nothing of ours\n")
    boundary = "x-boundary"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="acquirer"\r\n\r\nup\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="日.zip"\r\n\r\n'
    ).encode() + packed.getvalue() + f"\r\n--{boundary}--\r\n".encode()  # fmt: skip
    form = {"Content-Type": f"multipart/form-data; boundary={boundary}"}

    sent = door.ask("POST", "/imports", token, body, form)
    done = door.ended(token, sent.json["id"])

    assert [(one["file"], one["state"]) for one in done["files"]] == [
        ("日.zip/a.csv", "accepted"), ("日.zip/b.txt", "unclaimed"),
    ]  # fmt: skip
    assert done["files"][1]["warnings"][0]["text"]
    none = door.ask("POST", "/imports", token, body.replace(b'; filename="', b'; ilename="'), form)
    assert (none.status, none.json["key"]) == (422, "api-one-file")


def test_200_keys_two_senders_each_and_exactly_200_are_executed(tmp_path: Path) -> None:
    wishes = [number for number in range(200) for _ in range(2)]
    with served(tmp_path / "workspace", "api_requests_per_minute = 100000\n") as door:
        token = door.token("many")
        door.stop_worker()

        def send(number: int) -> tuple[int, str, str]:
            sent = door.send(token, csv(1, 10_000 + number), f"f{number}.csv", key=f"key-{number}")
            how = f"{sent.status} {sent.headers.get('idempotent-replayed', 'false')}"
            return number, json.dumps(sent.json), how

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(send, wishes))
        other = door.send(token, csv(1, 1), "f0.csv", key="key-0")
        kept = list((door.root / "uploads").iterdir())

    assert Counter(how for _, _, how in answers) == {"202 false": 200, "202 true": 200}
    assert len({body for _, body, _ in answers}) == 200 == len({(number, body) for number, body, _ in answers})
    assert (other.status, other.json["key"]) == (409, "error-key-other-body")
    assert _jobs(tmp_path / "workspace") == [(f"f{number}.csv", 1) for number in range(200)]
    assert len(kept) == 200, "what a repeated request brought is gone"


def _jobs(root: Path) -> list[tuple[str, int]]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(root / "desk.sqlite3")) as desk:
        queued = desk.execute("SELECT payload FROM desk_job WHERE kind = 'import'").fetchall()
    names = Counter(json.loads(one)["file_name"] for (one,) in queued)
    return sorted(names.items(), key=lambda item: int(item[0][1:-4]))


def test_what_is_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """A 202 is followed by kill -9 of server and worker; the next start reads the file in."""
    import os
    import signal
    import subprocess

    from api_door import children_of, daozhang, environment

    with served(tmp_path / "workspace") as door:
        token = door.token("till")
        door.stop_worker()
        sent = door.send(token, csv(7), key="k")
        assert sent.status == 202
        family = [one for child in door.children() for one in (child, *children_of(child))]
        for one in family:
            os.kill(one, signal.SIGKILL)
    code = "from daozhang.desk.worker import work_once\nwork_once(at)\n"
    opened = f"from daozhang.desk.workspace import open_workspace; from pathlib import Path; at = open_workspace(Path({str(tmp_path / 'workspace')!r}))\n"
    subprocess.run([*daozhang()[:2], opened + code], env=environment(), check=True)
    (row,) = said("imports", "-w", str(tmp_path / "workspace"))["imports"]
    assert (row["state"], row["accepted"]) == ("accepted", 7)


def test_undo_and_stop(door: Door, token: str) -> None:
    done = door.ended(token, door.send(token, csv(2, 70_000)).json["id"])
    import_id = done["files"][0]["import_id"]

    first = door.ask("DELETE", f"/imports/{import_id}", token, headers={"Idempotency-Key": "undo-1"})
    again = door.ask("DELETE", f"/imports/{import_id}", token, headers={"Idempotency-Key": "undo-1"})
    other = door.ask("DELETE", f"/imports/{import_id}", token)

    assert (first.status, first.json["state"]) == (200, "undone")
    assert (again.status, again.json) == (200, first.json)
    assert (other.status, other.json["key"]) == (409, "error-undone-already")
    over = door.ask("DELETE", f"/deliveries/{done['id']}", token)
    assert (over.status, over.json["key"]) == (409, "api-over")
    assert door.ask("DELETE", "/imports/im_nothing", token).status == 404


def test_who_may_do_what(door: Door, token: str) -> None:
    reader, sender = door.token("reader", "read"), door.token("sender", "import")
    for path in ("/imports", "/findings", "/money"):
        for wrong in ("", "dzt_" + "x" * 43, token[:-1]):
            refused = door.ask("GET", path, wrong)
            assert (refused.status, refused.json["key"]) == (401, "api-no-token")
            assert refused.headers["content-type"] == "application/problem+json"
        assert door.ask("GET", path, sender).json["key"] == "api-may-not"
        assert door.ask("GET", path, reader).status == 200
    assert door.send(reader, csv(1)).status == 403
    assert door.ask("DELETE", "/imports/im_x", sender).status == 403
    own = door.send(sender, csv(1, 90_000)).json["id"]
    assert door.ask("GET", f"/deliveries/{own}", token).status == 404, "another token's delivery"
    said("token", "revoke", "reader", "-w", str(door.root))
    assert door.ask("GET", "/imports", reader).status == 401
    stored = b"".join(one.read_bytes() for one in door.root.glob("desk.sqlite3*"))
    assert reader.encode() not in stored
    listed = {one["name"]: one for one in said("token", "list", "-w", str(door.root))["tokens"]}
    assert listed["reader"]["revoked_at"]
    assert listed["till"]["last_used_at"]


@pytest.mark.parametrize(
    ("headers", "body", "path", "status", "key"),
    [
        ({}, b"", "/imports?file_name=x.csv", 422, "api-empty-file"),
        ({}, b"a", "/imports", 422, "api-name-needed"),
        ({"Content-Length": "99999999999"}, b"a", "/imports?file_name=x", 413, "api-too-large"),
        ({"Transfer-Encoding": "chunked"}, b"1\r\na\r\n0\r\n\r\n", "/imports?file_name=x", 411, "api-length-needed"),
        ({"Idempotency-Key": "k" * 201}, b"a", "/imports?file_name=x", 422, "api-key-odd"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\nbroken", "/imports", 422, "api-one-file"),
        ({"Content-Type": "multipart/form-data"}, b"a", "/imports", 422, "api-form-unreadable"),
        ({}, b"a", "/imports?file_name=" + "n" * 513, 422, "api-wrong-value"),
    ],
)
def test_what_is_not_taken(
    door: Door, token: str, headers: dict[str, str], body: bytes, path: str, status: int, key: str
) -> None:
    refused = door.ask("POST", path, token, body, {"Accept-Language": "zh-CN,zh;q=0.9"} | headers)

    assert (refused.status, refused.json["key"]) == (status, key)
    assert re.search("[一-鿿]", refused.json["title"])
    assert "⟦" not in refused.json["title"]


def _uploads_left(door: Door) -> list[str]:
    return [one.name for one in (door.root / "uploads").iterdir()]


@pytest.mark.parametrize("kind", ["form", "body"])
def test_a_sender_who_goes_away_leaves_nothing(door: Door, token: str, kind: str) -> None:
    before = len(door.ask("GET", "/imports?limit=10000", token).json["imports"])
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n' if kind == "form" else b""
    content_type = "multipart/form-data; boundary=b" if kind == "form" else "text/csv"
    with socket.create_connection((door.host, door.port)) as connection:
        connection.sendall(
            f"POST /api/v1/imports?file_name=x.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: 5000000\r\n\r\n".encode()
            + head
            + csv(40_000)
        )
        time.sleep(0.5)
    until = time.monotonic() + 20
    while _uploads_left(door) and time.monotonic() < until:
        time.sleep(0.1)
    assert _uploads_left(door) == []
    assert len(door.ask("GET", "/imports?limit=10000", token).json["imports"]) == before


def test_too_many_requests_are_told_when_to_come_again(tmp_path: Path) -> None:
    with served(tmp_path / "workspace", "api_requests_per_minute = 3\n") as door:
        token = door.token("eager")
        if time.time() % 60 > 50:
            time.sleep(11)
        answers = [door.ask("GET", "/imports", token) for _ in range(5)]
    assert [one.status for one in answers] == [200, 200, 200, 429, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json["key"] == "api-too-many"


def test_cookies_open_nothing_and_the_console_still_asks_for_a_login(door: Door) -> None:
    with socket.create_connection((door.host, door.port)) as connection:
        connection.sendall(b"GET /import HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert b"302" in connection.recv(100)
    refused = door.ask("GET", "/imports", headers={"Cookie": "sessionid=anything"})
    assert refused.status == 401


def test_the_description_is_served_and_names_every_operation(door: Door) -> None:
    described = door.ask("GET", "/openapi.json").json
    operations = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert len(operations) > 20
    for path, method in operations:
        address = re.sub(r"\{\w+_id\}", "1", path.removeprefix("/api/v1"))
        address = re.sub(r"\{\w+\}", "1", address)
        refused = door.ask(method.upper(), address)
        assert (refused.status, refused.json["key"]) == (401, "api-no-token"), (method, path)
    lost = door.ask("GET", "/nothing/here")
    assert (lost.status, lost.json["key"]) == (404, "api-not-found")


def test_nothing_a_stranger_sends_breaks_it(door: Door, token: str) -> None:
    """Odd paths, methods, headers and bodies: always an answer, never a 5xx."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    odd = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0", min_codepoint=33), max_size=30)
    paths = st.sampled_from(["/imports", "/imports/", "/deliveries/", "/findings", "/money", "/openapi.json", "/"])

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        method=st.sampled_from(["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD"]), path=paths, tail=odd, key=odd,
        content_type=st.sampled_from(["", "multipart/form-data; boundary=x", "application/json", "text/csv; charset=nope"]),
        body=st.binary(max_size=200), known=st.booleans(),
    )  # fmt: skip
    def tried(method: str, path: str, tail: str, key: str, content_type: str, body: bytes, known: bool) -> None:  # noqa: FBT001
        from urllib.parse import quote

        headers = {"Idempotency-Key": key, "Content-Type": content_type}
        address = path + quote(tail[:10], safe="") + "?file_name=" + quote(tail, safe="")
        answer = door.ask(method, address, token if known else tail.encode("ascii", "ignore").decode(), body, headers)
        assert answer.status < 500, (answer.status, answer.body)

    tried()
    assert threading.active_count() < 20
