"""A statement read as a stream: what the whole reader holds and takes, beside one bare pass over the same bytes."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from xml.parsers import expat

import pytest
from child_peaks import child_peaks

from daozhang.formats.base import Given
from daozhang.intake.content import Content
from daozhang.intake.read_file import BoundedReader

sys.path.append(str(Path(__file__).parent.parent / "formats"))
import big_camt

MEGABYTE = 1_000_000


def read(path: Path, folder: Path) -> tuple[int, int, float]:
    """Return the rows of the file, the bytes its reader held at most, and the processor seconds it took, start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    reader = BoundedReader(token_key=b"k" * 32, memory_mb=1024, cpu_s=120, threads=2)
    with child_peaks() as peaks, Content.of_file(path, limit=200 * MEGABYTE) as content, reader:
        reading = reader.read(content, name=path.name, given=Given(), format_code="", import_id="im_x", folder=folder)
        time.sleep(0.1)  # until the last of it is seen
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (reading.state, reading.warnings) == ("read", ())
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return sum(part.rows for part in reading.parts), max(peaks) * 1024, spent


def bare_pass(path: Path) -> float:
    """Return the processor seconds of one pass of expat with a function for each start, end and text."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.EndElementHandler = lambda _name: None
    parser.CharacterDataHandler = lambda _text: None
    started = time.process_time()
    with path.open("rb") as file:
        parser.ParseFile(file)
    return time.process_time() - started


def test_a_reader_holds_little_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "statement.xml"
    details = big_camt.write("batch", 4, path)

    rows, held, _ = read(path, tmp_path)

    assert rows == details
    assert 0 < held < 85 * MEGABYTE


@pytest.mark.deep
def test_a_statement_of_a_hundred_megabytes_in_one_entry_stays_below_them(tmp_path: Path) -> None:
    path = tmp_path / "statement.xml"
    details = big_camt.write("batch", 98, path)

    rows, held, spent = read(path, tmp_path)

    assert rows == details > 200_000
    assert 0 < held < 100 * MEGABYTE
    assert spent < 2 * bare_pass(path)
