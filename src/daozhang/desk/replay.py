"""Playing a folder in order of arrival: the clock stands at each arrival and at each due moment in between."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from daozhang.desk import imports, settle_day
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError

LIST_NAME: Final = "arrivals.csv"


def replay(
    workspace: Workspace, folder: Path, *, start: datetime | None = None, end: datetime | None = None
) -> dict[str, Any]:
    """Read the folder in, then judge at every moment at which something could become known; keep when it was first said.

    Files that arrived before ``start`` are known from the beginning. Returns how many moments, files and findings.
    """
    arrivals = _arrivals(folder)
    results = imports.import_paths(workspace, [folder])
    first = start or min(arrivals)
    last = end or max(arrivals) + timedelta(days=1)
    moments = sorted(
        {moment for moment in arrivals if first <= moment <= last} | _clock_moments(workspace, first, last)
    )
    said: set[str] = set()
    for moment in moments:
        result = settle_day.run_day(workspace, moment)
        said |= {one.found.finding_id for one in result.day.findings}
    return {
        "moments": len(moments),
        "files": len(results),
        "findings": len(said),
        "from": moments[0] if moments else None,
        "to": moments[-1] if moments else None,
    }


def _arrivals(folder: Path) -> set[datetime]:
    path = folder / LIST_NAME
    if not path.exists():
        raise InputError("error-no-arrivals", path=str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            datetime.fromisoformat(row["arrived_at"]).replace(tzinfo=None)
            for row in csv.DictReader(file)
            if row.get("arrived_at")
        }


def _clock_moments(workspace: Workspace, first: datetime, last: datetime) -> set[datetime]:
    """Return one minute after each due time of each day: when silence first means something."""
    hour, minute = (int(part) for part in workspace.settings.due_time.split(":"))
    moments = set()
    day = first.date()
    while day <= last.date():
        moment = datetime(day.year, day.month, day.day, hour, minute) + timedelta(minutes=1)
        if first <= moment <= last:
            moments.add(moment)
        day += timedelta(days=1)
    return moments
