"""``daozhang probe``: from where this runs, how well the line to a host works and which step fails."""

from __future__ import annotations

import ssl
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.output import NEEDS_A_PERSON, WELL, JsonOption, print_json, refusals, text
from daozhang.desk.ways_in import outgoing
from daozhang.errors import InputError
from daozhang.probe.messages import DIALECTS, Speaker
from daozhang.probe.report import Grade, Report
from daozhang.probe.run import Aim
from daozhang.probe.run import probe as run_probe


class Spoken(StrEnum):
    """What ``--iso8583`` takes."""

    GENERIC = "generic"
    GENERIC_BINARY = "generic-binary"
    GENERIC_PACKED = "generic-packed"
    UNIONPAY = "unionpay"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("probe")(probe)


def probe(
    place: Annotated[str, typer.Argument(metavar="HOST:PORT", help="The host that is named in the terminal. 主机:端口。")],
    *,
    tries: Annotated[int, typer.Option("--tries", min=1, max=10_000, help="How often the line is tried. 次数。")] = 20,
    timeout: Annotated[float, typer.Option("--timeout", min=0.05, max=60, help="Seconds after which a try counts as lost. 超时秒数。")] = 3.0,
    tls: Annotated[bool, typer.Option("--tls", help="Encrypt, and check the certificate. 使用 TLS。")] = False,
    ca: Annotated[Path | None, typer.Option("--ca", help="Certificates to trust in place of the system's. 信任证书文件。")] = None,
    iso8583: Annotated[Spoken | None, typer.Option("--iso8583", help="Send ISO 8583 echoes in this dialect. 发送回响报文。")] = None,
    sign_on: Annotated[bool, typer.Option("--sign-on", help="Sign on as well; a real terminal needs to sign on again afterwards. 同时签到。")] = False,
    terminal: Annotated[str, typer.Option("--terminal", help="Terminal number for the messages. 终端号。")] = "",
    merchant: Annotated[str, typer.Option("--merchant", help="Merchant number for the messages. 商户号。")] = "",
    time_from: Annotated[str, typer.Option("--time-from", help="A time server (SNTP) to check the clock against. 对时服务器。")] = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Test the line from here to a host: name, connection, encryption, echo, loss, clock, sign-on. 探测到收单主机的线路。

    Nothing is booked and no card data is sent. Safe to run again.

    Exit status: 0 the line is good, 1 a step failed or has to be watched, 2 the probe could not run.
    """
    with refusals():
        host, port = parted(place)
        if sign_on and not (iso8583 and terminal and merchant):
            raise InputError("error-probe-sign-on")
        speaker = None
        if iso8583:
            speaker = Speaker(DIALECTS[iso8583.value], terminal or "00000000", merchant or "000000000000000")
        time_host, time_port = parted(time_from, default=123) if time_from else ("", 123)
        aim = Aim(
            host=host, port=port, tries=tries, timeout=timeout, tls=_context(ca) if tls or ca else None, speaker=speaker,
            sign_on=sign_on, time_host=time_host, time_port=time_port,
        )  # fmt: skip
        # Whoever types the name answers for it, so it may lie in the own network; addresses that are nobody's stay refused.
        found = run_probe(aim, lambda name, number: outgoing.checked(name, number, may_be_private=True))
    if as_json:
        print_json(found.as_json())
    else:
        _show(found)
    raise typer.Exit(WELL if found.grade is Grade.GOOD else NEEDS_A_PERSON)


def parted(place: str, *, default: int = 0) -> tuple[str, int]:
    """Return host and port of ``host:port`` or ``[::1]:port``; InputError when it is none."""
    host, _, port = place.rpartition(":")
    if default and (not host or (host.count(":") and not host.startswith("["))):
        host, port = place, str(default)
    host = host.removeprefix("[").removesuffix("]")
    if (
        not host
        or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536)
        or any(one.isspace() for one in host)
    ):
        raise InputError("error-probe-place", value=place[:80])
    return host, int(port)


def _context(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise InputError("error-probe-ca", path=str(ca), detail=str(error)) from error


def _show(found: Report) -> None:
    typer.echo(
        text("probe-title", host=found.host, port=str(found.port), grade=text(f"probe-grade-{found.grade.value}"))
    )
    for one in found.results:
        step = text(f"probe-step-{one.step.value.replace('_', '-')}")
        typer.echo(f"· {step} [{text(f'probe-state-{one.state.value}')}] {text(one.key, **one.facts)}")
