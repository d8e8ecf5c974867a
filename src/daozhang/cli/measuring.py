"""``bench``: what the product costs beside the bare limit, in one run on one machine, as ratios."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from daozhang.cli.measuring_formats import CPU_SECONDS, Wanted, measure_formats
from daozhang.cli.measuring_months import WORKS, Asked, measure_months, show_months
from daozhang.cli.output import JsonOption, print_json, print_table, text
from daozhang.world import bulk

_WRITE = """
import sys
from pathlib import Path
from daozhang.world import bulk
bulk.write(Path(sys.argv[1]), int(sys.argv[2]))
"""
_BARE_JOIN = """
import duckdb, sys
con = duckdb.connect(); con.execute("SET threads=2")
read = "read_csv('{}', header=true, all_varchar=true)"
sql = f"SELECT count(*) FROM {read.format(sys.argv[1])} t JOIN {read.format(sys.argv[2])} c USING (rrn, terminal_no)"
print(con.execute(sql).fetchone()[0])
"""
_BARE_READ = """
import duckdb, sys
con = duckdb.connect(); con.execute("SET threads=2")
for path in sys.argv[1:]:
    print(con.execute(f"COPY (SELECT * FROM read_csv('{path}')) TO '{path}.bare' (FORMAT parquet)").fetchone())
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the benchmark. ``ratio_to_bare`` compares processor time with the bare tool of the same work."""

    work: str
    size: int
    tool: str
    engine: str
    cpu_s: str
    wall_s: str
    peak_rss_mb: int
    ratio_to_bare: str
    false_breaks: int | None = None
    missed_breaks: int | None = None
    format: str = ""
    rows_per_cpu_s: int | None = None
    note: str = ""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("bench")(bench)


def bench(
    size: Annotated[
        int | None,
        typer.Option(
            "--size",
            min=500,
            help="Payments of the journal or of the month (1 000 000), or rows of each format's file (20 000).",
        ),
    ] = None,
    work: Annotated[
        str, typer.Option("--work", help="read, reconcile, formats, month, arrival, peers; several with a comma.")
    ] = "read,reconcile",
    samples: Annotated[Path, typer.Option("--samples", help="Folder of sample files, one folder per format.")] = Path(
        "tests/samples"
    ),
    only: Annotated[
        str, typer.Option("--only", help="Codes of formats, or names of tools; several with a comma; empty: all.")
    ] = "",
    cpu_s: Annotated[
        int, typer.Option("--cpu-seconds", min=1, help="Processor seconds that one format or tool may take.")
    ] = CPU_SECONDS,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Where the month is kept; one of this size that stands there is used again."),
    ] = None,
    runs: Annotated[int, typer.Option("--runs", min=1, help="Runs of each tool; medians are said.")] = 3,
    peers_python: Annotated[
        str, typer.Option("--peers-python", help="A Python that has the other tools; empty: this one.")
    ] = "",
    picture: Annotated[Path | None, typer.Option("--picture", help="Write the comparison as SVG.")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Measure import, the settlement day, months of known truth, other tools, and each format's reader. 基准测试。"""
    wanted = {part.strip() for part in work.split(",")}
    found: dict[str, Any] = {}
    if wanted & WORKS:
        with tempfile.TemporaryDirectory(prefix="daozhang-bench-") as place:
            names = tuple(part.strip() for part in only.split(",") if part.strip())
            found = measure_months(
                Asked(
                    works=frozenset(wanted & WORKS), size=size or 1_000_000, folder=folder or Path(place), runs=runs,
                    peers_python=peers_python or sys.executable, only=names, picture=picture,
                )
            )  # fmt: skip
            if not as_json:
                show_months(found)
        if not wanted - WORKS:
            if as_json:
                print_json(found)
            return
    with tempfile.TemporaryDirectory(prefix="daozhang-bench-") as files:
        rows = _measure(Path(files), max(1000, size or 1_000_000), wanted) if wanted & {"read", "reconcile"} else []
        if "formats" in wanted:
            codes = frozenset(part.strip() for part in only.split(",") if part.strip())
            asked = Wanted(size or 20_000, codes, cpu_s)
            rows += _formats(Path(files), samples, asked, quiet=as_json)
    if as_json:
        print_json({"rows": [asdict(row) for row in rows], **found})
    else:
        columns = list(asdict(rows[0])) if rows else []
        shown = [{**asdict(row), "note": text(row.note) if row.note else ""} for row in rows]
        print_table(text("bench-title"), columns, [list(row.values()) for row in shown])


