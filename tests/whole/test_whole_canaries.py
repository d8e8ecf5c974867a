"""Two hundred card numbers planted in every format: afterwards no byte of the workspace, log or report holds one."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from canaries import BROKEN, CARDS, PLAIN, STYLES, cards_in, every_file
from pypdf import PdfReader

from daozhang.desk import case_view as _case_view  # noqa: F401 - the models are ready
from daozhang.desk import cases, imports, reports, settle_day
from daozhang.desk.models import Case, Import
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.formats.registry import REGISTRY
from daozhang.intake.cards import CardGuard


def test_there_are_two_hundred_different_numbers_and_each_is_found_however_it_is_written() -> None:
    assert len(set(CARDS)) == 200
    assert {len(card) for card in CARDS} == {13, 14, 15, 16, 17, 18, 19}
    for card in CARDS:
        for style in BROKEN:
            assert card in cards_in(f"x {style(card)} y"), style(card)


@pytest.mark.parametrize("style", range(len(BROKEN)))
def test_the_guard_cuts_each_number_however_it_is_written(style: int) -> None:
    guard = CardGuard(b"k" * 32)
    for card in CARDS:
        cut = guard.cut(f"付款 {BROKEN[style](card)} 完成")
        assert not cards_in(cut), cut


def said_of(workspace: Workspace, folder: Path) -> Iterator[str]:
    """Import everything, settle, write reports; yield every text that comes out of it."""
    results = imports.import_paths(workspace, [folder])
    yield json.dumps([result.as_json() for result in results], ensure_ascii=False)
    settle_day.run_day(workspace)
    printed = ""
    for case in Case.objects.all()[:6]:
        cases.record_measure(workspace, case.number, by="li", note="已联系收单机构")
        for language in ("zh", "en"):
            try:
                made = reports.make_report(workspace, case.number, language)
            except RefusedError:
                continue  # a case about a file has no payments to list
            pages = PdfReader(reports.report_path(workspace, made)).pages
            printed += "\n".join(page.extract_text() for page in pages)
    yield printed
    for row in imports.quarantined(workspace)[:60]:
        for _, line in imports.original_lines(workspace, row.import_row_id, row.line_no, around=1):
            yield line


def test_no_card_number_reaches_a_disk(
    sqlite_workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    planted: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for place, (code, name, body) in enumerate(every_file()):
        # A number in folders' and files' names as well.
        path = (
            folder
            / f"{place:03} {CARDS[place % 200]}"
            / (name if place % 2 else f"{place}_{CARDS[place % 200]}_{name}")
        )
        path = path if code != "interchange_csv" else path.with_name(name)  # its name says which table it is
        path.parent.mkdir()
        path.write_bytes(body)
        files[code] += 1
        planted.update(cards_in(body.decode("utf-8", errors="replace")))
    (folder / f"letter {CARDS[0]}.txt").write_text(f"nobody knows {CARDS[1]}")
    assert len(planted) == 200, "every number stands somewhere"

    caplog.clear()  # the library that wrote some of the files logs what it writes
    caplog.set_level(logging.DEBUG)
    said = list(said_of(sqlite_workspace, folder))

    taken = Counter(Import.objects.filter(state="accepted").values_list("format", flat=True))
    missing = {known.code for known in REGISTRY} - set(taken)
    assert not missing, f"no file with card numbers was taken as {missing}"
    shown = capfd.readouterr()
    for text in (*said, caplog.text, shown.out, shown.err):
        assert not cards_in(text), [
            (card, text[max(0, place - 80) : place + 80]) for card in cards_in(text) for place in [text.find(card[:6])]
        ]
    assert held(sqlite_workspace) == {}


def held(workspace: Any) -> dict[str, set[str]]:
    """Return the numbers that any stored byte or any name of a stored file holds, by file."""
    from django.db import connection

    connection.cursor().execute("PRAGMA wal_checkpoint(FULL)")
    found: dict[str, set[str]] = {}
    for path in sorted(workspace.root.rglob("*")):
        texts = [path.name]
        if path.is_file():
            data = path.read_bytes()
            texts += [data.decode("utf-8", errors="replace"), data.decode("utf-16-le", errors="replace")]
        if path.suffix == ".parquet":
            texts.append("\n".join(cells(path)))
        numbers = set().union(*map(cards_in, texts))
        if numbers:
            found[str(path.relative_to(workspace.root))] = numbers
    return found


def cells(path: Path) -> Iterator[str]:
    """Yield every cell of a part as text, since packed bytes hide what they hold."""
    import pyarrow.parquet as pq

    for row in pq.read_table(path).to_pylist():
        yield from (str(cell) for cell in row.values() if cell is not None and not isinstance(cell, bytes))


def test_the_search_finds_a_number_that_is_stored(sqlite_workspace: Workspace) -> None:
    assert held(sqlite_workspace) == {}
    (sqlite_workspace.root / "note.txt").write_text(f"x {STYLES[3](CARDS[1])} y")
    (sqlite_workspace.root / f"{PLAIN[0](CARDS[2])}.txt").write_text("")

    assert set().union(*held(sqlite_workspace).values()) == {CARDS[1], CARDS[2]}
