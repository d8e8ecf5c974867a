"""A run that is killed at any moment keeps everything or nothing, and the next one goes on from there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from daozhang.desk import audit
from daozhang.desk.models import Case, CaseEvent, Counter, Finding, FindingVerdict, Notice, Run

CODE = """
import sys
from datetime import timedelta
from pathlib import Path
from daozhang.desk.workspace import open_workspace
at = open_workspace(Path(sys.argv[1]))
sys.path.insert(0, sys.argv[2])
from desk_making import LINE, NOON, finding
from daozhang.desk.runs import record_run
from daozhang.desk.models import Run
print("ready", flush=True)
for day in range(Run.objects.count(), 400):
    said = [finding(no, incident=f"i_{no}", gap=-100 - day) for no in range(day, day + 12)]
    record_run(at, run_id=f"r{day}", as_of=NOON + timedelta(hours=day), findings=said, inputs_hash=str(day), folder="f",
               counts={}, settled_evidence={f"i_{day - 1}": [LINE]})
    print("ran", flush=True)
"""


def test_a_run_killed_at_random_loses_and_doubles_nothing(workspace: Any) -> None:
    draw = random.Random(7)  # noqa: S311 - moments of the kills, the same each time
    for kill in range(40 if os.environ.get("DEEP") else 4):
        runner = subprocess.Popen(
            [sys.executable, "-c", CODE, str(workspace.root), str(Path(__file__).parents[1])], stdout=subprocess.PIPE
        )
        assert runner.stdout is not None
        assert runner.stdout.readline() == b"ready\n"
        if kill % 2:
            assert runner.stdout.readline() == b"ran\n"
        time.sleep(draw.uniform(0, 0.3))
        os.kill(runner.pid, signal.SIGKILL)
        runner.wait()
        runner.stdout.close()
        check(workspace)
    assert Run.objects.count() >= 2


def check(workspace: Any) -> None:
    days = Run.objects.count()
    assert audit.verify(workspace).is_whole
    assert Counter.objects.filter(name=audit.COUNT).values_list("value", flat=True).first() in {
        None,
        CaseEvent.objects.count(),
    }
    if not days:
        assert not Finding.objects.exists()
        return
    assert Finding.objects.count() == Case.objects.count() == days + 11
    assert Finding.objects.filter(is_open=True).count() == 12
    assert Case.objects.filter(state="settled").count() == days - 1
    assert len(set(Case.objects.values_list("number", flat=True))) == days + 11
    assert FindingVerdict.objects.filter(is_open=True).count() == 12 * days
    named = [key for event in CaseEvent.objects.all() for key in event.facts.get("notices", [])]
    assert sorted(named) == sorted(Notice.objects.values_list("key", flat=True))
