"""XML as a stream of opened and closed elements by local name, with the limits a hostile file must not pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from daozhang.errors import InputError

DEEPEST: Final = 64
LONGEST_TEXT: Final = 65536

Open = Callable[[str, Mapping[str, str], int], None]
Close = Callable[[str, str], None]


class Tree:
    """Calls ``opened(path, attributes, line_no)`` and ``closed(path, text)``; a path is local names joined by ``/``.

    Nothing is kept but the way to the current element. A DOCTYPE is refused before any entity could be declared.
    """

    def __init__(self, opened: Open, closed: Close) -> None:
        self._opened = opened
        self._closed = closed
        self._paths = [""]
        self._children: dict[str, dict[str, str]] = {}
        self._text = ""
        self._parser = expat.ParserCreate()

    def parse(self, data: bytes, encoding: str | None = None) -> None:
        """Read a whole document; ``encoding`` overrules what it declares. ``InputError`` says where it is not XML."""
        parser = self._parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            detail = expat.errors.messages.get(error.code, "")
            raise InputError("input-xml", line=error.lineno, column=error.offset + 1, detail=detail) from error
        except (ValueError, LookupError) as error:
            raise InputError("input-xml-encoding") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        paths = self._paths
        if len(paths) > DEEPEST:
            raise InputError("input-xml-depth", line=self._parser.CurrentLineNumber, limit=DEEPEST)
        # One string per distinct path, made once: a statement repeats the same few paths for every entry.
        siblings = self._children.setdefault(paths[-1], {})
        path = siblings.get(name)
        if path is None:
            path = siblings[name] = f"{paths[-1]}/{name.rpartition(':')[2]}"
        paths.append(path)
        self._text = ""
        self._opened(path, attributes, self._parser.CurrentLineNumber)

    def _characters(self, text: str) -> None:
        self._text += text
        if len(self._text) > LONGEST_TEXT:
            raise InputError("input-xml-text", line=self._parser.CurrentLineNumber, limit=LONGEST_TEXT)

    def _end(self, _name: str) -> None:
        text, self._text = self._text.strip(), ""
        self._closed(self._paths.pop(), text)

    def _doctype(self, *_: object) -> None:
        raise InputError("input-xml-doctype", line=self._parser.CurrentLineNumber)
