"""``daozhang up`` as a process: starts, answers, refuses what is unsafe, ends cleanly and leaves nobody behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http.client import HTTPResponse
from pathlib import Path

import pytest


def _run(*arguments: str, language: str = "en") -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DAOZHANG_")}
    environment["DAOZHANG_LANGUAGE_OF_TERMINAL"] = language
    return subprocess.Popen(
        [sys.executable, "-c", "from daozhang.cli.main import run; run()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "workspace"
    process = _run("init", str(made))
    process.communicate(timeout=60)
    assert process.returncode == 0
    return made


def _refused(*arguments: str) -> str:
    process = _run("up", *arguments)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert not out
    return err


def _children(pid: int) -> list[int]:
    return [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]


def _open(address: str) -> HTTPResponse:
    answer = urllib.request.urlopen(address, timeout=10)  # noqa: S310 - the address of the console under test
    assert isinstance(answer, HTTPResponse)
    return answer


def _is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:1]
    except FileNotFoundError:
        return False


def _started(root: Path) -> tuple[subprocess.Popen[str], str, str]:
    process = _run("up", "--workspace", str(root), "--port", "0")
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    address = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert address is not None, said
    return process, address[0], said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_up_answers_and_ends_cleanly(root: Path, how: signal.Signals) -> None:
    process, address, said = _started(root)
    try:
        with _open(f"{address}/healthz") as answer:
            assert answer.read() == b'{"status": "ok"}'
        with _open(f"{address}/static/daozhang/console.css") as answer:
            assert answer.headers["Content-Type"].startswith("text/css")
        assert f"{address}/first/" in said
        children = _children(process.pid)
        assert len(children) == 2
    finally:
        process.send_signal(how)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "stopped" in out
    assert not [one for one in children if _is_alive(one)]


def test_a_killed_up_leaves_nobody_behind(root: Path) -> None:
    process, _, _ = _started(root)
    children = _children(process.pid)
    process.kill()
    process.communicate(timeout=60)
    until = time.monotonic() + 30
    while time.monotonic() < until and any(_is_alive(one) for one in children):
        time.sleep(0.2)
    assert not [one for one in children if _is_alive(one)]


def test_a_dead_worker_is_started_again(root: Path) -> None:
    process, address, _ = _started(root)
    try:
        before = set(_children(process.pid))
        worker = next(one for one in before if b"worker" in Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0"))
        os.kill(worker, signal.SIGKILL)
        until = time.monotonic() + 30
        while time.monotonic() < until and not set(_children(process.pid)) - before:
            time.sleep(0.2)
        assert set(_children(process.pid)) - before
        with _open(f"{address}/healthz") as answer:
            assert answer.status == 200
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_what_up_refuses(root: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} of 127.0.0.1 is in use" in _refused("--workspace", str(root), "--port", str(port))
    assert "not this machine" in _refused("--workspace", str(root), "--host", "192.0.2.1", "--port", "0")
    assert "public_address" in _refused("--workspace", str(root), "--behind-tls", "--port", "0")
    assert "is not a workspace" in _refused("--workspace", str(root / "nowhere"))
