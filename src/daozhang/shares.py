"""How sure a share is that was counted: Wilson's interval, once for everybody who says one."""

from __future__ import annotations

from math import sqrt
from typing import Final

Z95: Final = 1.959963984540054
"""Half the width of a 95 % interval in standard errors."""


def wilson(count: int, of: int) -> tuple[float, float] | None:
    """Return the lower and upper end of the 95 % interval of ``count`` ÷ ``of``, both 0 to 1; None when nothing was looked at.

    Wilson's score interval (E. B. Wilson, 1927) holds where the usual one does not: with few events and with none at all.
    """
    if not of:
        return None
    share, z2 = count / of, Z95 * Z95
    scale = 1 + z2 / of
    middle = (share + z2 / (2 * of)) / scale
    half = Z95 * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / scale
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return low, high
