"""Files made to do harm are refused by name, and the next file is read as if nothing had happened."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from intake_tables import as_csv, as_parquet, assert_nothing_lost, clearing

from daozhang.desk import imports
from daozhang.desk.models import Import
from daozhang.errors import InputError
from daozhang.intake.arrivals import FILE_NAME, read_list
from daozhang.intake.read_file import BoundedReader


def zipped(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def take(workspace: Any, *paths: Path) -> list[imports.FileResult]:
    results = imports.import_paths(workspace, paths)
    for result in results:
        assert_nothing_lost(result)
    return results


def with_reader(workspace: Any, **limits: int) -> Any:
    return replace(workspace, settings=workspace.settings.model_copy(update=limits))


def test_a_bomb_a_nest_and_a_lock_are_refused_before_unpacking(sqlite_workspace: Any, tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", "x")
    locked = bytearray(zipped(tmp_path / "l.zip", ("a.csv", b"abc")).read_bytes())
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = locked.find(magic) + place
        locked[start : start + 2] = struct.pack("<H", 1)
    (tmp_path / "l.zip").write_bytes(locked)
    (tmp_path / "d.zip").write_bytes(b"PK\x03\x04 and then nothing")
    small = with_reader(sqlite_workspace, reader_memory_mb=128)
    hostile = [
        (zipped(tmp_path / "bomb.zip", ("clearings.csv", b"0" * 50_000_000)), "refused-zip-bomb"),
        (zipped(tmp_path / "nest.zip", ("in.zip", inner.getvalue())), "refused-zip-nested"),
        (zipped(tmp_path / "hidden.zip", ("in.csv", inner.getvalue())), "refused-zip-nested"),
        (tmp_path / "l.zip", "refused-zip-locked"),
        (tmp_path / "d.zip", "refused-zip-damaged"),
        (zipped(tmp_path / "big.zip", ("a.csv", b"0" * 140_000_000)), "refused-too-large"),
        (zipped(tmp_path / "book.xlsx", ("[Content_Types].xml", b"<x/>")), "refused-spreadsheet"),
    ]

    results = take(
        small,
        *(path for path, _ in hostile),
        zipped(tmp_path / "fine.zip", ("clearings.csv", as_csv([clearing(1)]).encode())),
    )

    assert [one.warnings[0].key for one in results[:-1]] == [key for _, key in hostile]
    assert {one.state for one in results[:-1]} == {"refused"}
    assert (results[-1].state, results[-1].accepted) == ("accepted", 1)


def test_a_zip_that_lies_about_sizes_is_refused(sqlite_workspace: Any, tmp_path: Path) -> None:
    path = zipped(tmp_path / "lie.zip", ("clearings.csv", as_csv([clearing(number) for number in range(500)]).encode()))
    data = bytearray(path.read_bytes())
    for magic, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.find(magic) + place
        data[start : start + 4] = struct.pack("<I", 50)
    path.write_bytes(data)

    (result,) = take(sqlite_workspace, path)

    assert result.state == "refused"


def test_names_in_gbk_are_read_as_written(sqlite_workspace: Any, tmp_path: Path) -> None:
    path = zipped(tmp_path / "cn.zip", ("clearings_AAAA.csv", as_csv([clearing(1)]).encode()))
    path.write_bytes(path.read_bytes().replace(b"AAAA", "清算".encode("gbk")))

    (result,) = take(sqlite_workspace, path)

    assert result.file == "cn.zip/clearings_清算.csv"


def test_a_file_that_eats_memory_is_refused_alone(sqlite_workspace: Any, tmp_path: Path) -> None:
    small = with_reader(sqlite_workspace, reader_memory_mb=128)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "clearings_wide.csv").write_bytes(as_csv([clearing(1)]).encode() + b'"' + b"\n," * 8_000_000)
    (inbox / "clearings_z.csv").write_text(as_csv([clearing(2)]))

    results = take(small, inbox)

    assert [(one.file, one.state) for one in results] == [
        ("clearings_wide.csv", "refused"),
        ("clearings_z.csv", "accepted"),
    ]
    assert results[0].warnings[0].key == "refused-memory"
    assert results[0].warnings[0].facts == {"limit": 128}


def test_a_file_that_takes_too_long_is_refused_alone(sqlite_workspace: Any, tmp_path: Path) -> None:
    quick = with_reader(sqlite_workspace, reader_cpu_s=1)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    header, line = as_csv([clearing(1, order_no=" x")]).splitlines()
    (inbox / "clearings_slow.csv").write_text("\n".join([header, *[line] * 150_000, '"']))
    (inbox / "clearings_z.csv").write_text(as_csv([clearing(2)]))
    started = time.monotonic()

    results = take(quick, inbox)

    assert [(one.state, one.warnings[0].key if one.warnings else "") for one in results] == [
        ("refused", "refused-time"),
        ("accepted", ""),
    ]
    assert time.monotonic() - started < 30


def test_signs_no_text_has_and_huge_cells_cost_their_row(workspace: Any, tmp_path: Path) -> None:
    rows = [
        clearing(1),
        clearing(2, order_no="a\0b"),
        clearing(3, order_no="x" * 2_000_000),
        clearing(4, order_no="a\x1fb"),
    ]
    (tmp_path / "clearings.csv").write_text(as_csv(rows))

    (result,) = take(workspace, tmp_path / "clearings.csv")

    assert (result.accepted, result.quarantined) == (1, 3)
    aside = imports.quarantined(workspace)
    assert [one.line_no for one in aside] == [3, 4, 5]
    assert [one.reason for one in aside] == ["reject-control-sign", "reject-text-too-long", "reject-control-sign"]


def test_a_file_that_is_written_to_while_it_is_read_is_refused_and_leaves_nothing(
    sqlite_workspace: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clearings.csv"
    path.write_text(as_csv([clearing(1)]))
    read = BoundedReader.read

    def read_then_written(self: BoundedReader, *args: Any, **named: Any) -> Any:
        reading = read(self, *args, **named)
        path.write_text(as_csv([clearing(1), clearing(2)]))
        return reading

    monkeypatch.setattr(BoundedReader, "read", read_then_written)
    (changed,) = take(sqlite_workspace, path)
    monkeypatch.undo()

    assert (changed.state, changed.warnings[0].key) == ("refused", "refused-changed")
    assert not Import.objects.exists()
    assert not list(sqlite_workspace.originals.glob("*"))
    (again,) = take(sqlite_workspace, path)
    assert (again.state, again.accepted) == ("accepted", 2)


def test_a_file_on_disk_may_be_as_large_as_its_own_setting_says(sqlite_workspace: Any, tmp_path: Path) -> None:
    path = tmp_path / "clearings.csv"
    path.write_bytes(as_csv([clearing(1)]).encode() + b"x" * 1024 * 1024)

    (result,) = take(with_reader(sqlite_workspace, largest_file_mb=1), path)

    assert (result.state, result.warnings[0].key) == ("refused", "refused-file-too-large")


@pytest.mark.parametrize("tail", [b"", b"garbage", b"\0" * 4000])
def test_a_damaged_parquet_is_refused(sqlite_workspace: Any, tmp_path: Path, tail: bytes) -> None:
    good = as_parquet([clearing(number) for number in range(100)], tmp_path / "good.parquet").read_bytes()
    path = tmp_path / "clearings.parquet"
    path.write_bytes(good[:200] + tail + good[200 + len(tail) :] if tail else good[:300])

    (result,) = take(sqlite_workspace, path)

    assert result.state in {"refused", "unclaimed"}
    assert Import.objects.filter(state="accepted").count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"path\n" + b"x" * 200_000 + b"\n", b"path,arrived_at\na\0b,\n", b"path,covers_on\na," + b"9" * 5000 + b"\n",
        b"path,arrived_at\na,0001-01-01T00:00:00+23:59\n", b"path,arrived_at\na,9999-12-31T23:59:59-12:00\n", b"path\n../../a\n",
    ],
    ids=["endless cell", "nul", "day", "before all days", "after all days", "elsewhere"],
)  # fmt: skip
def test_a_delivery_list_made_to_hurt_is_refused_with_its_line(tmp_path: Path, body: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(body)

    with pytest.raises(InputError) as refused:
        read_list(tmp_path)

    assert (refused.value.key, refused.value.facts["line"]) == ("refused-arrivals", 2)


def test_a_file_whose_name_is_no_text_is_read_under_a_name_that_is(workspace: Any, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / os.fsdecode("clearings_清算".encode("gb18030") + b".csv")).write_text(as_csv([clearing(1)]))

    (result,) = take(workspace, folder)

    assert (result.state, result.accepted) == ("accepted", 1)
    result.file.encode("utf-8")
