"""A thousand answered messages a second on one core, each on disk: measured in the processor time of the host itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from host_peer import host_in

MESSAGES, AT_LEAST_A_SECOND = 3200, 1000
FORMATS = str(Path(__file__).parent.parent / "formats")


def processor_s(pid: int) -> float:
    """Return the seconds of processor time that a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_a_thousand_messages_a_second_on_one_core(tmp_path: Path) -> None:
    with host_in(tmp_path) as host:
        before = processor_s(host.process.pid)
        command = [sys.executable, str(Path(__file__).with_name("load_peer.py")), str(host.port), str(MESSAGES)]
        subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": FORMATS}, timeout=60)
        used_s = processor_s(host.process.pid) - before

    written = b"".join(path.read_bytes() for path in tmp_path.glob("host-*"))
    assert written.count(b" > ") == written.count(b" < ") == MESSAGES
    assert used_s < MESSAGES / AT_LEAST_A_SECOND
