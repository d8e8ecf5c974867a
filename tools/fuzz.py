"""Fuzz one parser: bytes are changed, what reaches new code is kept, what breaks the parser is written down.

    python tools/fuzz.py PARSER --cpu-s 600        fuzz, starting from the samples and the kept corpus
    python tools/fuzz.py --all --cpu-s 600        each parser until it has had so much; stopped, it goes on where it was
    python tools/fuzz.py --table                  what each parser has had so far
    python tools/fuzz.py PARSER --keep             take what was found into tests/fuzz/corpus, the smallest part that covers the same
    python tools/fuzz.py --list                    the parsers

It needs atheris, which is not among the dependencies (it instruments Python for libFuzzer and fits only some versions of it):
``python -m pip install atheris``. Work lies in ``.fuzz/PARSER``: the growing corpus, crashers, and ``runs.jsonl`` with the processor
seconds each run really got.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fuzz_targets import Target

Trace = Callable[[FrameType, str, Any], Any]

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests" / "fuzz"), str(ROOT / "tests" / "formats")]
WORK = ROOT / ".fuzz"
SLOW_S = 10
"""Processor seconds one input may take; instrumented code is several times slower than ours."""
ADDRESS_SPACE = 6 * 1024**3
"""An input of some kilobytes that needs more than this ends in MemoryError, which is a finding."""
SLICE_S = 90
"""Processor seconds of one slice when every parser gets its share; starting costs some ten of them."""
KEPT_BYTES = 90_000
"""Most bytes of corpus that are kept per parser; they are replayed on every run of the tests."""
KEPT_FILES = 150
KEEP_S = 12
"""Processor seconds for choosing what is kept; small inputs come first."""


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parser", nargs="?")
    parser.add_argument("--cpu-s", type=int, default=600)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--table", action="store_true")
    asked = parser.parse_args()
    if asked.table:
        print(table())
        return 0
    if asked.list or not (asked.parser or asked.all):
        import fuzz_targets  # noqa: PLC0415 - found beside the tests

        print("\n".join(fuzz_targets.TARGETS))
        return 0
    if asked.keep:
        return keep(asked.parser)
    try:
        import atheris  # noqa: F401, PLC0415 - not among the dependencies
    except ImportError:
        print("atheris is missing: python -m pip install atheris", file=sys.stderr)
        return 2
    if os.environ.get("DAOZHANG_FUZZING") == asked.parser:
        fuzz(asked.parser, asked.cpu_s)
        return 0
    return run_all(asked.cpu_s) if asked.all else run_apart(asked.parser, asked.cpu_s)


def run_all(cpu_s: int) -> int:
    """Give every parser its processor time, the one that has had least first; one that breaks is left for the end."""
    import fuzz_targets  # noqa: PLC0415

    broken: set[str] = set()
    while True:
        had = {name: had_so_far(name).cpu_s for name in fuzz_targets.TARGETS if name not in broken}
        name = min(had, key=lambda one: had[one], default="")
        if not name or had[name] >= cpu_s:
            break
        if run_apart(name, int(min(SLICE_S, cpu_s - had[name])) + 1):
            broken.add(name)
    print(table())
    return 1 if broken else 0


@dataclass(slots=True)
class Had:
    """What a parser has had: processor seconds, inputs that were counted, runs that ended in a crasher."""

    cpu_s: float = 0.0
    executions: int = 0
    crashers: int = 0


def had_so_far(name: str) -> Had:
    """Return what the runs of a parser add up to."""
    had = Had()
    runs = WORK / name / "runs.jsonl"
    for line in runs.read_text(encoding="utf-8").splitlines() if runs.exists() else ():
        run = json.loads(line)
        had.cpu_s += run.get("cpu_s", 0)
        had.executions += run.get("executions", 0)
        had.crashers += run.get("ended", 0) > 0
    return had


def table() -> str:
    """Return what each parser has had, as a table for the documentation."""
    import fuzz_targets  # noqa: PLC0415

    rows = [(name, had_so_far(name)) for name in fuzz_targets.TARGETS]
    lines = [f"| `{name}` | {had.cpu_s:.0f} | {had.executions:,} | {had.crashers} |" for name, had in rows]
    return "\n".join(("| Parser | CPU s | Inputs | Crashers |", "|---|---|---|---|", *lines))


def run_apart(name: str, cpu_s: int) -> int:
    """Fuzz in a process of its own until the processor time is used, again after every crasher."""
    used = 0.0
    found = 0
    while used < cpu_s:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, __file__, name, "--cpu-s", str(int(cpu_s - used) + 1)],
            env={**os.environ, "DAOZHANG_FUZZING": name},
            check=False,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        used += max(spent, 0.1)
        found += done.returncode != 0
        _note(name, cpu_s=round(spent, 1), ended=done.returncode)
        if found >= 3:
            break
    print(f"{name}: {used:.0f} CPU seconds, {found} crashers (in {WORK / name})")
    return 1 if found else 0


def fuzz(name: str, cpu_s: int) -> None:
    """Fuzz in this process; it ends when the time is used, and as libFuzzer ends it when something breaks."""
    import atheris  # noqa: PLC0415

    with atheris.instrument_imports(include=["daozhang"], enable_loader_override=False):
        import fuzz_targets  # noqa: PLC0415
    target = fuzz_targets.TARGETS[name]
    work = WORK / name
    corpus, seeds, crashes = work / "corpus", work / "seeds", work / "crashes"
    for folder in (corpus, seeds, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    for place, (_, body) in enumerate(fuzz_targets.seeds(target)):
        (seeds / f"{place:03}").write_bytes(body)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    # libFuzzer measures an input by the clock on the wall, which says nothing on a machine that does other work.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s + 6 * SLOW_S, cpu_s + 7 * SLOW_S))
    runs = 0

    def once(data: bytes) -> None:
        nonlocal runs
        runs += 1
        started = time.process_time()
        target.run(data)
        now = time.process_time()
        if now - started > SLOW_S:
            message = f"{len(data)} bytes took {now - started:.0f} processor seconds"
            raise TimeoutError(message)
        if now + _used_by_children() > cpu_s:
            _note(name, executions=runs)
            os._exit(0)  # libFuzzer counts wall-clock time only

    kept = [str(folder) for folder in (fuzz_targets.CORPUS / name, fuzz_targets.REGRESSIONS / name) if folder.is_dir()]
    atheris.Setup(
        [
            sys.argv[0], str(corpus), str(seeds), *kept, f"-max_len={target.largest}", "-timeout=3000", "-rss_limit_mb=3000",
            f"-artifact_prefix={crashes}/", "-print_final_stats=0", "-verbosity=0", "-reload=0",
        ],
        once,
        enable_python_coverage=True,
    )  # fmt: skip
    atheris.Fuzz()


def _used_by_children() -> float:
    """Return the processor seconds of the children that still run: some libraries are only ever used in one."""
    used = 0
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            with suppress(FileNotFoundError):
                fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
                used += int(fields[11]) + int(fields[12])
    return used / os.sysconf("SC_CLK_TCK")


def keep(name: str) -> int:
    """Write the smallest inputs that together reach every line that the whole corpus reaches to tests/fuzz/corpus."""
    import fuzz_targets  # noqa: PLC0415

    target = fuzz_targets.TARGETS[name]
    folder = fuzz_targets.CORPUS / name
    found = {*(WORK / name / "corpus").glob("*"), *folder.glob("*")}
    bodies = sorted({path.read_bytes() for path in found if path.is_file()}, key=len)
    reached: set[tuple[str, int]] = set()
    for _, body in fuzz_targets.seeds(target):
        reached |= _edges(target, body)
    kept: list[bytes] = []
    for body in bodies:
        if time.process_time() > KEEP_S:
            break
        new = _edges(target, body) - reached
        if new and sum(map(len, kept)) + len(body) <= KEPT_BYTES and len(kept) < KEPT_FILES:
            reached |= new
            kept.append(body)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.bin"):
        old.unlink()
    for body in kept:
        (folder / f"{hashlib.sha256(body).hexdigest()[:12]}.bin").write_bytes(body)
    print(f"{name}: {len(kept)} of {len(bodies)} inputs, {sum(map(len, kept))} bytes")
    return 0


def _edges(target: Target, body: bytes) -> set[tuple[str, int]]:
    """Return the steps from line to line within our code that an input takes (a line alone would forget branches)."""
    seen: set[tuple[str, int]] = set()

    def local(frame: FrameType, event: str, _: object) -> Trace:
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
        return local

    def entering(frame: FrameType, _event: str, _: object) -> Trace | None:
        return local if "daozhang" in frame.f_code.co_filename else None

    sys.settrace(entering)
    try:
        target.run(body)
    except Exception as error:  # noqa: BLE001 - a crasher belongs to the regressions, not to the corpus
        print(f"an input of the corpus breaks {target.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return set()
    finally:
        sys.settrace(None)
    return seen


def _note(name: str, **facts: object) -> None:
    (WORK / name).mkdir(parents=True, exist_ok=True)
    with (WORK / name / "runs.jsonl").open("a", encoding="utf-8") as notes:
        notes.write(json.dumps({"parser": name, **facts}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
