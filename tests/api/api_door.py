"""A real server for the tests of the API: ``daozhang up`` as a process, and plain HTTP to it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAD = "acquirer,merchant_no,cleared_on,kind,gross_minor,fee_minor,net_minor\n"


def csv(rows: int, first: int = 1) -> bytes:
    return (
        HEAD + "".join(f"up,898000000000001,2026-10-08,sale,{n},0,{n}\n" for n in range(first, first + rows))
    ).encode()


def daozhang(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from daozhang.cli.main import run; run()", *arguments]


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DAOZHANG_")}
    return kept | {"DAOZHANG_LANGUAGE_OF_TERMINAL": "en"}


def said(*arguments: str) -> Any:
    """Return what a command prints with ``--json``."""
    done = subprocess.run(
        daozhang(*arguments, "--json"), env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


@dataclass(slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Door:
    """A running server and its workspace."""

    process: subprocess.Popen[str]
    root: Path
    host: str
    port: int

    def token(self, name: str, may: str = "import,read,undo") -> str:
        from daozhang.desk import tokens
        from daozhang.desk.workspace import open_workspace

        secret = tokens.make(open_workspace(self.root), name, may.split(","), by="test")
        _close()
        return secret

    def ask(
        self, method: str, path: str, token: str = "", body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=120)
        try:
            own = {"Authorization": f"Bearer {token}"} if token else {}
            connection.request(method, "/api/v1" + path, body=body, headers=own | dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def send(self, token: str, body: bytes, name: str = "clearings.csv", key: str = "", **headers: str) -> Answer:
        more = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", f"/imports?file_name={name}", token, body, more | headers)

    def ended(self, token: str, delivery: int, seconds: float = 120) -> Any:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            shown = self.ask("GET", f"/deliveries/{delivery}", token).json
            if shown["state"] not in {"queued", "running"}:
                return shown
            time.sleep(0.2)
        raise AssertionError(f"delivery {delivery} does not end")

    def stop_worker(self) -> None:
        """Let the worker stand still, so that what was only queued can be seen."""
        worker = next(
            one for one in self.children() if b"worker" in Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0")
        )
        os.kill(worker, signal.SIGSTOP)

    def children(self) -> list[int]:
        return children_of(self.process.pid)


@contextmanager
def served(root: Path, settings: str = "") -> Iterator[Door]:
    """Give a running server on a new workspace."""
    subprocess.run(daozhang("init", str(root)), env=environment(), check=True, capture_output=True)
    with (root / "daozhang.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    process = subprocess.Popen(
        daozhang("up", "-w", str(root), "--port", "0"), stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stdout is not None
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"http://([\d.]+):(\d+)", printed)
        assert found, printed
        yield Door(process, root, found[1], int(found[2]))
    finally:
        for child in children_of(process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGCONT)
        process.terminate()
        process.wait(60)
        process.stdout.close()


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    return (
        [int(one) for task in tasks.iterdir() for one in (task / "children").read_text().split()]
        if tasks.exists()
        else []
    )


def _close() -> None:
    from django.db import connections

    connections.close_all()
