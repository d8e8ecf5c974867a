"""The lake and the stages in an object store: parts are brought there once, the cluster reads and writes there alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from cluster_run import told
from cluster_servers import answers, free_port, wait_until
from pyarrow import fs

from daozhang.bench import months
from daozhang.bench.ledger import ledger_of
from daozhang.engine.cluster.places import Place
from daozhang.errors import OutsideError

KEYS = {
    "AWS_ACCESS_KEY_ID": "k",
    "AWS_SECRET_ACCESS_KEY": "s",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture
def store() -> Iterator[int]:
    """Start an S3 double and make a bucket; give its port."""
    port = free_port()
    program = Path(sys.executable).parent / "moto_server"
    with ExitStack() as stack:
        process = subprocess.Popen(
            [str(program), "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        stack.callback(process.wait, timeout=30)
        stack.callback(process.kill)
        wait_until(lambda: answers(port), "the object store")
        bucket_in(port).create_dir("payments")
        yield port


def bucket_in(port: int) -> fs.S3FileSystem:
    return fs.S3FileSystem(
        access_key="k", secret_key="s", endpoint_override=f"127.0.0.1:{port}", scheme="http", region="us-east-1",
        allow_bucket_creation=True, background_writes=False,
    )  # fmt: skip


def run(month: months.Month, port: int, out: Path) -> dict[str, Any]:
    asked = f"endpoint_override=127.0.0.1:{port}&scheme=http&region=us-east-1"
    environment = {**os.environ, **KEYS, "AWS_ENDPOINT": f"http://127.0.0.1:{port}", "AWS_ALLOW_HTTP": "true"}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("cluster_run.py")), str(month.folder), "sail", "", f"s3://payments/stages?{asked}", str(out),
         f"lake=s3://payments/shop?{asked}"],
        capture_output=True, text=True, check=False, env=environment, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return said


def test_sail_works_on_an_object_store_and_says_the_same(store: int, tmp_path: Path) -> None:
    month = months.write(tmp_path / "month", 9_000)
    embedded = json.loads(json.dumps(told(ledger_of(month).settle(months.AS_OF)), default=repr))

    assert run(month, store, tmp_path / "out.json") == embedded

    bucket = bucket_in(store)
    parts = {
        info.path: info.mtime
        for info in bucket.get_file_info(fs.FileSelector("payments/shop", recursive=True))
        if info.is_file
    }
    stages = {
        info.path: info.mtime
        for info in bucket.get_file_info(fs.FileSelector("payments/stages", recursive=True))
        if info.is_file
    }
    assert len(parts) == len(
        [file for file in month.files if file.path and file.table in {"transactions", "clearings", "orders"}]
    )
    assert sum(path.endswith(".done") for path in stages) > 10

    assert run(month, store, tmp_path / "again.json") == embedded
    again = {
        info.path: info.mtime
        for info in bucket.get_file_info(fs.FileSelector("payments", recursive=True))
        if info.is_file
    }
    assert again == {**parts, **stages}, "what was there was brought or worked out again"


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(OutsideError, match="error-engine-store-scheme"):
        Place("ftp://somewhere/else")
