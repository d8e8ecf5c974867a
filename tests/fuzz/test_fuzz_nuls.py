"""NULs in files of every format: read, set aside or refused like any damage, and no stored text holds one."""

from __future__ import annotations

import pytest
from fuzz_targets import GUARD, NAME, SAMPLES, read_with

from daozhang.errors import InputError
from daozhang.formats.base import Format, Source
from daozhang.formats.registry import REGISTRY
from daozhang.intake.collector import Collector
from daozhang.intake.typed_rows import RowTyper

LARGEST = 64 * 1024
PLACES = 7


def samples(known: Format) -> list[bytes]:
    """Return the two smallest samples of a format, large ones cut."""
    folder = SAMPLES / known.code
    found = [one for one in folder.iterdir() if one.is_file() and not one.name.endswith(".expected.txt")]
    return [path.read_bytes()[:LARGEST] for path in sorted(found, key=lambda one: (one.stat().st_size, one.name))[:2]]


def with_nuls(data: bytes) -> list[bytes]:
    """Return the file with NULs in it: in the stead of a byte, between two, many in a row, before, behind, between all lines."""
    spread = [len(data) * part // PLACES for part in range(1, PLACES)]
    made = [data[:at] + b"\0" + data[at + 1 :] for at in spread]
    made += [data[:at] + b"\0" + data[at:] for at in spread[::2]]
    return [
        *made, data[: spread[2]] + b"\0" * 5000 + data[spread[2] :], b"\0" + data, data + b"\0" * 4096,
        data.replace(b"\n", b"\0\n"), data.replace(b",", b",\0"), data.replace(b"\n", b"\0"), b"\0" * len(data),
    ]  # fmt: skip


@pytest.mark.parametrize("known", [one for one in REGISTRY if one.read is not None], ids=lambda one: one.code)
def test_nuls_break_no_reader_and_reach_no_text(known: Format) -> None:
    assert known.read is not None
    for data in samples(known):
        for damaged in with_nuls(data):
            read_with(known, damaged)
            collector = Collector(RowTyper(GUARD, "Asia/Shanghai"))
            try:
                known.read(Source(NAME, damaged), collector)
            except InputError:
                continue
            collector.close()
            for rows in collector.rows.values():
                for row in rows.values:
                    assert not [cell for cell in row if isinstance(cell, str) and "\0" in cell], row
