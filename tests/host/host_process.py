"""A host as a process of its own: ``FOLDER`` in, its port on standard output; ends on a line of standard input or a kill."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from daozhang.host.counter import Counter
from daozhang.host.journal import Journal
from daozhang.host.server import Host, shanghai_now


def _say(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


async def main(folder: Path) -> None:
    journal, counter = Journal(folder), Counter()
    counter.remember(journal.read_back(shanghai_now().date()))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    host = Host(counter, journal)
    try:
        await host.serve("127.0.0.1", 0, ready=_say, stop=stop)
    finally:
        journal.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
