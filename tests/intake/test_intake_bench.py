"""``bench --work formats``: each format is measured beside a bare tool, and none may take longer than it is given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from daozhang.cli.enlarging import GIVEN, enlarged
from daozhang.cli.main import app
from daozhang.cli.measuring_formats import BARE, MODULES, tools_of
from daozhang.formats.base import Source
from daozhang.formats.registry import REGISTRY, format_named, formats_claiming

SAMPLES = Path(__file__).parent.parent / "samples"


def measured(*arguments: str) -> dict[tuple[str, str], dict[str, Any]]:
    ran = CliRunner().invoke(
        app, ["bench", "--work", "formats", "--samples", str(SAMPLES), "--json", *arguments], catch_exceptions=False
    )
    assert ran.exit_code == 0
    return {(row["format"], row["tool"]): row for row in json.loads(ran.stdout)["rows"]}


def test_three_formats_are_measured_beside_their_tools() -> None:
    rows = measured("--size", "500", "--only", "wechat_trade_bill,mt940,mastercard_ipm")

    assert set(rows) == {
        ("wechat_trade_bill", "daozhang"), ("wechat_trade_bill", "csv module"), ("mt940", "daozhang"), ("mt940", "mt-940"),
        ("mt940", "bankfile"), ("mastercard_ipm", "daozhang"), ("mastercard_ipm", "cardutil"),
    }  # fmt: skip
    assert all(row["size"] >= 300 and row["rows_per_cpu_s"] > 0 and not row["note"] for row in rows.values()), rows
    assert rows["mt940", "mt-940"]["ratio_to_bare"] == "1.00"


def test_a_format_that_needs_longer_than_it_is_given_is_listed_as_not_finished() -> None:
    rows = measured("--size", "12000", "--only", "mt940", "--cpu-seconds", "1")

    assert (rows["mt940", "daozhang"]["size"], rows["mt940", "daozhang"]["note"]) == (0, "bench-not-finished")


def test_the_longer_file_is_made_of_a_sample_that_is_read_set_wise(tmp_path: Path) -> None:
    chosen = format_named("wechat_trade_bill")
    path = enlarged(chosen, SAMPLES, 2000, tmp_path)

    assert path is not None
    assert chosen.project is not None
    assert chosen.project(Source(path.name, path.read_bytes(), GIVEN)) is not None


@pytest.mark.parametrize("code", [known.code for known in REGISTRY])
def test_every_format_has_a_longer_file_that_is_known_by_its_content(code: str, tmp_path: Path) -> None:
    chosen = format_named(code)
    path = enlarged(chosen, SAMPLES, 60, tmp_path)

    assert path is not None, "not measured"
    source = Source(path.name, path.read_bytes(), GIVEN)
    assert [one.code for one in formats_claiming(source)] == [code]
    assert set(tools_of(chosen)) <= set(BARE)


def test_a_tool_that_is_not_installed_is_listed_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODULES, "bankfile", "no_such_module")

    rows = measured("--size", "500", "--only", "ofx")

    assert rows["ofx", "bankfile"]["note"] == "bench-not-installed"
    assert rows["ofx", "daozhang"]["size"] >= 300
