"""Where a statement can be looked up: one line of one file as it was received."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One line of one imported file that supports a finding: file name as received, line number from 1 (0 = whole file)."""

    file: str
    line_no: int
    import_id: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line_no}" if self.line_no else self.file
