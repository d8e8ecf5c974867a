"""What is fuzzed: one target per parser, a parser being the formats (or the code) that read in the same way.

A target takes any bytes and comes back. It fails when anything but ``InputError`` is raised, when a refusal or warning has no text,
when a line is said twice, when an amount is no whole number, or when rows that were taken cannot be staged.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fuzz_set_wise import SET_WISE, both_ways

from daozhang.errors import InputError
from daozhang.formats.base import Format, Given, Source
from daozhang.formats.mapped.propose import propose
from daozhang.formats.mapped.store import as_format, mapping_from_toml, mapping_to_toml
from daozhang.formats.registry import REGISTRY, format_named
from daozhang.formats.sheets import is_workbook, sheets_of
from daozhang.intake.cards import MASKED, CardGuard, is_card_number
from daozhang.intake.collector import Collector
from daozhang.intake.plain_csv import read_text
from daozhang.intake.reading import to_wire
from daozhang.intake.sampling import sample_from, sample_of, tried
from daozhang.intake.staging import as_arrow
from daozhang.intake.typed_rows import RowTyper
from daozhang.intake.unpack import is_archive, members
from daozhang.records import table_named
from daozhang.texts import LANGUAGES, has

FUZZ = Path(__file__).parent
CORPUS = FUZZ / "corpus"
REGRESSIONS = FUZZ / "regressions"
SAMPLES = FUZZ.parent / "samples"
sys.path.append(str(FUZZ.parent / "formats"))
from formats_sink import Reading  # noqa: E402 - the checking sink of the format tests

NAME = "INN26061588ZM_777000000000001"
SEVERAL_TO_A_LINE = ("camt_", "pain_", "pacs_", "bai2", "ofx")
"""Formats whose units are not lines: several of them may stand on one."""
UNPACKED = 1024 * 1024
GUARD = CardGuard(b"k" * 32)


@dataclass(frozen=True, slots=True)
class Target:
    """One parser: what is run on the bytes, the files it starts from, and how large an input may grow."""

    name: str
    run: Callable[[bytes], None]
    seeds: tuple[str, ...]
    """Folders of ``tests/samples``."""
    largest: int = 8192


def check_said(key: str) -> None:
    """Both languages have the text of what was said."""
    assert all(has(language, key) for language in LANGUAGES), key


def _collected(source: Source, read: Callable[[Collector], None]) -> None:
    """Type the rows as the import does and lay them out as they would be stored."""
    collector = Collector(RowTyper(GUARD, source.given.timezone))
    read(collector)
    collector.close()
    for name, rows in collector.rows.items():
        as_arrow(table_named(name), rows, "fuzz", rows.fingerprints())
    for one in collector.rejects:
        check_said(one.reason)


def read_with(known: Format, data: bytes) -> None:
    """Read as one format: once into a sink that checks what is said, once as the import does."""
    assert known.read is not None
    source = Source(NAME, data)
    said = Reading()
    try:
        known.read(source, said)
        if not known.code.startswith(SEVERAL_TO_A_LINE):
            lines = said.row_lines + said.control_lines + [line for line, *_ in said.rejects]
            assert len(set(lines)) == len(lines), f"{known.code}: a line was said twice"
        for key in [*(key for key, _ in said.warnings), *(reason for _, _, _, reason, _ in said.rejects)]:
            check_said(key)
        reader = known.read
        _collected(source, lambda collector: reader(source, collector))
    except InputError as refused:
        check_said(refused.key)


def formats_target(*codes: str) -> Callable[[bytes], None]:
    """Return a target that asks every format whether it knows the bytes, and reads with those that do, or with any one."""
    chosen = [format_named(code) for code in codes]

    def run(data: bytes) -> None:
        source = Source(NAME, data)
        claiming = [known for known in chosen if known.knows(source)]
        for known in claiming or [chosen[zlib.crc32(data) % len(chosen)]]:
            read_with(known, data)

    return run


def interchange(data: bytes) -> None:
    """Read as an interchange table: the one whose columns the header has, or any."""
    known = format_named("interchange_csv")
    source = Source(NAME, data)
    assert known.plain is not None
    table = table_named((known.plain.table_of(source) if known.knows(source) else "") or "clearings")
    try:
        text = data.decode("utf-8", errors="surrogateescape").encode("utf-8", errors="replace").decode()
        _collected(source, lambda collector: read_text(text, table, collector))
    except InputError as refused:
        check_said(refused.key)


def sheets(data: bytes) -> None:
    """Open as a workbook and go through every row; the assistant looks at it as well."""
    source = Source("a.xlsx", data)
    if is_workbook(source):
        try:
            for sheet in sheets_of(source):
                for number, cells in sheet.rows():
                    assert number > 0
                    assert all(isinstance(cell, str) for cell in cells)
        except InputError as refused:
            check_said(refused.key)
    assistant(data)


def unpacked(data: bytes) -> None:
    """Unpack as a zip of files, never more than allowed."""
    try:
        packed = io.BytesIO(data)
        if not is_archive(packed):
            return
        packed.seek(0)
        total = 0
        for name, take in members(packed, limit=UNPACKED):
            assert isinstance(name, str)
            with take() as content:
                total += sum(map(len, content.chunks()))
        assert total <= UNPACKED
    except InputError as refused:
        check_said(refused.key)


def mapping(data: bytes) -> None:
    """Load as a mapping file; one that is taken says the same again when it is written, and reads a small table."""
    try:
        loaded = mapping_from_toml(data.decode("utf-8", errors="replace"))
    except InputError as refused:
        check_said(refused.key)
        return
    assert mapping_from_toml(mapping_to_toml(loaded)) == loaded
    names = [*loaded.shape.header, *loaded.shape.positions]
    body = "\n".join((",".join(names), ",".join("2026-06-15" for _ in names), ",".join("1.00" for _ in names)))
    read_with(as_format(loaded), body.encode("utf-8", errors="replace"))


def assistant(data: bytes) -> None:
    """Propose a mapping for a foreign table, and read the table with what was proposed."""
    source = Source("a.csv", data, Given(acquirer="demo"))
    try:
        proposal = propose(sample_from(sample_of(source, GUARD), source.name), given=source.given)
        if proposal.mapping is not None:
            from daozhang.formats.mapped.store import mapping_to_json

            tried(source, mapping_to_json(proposal.mapping), GUARD)
    except InputError as refused:
        check_said(refused.key)


def cards(data: bytes) -> None:
    """Cut card numbers out of any text: none is left, and cutting again changes nothing."""
    cut = GUARD.cut(data.decode("utf-8", errors="replace"))
    assert GUARD.cut(cut) == cut
    bare = MASKED.sub("#", cut)
    assert not [run for run in _digit_runs(bare) if is_card_number(run)]


def _digit_runs(text: str) -> Iterator[str]:
    run = ""
    for sign in text + " ":
        if sign in "0123456789":
            run += sign
        else:
            yield run
            run = ""


@cache
def _bounded() -> tuple[object, Path]:
    from daozhang.intake.read_file import BoundedReader

    reader = BoundedReader(token_key=b"k" * 32, memory_mb=256, cpu_s=20, threads=1)
    return reader, Path(tempfile.mkdtemp(prefix="daozhang-fuzz-"))


def parquet(data: bytes) -> None:
    """Read as Parquet the way the import does: in the child, since its libraries are not ours."""
    from daozhang.intake.content import Content
    from daozhang.intake.read_file import BoundedReader

    reader, folder = _bounded()
    assert isinstance(reader, BoundedReader)
    with Content.of_bytes(data, limit=UNPACKED) as content:
        reading = reader.read(
            content, name="a.parquet", given=Given(), format_code="interchange_parquet", import_id="f", folder=folder
        )
    to_wire(reading)
    if reading.refusal is not None:
        check_said(reading.refusal.key)
    for left in folder.iterdir():
        left.unlink()


def mapped_codes() -> tuple[str, ...]:
    """Return the formats that are mappings and come with the product."""
    from daozhang.formats.mapped.store import shipped_mappings

    return tuple(one.code for one in shipped_mappings())


FAMILIES = {
    "mastercard_ipm": ("mastercard_ipm",),
    "iso8583_log": ("iso8583_log",),
    "nacha": ("nacha",),
    "ofx": ("ofx",),
    "bai2": ("bai2",),
    "mt94x": ("mt940", "mt942"),
    "camt": ("camt_052", "camt_053", "camt_054"),
    "pain_pacs": ("pain_002", "pacs_002", "pacs_004"),
    "mapped": mapped_codes(),
    "wechat": ("wechat_trade_bill", "wechat_fund_bill", "wechat_withdrawals"),
    "alipay": ("alipay_trade_bill", "alipay_ledger", "alipay_summary"),
    "unionpay": ("unionpay_zm", "unionpay_zme", "unionpay_acomn", "unionpay_zsum", "unionpay_zpsum"),
    "bank_statements": ("bank_icbc", "bank_cmb", "bank_boc", "bank_abc", "bank_bocom"),
}
"""Parsers whose target is to know and to read; together with the targets below they hold every registered format."""
BESIDES = {"interchange_csv": "interchange", "interchange_parquet": "parquet"}
"""Formats that have a target of their own."""

TARGETS = {
    **{name: Target(name, formats_target(*codes), codes) for name, codes in FAMILIES.items()},
    "interchange": Target("interchange", interchange, ("interchange_csv",)),
    "sheets": Target("sheets", sheets, (), 16384),
    "zip": Target("zip", unpacked, (), 4096),
    "mapping_toml": Target("mapping_toml", mapping, (), 8192),
    "assistant": Target("assistant", assistant, (*mapped_codes(), "unclaimed"), 4096),
    "cards": Target("cards", cards, (), 256),
    "parquet": Target("parquet", parquet, ("interchange_parquet",), 16384),
    "set_wise": Target("set_wise", both_ways, SET_WISE, 4096),
}


def covered() -> set[str]:
    """Return the codes of all formats that some target reads."""
    return {code for codes in FAMILIES.values() for code in codes} | set(BESIDES)


def seeds(target: Target) -> Iterator[tuple[str, bytes]]:
    """Yield the files a target starts from: the samples of its formats (their beginning), and what was made for it."""
    for folder in target.seeds:
        for path in sorted((SAMPLES / folder).iterdir()):
            if path.is_file() and not path.name.endswith(".expected.txt"):
                yield path.name, path.read_bytes()[: target.largest]
    yield from MADE.get(target.name, lambda: iter(()))()


def _zips() -> Iterator[tuple[str, bytes]]:
    import zipfile

    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as archive:
            archive.writestr("a/清算.csv", "a,b\n" * 20)
            archive.writestr("b.csv", "x")
        yield f"{method}.zip", packed.getvalue()


def _workbooks() -> Iterator[tuple[str, bytes]]:
    import xlsxwriter  # the tests' own way to write workbooks
    import xlwt

    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet("对账单")
        for place, row in enumerate(
            (("商户号", "交易时间", "金额"), ("m1", "2026-06-15 10:00:00", 12.5), ("m2", "x", ""))
        ):
            sheet.write_row(place, 0, row)
    yield "a.xlsx", packed.getvalue()
    yield "a.ods", _open_document()
    old, packed = xlwt.Workbook(), io.BytesIO()
    page = old.add_sheet("a")
    for column, cell in enumerate(("商户号", 12.5, True)):
        page.write(0, column, cell)
    old.save(packed)
    yield "a.xls", packed.getvalue()


def _open_document() -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book, packed, page = OpenDocumentSpreadsheet(), io.BytesIO(), Table(name="a")
    for cells in (("商户号", "金额"), ("m1", "12.50")):
        row = TableRow()
        for cell in cells:
            place = TableCell(valuetype="string")
            place.addElement(P(text=cell))
            row.addElement(place)
        page.addElement(row)
    book.spreadsheet.addElement(page)
    book.save(packed)
    return packed.getvalue()


def _mappings() -> Iterator[tuple[str, bytes]]:
    from daozhang.formats.mapped.store import shipped_mappings

    for one in shipped_mappings():
        yield one.code, mapping_to_toml(one).encode()


def _cards() -> Iterator[tuple[str, bytes]]:
    for place, text in enumerate(
        ("卡 4111 1111 1111 1111 号", "6222021234567890123", "4111-1111-1111-1111", "４１１１１１１１１１１１１１１１",
         ";4111111111111111=29012011000012300000?", "%B4111111111111111^A/B^2901201?", "378282246310005 378282 246310005")
    ):  # fmt: skip
        yield f"c{place}", text.encode()


MADE: dict[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
    "zip": _zips, "sheets": _workbooks, "mapping_toml": _mappings, "cards": _cards,
}  # fmt: skip


def every_registered_code() -> set[str]:
    """Return the codes of the formats that come with the product."""
    return {known.code for known in REGISTRY}
