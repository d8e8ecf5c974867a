"""What the readers that a test starts take at most, each of its own.

What the system says of ended children will not do: it keeps the largest of all children this process ever had, and counts for a
new child what its parent held when it was started.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock


def own_peak_kb(pid: int) -> int:
    """Return the most kilobytes that a running process ever held, since it became the program it is; 0 when it is gone."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    except OSError:
        return 0
    return int(found[1]) if found else 0


@contextmanager
def child_peaks() -> Iterator[list[int]]:
    """Give a list that holds, at the end, the most kilobytes of each process that was started meanwhile."""
    peaks: list[int] = []
    watching: list[threading.Thread] = []

    def watch(process: subprocess.Popen[Any], place: int) -> None:
        time.sleep(0.05)  # until it is no copy of its parent any more
        while process.returncode is None:
            peaks[place] = max(peaks[place], own_peak_kb(process.pid))
            time.sleep(0.01)

    class Watched(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            peaks.append(0)
            watching.append(threading.Thread(target=watch, args=(self, len(peaks) - 1), daemon=True))
            watching[-1].start()

    with mock.patch("subprocess.Popen", Watched):
        yield peaks
    for thread in watching:
        thread.join(timeout=5)
