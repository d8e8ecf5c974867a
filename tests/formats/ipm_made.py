"""IPM files written by another program's writer, for samples and tests."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cardutil.mciipm import IpmWriter

FILE_ID = "0012606150000001234500001"
PAN = "5413330089020049"


def header() -> dict[str, Any]:
    return {"MTI": "1644", "DE24": "697", "DE71": 1, "PDS0105": FILE_ID, "PDS0122": "T"}


def payment(number: int, fen: int, **more: Any) -> dict[str, Any]:
    """Return a first presentment with a card number that must never leave; ``more`` overrides fields."""
    return {
        "MTI": "1240", "DE2": PAN, "DE3": "000000", "DE4": fen, "DE12": datetime(2026, 6, 14, 10, 15, number % 60), "DE14": "2912",
        "DE22": "510101511001", "DE24": "200", "DE26": 5812, "DE31": f"5541333616500000000{number:04d}", "DE32": "012345",
        "DE37": f"616610{number:06d}", "DE38": "AUTH01", "DE41": "TERM0001", "DE42": "MERCHANT0000001",
        "DE43": "EXAMPLE SHOP\\\\SHENZHEN\\0000000000GUDCHN", "DE49": "156", "DE71": number, "DE94": "00000012345",
        "PDS0148": "1562", "PDS0158": "MCC", **more,
    }  # fmt: skip


def trailer(messages: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    amount = sum(int(one.get("DE4", 0)) for one in messages)
    return {
        "MTI": "1644", "DE24": "695", "DE71": len(messages) + 1, "PDS0105": FILE_ID, "PDS0301": f"{amount:016d}",
        "PDS0306": f"{len(messages) + 1:08d}", **more,
    }  # fmt: skip


def written(messages: Sequence[Mapping[str, Any]], *, encoding: str = "cp500", blocked: bool = True) -> bytes:
    """Return the file of these messages."""
    out = io.BytesIO()
    writer = IpmWriter(out, encoding=encoding, blocked=blocked)
    for one in messages:
        writer.write(dict(one))
    writer.close()
    return out.getvalue()
