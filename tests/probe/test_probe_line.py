"""The probe behind bad lines: each fault is named as what it is, and a good line is called good."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta

import pytest
from line_faults import Host, closed_port, dropping_port, lossy, served, slow, time_server
from typer.testing import CliRunner

from daozhang.cli.main import app
from daozhang.desk.ways_in import outgoing
from daozhang.formats.iso8583.dialects import TERMINAL
from daozhang.probe.grading import judge_clock, judge_line
from daozhang.probe.messages import DIALECTS, Answer, Speaker
from daozhang.probe.report import Grade, Report, State, Step, Tries
from daozhang.probe.run import Aim, probe

SEED = 6
"""Of the weather: it loses exactly five of a hundred."""


def _probe(
    port: int, *, dialect: str | None = "unionpay", timeout: float = 0.3, host: str = "127.0.0.1", **more: object
) -> Report:
    speaker = Speaker(DIALECTS[dialect], "10000001", "898310058120001") if dialect else None
    aim = Aim(host=host, port=port, timeout=timeout, speaker=speaker, **more)  # type: ignore[arg-type]
    return probe(aim, lambda name, number: outgoing.checked(name, number, may_be_private=True))


def _keys(report: Report) -> dict[str, str]:
    return {one.step.value: one.key for one in report.results}


@pytest.mark.parametrize("dialect", ["unionpay", "generic"])
def test_a_good_line_is_good_and_the_host_is_spoken_to_in_its_dialect(dialect: str) -> None:
    host = Host()
    with served(host.answer) as port:
        found = _probe(port, dialect=dialect, tries=6, sign_on=True)
    assert (found.grade, found.failed, found.tries.lost) == (Grade.GOOD, None, 0)
    assert [one.step for one in found.results] == [
        Step.NAME, Step.CONNECT, Step.ECHO, Step.LINE, Step.CLOCK, Step.SIGN_ON,
    ]  # fmt: skip
    assert _keys(found)["clock"] == "probe-clock-good"
    assert len(host.seen) == 7
    if dialect == "unionpay":
        read = [TERMINAL.decode(frame) for frame in host.seen]
        assert [one["60"][8:11] for one in read if one] == ["301"] * 6 + ["001"]
        assert {one["41"] for one in read if one} == {"10000001"}


def test_a_closed_port_is_named() -> None:
    with closed_port() as port:
        found = _probe(port)
        told = CliRunner().invoke(app, ["probe", f"127.0.0.1:{port}"])
    assert (found.grade, _keys(found)["connect"]) == (Grade.DOWN, "probe-connect-closed")
    assert found.failed is not None
    assert found.failed.facts["port"] == str(port)
    assert told.exit_code == 1
    assert f"Port {port} at 127.0.0.1 is closed" in told.stdout


def test_a_port_whose_packets_are_dropped_is_told_apart_from_a_closed_one() -> None:
    with dropping_port() as port:
        found = _probe(port)
    assert (found.grade, _keys(found)["connect"]) == (Grade.DOWN, "probe-connect-dropped")
    assert [one.step for one in found.results] == [Step.NAME, Step.CONNECT]


def test_five_per_cent_loss_drops_the_grade_and_is_called_loss() -> None:
    rng = random.Random(SEED)  # noqa: S311 - weather, not a secret
    lost = sum(rng.random() < 0.05 for _ in range(100))
    with served(lossy(Host().answer, SEED, 0.05)) as port:
        found = _probe(port, tries=100, timeout=0.15)
        clean = Tries(100, found.tries.times_ms + (1.0,) * lost)
    assert lost == 5  # this seed loses exactly its share
    assert (found.tries.asked, found.tries.lost, found.tries.loss_bp) == (100, 5, 500)
    assert (found.grade, _keys(found)["line"]) == (Grade.POOR, "probe-line-loss")
    assert found.failed is not None
    assert (found.failed.step, found.failed.facts["loss"]) == (Step.LINE, "5")
    assert judge_line(clean).state is State.GOOD


def test_a_little_loss_is_to_be_watched() -> None:
    line = judge_line(Tries(200, (20.0,) * 199))
    assert (line.state, line.facts["lost"], line.facts["loss"]) == (State.WATCH, 1, "0.5")
    assert Tries(20, (1.0,) * 20).loss_at_most_bp == 1611  # 20 good tries say little


def test_an_echo_nobody_answers_is_not_a_network_that_is_down() -> None:
    with served(lambda _: None) as port:
        found = _probe(port, tries=20, timeout=0.05)
    assert (found.grade, _keys(found)["echo"], _keys(found)["connect"]) == (
        Grade.DOWN, "probe-echo-dead", "probe-connect-good",
    )  # fmt: skip
    assert found.tries.asked == 5  # it does not ask for minutes
    assert _keys(found)["clock"] == "probe-clock-unsure"


def test_a_wrong_clock_is_named_and_a_time_server_says_whose_it_is() -> None:
    host = Host(skew=timedelta(minutes=-7))
    with served(host.answer) as port:
        alone = _probe(port, tries=3)
        with time_server(0) as clock:
            right = _probe(port, tries=3, time_host="127.0.0.1", time_port=clock)
        with time_server(-420) as clock:
            wrong = _probe(port, tries=3, time_host="127.0.0.1", time_port=clock)
    assert [_keys(one)["clock"] for one in (alone, right, wrong)] == [
        "probe-clock-apart", "probe-clock-host", "probe-clock-device",
    ]  # fmt: skip
    assert {one.grade for one in (alone, right, wrong)} == {Grade.POOR}
    assert abs(alone.results[-1].facts["seconds"] - 420) <= 2


def test_without_any_source_of_time_the_clock_is_unsure() -> None:
    with served(Host(tells_time=False).answer) as port:
        found = _probe(port, tries=3)
    assert (found.grade, _keys(found)["clock"]) == (Grade.GOOD, "probe-clock-unsure")
    assert judge_clock(None, -90.0).key == "probe-clock-device"


def test_a_slow_line_is_slow_and_late_answers_are_lost_not_taken_for_the_next() -> None:
    with served(slow(Host().answer, 0.12)) as port:
        found = _probe(port, tries=4, timeout=0.1)
    assert found.tries.lost == 4
    assert judge_line(Tries(10, (700.0,) * 10)).key == "probe-line-slow"


def test_a_refused_sign_on_names_its_code() -> None:
    with served(Host(code="03").answer) as port:
        found = _probe(port, tries=2, sign_on=True)
    assert (found.grade, _keys(found)["sign_on"]) == (Grade.DOWN, "probe-sign-on-refused")
    assert found.failed is not None
    assert found.failed.facts["code"] == "03"


def test_a_host_that_hangs_up_after_each_answer_is_called_again() -> None:
    host, calls = Host(), []

    def once(frame: bytes) -> bytes | None:
        calls.append(frame)
        if len(calls) % 2:
            return host.answer(frame)
        raise ConnectionAbortedError

    with served(once) as port:
        found = _probe(port, tries=4)
    assert (found.tries.asked, found.tries.lost) == (4, 2)


def test_a_name_without_an_address_and_an_address_that_is_nobodys() -> None:
    assert _keys(_probe(5000, host="no-such-host.invalid"))["name"] == "probe-name-none"
    assert _keys(_probe(80, host="169.254.169.254"))["name"] == "probe-name-forbidden"


def test_without_a_dialect_the_line_is_measured_by_connections() -> None:
    with served(Host().answer) as port:
        found = _probe(port, dialect=None, tries=8)
    assert (found.grade, found.tries.asked, found.tries.lost) == (Grade.GOOD, 8, 0)
    assert "echo" not in _keys(found)


def test_no_tls_where_it_was_asked_for_is_the_step_that_failed() -> None:
    with served(Host().answer) as port:
        told = CliRunner().invoke(app, ["probe", f"localhost:{port}", "--tls", "--timeout", "0.3", "--json"])
    assert told.exit_code == 1
    assert json.loads(told.stdout)["failed_step"] == "tls"


def test_the_year_of_the_hosts_clock_is_the_nearest() -> None:
    assert Answer(1, "00", "1231", "235959").host_time(datetime(2027, 1, 1, 0, 0, 5)) == datetime(
        2026, 12, 31, 23, 59, 59
    )
    assert Answer(1, "00", "0229", "000000").host_time(datetime(2026, 3, 1)) is None
    assert Answer(1, "00").host_time(datetime(2026, 3, 1)) is None


def test_the_command_refuses_what_is_no_place_and_a_sign_on_without_a_terminal() -> None:
    for arguments in (["nowhere"], ["host:0"], ["host:99999"], ["127.0.0.1:1", "--sign-on"]):
        told = CliRunner().invoke(app, ["probe", *arguments])
        assert told.exit_code == 2, arguments
