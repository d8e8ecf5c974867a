"""A wish to stop may come at any moment, also in the middle of the wait for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from daozhang.desk.told import Told

PROGRAM = """
import signal, sys
from daozhang.desk.told import Told
told, seen = Told(), 0
def heard(number, frame):
    global seen
    seen += 1
    if seen >= 200:
        told.set()
signal.signal(signal.SIGUSR1, heard)
print("ready", flush=True)
while not told.wait(0.01):
    pass
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
"""


def test_a_signal_in_the_middle_of_a_wait_never_hangs() -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        until = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < until:
            os.kill(process.pid, signal.SIGUSR1)
            time.sleep(0.001)
        assert process.wait(timeout=5) in {0, -signal.SIGUSR1}  # the last signals may fall into Python's own ending


def test_waiting_ends_in_time_and_says_whether_it_was_told() -> None:
    told = Told()
    start = time.monotonic()
    assert told.wait(0.05) is False
    assert 0.04 < time.monotonic() - start < 5
    told.set()
    assert told.wait(60) is True
    assert told.is_set()