def _measure(folder: Path, size: int, wanted: set[str]) -> list[Measure]:
    # Written by a process of its own: what this one takes would count as the least that every measured one takes.
    _cost([sys.executable, "-c", _WRITE, str(folder / "files"), str(size)])
    planted = bulk.planted(folder / "files", size)
    place = folder / "workspace"
    own = [sys.executable, "-m", "daozhang.cli"]
    _cost([*own, "init", str(place)])
    _cost([*own, "import", str(planted.contracts), "--workspace", str(place)])
    both = [str(planted.journal), str(planted.clearing)]
    read = _cost([*own, "import", *both, "--workspace", str(place), "--json"])
    found: list[Measure] = []
    if "read" in wanted:
        bare = _cost([sys.executable, "-c", _BARE_READ, *both])
        found += [_line("read", size, "bare_read", bare, bare), _line("read", size, "daozhang", read, bare)]
    if "reconcile" in wanted:
        bare = _cost([sys.executable, "-c", _BARE_JOIN, *both])
        run = _cost([*own, "run", "--as-of", "2026-11-25T09:00", "--workspace", str(place), "--json"])
        false, missed = _judged(planted, place, own)
        found += [
            _line("reconcile", size, "bare_join", bare, bare),
            _line("reconcile", size, "daozhang", run, bare, false, missed),
        ]
    return found


def _formats(folder: Path, samples: Path, wanted: Wanted, *, quiet: bool) -> list[Measure]:
    """Return a line per format and tool; ``ratio_to_bare`` is the cost over the first bare tool's, empty where there is none.

    Each is also written to standard error as it is measured, so that a run that is cut short was not for nothing.
    """
    said = []
    bare: dict[str, int] = {}
    for one in measure_formats(folder, samples, wanted, lambda command: str(_cost(command)["printed"])):
        said.append(one)
        if one["tool"] != "daozhang" and one["cpu_ms"]:
            bare.setdefault(one["format"], one["cpu_ms"])
        if not quiet:
            line = _format_line(one, 0)
            shown = text(line.note) if line.note else f"{line.size} {line.cpu_s} s {line.rows_per_cpu_s}/s"
            typer.echo(f"{line.format} {line.tool} {shown}", err=True)
    return [_format_line(one, bare.get(one["format"], 0)) for one in said]


def _format_line(one: dict[str, Any], bare_ms: int) -> Measure:
    ratio = 100 * one["cpu_ms"] // bare_ms if bare_ms else 0
    return Measure(
        "formats", one["rows"], one["tool"], "", _seconds(one["cpu_ms"]), "", one["rss_mb"],
        f"{ratio // 100}.{ratio % 100:02d}" if ratio else "", format=one["format"],
        rows_per_cpu_s=1000 * one["rows"] // one["cpu_ms"] if one["cpu_ms"] else None, note=one["note"],
    )  # fmt: skip


def _line(
    work: str,
    size: int,
    tool: str,
    cost: dict[str, Any],
    bare: dict[str, Any],
    false: int | None = None,
    missed: int | None = None,
) -> Measure:
    ratio = 100 * cost["cpu_ms"] // max(1, bare["cpu_ms"])
    return Measure(
        work, size, tool, "duckdb", _seconds(cost["cpu_ms"]), _seconds(cost["wall_ms"]), cost["rss_mb"],
        f"{ratio // 100}.{ratio % 100:02d}", false, missed,
    )  # fmt: skip


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000 // 10:02d}"


def _cost(command: list[str]) -> dict[str, Any]:
    """Run a command to its end; return processor and wall time in milliseconds and its peak memory, helpers included."""
    start = time.monotonic_ns()
    with tempfile.TemporaryFile() as out:
        pid = os.posix_spawn(
            command[0], command, dict(os.environ), file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)]
        )
        _, _, usage = os.wait4(pid, 0)
        out.seek(0)
        printed = out.read().decode()
    return {
        "cpu_ms": int((usage.ru_utime + usage.ru_stime) * 1000), "wall_ms": (time.monotonic_ns() - start) // 1_000_000,
        "rss_mb": usage.ru_maxrss // 1024, "printed": printed,
    }  # fmt: skip


def _judged(planted: bulk.Bulk, place: Path, own: list[str]) -> tuple[int, int]:
    """Return how many breaks were said that are none, and how many of the planted ones were not said."""
    said = json.loads(_cost([*own, "findings", "--workspace", str(place), "--json"])["printed"])["findings"]
    rows = {
        (row["break_type"], row["rrn"]) for row in said if row["grain"] == "transaction" and row["severity"] != "info"
    }
    truth = {("missing_in_clearing", rrn) for rrn in planted.missing} | {
        ("amount_mismatch", rrn) for rrn in planted.changed
    }
    return len(rows - truth), len(truth - rows)
