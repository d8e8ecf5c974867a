"""One run of a generated month in a process of its own: python cluster_run.py FOLDER ENGINE URL CHECKPOINTS OUT [lake=URL] [OPTION=VALUE…]."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from daozhang.bench import months
from daozhang.bench.ledger import ledger_of
from daozhang.engine.cluster.cluster import Cluster
from daozhang.flows.settlement_day import Settled


def told(settled: Settled) -> dict[str, Any]:
    """Return everything a run says, in an order of its own. How many buckets differ depends on the salt of the run alone."""
    counts = {name: count for name, count in settled.counts.items() if name != "dirty_buckets"}
    return {
        "breaks": sorted(map(repr, settled.breaks)),
        "money": sorted(map(repr, settled.money)),
        "settled": sorted(repr((key, settled.settled_payouts[key])) for key in settled.settled_payouts),
        "facts": repr(sorted(settled.facts.counts.items(), key=repr)),
        "counts": counts,
    }


def main() -> None:
    folder, engine, url, checkpoints, out, *options = sys.argv[1:]
    given = dict(option.split("=", 1) for option in options)
    lake = given.pop("lake", "")
    ledger = ledger_of(months.read(Path(folder)))
    ledger.cluster = Cluster(engine=engine, url=url, checkpoints=checkpoints, lake=lake, options=given)
    Path(out).write_text(json.dumps(told(ledger.settle(months.AS_OF)), default=repr), encoding="utf-8")


if __name__ == "__main__":
    main()
