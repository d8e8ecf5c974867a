"""Two hundred card numbers that belong to nobody, the ways they get written, and where in a file of any format they are planted."""

from __future__ import annotations

import io
import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

from daozhang.formats.base import Format, Source
from daozhang.formats.registry import REGISTRY
from daozhang.formats.sheets import is_workbook, sheets_of

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"
sys.path.append(str(HERE.parent / "formats"))
PREFIXES = (
    ("4", 13), ("4", 16), ("4", 19), ("51", 16), ("55", 16), ("2223", 16), ("34", 15), ("37", 15), ("36", 14), ("38", 16),
    ("3528", 16), ("6011", 16), ("62", 16), ("62", 17), ("62", 18), ("62", 19), ("6216", 19),
)  # fmt: skip
"""Issuers' prefixes and the lengths of their numbers."""


def _numbers() -> tuple[str, ...]:
    chance = random.Random(20261127)  # noqa: S311 - the same numbers on every run
    found: list[str] = []
    for prefix, size in (PREFIXES * 12)[:200]:
        body = prefix + "".join(str(chance.randrange(10)) for _ in range(size - len(prefix) - 1))
        checks = [digit for digit in "0123456789" if _luhn(body + digit)]
        wrong = [digit for digit in "0123456789" if digit not in checks]
        # Some UnionPay issuers keep no check digit; half of these numbers have none.
        found.append(body + (chance.choice(wrong) if prefix.startswith("62") and chance.random() < 0.5 else checks[0]))
    return tuple(found)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


CARDS = _numbers()


def _grouped(between: str) -> Callable[[str], str]:
    return lambda card: between.join(card[place : place + 4] for place in range(0, len(card), 4))


def _in_digits(zero: str) -> Callable[[str], str]:
    return lambda card: "".join(chr(ord(zero) + int(digit)) for digit in card)


def _grouped_where_usual(between: str) -> Callable[[str], str]:
    """Only numbers of 16 to 19 digits are printed in fours; the others stay as they are."""
    return lambda card: _grouped(between)(card) if len(card) >= 16 else card


PLAIN: tuple[Callable[[str], str], ...] = (str, lambda card: f"卡号{card}尾", _grouped_where_usual("-"))
"""Ways without a blank, which leave the words of a line as they are."""
STYLES: tuple[Callable[[str], str], ...] = (
    *PLAIN, _grouped_where_usual(" "), _grouped_where_usual("."), _grouped_where_usual("\u00a0"), _in_digits("０"), _in_digits("٠"),
    lambda card: f";{card}=29012011000012300000?",
)  # fmt: skip
BROKEN: tuple[Callable[[str], str], ...] = (
    *STYLES, _grouped_where_usual("\n"), lambda card: card[:7] + "\n" + card[7:], lambda card: card[:9] + "\r\n" + card[9:],
)  # fmt: skip
"""Ways for cells that may hold line ends."""

VARIANTS = 5
"""Files made of each sample; in each, other places hold a card number."""


_NEXT = cycle(CARDS)
"""All files together go through the numbers again and again."""


class Planter:
    """Gives one written card number after the other."""

    def __init__(self, styles: tuple[Callable[[str], str], ...]) -> None:
        self._styles = cycle(styles)

    def bare(self) -> str:
        return next(_NEXT)

    def written(self) -> str:
        return next(self._styles)(self.bare())


def planted_files(known: Format) -> Iterator[tuple[str, bytes]]:
    """Yield files of a format with card numbers in their text places; every registered format gives some."""
    made = MADE.get(known.code)
    if made is not None:
        yield from made()
        return
    folder = SAMPLES / known.code
    samples = sorted(
        (path for path in folder.iterdir() if path.is_file() and not path.name.endswith(".expected.txt")),
        key=lambda path: (path.stat().st_size, path.name),
    )
    for path in samples[:2]:
        data = path.read_bytes()
        for turn in range(VARIANTS):
            yield f"{known.code}_{turn}_{path.name}", _plant(path, data, turn)


