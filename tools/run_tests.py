"""Run the whole test suite the way CI does: everything in parallel but the browser, then the browser."""

from __future__ import annotations

import os
import subprocess
import sys

WORKERS = os.environ.get("TEST_WORKERS", "2")


def main() -> int:
    """Run both parts; the exit status is the first that failed."""
    python = [sys.executable, "-m", "pytest"]
    deep = [] if os.environ.get("DEEP") == "1" else ["not deep"]
    parts = (
        [*python, "-n", WORKERS, "-m", " and ".join([*deep, "not browser"])],
        [*python, "-m", " and ".join([*deep, "browser"])],
    )
    for part in parts:
        status = subprocess.run(part, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
