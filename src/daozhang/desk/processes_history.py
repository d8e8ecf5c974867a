"""What happened to an application, an inquiry or a change of terms: its entries in the house's audit chain.

Whoever may see the thing itself may read what happened to it; the chain as a whole is the house's.
"""

from __future__ import annotations

from daozhang.desk import sight
from daozhang.desk.telling_models import HouseEvent


def entries(area: str, number: str) -> list[HouseEvent]:
    """Return every entry about ``number``, oldest first. The caller has read the thing itself before."""
    with sight.house():
        return list(HouseEvent.objects.filter(area=area, subject=number).order_by("id"))
