"""``daozhang host``: a settlement host for terminals of integrators and tests, journalled before it answers."""

from __future__ import annotations

import asyncio
import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daozhang.cli.output import opened, refusals, text
from daozhang.errors import DaozhangError, RefusedError
from daozhang.formats.base import Given

if TYPE_CHECKING:
    from daozhang.desk.workspace import Workspace
    from daozhang.host.server import Host


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("host")(host)


def host(
    journal: Annotated[Path, typer.Argument(help="Folder of the journal. 报文日志目录。")],
    *,
    listen: Annotated[str, typer.Option(help="Address to listen on. 监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one. 端口。", min=0, max=65535)] = 8583,
    beyond_this_machine: Annotated[
        bool, typer.Option("--beyond-this-machine", help="Let other machines in: nothing here is encrypted. 允许其他机器连接。")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(help="Decline payments above so many minor units (code 61). 单笔上限（分）。", min=1)
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Bring finished journals into this workspace. 导入到该工作区。", show_default=False)
    ] = None,
    acquirer: Annotated[str, typer.Option(help="Acquirer of what is brought in. 收单机构。")] = "",
) -> None:  # fmt: skip
    """Answer ISO 8583 terminals; on disk before the answer. 模拟收单主机。

    Sale, void, reversal, batch totals, batch upload; UnionPay POS and generic forms, recognised by each message.
    Ends with Ctrl-C. Safe to kill: a restart reads the journal back and a repeated message gets the same answer.

    Exit status: 0 ended as told, 2 the address or the disk is not to be had.
    """
    if not beyond_this_machine and not _is_loopback(listen):
        with refusals():
            raise RefusedError("host-needs-the-word", address=listen)
    with refusals(), _bringing_in(into, acquirer) as arrived:
        asyncio.run(_serve(journal, listen, port, limit, arrived))


async def _serve(
    folder: Path, listen: str, port: int, limit: int | None, arrived: queue.SimpleQueue[Path | None]
) -> None:
    from daozhang.host.counter import Counter  # noqa: PLC0415 - the tables of messages are read by nobody else here
    from daozhang.host.journal import Journal  # noqa: PLC0415
    from daozhang.host.ledger import Ledger  # noqa: PLC0415
    from daozhang.host.server import Host, shanghai_now  # noqa: PLC0415

    journal, counter = Journal(folder, on_closed=arrived.put), Counter(Ledger(limit_minor=limit))
    try:
        known = counter.remember(journal.read_back(shanghai_now().date()))
        stop = asyncio.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, stop.set)
        serving = Host(counter, journal)
        await serving.serve(listen, port, ready=lambda at: _say_ready(listen, at, folder, known), stop=stop)
    finally:
        journal.close()
    _say_ended(serving)


def _say_ready(listen: str, port: int, folder: Path, known: int) -> None:
    typer.echo(text("host-ready", address=listen, port=str(port), folder=str(folder), known=known))


def _say_ended(serving: Host) -> None:
    typer.echo(text("host-ended", answered=serving.answered, writes=serving.writes))


@contextmanager
def _bringing_in(into: Path | None, acquirer: str) -> Iterator[queue.SimpleQueue[Path | None]]:
    """Bring finished journal files into a workspace beside the serving; without one they only stay in their folder."""
    arrived: queue.SimpleQueue[Path | None] = queue.SimpleQueue()
    if into is None:
        yield arrived
        return
    with opened(into) as place:
        bringing = threading.Thread(target=_bring_in, args=(place, acquirer, arrived))
        bringing.start()
        try:
            yield arrived
        finally:
            arrived.put(None)
            bringing.join()


def _bring_in(place: Workspace, acquirer: str, arrived: queue.SimpleQueue[Path | None]) -> None:
    """Import each file that is finished; what cannot be done now is said and can be imported by hand."""
    from django.db import connections  # noqa: PLC0415 - only here is the desk needed

    from daozhang.desk.imports import import_paths  # noqa: PLC0415

    while (path := arrived.get()) is not None:
        try:
            for result in import_paths(place, [path], given=Given(acquirer=acquirer)):
                typer.echo(text("host-brought-in", file=path.name, rows=result.accepted))
        except DaozhangError as error:
            typer.echo(text("host-not-brought-in", file=path.name, reason=text(error.key, **error.facts)), err=True)
        finally:
            connections.close_all()


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
