"""What is read of an XML file: shapes of records, and the places in the file where their fields stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

NOTHING, LEAF, RECORD = 0, 1, 2
"""What an element is to the reader: passed over, a field, a record."""

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


class Admits(Protocol):
    """Who reads the document: says which records there are and who takes them, and bounds how many places there may be."""

    roots: tuple[Shape, ...]
    handlers: Mapping[str, Closed]

    def admit(self, depth: int) -> None:
        """Take one more way through the elements, or refuse it."""


class Form(Protocol):
    """A form of a record that was met before (``xml_blocks.Block``)."""

    def match(self, text: str, start: int, /) -> re.Match[str] | None:
        """Return the record that starts there, if it has this form."""

    def say(self, found: re.Match[str], line: int, around: Record) -> None:
        """Hand the record, which starts on ``line``, to who takes it."""


class Place(dict[str, "Place"]):
    """Where an element stands; its children are worked out at their first sight and then found by one look-up."""

    __slots__ = ("above", "closed", "currency", "depth", "forms", "joins", "path", "shape", "slot", "stream", "what")

    def __init__(self, stream: Admits, above: Place | None, shape: Shape | None, path: tuple[str, ...]) -> None:
        super().__init__()
        self.stream, self.shape, self.path = stream, shape, path
        self.above: Place = self if above is None else above
        self.depth: int = 0 if above is None else above.depth + 1
        self.what, self.slot, self.currency, self.joins = NOTHING, 0, 0, False
        self.closed: Closed = _ignore
        self.forms: list[Form] = []
        inside = "/".join(path)
        if shape is not None and inside in shape.fields:
            self.what, self.slot = LEAF, shape.fields[inside]
            self.currency, self.joins = shape.currencies.get(inside, 0), self.slot in shape.joined

    def __missing__(self, name: str) -> Place:
        self.stream.admit(self.depth + 1)
        path = (*self.path, name.rpartition(":")[2])
        inside = "/".join(path)
        for shape in self.stream.roots if self.shape is None else self.shape.inner:
            if inside in shape.paths or (self.shape is None and path[-1] in shape.paths):
                child = Place(self.stream, self, shape, ())
                child.what, child.closed = RECORD, self.stream.handlers[shape.paths[0]]
                break
        else:
            child = Place(self.stream, self, self.shape, path)
        self[name] = child
        return child


def _ignore(record: Record, around: Record) -> None:
    """Take a record nobody asked for."""
