"""One pass over the bytes of a delimited text before the engine reads it: encoding, line ends, blank lines, quotes.

The engine is handed a path to the very bytes (``/proc/self/fd/…``), never a name on a disk. Only a text that is not
UTF-8 is written anew, into a memory file.
"""

from __future__ import annotations

import codecs
import os
import re
import resource
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from daozhang.formats.base import CHUNK, Source

LONGEST_LINE: Final = 2 * CHUNK
"""A text with a longer line is not read set-wise."""
_STRANGE: Final = tuple(bytes((sign,)) for sign in b"\0\x0b\x0c\x1c\x1d\x1e\x1f")
"""Bytes that are no text or that Python, but not the engine, takes for blanks; a text with one is read row by row."""
_BLANK_WITH_MARK: Final = (codecs.BOM_UTF8 + b"\n", codecs.BOM_UTF8 + b"\r")
_BLANK_LINE = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A UTF-8 text whose lines are its records. ``blanks`` are the numbers of empty lines, which the engine skips.

    ``starts`` says of each block where it begins in the bytes and the number of its first line.
    """

    text: Source
    lines: int
    blanks: tuple[int, ...]
    starts: tuple[tuple[int, int], ...]
    is_ascii: bool
    has_spaces: bool
    has_tabs: bool
    has_quotes: bool

    @property
    def path(self) -> str:
        """Return the path under which the engine opens the bytes."""
        return f"/proc/self/fd/{self.text.handle}"

    def pick(self, ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str]]:
        """Yield the lines of these ranges (first, one behind the last; rising) without their ends.

        Only the blocks that hold one are read.
        """
        bounds = [*self.starts, (self.text.size, self.lines + 1)]
        at = 0
        for (start, first), (end, after) in pairwise(bounds):
            lines: list[bytes] = []
            while at < len(ranges) and ranges[at][0] < after:
                lines = lines or self.text.part(start, end - start).split(b"\n")
                for number in range(max(first, ranges[at][0]), min(after, ranges[at][1])):
                    text = lines[number - first].removesuffix(b"\r").decode("utf-8")
                    yield number, text.removeprefix("\ufeff") if number == 1 else text
                if ranges[at][1] > after:
                    break
                at += 1


@contextmanager
def scanned(source: Source, *, quoted: bool, pieces: Iterable[bytes] | None = None) -> Iterator[Scanned | None]:
    """Give the scan of a text, or None when it must be read row by row. With ``quoted`` a line may not end in a quote.

    ``pieces`` are the text where the source itself is none (``Projection.text``).
    """
    with ExitStack() as held:
        if pieces is None:
            yield _scanned(source, held, quoted=quoted)
        else:
            yield _scan(_in_memory(source, pieces, held), quoted=quoted)


def _scanned(source: Source, held: ExitStack, *, quoted: bool) -> Scanned | None:
    head = source.head(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _converted(source, "utf-16", held, quoted=quoted)
    try:
        return _scan(source if source.handle >= 0 else _in_memory(source, source.chunks(), held), quoted=quoted)
    except UnicodeDecodeError:
        return None if head.startswith(codecs.BOM_UTF8) else _converted(source, "gb18030", held, quoted=quoted)


def patched(text: Scanned, missing: Iterable[int], filler: bytes) -> Iterator[bytes]:
    """Yield the text with ``filler`` in the place of these lines, so that every other row's place is its line number."""
    wanted = frozenset(missing)
    for (start, first), (end, _) in zip(text.starts, [*text.starts[1:], (text.text.size, 0)], strict=True):
        lines = text.text.part(start, end - start).split(b"\n")
        yield b"\n".join(filler if first + place in wanted else line for place, line in enumerate(lines))


