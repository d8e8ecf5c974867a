"""A line of a large original is found without holding the original: the same line, whatever the pieces."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import hostile_files as made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.intake.cards import CardGuard
from daozhang.intake.evidence import HELD, LONGEST_LINE, lines_around, lines_from

GUARD = CardGuard(b"k" * 32)
MB = 1024 * 1024


@given(
    lines=st.lists(st.text(st.sampled_from('ab,"中4 \t1'), max_size=12), min_size=1, max_size=12),
    end=st.sampled_from(["\n", "\r\n"]), size=st.integers(1, 20), number=st.integers(1, 14), around=st.integers(0, 3),
    has_cvv=st.booleans(),
)  # fmt: skip
def test_the_lines_are_those_of_the_whole(
    lines: list[str], end: str, size: int, number: int, around: int, *, has_cvv: bool
) -> None:
    data = end.join(["a,cvv" if has_cvv else "a,b", *lines, ""]).encode()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    pieces = [b"".join(pieces[:6]), *pieces[6:]]  # the first piece shows how lines end

    assert lines_from(pieces, HELD + 1, number, around, GUARD) == lines_around(data, number, around, GUARD)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_other_encodings_are_read_as_well(encoding: str) -> None:
    data = "".join(f"{number},清算\n" for number in range(1, 100)).encode(encoding)

    assert lines_from([data[:31], data[31:]], HELD + 1, 50, 1, GUARD) == [(n, f"{n},清算") for n in (49, 50, 51)]


def test_a_line_of_a_hundred_megabytes_is_never_held() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a,b\n1,2\n"
        for _ in range(100):
            yield b"x" * MB
        yield b"\n3,4\n"

    tracemalloc.start()
    try:
        lines = lines_from(pieces(), 100 * MB, 3, 1, GUARD)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert lines == [(2, "1,2"), (3, "x" * LONGEST_LINE), (4, "3,4")]
    assert most < 4 * MB


def test_rows_of_a_parquet_original_are_found_in_their_group(tmp_path: Path) -> None:
    data = made.repeated_parquet(tmp_path / "a.parquet", "x" * 30_000, 700, 3).read_bytes()
    small = made.repeated_parquet(tmp_path / "b.parquet", "x", 700, 3).read_bytes()

    assert [number for number, _ in lines_around(small, 701, 2, GUARD)] == [699, 700, 701, 702, 703]
    assert [number for number, _ in lines_around(small, 1, 1, GUARD)] == [1, 2]
    assert [number for number, _ in lines_around(small, 2100, 1, GUARD)] == [2099, 2100]
    assert lines_around(small, 2200, 1, GUARD) == []
    import pyarrow as pa

    before = pa.total_allocated_bytes()
    (found,) = lines_around(data, 1500, 0, GUARD)
    assert found[0] == 1500
    assert "order_no=" in found[1]
    assert pa.total_allocated_bytes() - before < 30 * MB
