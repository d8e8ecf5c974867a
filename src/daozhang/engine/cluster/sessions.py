"""A session with a cluster: Spark by its master URL, anything that speaks Spark Connect by ``sc://``, Sail also in this process."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import pyarrow as pa

from daozhang.engine.cluster.java import java_home
from daozhang.errors import OutsideError
from daozhang.records import Table

T = TypeVar("T")
PORTS: Final = {"spark": 7077, "sc": 15002}
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
OWN: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.compression.codec": "zstd",
}
"""What our statements rely on, or do not need. Settings of the workspace go over the rest, never over the time zone."""


class Session:
    """What the engine asks of a cluster: to name files, to name a query, to write the rows of a query as Parquet."""

    def __init__(self, spark: Any, *, scheme: str, close: Callable[[], object]) -> None:  # noqa: ANN401 - two libraries' sessions
        self._spark = spark
        self._close = close
        self.scheme = scheme

    def read(self, name: str, urls: Sequence[str], table: Table | None = None) -> None:
        """Name the rows of Parquet files or folders; with ``table`` they have its columns, also those a file does not have."""
        reader = self._spark.read
        if table is not None:
            reader = reader.schema(schema_of(table))
        _asked(lambda: reader.parquet(*urls).createOrReplaceTempView(name))

    def define(self, name: str, sql: str) -> None:
        """Name a query."""
        _asked(lambda: self._spark.sql(sql).createOrReplaceTempView(name))

    def write(self, sql: str, url: str) -> None:
        """Work out a query and write its rows into a new folder of Parquet files."""
        _asked(lambda: self._spark.sql(sql).write.mode("overwrite").parquet(url))

    def columns(self, sql: str) -> pa.Table:
        """Return an Arrow table without rows that has the columns of a query."""
        return _asked(lambda: _arrow(self._spark.sql(f"SELECT * FROM ({sql}) AS x WHERE false")))

    def close(self) -> None:
        """End the session; the cluster goes on."""
        self._close()


def open_session(engine: str, url: str, options: Mapping[str, str], *, folder: Path) -> Session:
    """Return a session; OutsideError when the cluster does not answer or its client is not installed.

    ``engine``   spark or sail
    ``url``      a master URL (``spark://host:7077``, ``local[4]``), ``sc://host:port``, or empty: Sail in this process
    ``options``  settings of Spark, handed on as they are
    ``folder``   a folder of ours for what starting Java needs
    """
    try:
        _knock(url)
        if engine == "spark" and not url.startswith("sc://"):
            return _classic(url, options, folder)
        return _connected(url, options, scheme="s3" if engine == "sail" else "s3a")
    except ImportError as error:
        raise OutsideError("error-engine-not-installed", engine=engine) from error
    except OutsideError:
        raise
    except Exception as error:
        raise OutsideError("error-engine-unreachable", engine=engine, url=url, problem=_first_line(error)) from error


def _knock(url: str) -> None:
    """Raise OSError when nobody listens at ``url``: the clients of Spark would ask again and again for minutes."""
    parts = urlsplit(url)
    if parts.scheme in {"spark", "sc"} and parts.hostname and "," not in parts.netloc:
        with socket.create_connection((parts.hostname, parts.port or PORTS[parts.scheme]), timeout=10):
            pass


def _classic(url: str, options: Mapping[str, str], folder: Path) -> Session:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - part of the extra "cluster"

    os.environ.setdefault("JAVA_HOME", str(java_home(folder / "java")))
    builder = SparkSession.builder.appName("daozhang").master(url or "local[*]")
    for name, value in ({**_near(url), **options} | OWN).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return Session(spark.newSession(), scheme="s3a", close=spark.stop)


def _near(url: str) -> dict[str, str]:
    """Return what keeps a driver on this machine when the master is on it."""
    host = urlsplit(url).hostname or "" if "://" in url else "127.0.0.1"
    return {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"} if host in LOOPBACK else {}


def _connected(url: str, options: Mapping[str, str], *, scheme: str) -> Session:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - part of the extra "cluster"

    server = None
    if not url:
        server = _own_sail()
        url = f"sc://127.0.0.1:{server.listening_address[1]}"
    spark = SparkSession.builder.remote(url).create()
    for name, value in (dict(options) | OWN).items():
        if name.startswith("spark.sql.") or name in options:
            spark.conf.set(name, value)

    def close() -> None:
        spark.stop()
        if server is not None:
            server.stop()

    return Session(spark, scheme=scheme, close=close)


def _own_sail() -> Any:  # noqa: ANN401 - of a library
    from pysail.spark import SparkConnectServer  # noqa: PLC0415 - part of the extra "cluster"

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    return server


def schema_of(table: Table) -> Any:  # noqa: ANN401 - of a library
    """Return the schema of a table of the lake as Spark's."""
    from pyspark.sql import types as t  # noqa: PLC0415 - part of the extra "cluster"

    kinds = {
        "VARCHAR": t.StringType(), "BIGINT": t.LongType(), "DECIMAL(18,4)": t.DecimalType(18, 4), "BLOB": t.BinaryType(),
        "TIMESTAMP": t.TimestampNTZType(), "DATE": t.DateType(), "BOOLEAN": t.BooleanType(),
    }  # fmt: skip
    fields = [(column.name, column.type.sql) for column in table.columns]
    fields += [("import_id", "VARCHAR"), ("line_no", "BIGINT"), ("fp", "BLOB")]
    return t.StructType([t.StructField(name, kinds[kind]) for name, kind in fields])


def _arrow(frame: Any) -> pa.Table:  # noqa: ANN401 - of a library
    table: pa.Table = frame.toArrow()
    return table


def _asked(work: Callable[[], T]) -> T:
    """Return what the cluster answers; OutsideError when it does not: what is done so far stays, and a next run goes on."""
    try:
        return work()
    except Exception as error:  # py4j, gRPC and Spark have no common ancestor
        raise OutsideError("error-engine-failed", problem=_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
