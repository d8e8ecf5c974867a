"""Every story of the engine at once, each about a merchant of its own: Sail says what the embedded engine says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import cluster_servers as servers
import pytest
from cluster_run import told

from daozhang.engine.cluster.cluster import Cluster
from daozhang.engine.settle import DuckLedger

ENGINE = Path(__file__).parents[1] / "engine"
sys.path.insert(0, str(ENGINE))

import many  # noqa: E402 - after its folder is known
import story as stories  # noqa: E402
from test_engine_systemic import KINDS, ROWS, SMALL  # noqa: E402

LATEST = datetime(2026, 12, 20, 12)


@pytest.fixture
def sail(tmp_path: Path) -> Iterator[servers.Cluster]:
    cluster = servers.sail(tmp_path)
    yield cluster
    cluster.stop()


def together() -> stories.Story:
    """Return one story of all: the n-th is about merchant n and its account; terminals and numbers are used again and again."""
    whole = stories.Story("together")
    for number, path in enumerate(sorted((ENGINE / "stories").glob("*.story"))):
        one = stories.read(path)
        for table, rows in one.rows.items():
            whole.rows.setdefault(table, []).extend(renamed(row, number) for row in rows)
        whole.bank_until |= {tail_of(tail, number): until for tail, until in one.bank_until.items()}
    return whole


def renamed(row: dict[str, Any], number: int) -> dict[str, Any]:
    named = {**row, "line_no": number * 1000 + row["line_no"]}
    if named.get("merchant_no"):
        named["merchant_no"] = f"8980000001{number:05d}"
    if named.get("account_tail"):
        named["account_tail"] = tail_of(named["account_tail"], number)
    return named


def tail_of(tail: str, number: int) -> str:
    return f"{number:03d}{tail}"


@pytest.mark.parametrize("sift_from", [1, pytest.param(10**12, marks=pytest.mark.deep)], ids=["sums", "no sums"])
def test_all_stories_say_the_same_on_sail(
    sail: servers.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sift_from: int
) -> None:
    whole = together()
    here = whole.at(tmp_path / "here", LATEST, sift_from=sift_from)
    cluster = Cluster(engine="sail", url=sail.url, checkpoints=str(tmp_path / "stages"))
    monkeypatch.setattr(stories, "DuckLedger", lambda **given: replace(DuckLedger(**given), cluster=cluster))

    there = whole.at(tmp_path / "here", LATEST, sift_from=sift_from)

    assert len({one.type for one in here.breaks}) > 15
    assert told(there) == told(here)


@pytest.mark.parametrize(
    "kind", ["fee_offset", *(pytest.param(kind, marks=pytest.mark.deep) for kind in ("terminals", "zone"))]
)
def test_one_thing_wrong_everywhere_is_the_same_finding_on_sail(
    sail: servers.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    facts = many.Many(tmp_path / "facts", ROWS)
    KINDS[kind](facts)
    here = facts.settle(SMALL)
    cluster = Cluster(engine="sail", url=sail.url, checkpoints=str(tmp_path / "stages"))
    monkeypatch.setattr(many, "DuckLedger", lambda **given: DuckLedger(**given, cluster=cluster, sift_from=1))

    assert told(facts.settle(SMALL))["breaks"] == told(here)["breaks"]
    assert here.breaks
