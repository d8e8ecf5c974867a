"""The command: loopback unless the word is said, and a day's journal in the workspace."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from host_peer import Peer, reversal_of, sale_of

from daozhang.desk.workspace import create


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "daozhang.cli", "host", *arguments]


def test_other_machines_are_let_in_with_the_word_only(tmp_path: Path) -> None:
    done = subprocess.run(
        command(str(tmp_path / "j"), "--listen", "192.0.2.1"), capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    assert "--beyond-this-machine" in done.stderr


def test_what_was_answered_is_in_the_workspace_when_the_host_ends(tmp_path: Path) -> None:
    place = create(tmp_path / "w").root
    host = subprocess.Popen(
        command(str(tmp_path / "j"), "--port", "0", "--into", str(place), "--acquirer", "demo"),
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert host.stdout is not None
    port = int(host.stdout.readline().split("port ")[1].split(".")[0])
    peer = Peer(port)
    answers = [
        peer.ask(one)["39"]
        for one in (sale_of("000001", 12_800), reversal_of("000001", 12_800), sale_of("000002", 500))
    ]
    peer.close()
    host.send_signal(signal.SIGTERM)
    said, _ = host.communicate(timeout=60)

    assert answers == ["00", "00", "00"]
    assert host.returncode == 0
    assert "is in: 3 new rows" in said
    assert [path.suffix for path in sorted((tmp_path / "j").iterdir())] == [".log", ".lock"]
