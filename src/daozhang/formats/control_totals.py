"""Control totals that stand at several levels of one file (account, batch, group, file): compared, the first named."""

from __future__ import annotations

import re
from typing import Final

from daozhang.formats.base import Sink

NAMED: Final = 10
"""How many differing totals are named one by one; a file of which every total is wrong is said in one line more."""


class ControlTotals:
    """Takes stated totals beside what the records add up to, and warns where they differ. Nothing is set aside for it."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.differing = 0
        self.agreeing = 0

    def compare(self, name: str, stated: str, computed: int) -> bool:
        """Warn when ``stated`` (digits with or without sign, minor units or a count) is not ``computed``; empty agrees."""
        text = stated.strip()
        if not text:
            return True
        if re.fullmatch(r"[+-]?\d{1,30}", text, re.ASCII) and int(text) == computed:
            self.agreeing += 1
            return True
        self.differing += 1
        if self.differing <= NAMED:
            self._sink.warn("warn-total-differs", name=name, stated=text[:40], computed=str(computed))
        return False

    def finish(self) -> None:
        """Say how many more differ than were named."""
        if self.differing > NAMED:
            self._sink.warn("warn-totals-more", count=self.differing - NAMED)
