"""XML as a stream of records, with the limits a hostile file must not pass.

A ``Shape`` says what a record is made of: where it stands, which elements below it are its fields, and which records
stand inside it. The file is read piece by piece and only the records that are open are held, so its size does not
matter. Of a large file the parser takes the first records of each form, the others are said as those were
(``xml_repeats``). Names count without their namespace prefix. A DOCTYPE is refused before any entity could be declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from xml.parsers import expat

from daozhang.errors import InputError
from daozhang.formats.xml_places import LEAF, Closed, Place, Record, Shape
from daozhang.formats.xml_repeats import Repeats

__all__ = ["Record", "Shape", "Stream"]

DEEPEST: Final = 64
LONGEST_TEXT: Final = 65536
LONGEST_TAG: Final = 1024 * 1024
"""Bytes one tag, comment or instruction may have: until it ends, the parser holds all of it."""
FIRST: Final = 64 * 1024
"""Bytes that are read before the records that come often are chosen."""
PIECE: Final = 256 * 1024
MOST_ATTRIBUTES: Final = 64
MOST_PATHS: Final = 20_000
"""How many different ways through the elements a file may have; the largest messages have a few hundred."""


class Stream:
    """Reads one document and hands every record that ends to the function named for its shape's first path."""

    def __init__(self, roots: tuple[Shape, ...], handlers: Mapping[str, Closed]) -> None:
        self.roots, self.handlers = roots, handlers
        self._paths = 0
        self._texts: list[str] = []
        self._parser = expat.ParserCreate()
        self._fed = 0
        self._is_utf8 = True
        self._is_in_cdata = False
        self._here: Callable[[], tuple[Place, Record]]

    def admit(self, depth: int) -> None:
        """Take one more way through the elements; ``InputError`` when it is deeper, or one more, than a message needs."""
        line = self._parser.CurrentLineNumber
        self._paths += 1
        if depth > DEEPEST:
            raise InputError("input-xml-depth", line=line, limit=DEEPEST)
        if self._paths > MOST_PATHS:
            raise InputError("input-xml-paths", line=line, limit=MOST_PATHS)

    def read(self, chunks: Iterable[bytes], encoding: str | None = None) -> None:
        """Read the pieces of a document; ``encoding`` overrules what it declares. ``InputError`` says where it is not XML."""
        parser = self._parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler, parser.EndElementHandler, self._here = self._handlers(parser)
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declared if encoding is None else None
        parser.StartCdataSectionHandler, parser.EndCdataSectionHandler = self._start_cdata, self._end_cdata
        self._fed, self._is_utf8 = 0, encoding in {None, "utf-8"}
        repeats = Repeats(self)
        try:
            for chunk in _small_first(chunks):
                repeats.take(chunk)
            repeats.close()
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            detail = expat.errors.messages.get(error.code, "")
            raise InputError("input-xml", line=error.lineno, column=error.offset + 1, detail=detail) from error
        except (ValueError, LookupError) as error:
            raise InputError("input-xml-encoding") from error

    def parse(self, piece: bytes) -> None:
        """Take the next bytes. Refuses a text or a tag that has not ended and is too long already."""
        self._parser.Parse(piece, False)
        self._fed += len(piece)
        if sum(map(len, self._texts)) > LONGEST_TEXT:
            self._refuse_text()
        if self._fed - max(0, self._parser.CurrentByteIndex) > LONGEST_TAG:
            raise InputError("input-xml-tag", line=self._parser.CurrentLineNumber, limit=LONGEST_TAG)

    def here(self) -> tuple[Place, Record]:
        """Return the open element and the open record."""
        return self._here()

    def is_level(self) -> bool:
        """Return whether everything that was fed has been taken, outside a CDATA section."""
        return self._parser.CurrentByteIndex == self._fed and not self._is_in_cdata

    def is_utf8(self) -> bool:
        """Return whether the document says that it is UTF-8, or says nothing."""
        return self._is_utf8

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._is_utf8 = encoding is None or encoding.lower() == "utf-8"

    def _start_cdata(self) -> None:
        self._is_in_cdata = True

    def _end_cdata(self) -> None:
        self._is_in_cdata = False

    def _refuse_text(self) -> None:
        raise InputError("input-xml-text", line=self._parser.CurrentLineNumber, limit=LONGEST_TEXT)

    def _handlers(  # noqa: C901 - functions in one: a call more per element would double what reading costs
        self, parser: expat.XMLParserType
    ) -> tuple[Callable[[str, list[str]], None], Callable[[str], None], Callable[[], tuple[Place, Record]]]:
        """Return what takes the start and the end of an element, and what says which element and record are open.

        Called millions of times for a large file: both know the current place and record by name, text is collected by
        the list itself, and only while an element is open whose text is a field.
        """
        place = Place(self, None, None, ())
        record: list[Any] = [0]
        records: list[Record] = []
        texts = self._texts
        take = texts.append

        def start(name: str, attributes: list[str]) -> None:
            nonlocal place, record
            place = place[name]
            what = place.what
            if what == LEAF:
                if texts:
                    texts.clear()
                parser.CharacterDataHandler = take
                if attributes and place.currency and record[place.currency] is None:
                    record[place.currency] = _currency(attributes)
            elif what:
                records.append(record)
                assert place.shape is not None
                record = [None] * place.shape.size
                record[0] = parser.CurrentLineNumber
            if attributes and len(attributes) > MOST_ATTRIBUTES * 2:
                raise InputError("input-xml-attributes", line=parser.CurrentLineNumber, limit=MOST_ATTRIBUTES)

        def end(_name: str) -> None:
            nonlocal place, record
            what = place.what
            if what == LEAF:
                parser.CharacterDataHandler = None
                if texts:
                    text = "".join(texts).strip()
                    texts.clear()
                    slot = place.slot
                    if record[slot] is None and len(text) <= LONGEST_TEXT:
                        record[slot] = text or None
                    else:
                        self._join(record, place, text)
            elif what:
                ended, record = record, records.pop()
                place.closed(ended, record)
            place = place.above

        return start, end, lambda: (place, record)

    def _join(self, record: Record, place: Place, text: str) -> None:
        """Put one more text of an element that may stand several times behind the first; of others the first counts."""
        if place.joins and text:
            text = record[place.slot] = f"{record[place.slot]} {text}"
        if len(text) > LONGEST_TEXT:
            self._refuse_text()

    def _doctype(self, *_: object) -> None:
        raise InputError("input-xml-doctype", line=self._parser.CurrentLineNumber)


def _currency(attributes: list[str]) -> str | None:
    """Return the value of the attribute ``Ccy`` of a flat list of names and values."""
    return attributes[attributes.index("Ccy") + 1] if "Ccy" in attributes[::2] else None


def _small_first(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield smaller pieces, since a piece is held in several forms at once; the first is the smallest: its forms are learned."""
    size = FIRST
    for chunk in chunks:
        place = 0
        while place < len(chunk):
            yield chunk[place : place + size]
            place, size = place + size, PIECE
