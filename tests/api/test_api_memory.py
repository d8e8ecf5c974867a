"""A file of hundreds of MB goes through with bounded memory: neither the server nor the worker ever holds it whole."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

import pytest
from api_door import HEAD, Door, children_of, served

MB = 1024 * 1024
SIZE_MB = 300 if os.environ.get("DEEP") else 60
BOUND_MB = 40
"""What the server may grow by while the file comes in: pieces on their way, not the file."""


def write_large(path: Path) -> int:
    """Write a table of about ``SIZE_MB`` and return its rows."""
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        while file.tell() < SIZE_MB * MB:
            file.write("".join(f"up,898000000000001,2026-10-08,sale,{n},0,{n}\n" for n in range(rows, rows + 50_000)))
            rows += 50_000
    return rows


def peak_mb(pid: int) -> int:
    """Return the most memory that a process has held of its own, MiB; memory files that it handed on are not mapped."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="utf-8")


def of_crew(door: Door) -> tuple[int, int]:
    """Return the process that answers requests, a child of the server's, and the worker's."""
    lines = {one: Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0") for one in door.children()}
    worker = next(one for one, said in lines.items() if b"worker" in said)
    (answering,) = children_of(next(one for one in lines if one != worker))
    return answering, worker


class Form:
    """A form around a file, read piece by piece."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="form.csv"\r\n\r\n'
        self.parts = [head, file, b"\r\n--b--\r\n"]
        self.size = len(head) + size + len(b"\r\n--b--\r\n")

    def read(self, size: int) -> bytes:
        while self.parts:
            first = self.parts[0]
            if isinstance(first, bytes):
                self.parts.pop(0)
                return first
            if piece := first.read(size):
                return bytes(piece)
            self.parts.pop(0)
        return b""


@pytest.mark.parametrize("deep", [pytest.param(True, marks=pytest.mark.deep)] if os.environ.get("DEEP") else [False])
def test_a_large_file_is_never_held_whole(tmp_path: Path, deep: bool) -> None:  # noqa: FBT001
    rows = write_large(tmp_path / "large.csv")
    size = (tmp_path / "large.csv").stat().st_size
    settings = "reader_memory_mb = 2048\nreader_cpu_s = 600\n"
    with served(tmp_path / "workspace", settings) as door:
        token = door.token("big")
        server, worker = of_crew(door)
        assert door.ask("GET", "/imports", token).status == 200
        door.ended(token, door.send(token, HEAD.encode() + b"up,8,2026-10-08,sale,1,0,1\n", "warm.csv").json["id"])
        for one in (server, worker):
            forget_peak(one)
        before = {one: peak_mb(one) for one in (server, worker)}
        with (tmp_path / "large.csv").open("rb") as file:
            sent = door.ask("POST", "/imports?file_name=large.csv", token, file, {"Content-Length": str(size)})
        by_body = peak_mb(server)
        with (tmp_path / "large.csv").open("rb") as file:
            form = Form(file, size)
            headers = {"Content-Length": str(form.size), "Content-Type": "multipart/form-data; boundary=b"}
            again = door.ask("POST", "/imports", token, form, headers)
        assert (sent.status, again.status) == (202, 202), (sent.body, again.body)
        done = door.ended(token, sent.json["id"], 900)
        same = door.ended(token, again.json["id"], 300)
        after = {one: peak_mb(one) for one in (server, worker)}
    peaks = (
        f"server {before[server]} -> {by_body} -> {after[server]} MiB, worker {before[worker]} -> {after[worker]} MiB"
    )
    sys.stdout.write(f"{size // MB} MB, {rows} rows; {peaks}\n")

    (file_answer,) = done["files"]
    assert (file_answer["state"], file_answer["accepted"] + file_answer["duplicate"]) == ("accepted", rows)
    assert same["files"][0]["state"] == "unchanged"
    assert after[server] - before[server] < BOUND_MB
    assert after[worker] - before[worker] < BOUND_MB + 200, (
        "the worker compares with what is here; DuckDB has its own limit"
    )
