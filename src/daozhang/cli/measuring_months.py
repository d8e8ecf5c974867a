"""``bench --work month,arrival,peers``: right or wrong against known truth, and what it costs beside other tools."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from daozhang.bench import arrival, months
from daozhang.bench.ledger import ledger_of
from daozhang.bench.peers_run import Cost, compare
from daozhang.bench.picture import drawn
from daozhang.bench.score import score
from daozhang.cli.output import print_table, text

WORKS: Final = frozenset({"month", "arrival", "peers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is wanted of a month: which works, how large, where it stands (kept when somebody names the folder)."""

    works: frozenset[str]
    size: int
    folder: Path
    runs: int
    peers_python: str
    only: tuple[str, ...]
    picture: Path | None


def measure_months(asked: Asked) -> dict[str, Any]:
    """Return what was measured, as it is printed for programs."""
    month = written(asked)
    found: dict[str, Any] = {"payments": month.rows, "input_rows": month.rows_of("transactions", "clearings")}
    if "month" in asked.works:
        found["month"] = _scored(month)
    if "arrival" in asked.works:
        found["arrival"] = arrival.differences(month)
    if "peers" in asked.works:
        costs = compare(month, runs=asked.runs, peers_python=asked.peers_python, only=asked.only)
        found["peers"] = [_row(cost, costs) for cost in costs]
        if asked.picture:
            heads = (text("bench-cpu"), text("bench-memory"), text("bench-wrong"))
            title = text("bench-picture", rows=f"{found['input_rows']:,}")
            asked.picture.write_text(drawn(costs, title, heads), encoding="utf-8")
    return found


def written(asked: Asked) -> months.Month:
    """Return the month of the folder; it is written first when there is none of this size."""
    if (asked.folder / "month.json").exists():
        month = months.read(asked.folder)
        if month.rows == asked.size:
            return month
    return months.write(asked.folder, asked.size)


def show_months(found: dict[str, Any]) -> None:
    """Print the tables for people."""
    if "month" in found:
        rows = found["month"]["kinds"]
        print_table(text("bench-month"), ["kind", "planted", "missed", "false"], [list(row.values()) for row in rows])
    if "arrival" in found:
        print_table(text("bench-arrival"), ["way", "differences"], [list(item) for item in found["arrival"].items()])
    if "peers" in found:
        rows = [
            {**row, "note": text(row["note"]) if row["note"].startswith("bench-") else row["note"]}
            for row in found["peers"]
        ]
        print_table(text("bench-peers"), list(rows[0]), [list(row.values()) for row in rows])


def _scored(month: months.Month) -> dict[str, Any]:
    result = score(month, ledger_of(month, spill=month.folder / "spill").settle(months.AS_OF).breaks)
    names = sorted({*result.planted, *result.false})
    kinds = [
        {"kind": name, "planted": result.planted[name], "missed": result.missed[name], "false": result.false[name]}
        for name in names
    ]
    return {"false": result.false.total(), "missed": result.missed.total(), "kinds": kinds}


def _row(cost: Cost, costs: list[Cost]) -> dict[str, Any]:
    def ratio(tool: str, what: str) -> str:
        other = next((getattr(one, what) for one in costs if one.tool == tool), 0)
        share = 100 * getattr(cost, what) // other if other else 0
        return f"{share // 100}.{share % 100:02d}" if share else ""

    said = asdict(cost)
    return {
        "tool": cost.tool, "cpu_ms": cost.cpu_ms, "start_ms": cost.start_ms, "wall_ms": cost.wall_ms, "rss_mb": cost.rss_mb,
        "rows_per_cpu_s": cost.rows_per_cpu_s, "x_bare_join": ratio("bare join", "cpu_ms"), "x_our_leg": ratio("leg", "cpu_ms"),
        "memory_x_bare_join": ratio("bare join", "rss_mb"), "false": said["false"], "missed": said["missed"], "note": said["note"],
    }  # fmt: skip
