"""Durable work: one holder at a time, a fence for whoever lost the lease, nothing lost when a worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from daozhang.desk import jobs, timers, uploads
from daozhang.desk.audit import last_anchor_at
from daozhang.desk.cases import record_measure
from daozhang.desk.models import Case, Import, Job, Report, Run
from daozhang.desk.runs import record_run
from daozhang.desk.worker import run_worker, work_once
from daozhang.errors import InputError
from desk_making import NOON, finding, put_one_day

MINUTE = timedelta(minutes=1)
CSV = (
    b"acquirer,merchant_no,cleared_on,kind,gross_minor,fee_minor,net_minor\n"
    b"unionpay,898000000000001,2026-10-08,sale,3350,20,3330\n"
    b"unionpay,898000000000001,2026-10-08,sale,5000,30,4970\n"
)


def upload(workspace: Any, data: bytes = CSV, name: str = "clearings_2026-10-08.csv") -> Job:
    coming = uploads.start(workspace)
    coming.write(data)
    payload = {
        "upload": coming.close(),
        "file_name": name,
        "acquirer": "",
        "account_tail": "",
        "merchant_no": "",
        "format": "",
    }
    return jobs.enqueue(workspace, "import", payload, by="li")


def test_a_job_is_held_by_one_and_only_its_holder_can_finish_it(workspace: Any) -> None:
    jobs.enqueue(workspace, "report", {"number": "x"})
    at = jobs.real_now()
    first = jobs.claim(workspace, at=at)
    assert first is not None
    assert jobs.claim(workspace, at=at) is None
    assert jobs.beat(first, {"rows": 5}, at=at + MINUTE / 2)
    assert jobs.claim(workspace, at=at + MINUTE) is None, "the beat kept it"
    second = jobs.claim(workspace, at=at + 3 * MINUTE)
    assert second is not None
    assert second.fence == first.fence + 1
    assert not jobs.beat(first)
    assert not jobs.finish(first, {"by": "first"})
    assert not jobs.fail(first, InputError("x"))
    assert not jobs.put_back(first, "x")
    assert jobs.finish(second, {"by": "second"})
    job = Job.objects.get()
    assert (job.state, job.result, job.progress) == ("done", {"by": "second"}, {"rows": 5})


def test_a_cancelled_job_cannot_be_finished(workspace: Any) -> None:
    job = jobs.enqueue(workspace, "report", {})
    held = jobs.claim(workspace)
    assert held is not None
    assert jobs.cancel(workspace, job.pk)
    assert not jobs.finish(held, {})
    assert not jobs.cancel(workspace, job.pk)
    assert (Job.objects.get().state, jobs.claim(workspace)) == ("cancelled", None)


def test_a_job_that_kills_its_worker_is_not_tried_for_ever(workspace: Any) -> None:
    jobs.enqueue(workspace, "report", {})
    at = jobs.real_now()
    for number in range(jobs.TRIES):
        assert jobs.claim(workspace, at=at + number * 2 * MINUTE) is not None
    assert jobs.claim(workspace, at=at + 60 * MINUTE) is None
    job = Job.objects.get()
    assert (job.state, job.result["error"]["key"]) == ("failed", "job-error-lease")


def test_unexpected_trouble_is_tried_again_and_then_said(workspace: Any, capsys: pytest.CaptureFixture[str]) -> None:
    jobs.enqueue(workspace, "report", {})

    def broken(workspace: Any, held: Any) -> dict[str, Any]:
        raise OSError("disk full")

    for _ in range(jobs.TRIES):
        assert work_once(workspace, do_job=broken)
        assert not work_once(workspace, do_job=broken), "it waits before the next try"
        Job.objects.update(lease_until=None)
    job = Job.objects.get()
    assert (job.state, job.result["error"]["key"]) == ("failed", "job-error-unexpected")
    assert "disk full" in job.result["error"]["facts"]["detail"]
    assert "disk full" in capsys.readouterr().err


def test_what_cannot_be_done_is_said_at_once(workspace: Any) -> None:
    jobs.enqueue(workspace, "report", {"number": "DZ-2026-999999", "language": "zh"})
    jobs.enqueue(workspace, "dance", {})
    assert work_once(workspace)
    assert work_once(workspace)
    first, second = Job.objects.order_by("id")
    assert (first.state, first.result["error"]["key"]) == ("failed", "error-no-case")
    assert (second.state, second.result["error"]["key"]) == ("failed", "job-error-unknown-kind")


def test_a_run_waits_for_the_files_and_is_queued_once(workspace: Any) -> None:
    jobs.enqueue(workspace, "import", {"upload": "a"})
    first = jobs.enqueue(workspace, "run", {})
    jobs.enqueue(workspace, "import", {"upload": "b"})
    assert jobs.enqueue(workspace, "run", {}).pk == first.pk
    kinds = []
    while (held := jobs.claim(workspace)) is not None:
        kinds.append(held.kind)
        assert held.kind == "import" or jobs.claim(workspace) is None
        jobs.finish(held, {})
    assert kinds == ["import", "import", "run"]


def test_an_upload_is_read_in_judged_and_reported(workspace: Any) -> None:
    upload(workspace)
    jobs.enqueue(workspace, "run", {"as_of": "2026-10-09T15:00:00"})
    while work_once(workspace):
        pass
    first, second = Job.objects.order_by("id")
    assert first.result["files"][0]["accepted"] == 2, first.result
    assert (second.state, Run.objects.count()) == ("done", 1), second.result
    assert not list(uploads.folder(workspace).iterdir())
    put_one_day(workspace)
    record_run(
        workspace,
        run_id="r2",
        as_of=datetime(2026, 10, 10),
        findings=[finding(1)],
        inputs_hash="2",
        folder="f",
        counts={},
    )
    number = Case.objects.get(incident_id="i_0001").number
    record_measure(workspace, number, by="li", note="asked")
    jobs.enqueue(workspace, "report", {"number": number, "language": "en"})
    assert work_once(workspace)
    assert Report.objects.get().language == "en"


def test_two_workers_do_each_job_once(workspace: Any) -> None:
    for number in range(12):
        jobs.enqueue(workspace, "note", {"number": number})
    done: list[int] = []

    def slow(_: Any, held: Any) -> dict[str, Any]:
        time.sleep(0.02)
        done.append(held.payload["number"])
        return {}

    def work() -> None:
        from django.db import connections

        while work_once(workspace, do_job=slow):
            pass
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(12))
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


def test_a_heartbeat_keeps_long_work_and_a_stalled_holder_writes_nothing(workspace: Any) -> None:
    jobs.enqueue(workspace, "long", {})
    seen: list[Any] = []

    def long(_: Any, held: Any) -> dict[str, Any]:
        time.sleep(1.2)
        seen.append(jobs.claim(workspace))
        Job.objects.update(fence=99)  # as if another had taken over
        return {"late": True}

    assert work_once(workspace, lease=timedelta(seconds=0.6), do_job=long)
    assert seen == [None], "the lease was kept alive for twice its length"
    job = Job.objects.get()
    assert (job.state, job.result) == ("running", {})


def test_a_killed_worker_leaves_its_job_to_the_next(workspace: Any) -> None:
    job = upload(workspace)
    code = (
        "import sys, time; from pathlib import Path; from daozhang.desk.workspace import open_workspace\n"
        "at = open_workspace(Path(sys.argv[1]))\n"
        "from daozhang.desk.worker import work_once\n"
        "def stall(*_):\n    print('holding', flush=True); time.sleep(60)\n"
        "work_once(at, do_job=stall)\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", code, str(workspace.root)], stdout=subprocess.PIPE)
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"holding\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    assert Job.objects.get().state == "running"
    assert not work_once(workspace), "its lease still holds"
    Job.objects.update(lease_until=jobs.real_now() - MINUTE)
    assert work_once(workspace)
    job.refresh_from_db()
    assert (job.state, job.fence, Import.objects.filter(state="accepted").count()) == ("done", 2, 1)


def test_the_loop_works_until_told_to_stop(sqlite_workspace: Any) -> None:
    upload(sqlite_workspace)
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(sqlite_workspace,), kwargs={"stop": stop})
    worker.start()
    limit = time.monotonic() + 30
    while Job.objects.get().state != "done" and time.monotonic() < limit:
        time.sleep(0.1)
    stop.set()
    worker.join(20)
    assert not worker.is_alive()
    assert Job.objects.get().state == "done"


def test_clocks_queue_a_run_say_deadlines_and_anchor_the_chain(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    record_run(workspace, run_id="r1", as_of=NOON, findings=[finding(1)], inputs_hash="1", folder="f", counts={})
    assert not timers.wants_a_run(workspace, NOON + MINUTE)
    assert timers.wants_a_run(workspace, NOON + timers.JUDGE_EVERY)
    late = NOON + timedelta(days=30)
    monkeypatch.setattr(timers, "now", lambda _: late)
    timers.keep_clocks(workspace)
    timers.keep_clocks(workspace)
    assert Case.objects.get().events.filter(step="deadline_passed").count() == 1
    assert Job.objects.filter(kind="run", state="queued").count() == 1
    assert last_anchor_at(workspace) == late
    assert len((workspace.root / "audit.anchors").read_text().splitlines()) == 1
    standing = replace(workspace, settings=workspace.settings.model_copy(update={"clock_at": late}))
    assert not timers.wants_a_run(standing, late)


def test_money_that_falls_due_is_judged_at_once(workspace: Any) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    record_run(workspace, run_id="r1", as_of=NOON, findings=[], inputs_hash="1", folder="runs/r1", counts={})
    (workspace.runs / "r1").mkdir()
    pq.write_table(pa.table({"due_at": [NOON + 3 * MINUTE, None]}), workspace.runs / "r1" / "money.parquet")
    assert not timers.wants_a_run(workspace, NOON + 2 * MINUTE)
    assert timers.wants_a_run(workspace, NOON + 3 * MINUTE)
