"""OFX text → statements and transactions, each a piece of text with its line; ``bankfile`` reads the pieces.

The library reads the first statement of a file and knows no lines. So the header and the tags are its work, and what
belongs to which statement is found here: one piece it cannot read is one transaction, not the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bankfile.ofx.header import read_header
from bankfile.ofx.sgml import Node, parse_tags

from daozhang.errors import InputError

_MARKS = re.compile(
    r"<(/?)(STMTRS|CCSTMTRS|INVSTMTRS|STMTTRN|BANKTRANLIST|INVTRANLIST|LEDGERBAL|AVAILBAL)\s*>", re.IGNORECASE
)
LONGEST: Final = 256 * 1024
"""Characters of one piece; a real transaction has a few hundred. The library takes quadratic time over what never closes."""
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS", "INVSTMTRS"})


@dataclass(frozen=True, slots=True)
class Transaction:
    """One STMTTRN: the line it starts on and its text."""

    line_no: int
    text: str

    def node(self) -> Node | None:
        """Return its elements; None when the text holds none."""
        return parse_tags(self.text)[0].find("STMTTRN")


@dataclass(slots=True)
class Statement:
    """One statement: its kind (``STMTRS``, ``CCSTMTRS``, ``INVSTMTRS``), its line, its transactions, all other text."""

    kind: str
    line_no: int
    transactions: list[Transaction] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def node(self) -> Node:
        """Return the elements around the transactions."""
        return parse_tags("".join(self.texts))[0]


def parts(data: bytes) -> tuple[str, list[Statement]]:
    """Return the text before the first statement (sign-on, status) and the statements of a file."""
    body = _body(data)
    ends = b"\n" if b"\n" in data else b"\r"
    first_line = 1 + max(0, data.count(ends) - body.count(ends.decode()))
    front: list[str] = []
    statements: list[Statement] = []
    for kind, is_transaction, line_no, text in _pieces(body, first_line, ends.decode()):
        if kind in _STATEMENTS:
            statements.append(Statement(kind, line_no, texts=[text]))
        elif not statements:
            front.append(text)
        elif is_transaction:
            statements[-1].transactions.append(Transaction(line_no, text))
        else:
            statements[-1].texts.append(text)
    return "".join(front), statements


def _body(data: bytes) -> str:
    try:
        return read_header(data).body
    except (ValueError, LookupError) as error:  # a declared encoding that Python's own registry stumbles over
        raise InputError("input-xml-encoding") from error


def _pieces(body: str, first_line: int, ends: str) -> Iterator[tuple[str, bool, int, str]]:
    """Yield (kind of the statement that starts here, whether it is a transaction, line, text) in the order of the file."""
    at, line_no, kind, is_transaction = 0, first_line, "", False
    for mark in _MARKS.finditer(body):
        name, is_end = mark[2].upper(), bool(mark[1])
        cut = mark.end() if is_end and name == "STMTTRN" else mark.start()
        if cut > at:
            _check_length(cut - at, line_no)
            yield kind, is_transaction, line_no, body[at:cut]
            line_no += body.count(ends, at, cut)
            at = cut
        kind = name if name in _STATEMENTS and not is_end else ""
        is_transaction = name == "STMTTRN" and not is_end
    _check_length(len(body) - at, line_no)
    yield kind, is_transaction, line_no, body[at:]


def _check_length(length: int, line_no: int) -> None:
    if length > LONGEST:
        raise InputError("input-xml-text", line=line_no, limit=LONGEST)
