"""The console and the API answer all the while three of the worst files are sent to them at once and read."""

from __future__ import annotations

import logging
import sys
import threading
import time
import urllib.request
from pathlib import Path

import hostile_files as made

sys.path.append(str(Path(__file__).parent.parent / "api"))
from api_door import Door, csv, served

LOG = logging.getLogger(__name__)
SETTINGS = "reader_memory_mb = 192\nreader_cpu_s = 5\napi_requests_per_minute = 100000\n"
EVERY_S = 0.1
SLOWEST_S = 15
"""Far above what is seen on a machine that does nothing else (tenths of a second): this one may be shared."""


def worst_three(folder: Path) -> dict[str, bytes]:
    """Return ten million cells, strings that unpack to all memory there is, and a Parquet file of twenty gigabytes in one cell."""
    strings = [b"<sst>", *made.repeated(b"<si><t>a</t></si>", 5_000_000), b"</sst>"]
    cell = made.sheet_of([b'<row><c t="s"><v>0</v></c></row>'])
    dictionary = made.repeated_parquet(folder / "clearings.parquet", "x" * 1_000_000, 20_000, 1)
    return {
        "cells.xlsx": made.xlsx(made.sheet_of(made.dense_rows(625, 16_000))),
        "strings.xlsx": made.xlsx(cell, more=[("xl/sharedStrings.xml", strings)]),
        "clearings.parquet": dictionary.read_bytes(),
    }


def asked(door: Door, token: str) -> float:
    """Return the seconds that a page of the console and a question to the API took together."""
    started = time.monotonic()
    with urllib.request.urlopen(f"http://{door.host}:{door.port}/", timeout=60) as answer:
        assert answer.status == 200
    assert door.ask("GET", "/imports", token).status == 200
    return time.monotonic() - started


def test_the_console_answers_while_the_worst_files_come_in(tmp_path: Path) -> None:
    files = worst_three(tmp_path)
    with served(tmp_path / "w", SETTINGS) as door:
        token = door.token("acquirer")
        answers: list[int] = []
        ended: list[str] = []

        def send(name: str) -> None:
            said = door.send(token, files[name], name)
            answers.append(said.status)
            ended.append(door.ended(token, said.json["id"], 300)["state"])

        senders = [threading.Thread(target=send, args=(name,)) for name in files]
        for one in senders:
            one.start()
        took = []
        while any(one.is_alive() for one in senders):
            took.append(asked(door, token))
            time.sleep(EVERY_S)
        for one in senders:
            one.join()

        LOG.info(
            "%d answers, the slowest after %.2f s, the median %.2f s",
            len(took),
            max(took),
            sorted(took)[len(took) // 2],
        )
        assert len(took) > 3
        assert max(took) < SLOWEST_S
        assert answers == [202] * 3
        assert len(ended) == 3
        fine = door.send(token, csv(3), "clearings_fine.csv").json["id"]
        assert door.ended(token, fine)["state"] == "done"
        states = [one["state"] for one in door.ask("GET", "/imports", token).json["imports"]]
        assert sorted(states) == ["accepted", "refused", "refused", "refused"]
