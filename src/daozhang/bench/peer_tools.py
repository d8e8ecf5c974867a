"""Other tools on the one question they can answer: which rows of two files have no partner, and which partners differ.

Run by path, so that a Python which has the peers and not Daozhang can run it: ``peer_tools.py NAME LEFT RIGHT``. Prints
what it cost as JSON. Each peer is used as its documentation shows, on files shaped kindly for it: only rows that ought to
have a partner, signed, with the contract's fee beside the amount.
"""

from __future__ import annotations

import importlib
import json
import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

KEYS = ["rrn", "terminal_no"]
FACTS = ["amount_minor", "fee_minor", "on_day"]
Answer = tuple[int, int, int]
"""Rows only in the journal, lines only in clearing, pairs that differ in amount, fee or day."""


def memory_mb() -> int:
    """Return the largest memory of this process in MB; where the system keeps it, without what its parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def cpu_ms() -> int:
    """Return the processor time of this process and of those it waited for, in milliseconds."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return int(1000 * (own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime))


def measured(work: Callable[[], object]) -> dict[str, Any]:
    """Do the work; return what it cost, and apart from it what this process cost before."""
    before, clock = cpu_ms(), time.monotonic_ns()
    answer = work()
    return {
        "start_ms": before, "cpu_ms": cpu_ms() - before, "wall_ms": (time.monotonic_ns() - clock) // 1_000_000,
        "rss_mb": memory_mb(), "answer": answer,
    }  # fmt: skip


def fastrecon(left: str, right: str) -> Callable[[], Answer]:
    """Compare by key, as its documentation shows."""
    tool = importlib.import_module("fastrecon")

    def work() -> Answer:
        found = tool.compare(tool.ParquetFile(left), tool.ParquetFile(right), keys=KEYS, compare_mode="keyed")
        return (found.missing_in_right, found.missing_in_left, found.changed_rows)

    return work


def datacompy(left: str, right: str) -> Callable[[], Answer]:
    """Compare two Polars frames by key."""
    frames, tool = importlib.import_module("polars"), importlib.import_module("datacompy.polars")

    def work() -> Answer:
        found = tool.PolarsCompare(frames.read_parquet(left), frames.read_parquet(right), join_columns=KEYS)
        different = len(found.intersect_rows) - found.count_matching_rows()
        return (len(found.df1_unq_rows), len(found.df2_unq_rows), different)

    return work


def pandas(left: str, right: str) -> Callable[[], Answer]:
    """Merge both files by key, keeping what has no partner."""
    frames = importlib.import_module("pandas")

    def work() -> Answer:
        both = frames.read_parquet(left).merge(
            frames.read_parquet(right), on=KEYS, how="outer", suffixes=("_l", "_r"), indicator=True
        )
        paired = both[both["_merge"] == "both"]
        off = frames.Series(data=False, index=paired.index)
        for name in FACTS:
            off |= paired[name + "_l"] != paired[name + "_r"]
        return (int((both["_merge"] == "left_only").sum()), int((both["_merge"] == "right_only").sum()), int(off.sum()))

    return work


def splink(left: str, right: str) -> Callable[[], Answer]:
    """Link deterministically by key; what the pairs do not hold has no partner."""
    tool, engine = importlib.import_module("splink"), importlib.import_module("duckdb")

    def work() -> Answer:
        con = engine.connect()
        con.execute("SET threads=2")
        for name, path in (("journal", left), ("clearing", right)):
            con.execute(
                f"CREATE TABLE {name} AS SELECT row_number() OVER () AS unique_id, * FROM read_parquet('{path}')"
            )
        api = tool.DuckDBAPI(connection=con)
        settings = tool.SettingsCreator(
            link_type="link_only", blocking_rules_to_generate_predictions=[tool.block_on(*KEYS)], additional_columns_to_retain=FACTS,
        )  # fmt: skip
        tables = [api.register(name, dataset_display_name=name) for name in ("journal", "clearing")]
        pairs = tool.Linker(tables, settings).inference.deterministic_link().physical_name
        off = " OR ".join(f"{name}_l <> {name}_r" for name in FACTS)
        total = con.execute(f"SELECT count(*) FILTER ({off}) FROM {pairs}").fetchone()[0]
        sides = con.execute(f"DESCRIBE {pairs}").fetchall()
        first = "unique_id_l" if any(row[0] == "unique_id_l" for row in sides) else "unique_id"
        alone = [
            con.execute(
                f"SELECT count(*) FROM {name} WHERE unique_id NOT IN (SELECT CASE source_dataset_l WHEN '{name}' THEN {first}"
                f" ELSE unique_id_r END FROM {pairs})"
            ).fetchone()[0]
            for name in ("journal", "clearing")
        ]
        return (alone[0], alone[1], total)

    return work


def sqlite(left: str, right: str) -> Callable[[], Answer]:
    """Load both files into a database, index the key, join."""
    reader = importlib.import_module("pyarrow.parquet")
    names = [*KEYS, *FACTS]

    def work() -> Answer:
        con = sqlite3.connect(":memory:")
        for side, path in (("l", left), ("r", right)):
            con.execute(
                f"CREATE TABLE {side} (rrn TEXT, terminal_no TEXT, amount_minor INT, fee_minor INT, on_day TEXT)"
            )
            for batch in reader.ParquetFile(path).iter_batches(columns=names):
                columns = [batch.column(name).to_pylist() for name in names]
                columns[-1] = [str(day) for day in columns[-1]]
                con.executemany(f"INSERT INTO {side} VALUES (?, ?, ?, ?, ?)", zip(*columns, strict=True))
            con.execute(f"CREATE INDEX {side}_key ON {side} (rrn, terminal_no)")
        off = " OR ".join(f"l.{name} <> r.{name}" for name in FACTS)
        questions = (
            "SELECT count(*) FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.rrn = l.rrn AND r.terminal_no = l.terminal_no)",
            "SELECT count(*) FROM r WHERE NOT EXISTS (SELECT 1 FROM l WHERE r.rrn = l.rrn AND r.terminal_no = l.terminal_no)",
            f"SELECT count(*) FROM l JOIN r USING (rrn, terminal_no) WHERE {off}",
        )
        answers = [con.execute(question).fetchone()[0] for question in questions]
        return (answers[0], answers[1], answers[2])

    return work


PEERS: dict[str, tuple[str, Callable[[str, str], Callable[[], Answer]]]] = {
    "fastrecon": ("fastrecon", fastrecon), "datacompy": ("datacompy", datacompy), "pandas merge": ("pandas", pandas),
    "Splink": ("splink", splink), "sqlite3": ("pyarrow", sqlite),
}  # fmt: skip
"""Name → the module it needs, and the tool."""


def main(arguments: list[str]) -> None:
    """Run one peer and print what it cost and said; one that is not installed says so."""
    name, left, right = arguments
    try:
        work = PEERS[name][1](left, right)
    except ModuleNotFoundError as error:
        sys.stdout.write(json.dumps({"absent": error.name}) + "\n")
        return
    sys.stdout.write(json.dumps(measured(work)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
