"""XML as a stream of records, with the limits a hostile file must not pass.

A ``Shape`` says what a record is made of: where it stands, which elements below it are its fields, and which records
stand inside it. The file is read piece by piece and only the records that are open are held, so its size does not
matter. Names count without their namespace prefix. A DOCTYPE is refused before any entity could be declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from daozhang.errors import InputError

DEEPEST: Final = 64
LONGEST_TEXT: Final = 65536
LONGEST_TAG: Final = 1024 * 1024
"""Bytes one tag, comment or instruction may have: until it ends, the parser holds all of it."""
MOST_ATTRIBUTES: Final = 64
MOST_PATHS: Final = 20_000
"""How many different ways through the elements a file may have; the largest messages have a few hundred."""

Record = list[Any]
"""The fields of one record by place: a text, or None where there is none; place 0 is the line it starts on."""
Closed = Callable[[Record, Record], None]
"""Takes a record that has ended and the record around it as far as that has been read."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of record. ``paths`` are the names of its element, below the record around it (of a root: anywhere).

    ``fields`` maps the path of an element to the place its text has in the record; several paths may share a place.
    The first text counts, but the texts of ``joined`` places are joined. ``currencies`` maps a path to the place of its
    attribute ``Ccy``.
    """

    paths: tuple[str, ...]
    size: int
    fields: Mapping[str, int]
    joined: frozenset[int] = frozenset()
    currencies: Mapping[str, int] = field(default_factory=dict)
    inner: tuple[Shape, ...] = ()


_NOTHING, _LEAF, _RECORD = 0, 1, 2


class _Place(dict[str, "_Place"]):
    """Where an element stands; its children are worked out at their first sight and then found by one look-up."""

    __slots__ = ("above", "closed", "currency", "depth", "joins", "path", "shape", "slot", "stream", "what")

    def __init__(self, stream: Stream, above: _Place | None, shape: Shape | None, path: tuple[str, ...]) -> None:
        super().__init__()
        self.stream, self.shape, self.path = stream, shape, path
        self.above: _Place = self if above is None else above
        self.depth: int = 0 if above is None else above.depth + 1
        self.what, self.slot, self.currency, self.joins = _NOTHING, 0, 0, False
        self.closed: Closed = _ignore
        inside = "/".join(path)
        if shape is not None and inside in shape.fields:
            self.what, self.slot = _LEAF, shape.fields[inside]
            self.currency, self.joins = shape.currencies.get(inside, 0), self.slot in shape.joined

    def __missing__(self, name: str) -> _Place:
        self.stream.admit(self.depth + 1)
        path = (*self.path, name.rpartition(":")[2])
        inside = "/".join(path)
        for shape in self.stream.roots if self.shape is None else self.shape.inner:
            if inside in shape.paths or (self.shape is None and path[-1] in shape.paths):
                child = _Place(self.stream, self, shape, ())
                child.what, child.closed = _RECORD, self.stream.handlers[shape.paths[0]]
                break
        else:
            child = _Place(self.stream, self, self.shape, path)
        self[name] = child
        return child


def _ignore(record: Record, around: Record) -> None:
    """Take a record nobody asked for."""


class Stream:
    """Reads one document and hands every record that ends to the function named for its shape's first path."""

    def __init__(self, roots: tuple[Shape, ...], handlers: Mapping[str, Closed]) -> None:
        self.roots, self.handlers = roots, handlers
        self._paths = 0
        self._texts: list[str] = []
        self._parser = expat.ParserCreate()

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
        parser.StartElementHandler, parser.EndElementHandler = self._handlers(parser)
        parser.StartDoctypeDeclHandler = self._doctype
        fed = 0
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
                fed += len(chunk)
                self._check(fed)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            detail = expat.errors.messages.get(error.code, "")
            raise InputError("input-xml", line=error.lineno, column=error.offset + 1, detail=detail) from error
        except (ValueError, LookupError) as error:
            raise InputError("input-xml-encoding") from error

    def _check(self, fed: int) -> None:
        """Refuse a text or a tag that has not ended and is too long already."""
        if sum(map(len, self._texts)) > LONGEST_TEXT:
            self._refuse_text()
        if fed - max(0, self._parser.CurrentByteIndex) > LONGEST_TAG:
            raise InputError("input-xml-tag", line=self._parser.CurrentLineNumber, limit=LONGEST_TAG)

    def _refuse_text(self) -> None:
        raise InputError("input-xml-text", line=self._parser.CurrentLineNumber, limit=LONGEST_TEXT)

    def _handlers(  # noqa: C901 - two functions in one: a call more per element would double what reading costs
        self, parser: expat.XMLParserType
    ) -> tuple[Callable[[str, list[str]], None], Callable[[str], None]]:
        """Return what takes the start and the end of an element.

        Called millions of times for a large file: both know the current place and record by name, text is collected by
        the list itself, and only while an element is open whose text is a field.
        """
        place = _Place(self, None, None, ())
        record: list[Any] = [0]
        records: list[Record] = []
        texts = self._texts
        take = texts.append

        def start(name: str, attributes: list[str]) -> None:
            nonlocal place, record
            place = place[name]
            what = place.what
            if what == _LEAF:
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
            if what == _LEAF:
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

        return start, end

    def _join(self, record: Record, place: _Place, text: str) -> None:
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
