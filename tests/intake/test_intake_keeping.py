"""Keys and originals: made once, readable by their owner only, damaged nothing goes unnoticed."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daozhang.errors import WorkspaceError
from daozhang.intake import keyring, vault
from daozhang.intake.cards import CardGuard
from daozhang.intake.evidence import lines_around


def _token_key(folder: str) -> bytes:
    return keyring.load(Path(folder)).key("token")


def test_processes_that_start_together_share_one_ring(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        keys = set(pool.map(_token_key, [str(tmp_path)] * 6))

    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["ring.json"]
    assert stat.S_IMODE((tmp_path / "ring.json").stat().st_mode) == 0o600


def test_after_rotation_old_originals_still_open(tmp_path: Path) -> None:
    vault.write(tmp_path / "old", [b"before"], keyring.load(tmp_path))
    before = keyring.load(tmp_path)
    fresh = keyring.rotate(tmp_path, "original")
    after = keyring.load(tmp_path)
    vault.write(tmp_path / "new", [b"after"], after)

    assert after.current_id("original") == fresh != before.current_id("original")
    assert after.key("token") == before.key("token")
    assert (vault.read(tmp_path / "old", after), vault.read(tmp_path / "new", after)) == (b"before", b"after")
    with pytest.raises(WorkspaceError, match="error-key-missing"):
        vault.read(tmp_path / "new", before)


def test_a_ring_that_cannot_be_read_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "ring.json").write_text("{}")

    with pytest.raises(WorkspaceError, match="error-key-ring"):
        keyring.load(tmp_path)

    assert (tmp_path / "ring.json").read_text() == "{}"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunks=st.lists(st.binary(max_size=100), max_size=4), place=st.integers(0, 10**6), cut=st.booleans())
@example(chunks=[], place=45, cut=False)  # a length that says more than there is
def test_originals_come_back_whole_or_not_at_all(tmp_path: Path, chunks: list[bytes], place: int, *, cut: bool) -> None:
    (tmp_path / "keys").mkdir(exist_ok=True)
    ring, path = keyring.load(tmp_path / "keys"), tmp_path / "o"
    path.unlink(missing_ok=True)
    vault.write(path, chunks, ring)
    sealed = path.read_bytes()

    assert vault.read(path, ring) == b"".join(chunks)
    assert not any(len(chunk) > 7 and chunk in sealed for chunk in chunks)

    place %= len(sealed)
    path.write_bytes(sealed[:place] if cut else sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])
    with pytest.raises(WorkspaceError):
        vault.read(path, ring)


def test_lines_are_numbered_as_an_editor_shows_them() -> None:
    guard = CardGuard(b"k" * 32)
    text = "甲,cvv\r\n4111111111111111,123\r\n乙,456\r\n".encode("gb18030")

    lines = lines_around(text, 2, 5, guard)

    assert lines == [(1, "甲,***"), (2, guard.masked("4111111111111111") + ",***"), (3, "乙,***")]
    assert lines_around(text, 99, 1, guard) == []


def test_records_without_line_ends_are_lines_too() -> None:
    data = ("甲4111111111111111 " + "a" * 10).encode("gb18030") + b"b" * 29

    lines = lines_around(data, 1, 1, CardGuard(b"k" * 32), record_bytes=29)

    assert [number for number, _ in lines] == [1, 2]
    assert lines[0][1].startswith("甲411111******1111~")
    assert lines[1][1] == "b" * 29
