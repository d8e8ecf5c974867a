"""The cells of a delimited line in SQL, cleaned as ``formats.cells.clean`` does it, and found by the names of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from daozhang.formats.lines import Columns
from daozhang.formats.sql_steps import PARTING, Form, Sql, Steps
from daozhang.formats.totals import Balanced

BLANKS: Final = " \t\r\u00a0\u3000\ufeff"
"""What ``clean`` takes off, as far as a text that is read set-wise can hold it."""
AMOUNT: Final = r"-?[0-9]{1,10}(?:\.[0-9]{1,2})?"
"""An amount in yuan as it is usually printed."""


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def padded(width: int, strip: str = "") -> str:
    """Return the SQL that is true for a line of which any cell begins or ends with a sign that is taken off."""
    cells = f", '{PARTING}', ".join(f"c{place}" for place in range(width))
    signs = BLANKS + "".join(f"\\{sign}" if sign in r"\]^-[" else sign for sign in strip)
    return f"regexp_matches(concat('{PARTING}', {cells}, '{PARTING}'), {literal(f'[{signs}]{PARTING}|{PARTING}[{signs}]')})"


def bare(place: int, is_padded: str) -> str:
    """Return one cell without the blanks around it; ``is_padded`` says of the line whether there can be any."""
    raw = f"c{place}"
    # Taking off six kinds of blanks costs ten times as much as seeing that there is none.
    is_bare = f"{raw} >= '!' AND strlen({raw}) = length({raw})" + "".join(
        f" AND NOT ends_with({raw}, '{end}')" for end in " \t\r"
    )
    return f"CASE WHEN NOT {is_padded} THEN {raw} WHEN {is_bare} THEN {raw} ELSE trim({raw}, {literal(BLANKS)}) END"


def tail(text: str) -> Sql:
    """Return the last four signs of an account or card number, NULL when a mask leaves fewer (``cells.tail_of``)."""
    shown = f"regexp_extract(regexp_replace({text}, '[ \\t-]', '', 'g'), '[^*]*$')"
    spaced = f"CASE WHEN length({shown}) >= 4 THEN right({shown}, 4) END"
    last = f"CASE WHEN contains(right({text}, 4), '*') OR strlen({text}) < 4 THEN NULL ELSE right({text}, 4) END"
    is_spaced = f"contains({text}, ' ') OR contains({text}, '\t') OR contains({text}, '-')"
    return Sql(f"CASE WHEN {is_spaced} THEN {spaced} ELSE {last} END", (Form(text, "[\t -~]*"),))


class LineCells:
    """The cells of a line by the names of their columns, each worked out once."""

    def __init__(self, columns: Columns, width: int, steps: Steps) -> None:
        self.columns = columns
        self.steps = steps
        self._is_padded = steps.named(padded(width))

    def text(self, *names: str) -> str:
        """Return the SQL of the cell of the first of these names that the header has: a text, empty but never NULL."""
        place = next((self.columns.positions[name] for name in names if self.columns.has(name)), None)
        return "''" if place is None else self.at(place)

    def at(self, place: int) -> str:
        """Return the SQL of the cell at a place."""
        return self.steps.named(bare(place, self._is_padded))

    def fen(self, *names: str) -> str:
        """Return the SQL of an amount in fen, NULL when the cell is empty; exact where ``amount`` is proven."""
        text = self.text(*names)
        return self.steps.named(f"CAST(try_cast({text} AS DECIMAL(14, 2)) * 100 AS BIGINT)") if text != "''" else "NULL"

    def amount(self, *names: str) -> Form:
        """Return the proof that an amount is empty or printed as usual."""
        return Form(self.text(*names), AMOUNT)


CHAIN: Final = {
    "chain lines": "list(line_no)",
    "chain moments": "list(booked_at)",
    "chain amounts": "list(try_cast(amount_minor AS BIGINT))",
    "chain balances": "list(try_cast(balance_minor AS BIGINT))",
}
"""Sums of a projection to ``bank_entries``: what its running balance is checked by."""


def joined_once(texts: Sequence[str]) -> str:
    """Return the SQL of texts joined by blanks, empty ones left out and equal ones once; empty when nothing is left."""
    parts = []
    for place, text in enumerate(texts):
        same = " OR ".join(f"{text} = {earlier}" for earlier in texts[:place])
        parts.append(f"CASE WHEN {text} <> ''{f' AND NOT ({same})' if same else ''} THEN {text} END")
    return f"concat_ws(' ', {', '.join(parts)})"


def balanced(sums: Mapping[str, object], others: Iterable[Balanced]) -> list[Balanced]:
    """Return the entries that were taken set-wise and the ``others``, in the order of the file."""
    lists = [sums.get(name) or [] for name in CHAIN]
    assert all(isinstance(one, list) for one in lists)
    lines, moments, amounts, balances = lists
    taken = [
        Balanced(line_no, datetime.fromisoformat(at), amount, balance)
        for line_no, at, amount, balance in zip(lines, moments, amounts, balances, strict=True)  # type: ignore[call-overload]
    ]
    return sorted([*taken, *others], key=lambda entry: entry.line_no)
