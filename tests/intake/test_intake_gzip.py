"""A gzip is one file more: it is read once whatever it is called, and one that is a bomb, cut or nested is refused."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from intake_tables import as_csv, assert_nothing_lost, clearing

from daozhang.desk import imports
from daozhang.errors import InputError
from daozhang.intake import unpack

LIMIT = 64 * 1024 * 1024


def packed(body: bytes, name: str = "") -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(filename=name, fileobj=out, mode="wb", mtime=0) as file:
        file.write(body)
    return out.getvalue()


def unpacked(body: bytes) -> tuple[str, bytes]:
    ((name, take),) = unpack.members(io.BytesIO(body), limit=LIMIT)
    with take() as content:
        return name, b"".join(content.chunks())


def test_the_file_in_a_gzip_is_read_and_the_same_rows_again_bring_nothing(
    sqlite_workspace: Any, tmp_path: Path
) -> None:
    body = as_csv([clearing(1), clearing(2)]).encode()
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "day.csv.gz").write_bytes(packed(body, "out/clearings_2026.csv"))
    (inbox / "later.gz").write_bytes(packed(body + b"\n"))

    first, second = imports.import_paths(sqlite_workspace, [inbox])

    assert (first.file, first.state, first.accepted) == ("day.csv.gz/clearings_2026.csv", "accepted", 2)
    assert (second.accepted, second.duplicate) == (0, 2)
    assert_nothing_lost(first)


def test_names_are_read_as_they_are_kept_and_never_followed() -> None:
    assert unpacked(packed(b"x", "../../etc/a.csv")) == ("a.csv", b"x")
    assert unpacked(packed(b"x")) == ("content", b"x")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (packed(b"\0" * 20_000_000), "refused-zip-bomb"),
        (packed(b"a,b\n" * 5000)[:-30], "refused-zip-damaged"),
        (packed(packed(b"x")), "refused-zip-nested"),
        (b"\x1f\x8b\x08", "refused-zip-damaged"),
        (b"\x1f\x8b\x08\x04" + b"\0" * 6 + b"\xff\xff", "refused-zip-damaged"),
    ],
)
def test_a_hostile_one_is_refused(body: bytes, key: str) -> None:
    with pytest.raises(InputError) as caught:
        unpacked(body)

    assert caught.value.key == key
