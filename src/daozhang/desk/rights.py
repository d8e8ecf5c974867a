"""A merchant's rights from the desk: the contract rows in force with their lines, what is kept how long, and the ladder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from daozhang.desk import readings
from daozhang.desk.clock import now
from daozhang.desk.workspace import Workspace
from daozhang.services.rights import Rung, ladder

MOST: Final = 200
"""Contract rows on one page."""

_IN_FORCE: Final = """
SELECT x.acquirer, x.merchant_no, x.from_on, x.to_on, x.cycle, x.cutover, x.due_time, x.minimum_minor, x.card_kind, x.channel,
       x.rate_bp::VARCHAR AS rate_bp, x.cap_minor, x.floor_minor, x.per_item_minor, x.refund_fee, x.agreed_deductions,
       x.line_no, x.import_id, i.file
FROM contracts x JOIN imports i USING (import_id)
WHERE x.from_on <= $day AND (x.to_on IS NULL OR x.to_on >= $day)
QUALIFY rank() OVER (
    PARTITION BY x.acquirer, x.merchant_no, coalesce(x.card_kind, ''), coalesce(x.channel, '') ORDER BY x.from_on DESC
) = 1
ORDER BY x.acquirer, x.merchant_no, x.channel NULLS FIRST, x.card_kind NULLS FIRST, i.file, x.line_no LIMIT 201
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a merchant can lean on. ``country`` empty: not known; ``backup_days`` None: no backup place is named."""

    contracts: tuple[dict[str, Any], ...]
    has_more: bool
    country: str
    ladder: tuple[Rung, ...]
    backup_days: int | None
    backup_months: int | None


def rights(workspace: Workspace) -> Rights:
    """Return the contract rows in force today for whom the reader may see, with file and line, and what follows from the settings."""
    with readings.facts(workspace) as con:
        cursor = con.execute(_IN_FORCE, {"day": now(workspace).date()})
        heads = [column[0] for column in cursor.description]
        rows = [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]
    settings = workspace.settings
    return Rights(
        contracts=tuple(rows[:MOST]), has_more=len(rows) > MOST, country=settings.country, ladder=ladder(settings.country),
        backup_days=settings.backup_keep_days if settings.backup else None,
        backup_months=settings.backup_keep_months if settings.backup else None,
    )  # fmt: skip
