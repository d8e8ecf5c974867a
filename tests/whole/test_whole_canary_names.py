"""Card numbers where nobody looks for data: names inside a zip, header cells, sheets, mappings, tokens, what a program says of a file."""

from __future__ import annotations

import json
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from canaries import CARDS, PLAIN, STYLES, cards_in
from test_whole_canaries import held

sys.path.append(str(Path(__file__).parent.parent / "api"))
from api_door import csv, served

from daozhang.desk import imports, mappings, tokens
from daozhang.desk.mapping_models import FileMapping
from daozhang.desk.workspace import Workspace, open_workspace
from daozhang.errors import RefusedError
from daozhang.formats.mapped.store import mapping_to_toml, shipped_mappings

HEAD = "acquirer,merchant_no,cleared_on,kind,gross_minor,fee_minor,net_minor"
ROW = "up,898000000000001,2026-10-08,sale,{0},0,{0}"


def written(place: int) -> str:
    """Return the next number, written in one of the ways that a name may hold."""
    return STYLES[place % (len(STYLES) - 1)](CARDS[place % len(CARDS)])


def test_names_inside_a_zip_and_header_cells_are_cut(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    packed = tmp_path / f"{CARDS[0]}.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for place in range(40):
            body = f"{HEAD},{written(place)},{CARDS[place]}\n{ROW.format(place + 1)},,\n"
            folder = f"{CARDS[place]}/clearings {written(place)}" if place % 2 else f"clearings {CARDS[place]}"
            archive.writestr(f"{folder}/clearings_{PLAIN[place % 3](CARDS[place])}.csv", body)
        archive.writestr(f"{CARDS[7]}.txt", f"{written(8)} belongs to nobody")

    results = imports.import_paths(sqlite_workspace, [packed])

    assert Counter(one.state for one in results) == {"accepted": 40, "unclaimed": 1}
    assert not cards_in(json.dumps([one.as_json() for one in results], ensure_ascii=False))
    assert held(sqlite_workspace) == {}


def test_names_of_sheets_and_their_header_cells_are_cut(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    import xlsxwriter

    for place in range(4):
        with xlsxwriter.Workbook(tmp_path / f"{CARDS[place]}.xlsx") as book:
            page = book.add_worksheet(f"对账 {CARDS[place]}")
            page.write_row(0, 0, ("商户号", "交易时间", "交易金额", written(place), CARDS[place]))
            page.write_row(1, 0, ("898000000000001", "2026-06-15 10:00:00", "12.50", "x", "y"))

    results = imports.import_paths(sqlite_workspace, [tmp_path])

    assert not cards_in(json.dumps([one.as_json() for one in results], ensure_ascii=False))
    assert held(sqlite_workspace) == {}


def test_a_mapping_keeps_no_card_number(sqlite_workspace: Workspace) -> None:
    shipped = next(one for one in shipped_mappings() if one.shape.header)
    odd = replace(
        shipped, code="own_odd", title_zh=f"某收单 {written(1)}", title_en=CARDS[2],
        shape=replace(shipped.shape, header=(*shipped.shape.header, written(3)), footers=(CARDS[4],)),
    )  # fmt: skip

    kept = mappings.receive(sqlite_workspace, mapping_to_toml(odd), by="li")

    assert not cards_in(kept.body + kept.title_zh + kept.title_en + mappings.exported("own_odd"))
    assert held(sqlite_workspace) == {}
    assert mappings.receive(sqlite_workspace, mappings.exported("own_odd"), by="li").pk == kept.pk, (
        "cut once, never again"
    )


def test_a_code_holds_no_card_number(sqlite_workspace: Workspace) -> None:
    shipped = shipped_mappings()[0]
    with pytest.raises(RefusedError) as refused:
        mappings.save(sqlite_workspace, replace(shipped, code=f"own_{CARDS[1]}"), by="li")
    assert not cards_in(str(refused.value.facts))
    assert not FileMapping.objects.exists()
    for card in CARDS:
        for name in (f"{card} clearings", f"拉卡拉{card[:4]} {card[4:8]}-{card[8:]}clearings"):
            code = mappings.free_code(name)
            assert not cards_in(code), code
            assert code.endswith("clearings")


def test_a_token_is_not_called_by_a_card_number(sqlite_workspace: Workspace) -> None:
    for place in range(20):
        with pytest.raises(RefusedError):
            tokens.make(sqlite_workspace, f"till-{CARDS[place]}", ["import"], by="li")
    assert tokens.make(sqlite_workspace, "till-4", ["import"], by="li")


def test_what_a_program_says_of_a_file_is_cut(tmp_path: Path) -> None:
    root = tmp_path / "w"
    with served(root, "api_requests_per_minute = 100000\n") as door:
        token = door.token("till")
        said: list[Any] = []
        for place in range(3):
            card, name = CARDS[place * 7], quote(f"clearings_{written(place)}.csv")
            more = {"acquirer": written(place), "merchant_no": card, "account_tail": CARDS[place], "format": card}
            if place % 2:
                more.pop("format")
            query = f"/imports?file_name={name}&" + "&".join(f"{key}={quote(value)}" for key, value in more.items())
            for _ in range(2):  # the same request again gets the same answer
                sent = door.ask("POST", query, token, csv(2, first=place * 10), {"Idempotency-Key": f"{card} {place}"})
                assert sent.status == 202, sent.body
                said.append(sent.json)
            assert said[-1] == said[-2]
            said.append(door.ended(token, sent.json["id"]))
        said.append(door.ask("GET", "/imports", token).json)
        said.append(door.ask("POST", f"/imports?file_name={CARDS[1]}.csv&format={CARDS[2]}", token, b"x").json)
        said.append(door.ask("GET", f"/imports/{CARDS[3]}", token).json)
    assert not cards_in(json.dumps(said, ensure_ascii=False))
    assert held(open_workspace(root)) == {}
