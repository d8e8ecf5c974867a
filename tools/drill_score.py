"""Recompute the score of a drill from the raw rows of its database, without the product: ``drill_score.py DRILL/desk.sqlite3``.

Times are whole seconds from the beginning; money at risk is minor units times seconds. What it prints has to equal
``daozhang drills report --json``. Only SQLite and the standard library are used.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from datetime import datetime

CASE_STEPS = {
    "report_sent": "notify", "party_asked": "notify", "told": "notify", "help_sought": "notify", "chased": "notify",
    "option_chosen": "decide", "remedy_started": "decide", "instruction_decided": "decide",
    "remedy_done": "resolve", "money_matched": "resolve", "explained": "resolve",
}  # fmt: skip
SAID = {"detected": "detect", "notified": "notify", "decided": "decide", "resolved": "resolve"}


def seconds(text: str) -> int:
    """Return a stored moment as seconds since 1970 of its own wall-clock."""
    return int((datetime.fromisoformat(text[:19]) - datetime(1970, 1, 1)).total_seconds())


def main(path: str) -> dict[str, int | None]:
    """Return the score: what people did with cases by their own log, and what they stamped by hand."""
    con = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    drill, began_at, ended_at = con.execute(
        "SELECT id, began_at, ended_at FROM desk_drill ORDER BY id DESC LIMIT 1"
    ).fetchone()
    began, ended = seconds(began_at), seconds(ended_at)
    acts = [
        (seconds(at), step, case, no)
        for no, at, step, case in con.execute(
            "SELECT id, at, step, case_id FROM desk_caseevent WHERE \"by\" <> 'system' AND at >= ? ORDER BY at, id",
            [began_at],
        )
    ]
    acts = [one for one in acts if one[0] <= ended]
    times: dict[str, list[int]] = {"detect": [acts[0][0]] if acts else [], "notify": [], "decide": [], "resolve": []}
    for at, step, _, _ in acts:
        if step in CASE_STEPS:
            times[CASE_STEPS[step]].append(at)
    by_hand = con.execute("SELECT at, step FROM desk_drillevent WHERE drill_id = ? AND source = ''", [drill]).fetchall()
    for at, step in by_hand:
        if step in SAID:
            times[SAID[step]].append(seconds(at))
    until = max(times["resolve"]) if times["resolve"] else ended
    result: dict[str, int | None] = {
        f"time_to_{name}_s": ((max if name == "resolve" else min)(found) - began if found else None)
        for name, found in times.items()
    }
    result["at_risk_minor_s"] = _at_risk(con, drill, acts, began, until)
    return result


def _at_risk(con: sqlite3.Connection, drill: int, acts: list[tuple[int, str, str, int]], began: int, until: int) -> int:
    """Return each case's missing money times the seconds it was missing; of a talked-through drill, the amount it was given."""
    cases = dict(con.execute("SELECT number, gap_minor FROM desk_case"))
    if not cases:
        given = con.execute(
            "SELECT minor FROM desk_drillevent WHERE drill_id = ? AND step = 'at_risk'", [drill]
        ).fetchone()[0]
        return int(given) * (until - began)
    over: dict[str, int] = {}
    for at, step, case, _ in acts:
        if CASE_STEPS.get(step) == "resolve":
            over.setdefault(case, at)
    return sum(max(0, -gap) * (min(over.get(number, until), until) - began) for number, gap in cases.items())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])) + "\n")
