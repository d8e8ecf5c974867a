"""What the parser is fed of a large file: all of it but the records that repeat the form of one it has taken before.

Those are said at once (``xml_blocks``); the parser gets as many line ends in their stead, so that its line numbers stay
right. Only UTF-8 is read so, only where the parser has taken everything before, and never inside a CDATA section.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from daozhang.formats.xml_blocks import LONGEST_BLOCK, learned
from daozhang.formats.xml_places import LEAF, RECORD, Place, Record

LONGEST_HELD: Final = 1024 * 1024
"""Bytes that are held back while no tag ends in them."""
OFTEN: Final = 20
"""How often a record must start in one piece of the file before its forms are learned."""
MOST_FORMS: Final = 24
"""Forms of one kind of record that are kept."""
ENOUGH: Final = 400
"""Records that were not of a known form, after which the forms are given up when fewer were."""
_NO_TEXT: Final = bytes(code for code in range(32) if code not in b"\t\n\r")
"""Bytes that no XML text may have. Two signs beyond ASCII neither, nor the end of a CDATA section."""
_NO_SIGNS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"]]>")


class Parser(Protocol):
    """What reads the document."""

    def parse(self, piece: bytes) -> None:
        """Take the next bytes."""

    def here(self) -> tuple[Place, Record]:
        """Return the open element and the open record."""

    def is_level(self) -> bool:
        """Return whether everything that was fed has been taken, outside a CDATA section."""

    def is_utf8(self) -> bool:
        """Return whether the document is UTF-8."""


class Repeats:
    """Feeds one document to its parser."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._rest = b""
        self._line = 1
        self._start: re.Pattern[str] | None = None
        self._is_given_up = False
        self._hits = self._misses = 0

    def take(self, piece: bytes) -> None:
        """Take the next bytes of the document; the part of a tag at their end is held back."""
        held = self._rest + piece
        if self._is_given_up:
            self._rest = b""
            self._parser.parse(held)
            return
        end = held.rfind(b">") + 1 or (len(held) if len(held) > LONGEST_HELD else 0)
        whole, self._rest = held[:end], held[end:]
        text = self._readable(whole) if self._start is not None else None
        if text is not None:
            self._replay(text)
            return
        self._parser.parse(whole)
        self._line += whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
        if self._start is None:
            self._choose(whole)

    def close(self) -> None:
        """Take what was held back."""
        self._parser.parse(self._rest)

    def _choose(self, piece: bytes) -> None:
        """Choose the records that are worth learning: those that start often in this piece."""
        if not self._parser.is_utf8():
            self._is_given_up = True
            return
        place, _ = self._parser.here()
        names = sorted(name for name in _records(place) if piece.count(f"<{name}>".encode()) >= OFTEN)
        if names:
            self._start = re.compile(f"<({'|'.join(map(re.escape, names))})>")

    @staticmethod
    def _readable(piece: bytes) -> str | None:
        """Return the piece as a text with line feeds; None when the parser must judge it, for it may not be XML."""
        if len(piece.translate(None, _NO_TEXT)) != len(piece) or any(sign in piece for sign in _NO_SIGNS):
            return None
        try:
            text = piece.decode("utf-8")
        except UnicodeDecodeError:
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def _replay(self, text: str) -> None:
        """Say the records whose form is known and feed the rest.

        The parser has seen what stands before ``seen``; between there and ``done`` are only records that were said.
        """
        assert self._start is not None
        seen = done = at = 0
        line = self._line
        place: Place | None = None
        around: Record = []
        while (found := self._start.search(text, at)) is not None:
            start, at = found.span()
            first_line = line + text.count("\n", done, start)
            if place is None or text[done:start].strip():
                self._catch_up(text, seen, done, start)
                seen, done, line = start, start, first_line
                place, around = self._parser.here()
                place = place if place.what != LEAF and self._parser.is_level() else None
            end = 0 if place is None else self._said(place, around, found, first_line)
            if end:
                done, at, line = end, end, first_line + text.count("\n", start, end)
            else:
                place = None  # what starts here is for the parser, and it may end anywhere
        self._catch_up(text, seen, done, len(text))
        self._line = line + text.count("\n", done)

    def _catch_up(self, text: str, seen: int, done: int, end: int) -> None:
        """Feed the text from ``done`` to ``end``, and before it blanks in the stead of what was said."""
        last = text.rfind("\n", seen, done)
        blanks = "\n" * text.count("\n", seen, done) + " " * (done - max(seen, last + 1))
        self._parser.parse(f"{blanks}{text[done:end]}".encode())

    def _said(self, place: Place, around: Record, found: re.Match[str], line: int) -> int:
        """Say the record that starts here if its form is known, and return where it ends; else learn the form and return 0."""
        child = place.get(found[1])
        if child is None or child.what != RECORD:
            return 0
        text, start = found.string, found.start()
        for number, form in enumerate(child.forms):
            record = form.match(text, start)
            if record is not None and record.end() - start <= LONGEST_BLOCK:
                if number:
                    child.forms.insert(0, child.forms.pop(number))
                self._hits += 1
                form.say(record, line, around)
                return record.end()
        self._misses += 1
        if self._misses >= ENOUGH and self._hits < self._misses:
            self._is_given_up = True
        if len(child.forms) < MOST_FORMS and (fresh := learned(place, text, start)) is not None:
            child.forms.append(fresh)
        return 0


def _records(place: Place) -> set[str]:
    """Return the names under which records have stood anywhere in the document so far."""
    while place.above is not place:
        place = place.above
    names: set[str] = set()
    waiting = [place]
    while waiting:
        one = waiting.pop()
        names |= {name for name, child in one.items() if child.what == RECORD}
        waiting += one.values()
    return names
