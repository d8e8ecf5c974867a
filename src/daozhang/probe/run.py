"""The story of a probe: name, connection, TLS, echoes, loss, clock, sign-on; the first step that fails ends it."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from socket import socket
from typing import Final, Protocol

from daozhang.errors import OutsideError
from daozhang.formats.cells import SHANGHAI
from daozhang.probe.asking import Line, ahead_of
from daozhang.probe.grading import grade, judge_clock, judge_line
from daozhang.probe.messages import APPROVED, Answer, Speaker
from daozhang.probe.report import Report, Result, State, Step, Tries

NAME_S: Final = 10.0
PAUSE_S: Final = 0.02
"""Between two tries, so that N of them are not one burst."""


class Reached(Protocol):
    """An address that may be connected to."""

    def connect(self, timeout: float) -> socket:
        """Return a connection; OutsideError, caused by the OSError, when there is none."""


Check = Callable[[str, int], Reached]
"""Host and port → the address that may be connected to; OutsideError ``source-no-such-host`` or ``source-address-inside``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is probed and how. Seconds. Without ``speaker`` the line is measured by connections alone."""

    host: str
    port: int
    tries: int = 20
    timeout: float = 3.0
    tls: ssl.SSLContext | None = None
    speaker: Speaker | None = None
    sign_on: bool = False
    time_host: str = ""
    time_port: int = 123


@dataclass(slots=True)
class _Found:
    results: list[Result] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    asked: int = 0
    ahead_of_host: float | None = None

    @property
    def has_failed(self) -> bool:
        return any(one.state is State.FAILED for one in self.results)

    def add(self, step: Step, state: State, key: str, **facts: object) -> None:
        self.results.append(Result(step, state, key, facts))


def now() -> datetime:
    """Return local time of Asia/Shanghai by the clock of this device."""
    return datetime.now(SHANGHAI).replace(tzinfo=None)


def probe(aim: Aim, check: Check) -> Report:
    """Probe a host and return what was found; nothing is raised for a line that does not work."""
    at, found = now(), _Found()
    address = _name(aim, check, found)
    if address is not None:
        line = _connect(aim, address, found)
        if line is not None:
            with closing(line):
                if aim.speaker is None:
                    _count_connections(aim, address, found)
                else:
                    _speak(aim, aim.speaker, address, line, found)
    tries = Tries(found.asked, tuple(found.times))
    if found.times:
        found.results.append(judge_line(tries))
    if address is not None and not any(
        one.step in {Step.CONNECT, Step.TLS} for one in found.results if one.state is State.FAILED
    ):
        found.results.append(_clock(aim, found))
    order = list(Step)
    results = tuple(sorted(found.results, key=lambda one: order.index(one.step)))
    return Report(host=aim.host, port=aim.port, at=at, results=results, tries=tries, grade=grade(results))


def _name(aim: Aim, check: Check, found: _Found) -> Reached | None:
    """Resolve the name in a thread of its own: the system's resolver may hang for minutes."""
    box: list[Reached | OutsideError] = []

    def look() -> None:
        try:
            box.append(check(aim.host, aim.port))
        except OutsideError as error:
            box.append(error)

    thread = threading.Thread(target=look, daemon=True)
    begun = time.perf_counter()
    thread.start()
    thread.join(NAME_S)
    if not box:
        found.add(Step.NAME, State.FAILED, "probe-name-slow", host=aim.host, seconds=round(NAME_S))
        return None
    if isinstance(box[0], OutsideError):
        key = "probe-name-none" if box[0].key == "source-no-such-host" else "probe-name-forbidden"
        found.add(Step.NAME, State.FAILED, key, host=aim.host)
        return None
    ms = round(1000 * (time.perf_counter() - begun))
    found.add(Step.NAME, State.GOOD, "probe-name-good", host=aim.host, ms=ms)
    return box[0]


def _connect(aim: Aim, address: Reached, found: _Found) -> socket | None:
    begun = time.perf_counter()
    try:
        plain = address.connect(aim.timeout)
    except OutsideError as error:
        found.add(
            Step.CONNECT, State.FAILED, _why_not(error.__cause__), host=aim.host, port=str(aim.port), seconds=_shown(aim.timeout)
        )  # fmt: skip
        return None
    ms = round(1000 * (time.perf_counter() - begun))
    found.add(Step.CONNECT, State.GOOD, "probe-connect-good", port=str(aim.port), ms=ms)
    if aim.tls is None:
        return plain
    return _secured(aim, aim.tls, plain, found)