def _plant(path: Path, data: bytes, turn: int) -> bytes:
    if data.lstrip()[:1] == b"<" and path.suffix == ".xml":
        return _xml(data, turn)
    if is_workbook(Source(path.name, data)):
        return _workbook(path, data, turn)
    text, encoding = _decoded(data)
    if text.lstrip()[:1] in {"{", "["}:
        return _json(text, turn)
    lines = text.splitlines(keepends=True)
    delimiter = max(",\t|;^", key=text.count)
    is_table = text.count(delimiter) >= 3 * len(lines)
    numbers = Planter(PLAIN)
    out = [
        (_cells(line, delimiter, turn + place, numbers) if is_table else _words(line, turn, place, numbers))
        for place, line in enumerate(lines)
    ]
    return "".join(out).encode(encoding, errors="replace")


def _decoded(data: bytes) -> tuple[str, str]:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _cells(line: str, delimiter: str, turn: int, numbers: Planter) -> str:
    """Put a number into one cell of a line that holds data; lines of names alone make the format known."""
    body = line.rstrip("\r\n")
    cells = body.split(delimiter)
    if sum(any(sign.isdigit() for sign in cell) for cell in cells) < 2 or body.startswith("#"):
        return line
    place = (turn * 7) % len(cells)
    mark = "`" if cells[place].startswith("`") else ""
    quote = '"' if cells[place].startswith('"') and cells[place].endswith('"') else ""
    cells[place] = f"{quote}{mark}{numbers.written()}{quote}"
    return delimiter.join(cells) + line[len(body) :]


def _words(line: str, turn: int, place: int, numbers: Planter) -> str:
    """Put a number over a stretch of a line of fixed places, or in the stead of a word; the first signs say what the line is."""
    body = line.rstrip("\r\n")
    if len(body) < 12 or place < 1:
        return line
    if turn % 2:
        start = 8 + (turn * 13 + place * 17) % max(1, len(body) - 24)
        card = f" {numbers.bare()} "  # beside other digits it would be part of another number
        return body[:start] + card[: max(0, len(body) - start)] + body[start + len(card) :] + line[len(body) :]
    words = list(re.finditer(r"(?<=[:>/,+ ])[^:<>/,+\s]{3,}", body))
    if not words:
        return line
    word = words[(turn + place) % len(words)]
    return body[: word.start()] + numbers.written() + body[word.end() :] + line[len(body) :]


