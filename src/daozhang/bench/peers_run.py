"""Ours and others on the same files in the same run: what each costs, and how right it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import duckdb

from daozhang.bench import peer_tools
from daozhang.bench.months import Month
from daozhang.bench.peer_tools import PEERS

OWN: Final = ("bare read", "bare join", "full", "leg")
LEG_TYPES: Final = {
    "left": "missing_in_clearing", "right": "missing_in_journal", "double": "duplicate",
    "differs": ("amount_mismatch", "fee_mismatch", "late_clearing"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One tool: medians of its runs. ``wrong`` counts differences said too many and too few; ``note`` says why there is no figure."""

    tool: str
    rows: int
    cpu_ms: int = 0
    start_ms: int = 0
    wall_ms: int = 0
    rss_mb: int = 0
    false: int | None = None
    missed: int | None = None
    note: str = ""

    @property
    def rows_per_cpu_s(self) -> int | None:
        """Return the input rows per second of processor time."""
        return 1000 * self.rows // self.cpu_ms if self.cpu_ms else None


def compare(month: Month, *, runs: int, peers_python: str, only: Sequence[str] = ()) -> list[Cost]:
    """Measure every tool ``runs`` times, one after another in turns, each in a process of its own."""
    shaped = shape(month)
    names = [name for name in (*OWN, *PEERS) if not only or name in only]
    seen: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            if not (seen[name] and "cpu_ms" not in seen[name][0]):
                seen[name].append(_once(name, month, shaped, peers_python))
    planted = planted_of(month)
    return [_cost(name, seen[name], month, planted) for name in names]


def shape(month: Month) -> tuple[Path, Path]:
    """Write both sides as a peer wants them: only rows that ought to have a partner, signed, the contract's fee beside each.

    Left out are rows without a number, and payments that were taken back or never answered, with their lines.
    """
    left, right = month.folder / "shaped-journal.parquet", month.folder / "shaped-clearing.parquet"
    con = duckdb.connect(":memory:")
    con.execute(
        f"SET temp_directory='{(month.folder / 'spill').as_posix()}'; SET memory_limit='4GB'; SET preserve_insertion_order=false"
    )
    con.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet({month.of('transactions')})")
    con.execute(f"CREATE VIEW c AS SELECT * FROM read_parquet({month.of('clearings')})")
    con.execute(f"CREATE VIEW k AS SELECT * FROM read_parquet({month.of('contracts')})")
    con.execute(
        f"""
        COPY (
            SELECT rrn, terminal_no, amount_minor, (sign(amount_minor) * least(coalesce(cap_minor, 1000000000),
                   (abs(amount_minor) * rate_bp::BIGINT + 5000) // 10000))::BIGINT AS fee_minor,
                   (occurred_at + INTERVAL 1 HOUR)::DATE AS on_day
            FROM t ANTI JOIN (SELECT terminal_no, batch_no, trace_no FROM c WHERE rrn IS NULL) x USING (terminal_no, batch_no, trace_no)
            JOIN k ON k.merchant_no = t.merchant_no AND coalesce(k.card_kind, t.card_kind) = t.card_kind
            WHERE status = 'approved' AND t.kind IN ('sale', 'refund') AND rrn IS NOT NULL
        ) TO '{left.as_posix()}' (FORMAT parquet, COMPRESSION zstd)
        """
    )
    con.execute(
        f"""
        COPY (
            SELECT rrn, terminal_no, gross_minor AS amount_minor, fee_minor, cleared_on AS on_day
            FROM c ANTI JOIN (SELECT terminal_no, batch_no, trace_no, amount_minor FROM t WHERE status <> 'approved'
                              UNION ALL SELECT terminal_no, batch_no, trace_no, amount_minor FROM t WHERE kind IN ('void', 'reversal')) x
                 ON x.terminal_no = c.terminal_no AND x.batch_no = c.batch_no AND x.trace_no = c.trace_no AND x.amount_minor = c.gross_minor
            WHERE rrn IS NOT NULL AND kind IN ('sale', 'refund')
        ) TO '{right.as_posix()}' (FORMAT parquet, COMPRESSION zstd)
        """
    )
    con.close()
    return left, right


def planted_of(month: Month) -> tuple[int, int, int]:
    """Return what a perfect tool would say of the shaped files: rows alone, lines alone, pairs that differ."""
    row = duckdb.connect(":memory:").execute(
        f"""
        SELECT count(*) FILTER (kind IN ('missing', 'missing_again', 'double_upload') AND rrn <> ''),
               count(*) FILTER (kind IN ('extra', 'double_line', 'double_later')),
               count(*) FILTER (kind IN ('x100', 'swapped', 'fee', 'late'))
        FROM read_parquet('{month.truth.as_posix()}')
        """
    ).fetchone()  # fmt: skip
    assert row is not None
    return (row[0], row[1], row[2])


def _once(name: str, month: Month, shaped: tuple[Path, Path], peers_python: str) -> dict[str, Any]:
    if name in OWN:
        command = [sys.executable, "-m", "daozhang.bench.own_work", name, str(month.folder)]
    else:
        command = [peers_python, str(Path(peer_tools.__file__)), name, *map(str, shaped)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))  # noqa: S603 - our own commands
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:] or [str(done.returncode)]}
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


def _cost(name: str, seen: Sequence[dict[str, Any]], month: Month, planted: tuple[int, int, int]) -> Cost:
    rows = month.rows_of("transactions", "clearings")
    first = seen[0]
    if "absent" in first:
        return Cost(tool=name, rows=rows, note="bench-not-installed")
    if "failed" in first:
        return Cost(tool=name, rows=rows, note=f"{first['failed']}")

    def middle(what: str) -> int:
        return int(median(one[what] for one in seen))

    false, missed = _judged(name, first["answer"], planted)
    return Cost(
        tool=name, rows=rows, cpu_ms=middle("cpu_ms"), start_ms=middle("start_ms"), wall_ms=middle("wall_ms"), rss_mb=middle("rss_mb"),
        false=false, missed=missed,
    )  # fmt: skip


def _judged(name: str, answer: Any, planted: tuple[int, int, int]) -> tuple[int | None, int | None]:  # noqa: ANN401 - JSON
    if name.startswith("bare"):
        return None, None
    if name == "full":
        return sum(answer["false"].values()), sum(answer["missed"].values())
    if name == "leg":
        return None, None
    off = [said - is_there for said, is_there in zip(answer, planted, strict=True)]
    return sum(max(0, one) for one in off), sum(max(0, -one) for one in off)
