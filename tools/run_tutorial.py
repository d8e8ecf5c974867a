"""Run the commands of docs/tutorial.md on a fresh demo and put their output below them. ``--check`` only compares."""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: str, folder: Path) -> str:
    """Return what the command prints on both streams; the password, new each time, is left out."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DAOZHANG_")}
    environment |= {
        "DAOZHANG_LANGUAGE_OF_TERMINAL": "en",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.decode().replace(str(folder) + os.sep, "")
    said = re.sub(r"(password )\S+", r"\1…", said)
    return "\n".join(line.rstrip() for line in said.splitlines())


def played(page: str) -> str:
    """Return the page with fresh output in every console block."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()

        def replay(block: re.Match[str]) -> str:
            commands = [line for line in block[1].splitlines() if line.startswith("$ ")]
            return "```console\n" + "".join(f"{one}\n{run(one[2:], folder)}\n" for one in commands) + "```"

        return BLOCK.sub(replay, page)


def main() -> int:
    """Write the page, or with ``--check`` show where it differs."""
    before = PAGE.read_text(encoding="utf-8")
    after = played(before)
    if "--check" not in sys.argv:
        PAGE.write_text(after, encoding="utf-8")
        return 0
    print(
        *difflib.unified_diff(before.splitlines(), after.splitlines(), "tutorial.md", "as it runs", lineterm=""),
        sep="\n",
    )
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main())
