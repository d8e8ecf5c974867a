"""Count how often causes were right on worlds made for this alone, and write ``diagnosis/calibration.toml``.

    python tools/calibrate_causes.py WORLD [WORLD ...]

Worlds that are scored afterwards must have other seeds: a confidence measured on what it is judged by flatters.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from daozhang.desk.workspace import prepare_django

OUT = Path(__file__).parent.parent / "src" / "daozhang" / "diagnosis" / "calibration.toml"
HEAD = """\
# How often answers of a kind (the sentence, and what its rule claims) named the right cause: [right, given]. Counted by
# tools/calibrate_causes.py on worlds made for this alone; a payout or batch counts each time, a sentence about rows of one
# merchant once per incident, so that one raised fee does not count a hundred times.

[answers]
"""


def counted(worlds: Sequence[Path]) -> Mapping[str, tuple[int, int]]:
    """Return per kind of answer how many incidents it was right about, and about how many it was given."""
    from daozhang.bench.world_score import score_world  # noqa: PLC0415 - the desk needs Django first

    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for world in worlds:
        with tempfile.TemporaryDirectory() as folder:
            judged = score_world(world, Path(folder) / "workspace")
        seen: dict[tuple[str, str], bool] = {}
        for failure, said in judged.matched.pairs:
            if said.cause_code:
                key = (said.answer_kind, said.incident_id)
                seen[key] = seen.get(key, True) and failure.cause_code == said.cause_code
        for said in judged.matched.invented:
            if said.cause_code:
                seen[said.answer_kind, said.incident_id] = False
        for (kind, _), is_right in seen.items():
            given[kind] += 1
            right[kind] += is_right
    return {kind: (right[kind], given[kind]) for kind in sorted(given)}


def main(worlds: Sequence[str]) -> None:
    """Count and write."""
    prepare_django()
    rows = counted([Path(world) for world in worlds])
    OUT.write_text(
        HEAD + "".join(f'"{kind}" = [{right}, {given}]\n' for kind, (right, given) in rows.items()), encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
