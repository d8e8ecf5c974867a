"""The closed list of ways money can differ, at every grain, with the sign kept."""

from daozhang.breaks.kinds import BREAK_GRAINS, Break, BreakType, Evidence, Grain, Keys, Severity

__all__ = ["BREAK_GRAINS", "Break", "BreakType", "Evidence", "Grain", "Keys", "Severity"]
