"""Run the whole test suite the way CI does: everything in parallel but the browser, then the browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
ROOM_BYTES = 6 << 30
"""Free room in memory from which on the tests work there: thousands of workspaces each wait for the disk otherwise."""
WORKERS = os.environ.get("TEST_WORKERS", "2")


def main() -> int:
    """Run both parts; the exit status is the first that failed."""
    python = [sys.executable, "-m", "pytest"]
    deep = [] if os.environ.get("DEEP") == "1" else ["not deep"]
    parts = (
        [*python, "-n", WORKERS, "-m", " and ".join([*deep, "not browser"])],
        [*python, "-m", " and ".join([*deep, "browser"])],
    )
    with _place() as place:
        for part in parts:
            status = subprocess.run(part, check=False, env={**os.environ, "TMPDIR": str(place)}).returncode
            if status:
                return status
    return 0


@contextmanager
def _place() -> Iterator[Path]:
    """Give a folder for what the tests write: in memory where there is room, else where the machine puts such things."""
    is_roomy = os.environ.get("DEEP") != "1" and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    with tempfile.TemporaryDirectory(prefix="daozhang-tests-", dir=MEMORY if is_roomy else None) as name:
        Path(name).chmod(0o755)  # PostgreSQL runs as a user of its own where the tests run as root
        yield Path(name)


if __name__ == "__main__":
    sys.exit(main())
