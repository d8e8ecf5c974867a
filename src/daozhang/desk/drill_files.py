"""Files of drills are known by their bytes: a live workspace refuses them, whatever they are called (D073, C12)."""

from __future__ import annotations

from collections.abc import Iterable

from daozhang.desk import clock, house_audit, sight
from daozhang.desk.drills_models import DrillFile
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError


def note(workspace: Workspace, drill: str, digests: Iterable[str], *, by: str) -> int:
    """Note the SHA-256 of every file of a drill in the live workspace, before the drill has them; return how many are new."""
    known = set(DrillFile.objects.values_list("sha256", flat=True))
    fresh = sorted(set(digests) - known)
    DrillFile.objects.bulk_create(
        [DrillFile(sha256=one, drill=drill[:120], noted_at=clock.now(workspace)) for one in fresh]
    )
    house_audit.append(workspace, "drills", drill, "files_noted", by=by, count=len(fresh))
    return len(fresh)


def refuse(sha256: str, name: str) -> None:
    """Raise InputError when the bytes are a drill's."""
    with sight.house():
        found = DrillFile.objects.filter(sha256=sha256).values_list("drill", flat=True).first()
    if found is not None:
        raise InputError("drill-file-refused", file=name, drill=found)
