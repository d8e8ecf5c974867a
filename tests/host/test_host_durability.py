"""Every answered payment is on disk before its answer: whatever is killed, nothing that was answered is forgotten or counted twice."""

from __future__ import annotations

import random
import threading
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from host_peer import (
    HostProcess,
    Peer,
    close_of,
    fields_of,
    host_in,
    journal_of,
    payments_of,
    peer_of,
    reversal_of,
    sale_of,
)

from daozhang.errors import RefusedError
from daozhang.host.journal import ASKED, Journal, kept_of, line_of

KILLS = 10


def pour(host: HostProcess, first: int, answered: dict[str, dict[str, str]]) -> None:
    """Send sales as fast as the host takes them until it is gone; keep every answer that came."""
    peer = Peer(host.port)
    try:
        for start in range(first, first + 5000, 20):
            peer.send(*(sale_of(f"{no:06d}", no) for no in range(start, start + 20)))
            for _ in range(20):
                answer = fields_of(peer.receive())
                answered[answer["11"]] = answer
    except (AssertionError, OSError):
        return
    finally:
        peer.close()


def test_ten_kills_lose_no_answer(tmp_path: Path) -> None:
    """After each kill the next host knows all that was answered; a repeat gets the same answer, and totals agree."""
    answered: dict[str, dict[str, str]] = {}
    chance = random.Random(20_260_615)  # noqa: S311 - moments of a test
    for round_ in range(KILLS):
        host = HostProcess(tmp_path)
        pouring = threading.Thread(target=pour, args=(host, 1 + round_ * 5000, answered))
        pouring.start()
        wanted = len(answered) + chance.randint(20, 120)
        while len(answered) < wanted and pouring.is_alive():
            time.sleep(0.001)
        host.kill()
        pouring.join()
    seen = {row["trace_no"]: row for row in payments_of(tmp_path)}
    with host_in(tmp_path) as host, peer_of(host) as peer:
        again = {no: peer.ask(sale_of(no, int(no))) for no in list(answered)[:: max(1, len(answered) // 100)]}
        totals = peer.ask(close_of("999999", 0, 0))["48"]

    assert len(answered) >= KILLS * 20
    assert set(answered) <= set(seen)
    assert all(
        seen[no]["rrn"] == answer["37"] and seen[no]["amount_minor"] == int(no) for no, answer in answered.items()
    )
    assert all(answer == answered[no] for no, answer in again.items())
    assert (int(totals[:12]), int(totals[12:15])) == (sum(map(int, seen)), len(seen) % 1000)


def test_a_restart_knows_reversals_and_the_closed_batch(tmp_path: Path) -> None:
    with host_in(tmp_path) as host, peer_of(host) as peer:
        peer.ask(sale_of("000001", 100))
        peer.ask(reversal_of("000001", 100))
        peer.ask(reversal_of("000002", 200))
        closed = peer.ask(close_of("000003", 0, 0))
        host.kill()
    with host_in(tmp_path) as host, peer_of(host) as peer:
        late = peer.ask(sale_of("000002", 200))["39"]
        again = peer.ask(close_of("000003", 0, 0))
        fresh = peer.ask(sale_of("000001", 100, batch="000002"))["39"]

    assert closed["39"] == "00"
    assert again == closed
    assert (late, fresh) == ("77", "00")
    assert [one["result"] for one in journal_of(tmp_path).values("batches")] == ["balanced"]


@pytest.mark.parametrize("cut", [1, 9, 40, 200])
def test_a_line_that_a_crash_tore_is_taken_off(tmp_path: Path, cut: int) -> None:
    day = date(2026, 6, 15)
    lines = [line_of(datetime(2026, 6, 15, 10, 0, no), 1, ASKED, "0200" * 30) for no in range(3)]
    path = tmp_path / "host-20260615-01.log.part"
    path.write_bytes(b"".join(lines)[:-cut])

    journal = Journal(tmp_path)
    read = list(journal.read_back(day))
    journal.write([lines[2]], day)
    journal.close()

    text = (tmp_path / "host-20260615-01.log").read_bytes()
    assert len(read) == (2 if cut < len(lines[2]) else 1)
    assert text == b"".join(lines[: len(read)]) + lines[2]


def test_a_line_whose_check_is_wrong_is_no_message() -> None:
    line = line_of(datetime(2026, 6, 15, 10, 0), 1, ASKED, "0200" * 30).decode().strip()

    assert kept_of(line) is not None
    assert kept_of(line.replace("0200", "0210", 1)) is None


def test_two_hosts_never_write_one_journal(tmp_path: Path) -> None:
    first = Journal(tmp_path)
    with pytest.raises(RefusedError):
        Journal(tmp_path)
    first.close()


def test_a_day_that_is_over_is_finished_and_told(tmp_path: Path) -> None:
    told: list[str] = []
    journal = Journal(tmp_path, on_closed=lambda path: told.append(path.name))
    journal.write([line_of(datetime(2026, 6, 15, 23, 59), 1, ASKED, "00")], date(2026, 6, 15))
    journal.write([line_of(datetime(2026, 6, 16, 0, 0), 1, ASKED, "00")], date(2026, 6, 16))
    before = list(told)
    journal.close()

    assert before == ["host-20260615-01.log"]
    assert told == ["host-20260615-01.log", "host-20260616-01.log"]
