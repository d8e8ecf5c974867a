"""``daozhang up``: the console in the foreground and the worker beside it; both end cleanly together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import Annotated, Final

import typer

from daozhang.cli.output import WorkspaceOption, opened, stop, text
from daozhang.desk.told import Told
from daozhang.desk.workspace import Workspace

STARTS_WITHIN_S: Final = 60
ENDS_WITHIN_S: Final = 20
REST_S: Final = 2
_PARENT_DIED: Final = 1
"""``PR_SET_PDEATHSIG`` of Linux: a child hears when its parent is gone."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("up")(up)
    app.command("worker", hidden=True)(worker)


def up(
    workspace: WorkspaceOption = Path(),
    *,
    host: Annotated[str, typer.Option(help="Address to listen on. 监听地址。")] = "",
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one. 端口。", min=0, max=65535)] = None,
    behind_tls: Annotated[
        bool, typer.Option("--behind-tls", help="A TLS proxy stands in front (setting public_address).")
    ] = False,
) -> None:
    """Start the console and the worker on this machine. Ends with Ctrl-C. 启动控制台。"""
    with opened(workspace) as at:
        where = host or at.settings.listen_host
        _check_host(where, at, behind_tls=behind_tls)
        free = _free_port(where, at.settings.listen_port if port is None else port)
        way_in = _way_in(f"http://{_in_address(where)}:{free}", at)
    _close_database()
    crew = Crew(at.root)
    with crew.until_told_to_stop():
        crew.start(where, free)
        if not _answers(f"http://{_in_address(where)}:{free}/healthz", crew):
            crew.end()
            stop(text("error-console-did-not-start", detail=f"{where}:{free}"))
        for line in way_in:
            typer.echo(line)
        crew.watch()
    crew.end()
    typer.echo(text("web-up-stopped"))


def worker(workspace: WorkspaceOption = Path()) -> None:
    """Do the work that the console asks for, until told to stop."""
    from daozhang.desk.worker import run_worker  # noqa: PLC0415 - needs the desk's models, which a workspace makes ready

    told = Told()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _number, _frame: told.set())
    with opened(workspace) as at:
        run_worker(at, stop=told)


@dataclass(slots=True)
class Crew:
    """The two processes of a running console. The worker is started again when it falls over; the server is not."""

    root: Path
    server: subprocess.Popen[bytes] | None = None
    helper: subprocess.Popen[bytes] | None = None
    told: Told = field(default_factory=Told)

    def start(self, host: str, port: int) -> None:
        """Start both."""
        self.helper = self._start_worker()
        arguments = ["-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1",
                     "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "daozhang.web.wsgi:application"]  # fmt: skip
        self.server = self._spawn(arguments)

    def watch(self) -> None:
        """Wait until told to stop or the server ends; start the worker again when it is gone."""
        while not self.told.wait(0.5):
            if self.server is None or self.server.poll() is not None:
                return
            if self.helper is not None and self.helper.poll() is not None and not self.told.wait(REST_S):
                self.helper = self._start_worker()

    def end(self) -> None:
        """End both, the server first so that nothing new comes in; whoever does not listen is killed."""
        for process in (self.server, self.helper):
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @contextlib.contextmanager
    def until_told_to_stop(self) -> Iterator[None]:
        """Take Ctrl-C and SIGTERM as the wish to stop, for as long as the block runs."""

        def heard(_number: int, _frame: FrameType | None) -> None:
            self.told.set()

        before = {one: signal.signal(one, heard) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return self._spawn(["-c", "from daozhang.cli.main import run; run()", "worker", "--workspace", str(self.root)])

    def _spawn(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own program and arguments
            [sys.executable, *arguments],
            env=_environment(self.root),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads before
        )


def _environment(root: Path) -> Mapping[str, str]:
    return {**os.environ, "DAOZHANG_WORKSPACE": str(root), "DJANGO_SETTINGS_MODULE": "daozhang.desk.settings"}


def _end_with_parent() -> None:
    """Ask Linux to end this process when ``daozhang up`` is gone, even by a kill that it could not hear."""
    ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGTERM)


def _check_host(host: str, workspace: Workspace, *, behind_tls: bool) -> None:
    if behind_tls and not workspace.settings.public_address:
        stop(text("error-public-address-missing"))
    if not behind_tls and not _is_loopback(host):
        stop(text("error-host-needs-tls", host=host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free one for 0; ends with a clear text when somebody has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            stop(text("error-port-in-use", host=host, port=str(port), other=str(port + 1)))
        return int(probe.getsockname()[1])


def _way_in(address: str, workspace: Workspace) -> list[str]:
    """Sweep what earlier uploads left behind; return the lines that say where the console is and how to enter it."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - Django is ready once the workspace is open

    from daozhang.desk import uploads  # noqa: PLC0415
    from daozhang.desk.models import Job  # noqa: PLC0415
    from daozhang.web import tokens  # noqa: PLC0415

    waiting = Job.objects.filter(kind="import", state__in=("queued", "running"))
    uploads.sweep(workspace, {str(job.payload.get("upload")) for job in waiting})
    shown = workspace.settings.public_address.rstrip("/") or address
    people = list(User.objects.filter(is_active=True).order_by("username").values_list("username", flat=True)[:5])
    enter = (
        text("web-up-login", people=", ".join(people))
        if people
        else text("web-up-first", address=f"{shown}/first/{tokens.first_run_token()}")
    )
    return [text("web-up-address", address=shown), enter, text("web-up-stop")]


def _close_database() -> None:
    from django.db import connections  # noqa: PLC0415

    connections.close_all()


def _answers(address: str, crew: Crew) -> bool:
    """Return whether the console answers within a minute; stops waiting when its process ends."""
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and not crew.told.is_set():
        if crew.server is None or crew.server.poll() is not None:
            return False
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
        time.sleep(0.15)
    return crew.told.is_set()


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
