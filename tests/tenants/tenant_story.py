"""The console's story for three merchants: two stand in the same files of one acquirer, the third at another acquirer."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))
from web_story import ACQUIRER, CLOCK, FILES, MERCHANT, NAME

__all__ = ["ACQUIRER", "CLOCK", "MERCHANT", "NAME"]


@dataclass(frozen=True)
class Merchant:
    """One merchant of the story and what of it nobody else may read."""

    acquirer: str
    number: str
    name: str
    tail: str
    mark: str
    """Put into every number of the rows, so that they are told from the others'."""
    amounts: tuple[tuple[int, int], ...]
    """Amount of the story → its amount here, both in minor units."""

    def changed(self, body: str) -> str:
        """Return a file of the story as it would be of this merchant."""
        for before, after in (
            (ACQUIRER, self.acquirer), (MERCHANT, self.number), (NAME, self.name), (",6217,", f",{self.tail},"),
            ("\n6217,", f"\n{self.tail},"), ("P202609", f"P{self.mark}2609"), ("09211000", f"09{self.mark}00"), ("09221100", f"09{self.mark}10"),
            ("T0000001", f"T{self.mark}001"), ("B00000", f"B{self.mark}"), *((f",{a},", f",{b},") for a, b in self.amounts),
        ):  # fmt: skip
            body = body.replace(before, after)
        return body

    @property
    def canaries(self) -> tuple[str, ...]:
        """Return texts that only pages of this merchant may hold."""
        said = [self.number, self.name, f"P{self.mark}2609", f"T{self.mark}001", f"09{self.mark}"]
        for _, minor in self.amounts:
            said += [str(minor), f"{minor // 100}.{minor % 100:02d}", f"{minor // 100:,}.{minor % 100:02d}"]
        return tuple(said)


@dataclass(frozen=True)
class Ids:
    """What of one merchant stands in addresses."""

    case: str
    finding: str
    shared_import: str
    shared_line: int
    request: str = "none"
    change: str = "none"


FIRST = Merchant(ACQUIRER, "898310012340077", "街角小馆", "6217", "7701", ((38617, 4571117), (18289, 3618889)))
SECOND = Merchant(ACQUIRER, "898310012340088", "邻里书屋", "8899", "8802", ((38617, 7654321), (18289, 6677883)))
THIRD = Merchant("yuanfang", "898310012340099", "远方茶社", "9911", "9903", ((38617, 5647382), (18289, 8291737)))


TENANTS: dict[str, tuple[str, tuple[Merchant, ...]]] = {
    "corner": ("merchant", (FIRST,)),
    "books": ("merchant", (SECOND,)),
    "helper": ("provider", (FIRST, SECOND)),
    "far": ("acquirer", (THIRD,)),
}
"""Code of a tenant → its kind and the merchants it is given."""


def files() -> dict[str, str]:
    """Return the files: of the first two merchants in one, of the third by itself; bank statements per account."""
    made: dict[str, str] = {}
    for name, body in FILES.items():
        if name.startswith("bank"):
            for one in (FIRST, SECOND, THIRD):
                made[name.replace("6217", one.tail)] = _adds_up(one, name, body)
            continue
        head, rows = body.split("\n", 1)
        made[name] = f"{head}\n" + "".join(_adds_up(one, name, rows) for one in (FIRST, SECOND))
        made[f"far_{name}"] = f"{head}\n" + _adds_up(THIRD, name, rows)
    own = FILES["payouts_2026-09.csv"].split("\n", 1)[0]
    row = f"{FIRST.acquirer},{FIRST.number},P{FIRST.mark}2609OLD,2026-08-03,T+1,100,0,0,100,claimed,,,6217,{FIRST.name},,,2026-08-04T04:35:00\n"
    return made | {"own_payouts.csv": f"{own}\n{row}"}


def _adds_up(one: Merchant, name: str, body: str) -> str:
    """Return the rows of a merchant with its amounts: the first sale of a day takes what the day's sum is more by."""
    for day_sum, sum_here in one.amounts:
        gross, fee, net = {38617: (30000, 180, 29820), 18289: (12800, 77, 12723)}[day_sum]
        more = sum_here - day_sum
        if name.startswith("clearings"):
            body = body.replace(f",{gross},{fee},{net},", f",{gross + more},{fee},{net + more},")
        if name.startswith("transactions"):
            body = body.replace(f",{gross},approved", f",{gross + more},approved")
    return one.changed(body)
