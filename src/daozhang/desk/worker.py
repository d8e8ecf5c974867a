"""The worker: does queued jobs, sends notices and webhooks, keeps the clocks. Any number may run beside each other, and be killed."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, TypeVar

from django.db import connections

from daozhang.desk import jobs, notices, timers
from daozhang.desk.job_kinds import clean_up, do
from daozhang.desk.told import Wish
from daozhang.desk.webhook_sending import Postman
from daozhang.desk.workspace import Workspace
from daozhang.errors import DaozhangError

T = TypeVar("T")
Do = Callable[[Workspace, jobs.Claim], dict[str, Any]]

IDLE_S: Final = 0.5
"""Seconds between two looks at the queue when there was nothing to do."""

CLOCKS_EVERY_S: Final = 20.0
LONGEST_PAUSE_S: Final = 300.0
"""Longest wait between two tries of a mail server that is down."""


def run_worker(workspace: Workspace, *, stop: Wish, lease: timedelta = jobs.LEASE) -> None:
    """Work until ``stop`` is set; the job at hand is done first."""
    mail_again, pause, clocks_again = 0.0, 2.0, 0.0
    postman = Postman(workspace, _complain)
    while not stop.is_set():
        did = work_once(workspace, lease=lease)
        if time.monotonic() >= mail_again:
            passed = _turn(lambda: notices.send_waiting(workspace))
            is_down = passed is None or passed.is_server_down
            pause = min(pause * 2, LONGEST_PAUSE_S) if is_down else 2.0
            mail_again = time.monotonic() + (pause if is_down else IDLE_S)
        _turn(postman.look)
        if time.monotonic() >= clocks_again:
            _turn(lambda: timers.keep_clocks(workspace))
            clocks_again = time.monotonic() + CLOCKS_EVERY_S
        if not did:
            stop.wait(IDLE_S)
    connections.close_all()


def work_once(workspace: Workspace, *, lease: timedelta = jobs.LEASE, do_job: Do = do) -> bool:
    """Do the next job if there is one; return whether there was."""
    held = _turn(lambda: jobs.claim(workspace, lease=lease))
    if held is None:
        return False
    _turn(lambda: _do_held(workspace, held, do_job))
    return True


def _do_held(workspace: Workspace, held: jobs.Claim, do_job: Do) -> None:
    with _heartbeat(held):
        try:
            result = do_job(workspace, held)
        except DaozhangError as error:
            if jobs.fail(held, error):
                clean_up(workspace, held.kind, held.payload)
            return
        except Exception as error:  # noqa: BLE001 - the job is put back with the reason; its own transaction is undone
            _complain(error)
            jobs.put_back(held, f"{type(error).__name__}: {error}"[:300])
            return
    if jobs.finish(held, result):
        clean_up(workspace, held.kind, held.payload)


@contextmanager
def _heartbeat(held: jobs.Claim) -> Iterator[None]:
    done = threading.Event()

    def keep_alive() -> None:
        while not done.wait(held.lease.total_seconds() / 3):
            if _turn(lambda: jobs.beat(held)) is False:
                break
        connections.close_all()  # those of this thread

    thread = threading.Thread(target=keep_alive, name=f"lease of job {held.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _turn(work: Callable[[], T]) -> T | None:
    """Return what one turn did; None when it failed: its transaction undid it, and the worker lives on."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - a database that is away for a moment must not end the worker
        _complain(error)
        connections.close_all()
        return None


def _complain(error: Exception) -> None:
    sys.stderr.write(f"{notices.real_now():%Y-%m-%d %H:%M:%S} {type(error).__name__}: {error}\n")
