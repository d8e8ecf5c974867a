"""SWIFT statement text → statements of tagged fields, each field with the line it starts on.

The library that reads a field knows no lines and merges what it is given, so the text is cut here and handed over
field by field. Blocks around a message (``{1:…}{4:``, ``-}``), bank names in front and blank lines are frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from daozhang.formats.lines import physical_lines

TAGS: Final = frozenset({"13", "20", "21", "25", "28", "34", "60", "61", "62", "64", "65", "86", "90", "NS"})
"""Tags of a customer statement. Anything else between colons at the start of a line is part of a narrative."""
_TAG = re.compile(r"[\x00-\x20]*:(\d\d|NS)([A-Z]?):(.*)", re.ASCII | re.DOTALL)
_WRAPPED_TAG = re.compile(r"(\d\d)([A-Z]?):", re.ASCII)
_FRAME = re.compile(r"\s*(?:-\s*$|-?\}|\{\d:)")


@dataclass(slots=True)
class Tagged:
    """One field: its tag (``61``, ``60F`` is ``60`` with option ``F``), its line, its text and the lines behind it."""

    tag: str
    option: str
    line_no: int
    lines: list[str]
    behind: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the text, lines joined by line ends."""
        return "\n".join(self.lines)


@dataclass(slots=True)
class Block:
    """One statement: its fields from ``:20:`` on, and the frame lines before it."""

    fields: list[Tagged] = field(default_factory=list)
    frame: list[int] = field(default_factory=list)

    def has(self, *tags: str) -> bool:
        """Return whether any of the tags is there."""
        return any(one.tag in tags for one in self.fields)

    @property
    def is_intraday(self) -> bool:
        """Return whether this is an interim report (MT942): a floor limit or a moment, and no book balance."""
        return self.has("34", "13", "90") and not self.has("60", "62")

    def first(self, tag: str) -> str:
        """Return the text of the first field with that tag; empty when there is none."""
        return next((one.text for one in self.fields if one.tag == tag), "")


def blocks(text: str) -> Iterator[Block]:
    """Yield the statements of a file, every line in one of them; lines with no field belong to no statement's money."""
    block, current = Block(), None
    for line_no, line, found in _marked(text):
        if found:
            if found[0] == "20" and block.fields:
                yield block
                block = Block()
            current = Tagged(found[0], found[1], line_no, [found[2]])
            block.fields.append(current)
        elif current is None or _FRAME.match(line):
            # A dash alone ends a message, but inside a narrative, before any closing balance, it is a rule someone drew.
            goes_on = current is not None and line.strip() == "-" and current.tag == "86" and not block.has("62")
            current = current if goes_on else None
            block.frame.append(line_no)
        else:
            current.lines.append(line)
            current.behind.append(line_no)
    yield block


def _marked(text: str) -> Iterator[tuple[int, str, tuple[str, str, str] | None]]:
    """Yield (line, text, tag with option and rest). A colon alone on a line belongs to a tag wrapped onto the next."""
    wrapped = False
    for line_no, line in enumerate(physical_lines(text), 1):
        if wrapped and _WRAPPED_TAG.match(line):
            line = f":{line}"  # noqa: PLW2901 - the colon stood at the end of the line before
        found = _TAG.match(line)
        wrapped = line.strip() == ":"
        yield line_no, line, (found[1], found[2], found[3]) if found and found[1] in TAGS else None


def decoded(data: bytes) -> str:
    """Return the text: UTF-8, else GB18030 for an account in CNY, else Windows-1252 or Latin-1, which every byte fits."""
    choices = ["utf-8-sig", *(["gb18030"] if re.search(rb":6[02][FM]?:[CD]\d{6}CNY", data) else []), "cp1252"]
    for encoding in choices:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
