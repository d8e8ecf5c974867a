"""An independent bank in its own process, a line to it that loses, doubles and swallows calls, and a worker that can be killed."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ADDRESS = "127.0.0.1"


def iban(number: int) -> str:
    """Return a Dutch IBAN with its check digits for an account number of the bank."""
    body = f"MOCK{number:010d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{body}NL00")
    return f"NL{98 - int(digits) % 97:02d}{body}"


@dataclass
class Bank:
    """The bank's own doors, reached directly: what tests set up and count at, never what the product uses."""

    port: int

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://{ADDRESS}:{self.port}{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - this machine
            return json.loads(answer.read() or b"null")

    def hold(self, name: str, number: int, **more: Any) -> str:
        """Open an account and return its IBAN."""
        self.ask("POST", "/_mock/accounts", {"id": name, "iban": iban(number), "currency": "CNY", "name": name} | more)
        return iban(number)

    def behave(self, name: str, **more: Any) -> None:
        self.ask("PATCH", f"/_mock/accounts/{name}", more)

    def payments(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/_mock/payments"))

    def reach(self, day: date) -> None:
        """Move the bank's clock to a day: what is due by then is booked, days that end get their statements."""
        self.ask("POST", f"/_mock/advance?to={day.isoformat()}")


@contextmanager
def bank(tmp_path: Path, clock: str = "2026-11-23T09:00") -> Iterator[Bank]:
    """Start the bank in a process of its own on a free port."""
    port = _free_port()
    command = [sys.executable, "-m", "mockbank", "--port", str(port), "--clock", clock, "--timezone", "Asia/Shanghai",
               "--quiet", "--db", str(tmp_path / "bank.sqlite3")]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        here = Bank(port)
        for _ in range(100):
            try:
                here.ask("GET", "/_mock/health")
                break
            except OSError:
                time.sleep(0.05)
        yield here
    finally:
        process.kill()
        process.wait()


@dataclass
class Line:
    """Between the desk and the bank: a share of the calls is lost on the way out, on the way back, doubled, or comes late."""

    bank_port: int
    faults_pct: int
    draw: random.Random
    port: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    late: list[tuple[str, bytes]] = field(default_factory=list)

    def fate(self) -> str:
        """Return what becomes of a call, and count it."""
        goes_wrong = self.draw.randrange(100) < self.faults_pct
        chosen = self.draw.choice(("lost", "unanswered", "doubled", "late")) if goes_wrong else "through"
        self.counts[chosen] = self.counts.get(chosen, 0) + 1
        return chosen

    def deliver_late(self) -> None:
        """Bring the bank what was held up on the way."""
        late, self.late = self.late, []
        for path, body in late:
            self.pass_on("POST", path, body)

    def pass_on(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        request = urllib.request.Request(f"http://{ADDRESS}:{self.bank_port}{path}", data=body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - this machine
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@contextmanager
def line(bank_port: int, *, faults_pct: int, seed: int = 1) -> Iterator[Line]:
    """Open the line on a free port."""
    here = Line(bank_port, faults_pct, random.Random(seed))  # noqa: S311 - the same faults each time
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._through("GET", None)

        def do_POST(self) -> None:
            self._through("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _through(self, method: str, body: bytes | None) -> None:
            with lock:
                fate = here.fate()
            if fate == "lost" or (fate == "late" and body is None):
                return self._hang_up()
            if fate == "late":
                here.late.append((self.path, body or b""))
                return self._hang_up()
            status, answer = here.pass_on(method, self.path, body)
            if fate == "doubled":
                status, answer = here.pass_on(method, self.path, body)
            if fate == "unanswered":
                return self._hang_up()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            return None

        def _hang_up(self) -> None:
            self.close_connection = True

    server = ThreadingHTTPServer((ADDRESS, 0), Handler)
    here.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()


def settings(port: int, name: str, account: str, *, listens: bool = True) -> str:
    """Return the ``[[banks]]`` of a workspace for a paying account of the bank behind ``port``.

    One of them listens to the bank's answers (pain.002, pacs.004); statements come as files, as from any bank.
    """
    base = f"http://{ADDRESS}:{port}"
    heard = f'messages_url = "{base}/_mock/messages?type=pa"\n' if listens else ""
    return (
        f'[[banks]]\nname = "{name}"\norder_url = "{base}/payments"\nquery_url = "{base}/_mock/payments/{{number}}"\n'
        f'{heard}private = true\naccount = "{account}"\nholder = "示例清算中心"\n'
        'timeout_s = 2\nquery_words = { accepted = "pending", rejected = "failed" }\n'
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((ADDRESS, 0))
        return int(found.getsockname()[1])
