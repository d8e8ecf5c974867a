"""Two terminals that others wrote, each in a process of its own: sale, reversal, unbalanced close, upload, balanced close."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from host_peer import host_in, journal_of, payments_of

HERE = Path(__file__).parent
NODE_PACKAGES = os.environ.get("ISO8583_NODE_PACKAGES", "")
"""A ``node_modules`` folder that holds iso_8583; nothing is fetched by a test."""


def steps(*command: str, **environment: str) -> dict[str, list[str | None]]:
    """Return what the host answered, by step: type, code, verdict, number and sum of debits."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=os.environ | environment
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: [None if one is None else one.lstrip("0") or "0" for one in rest] for name, *rest in rows}


def check(said: dict[str, list[str | None]], folder: Path) -> None:
    assert said["sign-on"][:2] == ["810", "0"]
    assert [said[name][:2] for name in ("sale", "lost-sale", "reversal")] == [["210", "0"], ["210", "0"], ["410", "0"]]
    assert said["unbalanced"] == ["510", "95", "2", "1", "12800"]
    assert [said[name][:2] for name in ("upload", "upload-offline")] == [["330", "0"], ["330", "0"]]
    assert said["balanced"] == ["510", "0", "1", "2", "13300"]
    assert [one["result"] for one in journal_of(folder).values("batches")] == ["unbalanced", "balanced"]
    assert [
        (one["kind"], one["amount_minor"], one["status"], one["original_trace_no"]) for one in payments_of(folder)
    ] == [
        ("sale", 12_800, "approved", None),
        ("sale", 700, "approved", None),
        ("reversal", -700, "approved", "000003"),
    ]


@pytest.mark.parametrize("framing", ["plain", "tpdu"])
def test_iso8583sim_ends_its_day_balanced(tmp_path: Path, framing: str) -> None:
    with host_in(tmp_path) as host:
        said = steps(sys.executable, str(HERE / "peer_iso8583sim.py"), str(host.port), framing)

    check(said, tmp_path)


@pytest.mark.skipif(
    not (NODE_PACKAGES and shutil.which("node")), reason="ISO8583_NODE_PACKAGES names no folder with iso_8583"
)
def test_the_node_terminal_ends_its_day_balanced(tmp_path: Path) -> None:
    with host_in(tmp_path) as host:
        said = steps("node", str(HERE / "peer_iso_8583.js"), str(host.port), NODE_PATH=NODE_PACKAGES)

    check(said, tmp_path)
