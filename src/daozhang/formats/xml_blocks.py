"""A record of an XML file whose elements follow each other as in one that was read before: all its texts in one match.

Large files repeat few forms of a record. A ``Block`` is made from one such record as it stands in the file: its tags,
sign for sign with the blanks between, and room for a text where a field is. What matches has the tags of a record that the parser has taken
already, and no text with ``<`` or ``&``; so it is read as the parser would read it. Anything else does not match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from daozhang.formats.xml_places import LEAF, RECORD, Closed, Place, Record

MOST_TAGS: Final = 160
"""Tags a block may have; one with more is not worth keeping a pattern for."""
LONGEST_BLOCK: Final = 32_768
_ANY: Final = r"[^<]*"
_FIELD: Final = r"(?!\s)([^<]+)(?<!\s)"
"""A text that neither begins nor ends with a blank."""
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z_][\w:.\-]*)(?P<attributes>(?:[ \t\n]+[\w:.\-]+=\"[^\"<&>\t\n]*\"){0,16})[ \t\n]*(?P<alone>/?)>"
)
_ATTRIBUTE = re.compile(r"([\w:.\-]+)=\"([^\"]*)\"")
_TEXT = re.compile(r"[^<&]*")


@dataclass(slots=True)
class _Step:
    """Fields of one record up to where another begins or this one ends.

    ``blank`` is the new record, None where one goes on that a record inside has interrupted. ``slots`` are the places of
    the groups from ``first`` on, negative where a text is joined to what stands there.
    """

    blank: Record | None
    first: int
    slots: list[int] = field(default_factory=list)
    currencies: list[tuple[int, str]] = field(default_factory=list)
    closed: Closed | None = None


class Block:
    """One form of a record, with the records inside it."""

    def __init__(self, pattern: str, steps: list[_Step]) -> None:
        self._match = re.compile(pattern).match
        self._steps = steps

    def match(self, text: str, start: int) -> re.Match[str] | None:
        """Return the record that starts there, if it has this form and no entity in it."""
        found = self._match(text, start)
        return found if found is not None and text.find("&", start, found.end()) < 0 else None

    def say(self, found: re.Match[str], line: int, around: Record) -> None:
        """Hand the record that was matched, and those inside it, to who takes them; it starts on ``line``."""
        texts = found.groups()
        above, record = [], around
        for step in self._steps:
            if step.blank is not None:
                above.append(record)
                record = step.blank.copy()
                # The group before the first field is empty and stands where the record begins.
                start = found.start(step.first)
                record[0] = line + found.string.count("\n", found.start(), start)
            for slot, value in step.currencies:
                record[slot] = value
            for slot, text in zip(step.slots, texts[step.first :], strict=False):
                if slot > 0:
                    record[slot] = text
                else:
                    record[-slot] = f"{record[-slot]} {text}"
            if step.closed is not None:
                ended, record = record, above.pop()
                step.closed(ended, record)


class _Draft:
    """A block that is being made of the record at one place of a text."""

    def __init__(self, above: Place) -> None:
        self.place = above
        self.pattern: list[str] = []
        self.steps: list[_Step] = []
        self.groups = 0
        self._filled: list[set[int]] = []

    def start(self, name: str, attributes: str) -> None:
        """Take the start of an element."""
        self.place = self.place[name]
        if self.place.what == RECORD:
            assert self.place.shape is not None
            self.pattern.insert(-1, "()")
            self.groups += 1
            self._filled.append(set())
            self.steps.append(_Step([None] * self.place.shape.size, self.groups))
        elif self.place.what == LEAF and self.place.currency not in {0, *self._filled[-1]}:
            for known, value in _ATTRIBUTE.findall(attributes):
                if known == "Ccy":
                    self._filled[-1].add(self.place.currency)
                    self.steps[-1].currencies.append((self.place.currency, value))

    def text(self, text: str) -> None:
        """Take the text of a field."""
        filled, slot = self._filled[-1], self.place.slot
        if not text.strip():
            self.pattern.append(re.escape(text))
        elif slot in filled and not self.place.joins:
            self.pattern.append(_ANY)
        else:
            self.pattern.append(_FIELD)
            self.groups += 1
            self.steps[-1].slots.append(-slot if slot in filled else slot)
            filled.add(slot)

    def end(self) -> None:
        """Take the end of an element."""
        if self.place.what == RECORD:
            self._filled.pop()
            self.steps[-1].closed = self.place.closed
            if self._filled:
                self.steps.append(_Step(None, self.groups))
        self.place = self.place.above


def learned(above: Place, text: str, start: int) -> Block | None:
    """Return the form of the record that starts at ``start``, ``above`` being the place around it; None when it has none.

    A field with other elements than fields inside, an entity, a comment and anything else that is not a plain tag or text has none.
    """
    draft = _Draft(above)
    names: list[str] = []
    at = start
    for _ in range(MOST_TAGS):
        tag = _TAG.match(text, at)
        if tag is None or tag.end() - start > LONGEST_BLOCK:
            return None
        draft.pattern.append(re.escape(tag.group()))
        if not tag["end"]:
            attributes = [name for name, _ in _ATTRIBUTE.findall(tag["attributes"])]
            is_inside_field = draft.place.what == LEAF
            names.append(tag["name"])
            draft.start(tag["name"], tag["attributes"])
            if len(set(attributes)) < len(attributes) or (is_inside_field and draft.place.what != LEAF):
                return None
        if tag["end"] or tag["alone"]:
            if names.pop() != tag["name"]:
                return None
            draft.end()
            if not names:
                return Block("".join(draft.pattern), draft.steps)
        between = _TEXT.match(text, tag.end())
        assert between is not None
        at = between.end()
        is_whole = not (tag["end"] or tag["alone"]) and text.startswith("</", at)
        if is_whole and draft.place.what == LEAF:
            draft.text(between.group())
        else:
            # A file sets all its records alike, and blanks sign for sign are found soonest. Anything may stand in an element
            # nobody asked for, and around a field inside a field.
            draft.pattern.append(_ANY if between.group().strip() else re.escape(between.group()))
    return None
