"""``bench --work formats``: for each format rows per second of processor time and the reader's memory, beside a bare tool."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from daozhang.cli.enlarging import GIVEN, enlarged
from daozhang.formats.base import Format
from daozhang.formats.fixed_width import RECORD_LAYOUTS, layout
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
        # A summary has no rows but lines.
        return sum(part.rows for part in found.parts) or len(found.totals) or found.control
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
    "calamine": """
from python_calamine import CalamineWorkbook
def work():
    book = CalamineWorkbook.from_path(path)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
measured(work)
""",
    "json module": """
def work():
    return len(next(iter(json.load(open(path, encoding="utf-8")).values())))
measured(work)
""",
    "slices": """
places = [tuple(map(int, place.split("-"))) for place in sys.argv[3].split(",")]
size = max(end for _, end in places)
def work():
    data = open(path, "rb").read()
    records = data.split(b"\\n") if b"\\n" in data else [data[at : at + size] for at in range(0, len(data), size)]
    return sum(1 for record in records if [record[start:end].decode("gb18030", "replace").strip() for start, end in places])
measured(work)
""",
    "bai2": """
from bai2 import bai2
def work():
    file = bai2.parse_from_file(open(path, encoding="utf-8"), check_integrity=False)
    return sum(len(account.children) for group in file.children for account in group.children)
measured(work)
""",
    "pyiso8583": """
import iso8583
from daozhang.formats.iso8583.dialects import TERMINAL
spec = TERMINAL.specs()[0]
def work():
    seen = 0
    for line in open(path, encoding="latin-1"):
        found = re.search("(?:[0-9A-F]{2} ?){20,}$", line.strip())
        if found:
            try:
                seen += bool(iso8583.decode(bytes.fromhex(found[0])[13:], spec))
            except iso8583.DecodeError:
                pass
    return seen
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
    "mt942": ("mt-940",), "bai2": ("bai2",), "nacha": ("slices",), "iso8583_log": ("pyiso8583",), "unionpay_zm": ("slices",),
    "unionpay_zme": ("slices",), "unionpay_acomn": ("slices",), "unionpay_zsum": ("slices",), "unionpay_zpsum": ("slices",),
    "bank_ccb": ("calamine",), "bank_spdb": ("calamine",), "square_payouts": ("json module",), "square_payout_entries": ("json module",),
}  # fmt: skip
"""Which tools stand beside which format; any other text format stands beside the csv module."""
MODULES: Final = {
    "mt-940": "mt940",
    "bankfile": "bankfile",
    "cardutil": "cardutil",
    "bai2": "bai2",
    "ofxparse": "ofxparse",
}
"""Tools that have to be installed for it: name → the module that is looked for."""
NACHA_FIELDS: Final = "0-1,1-3,3-11,11-12,12-29,29-39,39-54,54-76,76-78,78-79,79-94"
"""Bytes of the fields of an entry, which is what nearly all records are."""


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
        for tool in tools_of(chosen):
            said = _bare(run, tool, path, wanted, chosen.code)
            yield {"format": chosen.code, "tool": tool, **said, "rows": ours["rows"] if said["cpu_ms"] else 0}
        for one in place.iterdir():
            one.unlink()


def tools_of(chosen: Format) -> tuple[str, ...]:
    """Return the tools that stand beside a format, by name."""
    return TOOLS.get(chosen.code, ("csv module",))


def _bare(run: Run, tool: str, path: Path, wanted: Wanted, code: str) -> dict[str, Any]:
    module = MODULES.get(tool)
    if module and find_spec(module) is None:
        return _nothing("bench-not-installed")
    return _said(run, BARE[tool], str(path), str(wanted.cpu_s), _fields(code) if tool == "slices" else "")


def _fields(code: str) -> str:
    """Return where the fields of a record of fixed width stand."""
    if code not in RECORD_LAYOUTS:
        return NACHA_FIELDS
    return ",".join(f"{one.start}-{one.end}" for one in layout(RECORD_LAYOUTS[code]).fields.values())


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
