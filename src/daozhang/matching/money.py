"""Where every fen of a merchant-day is: buckets that add up to what the day should bring, always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

BUCKETS: Final = ("arrived", "not_due", "held", "deducted", "returned", "missing", "unexplained")


@dataclass(slots=True, kw_only=True)
class DayMoney:
    """One merchant-day of one currency; every amount in minor units, towards the merchant.

    ``missing`` is negative when more came than was due; ``unexplained`` is what cannot be judged yet or is unknown.
    """

    acquirer: str
    merchant_no: str
    settled_on: date
    currency: str
    due_at: datetime | None
    expected: int = 0
    arrived: int = 0
    not_due: int = 0
    held: int = 0
    deducted: int = 0
    returned: int = 0
    missing: int = 0
    unexplained: int = 0

    def add(self, bucket: str, amount_minor: int) -> None:
        """Move ``amount_minor`` of the day into a bucket."""
        assert bucket in BUCKETS, bucket
        setattr(self, bucket, getattr(self, bucket) + amount_minor)

    @property
    def residue(self) -> int:
        """Return expected minus all buckets: 0, or the books are wrong."""
        return self.expected - sum(int(getattr(self, bucket)) for bucket in BUCKETS)


def spread(shares: Mapping[date, int], flows: Mapping[str, int]) -> dict[date, dict[str, int]]:
    """Divide what happened to one payout among the days it pays; nothing is lost and nothing appears.

    shares   what each day put into the payout, signed; a negative day was netted against the others
    flows    bucket → minor units; their sum is the sum of the shares
    returns  for each day the buckets its share went to; each day's buckets add up to its share

    The oldest day is served first, bucket by bucket in the order of ``BUCKETS``; a negative day is served by the
    largest bucket, since it took its money out of what was paid.
    """
    assert sum(shares.values()) == sum(flows.values()), (shares, flows)
    left = {bucket: flows.get(bucket, 0) for bucket in BUCKETS}
    result: dict[date, dict[str, int]] = {}
    for day, share in sorted(shares.items()):
        if share < 0:
            largest = max(BUCKETS, key=lambda bucket: left[bucket])
            left[largest] -= share
            result[day] = {largest: share}
    for day, share in sorted(shares.items()):
        if share < 0:
            continue
        wanted, gave = share, dict.fromkeys(BUCKETS, 0)
        for bucket in BUCKETS:
            part = min(wanted, left[bucket]) if left[bucket] > 0 else 0
            gave[bucket] += part
            left[bucket] -= part
            wanted -= part
        result[day] = {bucket: amount for bucket, amount in gave.items() if amount}
    for bucket, rest in left.items():  # what came over (negative) belongs to the last day the payout names
        if rest:
            last = max(shares)
            result[last][bucket] = result[last].get(bucket, 0) + rest
    for day, share in shares.items():  # an over-arrival may leave one day long and another short: settle in "missing"
        off = share - sum(result[day].values())
        if off:
            result[day]["missing"] = result[day].get("missing", 0) + off
    return result
