"""``bench --work formats``: for each format rows per second of processor time and the reader's memory, beside a bare tool."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from daozhang.cli.enlarging import GIVEN, enlarged
from daozhang.formats.base import Format
from daozhang.formats.registry import REGISTRY

Run = Callable[[list[str]], str]
"""Runs a command to its end and returns what it printed."""

CPU_SECONDS: Final = 10
"""What one format or tool may take; one that needs more is listed as not finished."""

_MEASURED = """
import json, os, re, resource, sys, time
def limit(seconds):
    used = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds + 1))
sys.stderr = open(os.devnull, "w")
def measured(work):
    limit(int(sys.argv[2]))
    start = time.process_time()
    rows = work()
    spent = time.process_time() - start
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
    print(json.dumps({"cpu_ms": int(spent * 1000) + 1, "rss_mb": peak // 1024, "rows": rows}))
path = sys.argv[1]
"""
"""What every measured process begins with. Its start and its imports are not counted; its peak memory is its own."""

_OURS = """
import os, tempfile
from daozhang.intake.unused import WithoutUnused
sys.meta_path.insert(0, WithoutUnused())
from datetime import date
from pathlib import Path
import duckdb
from daozhang.formats.base import Given, Source
from daozhang.formats.registry import format_named
from daozhang.intake.cards import CardGuard
from daozhang.intake.read_source import read_source
from daozhang.intake.set_wise import Stage
def engine():
    found = duckdb.connect()
    found.execute("SET threads=1; SET memory_limit='614MiB'; SET temp_directory=''")
    return found
given = json.loads(sys.argv[4])
given["covers_on"] = date.fromisoformat(given["covers_on"])
def work():
    source = Source(Path(path).name, None, Given(**given), handle=os.open(path, os.O_RDONLY))
    with tempfile.TemporaryDirectory() as folder:
        found = read_source(format_named(sys.argv[3]), source, Stage(Path(folder), "im_bench"), CardGuard(b"k" * 32), engine)
        return sum(part.rows for part in found.parts)
measured(work)
"""

BARE: Final[dict[str, str]] = {
    "csv module": """
import csv, io
def work():
    data = open(path, "rb").read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return sum(1 for _ in csv.reader(io.StringIO(text, newline="")))
measured(work)
""",
    "DuckDB": """
import duckdb
def work():
    engine = duckdb.connect()
    engine.execute("SET threads=1")
    read = f"read_parquet('{path}')" if path.endswith(".parquet") else f"read_csv('{path}')"
    return engine.execute(f"COPY (SELECT * FROM {read}) TO '{path}.bare' (FORMAT parquet)").fetchall()[0][0]
measured(work)
""",
    "expat": """
from xml.parsers import expat
def work():
    parser, seen = expat.ParserCreate(), [0]
    def start(name, attributes):
        seen[0] += 1
    parser.StartElementHandler, parser.EndElementHandler = start, lambda name: None
    parser.CharacterDataHandler = lambda text: None
    parser.ParseFile(open(path, "rb"))
    return seen[0]
measured(work)
""",
    "mt-940": """
import mt940
def work():
    return len(mt940.parse(open(path, "rb").read().decode("utf-8", "replace")).transactions)
measured(work)
""",
    "bankfile": """
import bankfile
def work():
    return len(bankfile.parse(path).transactions)
measured(work)
""",
    "cardutil": """
from cardutil.mciipm import IpmReader
def work():
    return sum(1 for _ in IpmReader(open(path, "rb"), encoding="cp500", blocked=True))
measured(work)
""",
}  # fmt: skip
"""What a user would pick instead: it reads the same file and understands less of it. Name → program."""

TOOLS: Final = {
    "interchange_csv": ("DuckDB", "csv module"), "interchange_parquet": ("DuckDB",), "mt940": ("mt-940", "bankfile"),
    "ofx": ("bankfile",), "mastercard_ipm": ("cardutil",), "camt_052": ("expat",), "camt_053": ("expat",),
    "camt_054": ("expat",), "pain_002": ("expat",), "pacs_002": ("expat",), "pacs_004": ("expat",),
    "mt942": ("mt-940",), "bai2": (), "nacha": (), "iso8583_log": (), "unionpay_zm": (), "unionpay_zme": (), "unionpay_acomn": (),
    "unionpay_zsum": (), "unionpay_zpsum": (),
}  # fmt: skip
"""Which tools stand beside which format; any other text format stands beside the csv module."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured: formats by code (all when empty), rows of each file, processor seconds that each may take."""

    rows: int
    codes: frozenset[str] = frozenset()
    cpu_s: int = CPU_SECONDS


def measure_formats(folder: Path, samples: Path, wanted: Wanted, run: Run) -> Iterator[dict[str, Any]]:
    """Yield one answer per format and tool as it is measured: ``format, tool, rows, cpu_ms, rss_mb, note``.

    ``rows`` is 0 where nothing was measured; ``note`` is a text key that then says why.
    """
    for chosen in REGISTRY:
        if wanted.codes and chosen.code not in wanted.codes:
            continue
        place = folder / chosen.code
        place.mkdir()
        path = enlarged(chosen, samples, wanted.rows, place)
        if path is None:
            yield {"format": chosen.code, "tool": "daozhang", **_nothing("bench-no-sample")}
            continue
        ours = _said(run, _OURS, str(path), str(wanted.cpu_s), chosen.code, _given())
        yield {"format": chosen.code, "tool": "daozhang", **ours}
        for tool in _tools(chosen):
            said = _said(run, BARE[tool], str(path), str(wanted.cpu_s))
            yield {"format": chosen.code, "tool": tool, **said, "rows": ours["rows"] if said["cpu_ms"] else 0}
        for one in place.iterdir():
            one.unlink()


def _tools(chosen: Format) -> tuple[str, ...]:
    return TOOLS.get(chosen.code, ("csv module",))


def _said(run: Run, program: str, *args: str) -> dict[str, Any]:
    """Return what a measured process says; nothing read when it was stopped or failed, as a bare tool may on a real file."""
    printed = run([sys.executable, "-c", _MEASURED + program, *args])
    last = printed.strip().rpartition("\n")[2]
    if not last.startswith("{"):
        return _nothing("bench-not-finished")
    found = json.loads(last)
    assert isinstance(found, dict)
    return {**found, "note": ""}


def _nothing(note: str) -> dict[str, Any]:
    return {"rows": 0, "cpu_ms": 0, "rss_mb": 0, "note": note}


def _given() -> str:
    return json.dumps(
        {"acquirer": GIVEN.acquirer, "merchant_no": GIVEN.merchant_no, "account_tail": GIVEN.account_tail,
         "covers_on": str(GIVEN.covers_on)}
    )  # fmt: skip