def _xml(data: bytes, turn: int) -> bytes:
    numbers = Planter(BROKEN)
    count = 0

    def exchange(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f">{numbers.written()}<" if count % VARIANTS == turn and found[1].strip() else found[0]

    return re.sub(r">([^<>]+)<", exchange, data.decode("utf-8", errors="replace")).encode()


def _json(text: str, turn: int) -> bytes:
    numbers = Planter(STYLES)
    count = 0

    def exchange(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f': "{numbers.written()}"' if count % VARIANTS == turn else found[0]

    return re.sub(r': "[^"]*"', exchange, text).encode()


def _workbook(path: Path, data: bytes, turn: int) -> bytes:
    import xlsxwriter

    numbers = Planter(BROKEN)
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        for sheet in sheets_of(Source(path.name, data)):
            page = book.add_worksheet(f"{sheet.name[:8]} {numbers.bare()}"[:31])
            for number, cells in sheet.rows():
                digits = sum(any(sign.isdigit() for sign in cell) for cell in cells)
                for place, cell in enumerate(cells):
                    is_chosen = digits >= 2 and place == (turn * 7 + number) % len(cells)
                    page.write_string(number - 1, place, numbers.written() if is_chosen else cell)
    return packed.getvalue()


def _interchange() -> Iterator[tuple[str, bytes]]:
    from daozhang.records import TABLES

    for table in TABLES:
        numbers = Planter(BROKEN)
        columns = [*table.column_names, "cvv"]
        lines = [",".join(columns)]
        for chosen in [*columns, *columns]:
            row = ['"' + numbers.written() + '"' if name == chosen else _usual(name, table) for name in columns]
            lines.append(",".join(row))
        yield f"{table.name}_{numbers.bare()}.csv", ("\n".join(lines) + "\n").encode()


def _usual(name: str, table: object) -> str:
    from daozhang.records import ColumnType, Table

    assert isinstance(table, Table)
    column = next((one for one in table.columns if one.name == name), None)
    if column is None or name == "fee_minor":
        return "0"
    if name == "currency":
        return "CNY"
    usual = {
        ColumnType.TEXT: "x", ColumnType.MINOR: "100", ColumnType.COUNT: "1", ColumnType.NUMBER: "1.5", ColumnType.FLAG: "1",
        ColumnType.MOMENT: "2026-07-01T10:00:00", ColumnType.DAY: "2026-07-01", ColumnType.CLOCK: "23:00",
    }  # fmt: skip
    return column.values[0] if column.values else usual[column.type]


def _parquet() -> Iterator[tuple[str, bytes]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(SAMPLES / "interchange_parquet" / "clearings_2026-06-15.parquet")
    for place, name in enumerate(table.column_names):
        if pa.types.is_string(table.schema.field(name).type):
            numbers = Planter(BROKEN)
            cells = pa.array([numbers.written() for _ in range(table.num_rows)])
            out = io.BytesIO()
            pq.write_table(table.set_column(place, name, cells), out)
            yield f"clearings_{place}.parquet", out.getvalue()


def _ipm() -> Iterator[tuple[str, bytes]]:
    import ipm_made

    for name in ("DE2", "DE37", "DE31", "DE43", "DE42", "DE32"):
        numbers = Planter(PLAIN)
        size = {"DE37": 12, "DE42": 15, "DE32": 11}.get(name, 99)
        payments = [ipm_made.payment(place, 100, **{name: numbers.bare()[:size]}) for place in range(2, 8)]
        messages = [ipm_made.header(), *payments, ipm_made.trailer(payments)]
        yield f"{name}.ipm", ipm_made.written(messages)


def _iso8583() -> Iterator[tuple[str, bytes]]:
    import iso8583_made as made

    numbers = Planter(PLAIN)
    asked = [
        made.sale(f"{place:06d}", 100, f2=numbers.bare(), f35=f"{numbers.bare()}D29122010000012300")
        for place in range(1, 40)
    ]
    answers = [made.answer(one, "00", f37=numbers.bare()[:12], f60=numbers.bare()) for one in asked]
    pairs = [
        (mti, one) for ask, said in zip(asked, answers, strict=True) for mti, one in (("0200", ask), ("0210", said))
    ]
    packed = [made.terminal(mti, one) for mti, one in pairs]
    yield "pos_20260615.bin", made.framed(*packed)
    yield "pos_20260615_hex.log", "".join(f"2026-06-15 10:15:30 {one.hex().upper()}\n" for one in packed).encode()
    clear = [{number: value for number, value in one.items() if number not in {52, 55}} for _, one in pairs]
    text = [made.switch(mti, one) for (mti, _), one in zip(pairs, clear, strict=True)]
    yield "switch_20260615.log", b"".join(one + b"\n" for one in text)


MADE: dict[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
    "interchange_csv": _interchange, "interchange_parquet": _parquet, "mastercard_ipm": _ipm, "iso8583_log": _iso8583,
}  # fmt: skip
"""Formats whose files are made: in a packed or binary file no text can be exchanged."""


def every_file() -> Iterator[tuple[str, str, bytes]]:
    """Yield (format, file name, bytes) for every registered format."""
    for known in REGISTRY:
        for name, body in planted_files(known):
            yield known.code, name, body


_WANTED = frozenset(CARDS)
_RUNS = re.compile(r"[0-9](?:[\s\-._/,·–]{0,2}[0-9]){12,}")


def cards_in(text: str) -> set[str]:
    """Return the planted numbers that a text holds, whatever its digits are and what stands between them."""
    plain = "".join(
        sign if sign.isascii() or not sign.isdecimal() else str(unicodedata.decimal(sign)) for sign in text
    ) if not text.isascii() else text  # fmt: skip
    found = set()
    for run in _RUNS.finditer(plain):
        digits = re.sub(r"[^0-9]", "", run.group())
        found |= {
            digits[start : start + size] for size in range(13, 20) for start in range(len(digits) - size + 1)
        } & _WANTED  # fmt: skip
    return found