def _why_not(error: BaseException | None) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "probe-connect-closed"
    if isinstance(error, TimeoutError):
        return "probe-connect-dropped"
    return "probe-connect-no-way"


def _secured(aim: Aim, context: ssl.SSLContext, plain: socket, found: _Found | None) -> socket | None:
    plain.settimeout(aim.timeout)
    try:
        line = context.wrap_socket(plain, server_hostname=aim.host)
    except (OSError, ValueError) as error:
        plain.close()
        if found is not None:
            if isinstance(error, ssl.SSLCertVerificationError):
                found.add(Step.TLS, State.FAILED, "probe-tls-certificate", host=aim.host, detail=error.verify_message)
            else:
                found.add(Step.TLS, State.FAILED, "probe-tls-none", host=aim.host, port=str(aim.port))
        return None
    if found is not None:
        found.add(Step.TLS, State.GOOD, "probe-tls-good", version=str(line.version()))
    return line


def _count_connections(aim: Aim, address: Reached, found: _Found) -> None:
    """Measure the line of a host that is not spoken to: one connection a try."""
    for _ in range(aim.tries):
        found.asked += 1
        begun = time.perf_counter()
        try:
            address.connect(aim.timeout).close()
        except OutsideError:
            continue
        found.times.append(1000 * (time.perf_counter() - begun))
        time.sleep(PAUSE_S)


def _speak(aim: Aim, speaker: Speaker, address: Reached, first: socket, found: _Found) -> None:
    line: Line | None = Line(first, speaker.dialect)
    code = ""
    for trace in range(1, aim.tries + 1):
        line = line or _again(aim, speaker, address)
        found.asked += 1
        if line is None:
            continue
        line, answer = _echo(aim, speaker, line, trace, found)
        code = answer.code if answer else code
        if trace == _GIVEN_UP and not found.times:
            break
        time.sleep(PAUSE_S)
    facts = {"host": aim.host, "port": str(aim.port), "asked": found.asked, "seconds": _shown(aim.timeout)}
    if not found.times:
        found.add(Step.ECHO, State.FAILED, "probe-echo-dead", **facts)
    elif code != APPROVED:
        found.add(Step.ECHO, State.WATCH, "probe-echo-code", code=code)
    else:
        found.add(Step.ECHO, State.GOOD, "probe-echo-good", asked=found.asked, answered=len(found.times))
    if aim.sign_on and found.times:
        _sign_on(aim, speaker, line or _again(aim, speaker, address), found)
    if line is not None and line.socket is not first:
        line.socket.close()


_GIVEN_UP: Final = 5
"""Echoes without any answer after which a probe stops to ask."""


def _echo(aim: Aim, speaker: Speaker, line: Line, trace: int, found: _Found) -> tuple[Line | None, Answer | None]:
    """Ask once and return the line to go on with: None when the host ended it."""
    sent = now()
    try:
        answer, ms = line.ask(speaker.echo(trace), trace, aim.timeout)
    except OSError:
        line.socket.close()
        return None, None
    if answer is not None:
        found.times.append(ms)
        said = answer.host_time(sent)
        if said is not None and found.ahead_of_host is None:
            found.ahead_of_host = (sent + (now() - sent) / 2 - said).total_seconds()
    return line, answer


def _again(aim: Aim, speaker: Speaker, address: Reached) -> Line | None:
    try:
        plain = address.connect(aim.timeout)
    except OutsideError:
        return None
    line = plain if aim.tls is None else _secured(aim, aim.tls, plain, None)
    return Line(line, speaker.dialect) if line is not None else None


def _sign_on(aim: Aim, speaker: Speaker, line: Line | None, found: _Found) -> None:
    trace = aim.tries + 1
    try:
        answer = line.ask(speaker.sign_on(trace), trace, aim.timeout)[0] if line else None
    except OSError:
        answer = None
    if answer is None:
        found.add(Step.SIGN_ON, State.FAILED, "probe-sign-on-none", seconds=_shown(aim.timeout))
    elif answer.code != APPROVED:
        found.add(Step.SIGN_ON, State.FAILED, "probe-sign-on-refused", code=answer.code, terminal=speaker.terminal_no)
    else:
        found.add(Step.SIGN_ON, State.GOOD, "probe-sign-on-good", terminal=speaker.terminal_no)


def _clock(aim: Aim, found: _Found) -> Result:
    of_source = ahead_of(aim.time_host, aim.time_port, aim.timeout) if aim.time_host else None
    return judge_clock(found.ahead_of_host, of_source)


def _shown(seconds: float) -> str:
    return f"{seconds:g}"