def memory_file(pieces: Iterable[bytes]) -> int:
    """Return the handle of a memory file that holds these bytes; no disk ever sees them.

    The system counts such a file as nobody's memory, so it is held here to what this process may take; MemoryError above.
    """
    most, _ = resource.getrlimit(resource.RLIMIT_DATA)
    handle = os.memfd_create("daozhang")
    held = 0
    try:
        for piece in pieces:
            held += len(piece)
            if most not in {resource.RLIM_INFINITY, -1} and held > most:
                raise MemoryError  # noqa: TRY301 - closed below
            view = memoryview(piece)
            while view:
                view = view[os.write(handle, view) :]
    except BaseException:
        os.close(handle)
        raise
    return handle


def _in_memory(source: Source, pieces: Iterable[bytes], held: ExitStack) -> Source:
    handle = memory_file(pieces)
    held.callback(os.close, handle)
    return Source(source.name, given=source.given, handle=handle)


def _converted(source: Source, encoding: str, held: ExitStack, *, quoted: bool) -> Scanned | None:
    """Return the scan of the text brought into UTF-8; None when it is not of this encoding after all."""
    decoder = codecs.getincrementaldecoder(encoding)()

    def pieces() -> Iterator[bytes]:
        yield from (decoder.decode(piece).encode("utf-8") for piece in source.chunks())
        yield decoder.decode(b"", final=True).encode("utf-8")

    try:
        return _scan(_in_memory(source, pieces(), held), quoted=quoted)
    except UnicodeError:
        return None


@dataclass(slots=True)
class _Seen:
    """What the blocks so far showed."""

    size: int = 0
    lines: int = 0
    returns: int = 0
    last: bytes = b""
    starts: list[tuple[int, int]] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    is_ascii: bool = True
    has_spaces: bool = False
    has_tabs: bool = False
    has_quotes: bool = False

    def block(self, block: bytes, *, quoted: bool) -> bool:
        """Take one block of whole lines; False when it must be read row by row, UnicodeDecodeError when it is not UTF-8."""
        if any(sign in block for sign in _STRANGE) or not self._takes_quotes(block, quoted=quoted):
            return False
        if not block.isascii():
            self.is_ascii = False
            block.decode("utf-8")
        self.has_spaces = self.has_spaces or b" " in block
        self.has_tabs = self.has_tabs or b"\t" in block
        ends = block.count(b"\n")
        if block[:1] in {b"\n", b"\r"} or _BLANK_LINE.search(block):
            lines = block.split(b"\n")[:ends]
            self.blanks += [self.lines + place for place, line in enumerate(lines, 1) if line in {b"", b"\r"}]
        self.starts.append((self.size, self.lines + 1))
        self.size, self.lines, self.last = self.size + len(block), self.lines + ends, block[-1:]
        if b"\r" in block:
            returns = block.count(b"\r")
            self.returns += returns
            return returns == block.count(b"\r\n")
        return True

    def _takes_quotes(self, block: bytes, *, quoted: bool) -> bool:
        if not quoted or b'"' not in block:
            return True
        self.has_quotes = True
        return all(line.count(b'"') % 2 == 0 for line in block.split(b"\n"))


def _scan(text: Source, *, quoted: bool) -> Scanned | None:
    """Return what the text is, None when its lines are not its records; UnicodeDecodeError when it is not UTF-8."""
    seen = _Seen()
    if text.head(5).startswith(_BLANK_WITH_MARK):
        return None
    for block in _blocks(text):
        if block is None or not seen.block(block, quoted=quoted):
            return None
    if not seen.size or seen.returns not in {0, seen.lines}:
        return None
    return Scanned(
        text, seen.lines + (seen.last != b"\n"), tuple(seen.blanks), tuple(seen.starts), is_ascii=seen.is_ascii,
        has_spaces=seen.has_spaces, has_tabs=seen.has_tabs, has_quotes=seen.has_quotes,
    )  # fmt: skip


def _blocks(text: Source) -> Iterator[bytes | None]:
    """Yield the bytes in blocks of whole lines; None, and nothing more, when a line is too long."""
    rest = b""
    for piece in text.chunks():
        end = piece.rfind(b"\n") + 1
        if not end:
            rest += piece
            if len(rest) > LONGEST_LINE:
                yield None
                return
            continue
        yield rest + piece[:end]
        rest = piece[end:]
    if rest:
        yield rest
