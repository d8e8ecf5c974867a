"""Files made to hurt, each of a few hundred kilobytes at most: workbooks, zips, XML, Parquet and old workbooks."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
PIECE = 1024 * 1024


def entities(depth: int = 9, root: str = "a") -> bytes:
    """Return a document type of entities that each hold ten of the one before: a thousand bytes become a terabyte."""
    first = b'<!ENTITY a "' + b"x" * 1000 + b'">'
    more = b"".join(b'<!ENTITY %c "' % (98 + n) + b"&%c;" % (97 + n) * 10 + b'">' for n in range(depth))
    return b"<!DOCTYPE " + root.encode() + b" [" + first + more + b"]>"


def zipped(parts: Iterable[tuple[str, Iterable[bytes]]]) -> bytes:
    """Return a zip of parts that are written piece by piece, so that a part may unpack to any size."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, pieces in parts:
            with archive.open(name, "w") as part:
                for piece in pieces:
                    part.write(piece)
    return out.getvalue()


def repeated(piece: bytes, times: int) -> Iterator[bytes]:
    """Yield a piece many times over, in blocks of about a mebibyte."""
    block = max(1, PIECE // len(piece))
    for start in range(0, times, block):
        yield piece * min(block, times - start)


def xlsx(
    sheet: Iterable[bytes], *, place: str = SHEET, more: Iterable[tuple[str, Iterable[bytes]]] = (), named: bytes = b"a"
) -> bytes:
    """Return a workbook of one sheet whose XML is given; ``place`` is where its part lies."""
    workbook = (
        b'<workbook xmlns="%s" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        b'<sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>' % (SPREADSHEET.encode(), named)
    )
    relations = _relation(b"worksheet", place.removeprefix("xl/").encode())
    parts = [
        ("[Content_Types].xml", (b"<Types/>",)), ("_rels/.rels", (_relation(b"officeDocument", b"xl/workbook.xml"),)),
        ("xl/workbook.xml", (workbook,)),
        ("xl/_rels/workbook.xml.rels", (relations,)), (place, sheet), *more,
    ]  # fmt: skip
    return zipped(parts)


def _relation(kind: bytes, target: bytes) -> bytes:
    return (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>'
        % (kind, target)
    )


def sheet_of(rows: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the XML of a sheet with these rows."""
    yield b'<worksheet xmlns="%s"><sheetData>' % SPREADSHEET.encode()
    yield from rows
    yield b"</sheetData></worksheet>"


def dense_rows(rows: int, columns: int) -> Iterator[bytes]:
    """Yield rows whose cells all stand for themselves; they name no places, which a sheet need not do."""
    yield from repeated(b"<row>" + b"<c><v>1</v></c>" * columns + b"</row>", rows)


def ods(rows: Iterable[bytes], before: bytes = b"") -> bytes:
    """Return an OpenDocument workbook of one table with these rows."""
    head = (
        b'%s<office:document-content xmlns:office="%soffice:1.0" xmlns:table="%stable:1.0" xmlns:text="%stext:1.0">'
        b'<office:body><office:spreadsheet><table:table table:name="a">' % (before, *[OFFICE.encode()] * 3)
    )
    tail = b"</table:table></office:spreadsheet></office:body></office:document-content>"
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="%smanifest:1.0"/>' % OFFICE.encode()
    parts = [
        ("mimetype", (kind,)),
        ("META-INF/manifest.xml", (manifest,)),
        ("content.xml", chain((head,), rows, (tail,))),
    ]
    return zipped(parts)


def ods_cell(repeat: str = "", value: bytes = b"1") -> bytes:
    """Return one cell of an OpenDocument table, repeated as often as the text says."""
    times = f' table:number-columns-repeated="{repeat}"'.encode() if repeat else b""
    return b'<table:table-cell office:value-type="float" office:value="%s"%s/>' % (value, times)


def ods_row(cells: bytes, repeat: str = "") -> bytes:
    """Return one row of an OpenDocument table, repeated as often as the text says."""
    times = f' table:number-rows-repeated="{repeat}"'.encode() if repeat else b""
    return b"<table:table-row%s>%s</table:table-row>" % (times, cells)


def overlapping_zip(members: int, kernel: int) -> bytes:
    """Return a zip whose entries all point at the same packed bytes: small on disk, ``members * kernel`` bytes unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # Text that shrinks to about a fiftieth, as the limit on growth allows.
    plain = b"".join(f"{n * 7919 % 1_000_000:06d}".encode() + b"0" * 500 for n in range(kernel // 506))
    packed = packer.compress(plain) + packer.flush()
    crc = zlib.crc32(plain)
    sizes = struct.pack("<III", crc, len(packed), len(plain))
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", 5, 0) + b"0.csv"
    names = [b"0.csv"] * members
    directory = b"".join(
        b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
        + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
        for name in names
    )  # fmt: skip
    return _closed(local + packed, directory, members)


def directory_of(entries: int) -> bytes:
    """Return a zip that is nearly nothing but its directory: each entry costs 47 bytes here and a kilobyte when it is read."""
    entry = (
        b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 0, 0, 33) + b"\0" * 12 + struct.pack("<HHHHHII", 1, *[0] * 6)
    )
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 0, 0, 33) + b"\0" * 12 + struct.pack("<HH", 1, 0) + b"a"
    return _closed(local, (entry + b"a") * entries, entries)


def _closed(body: bytes, directory: bytes, entries: int) -> bytes:
    count = min(entries, 0xFFFF)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    if entries > count:
        wide = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, entries, entries, len(directory), len(body))
        end = b"PK\x06\x06" + wide + b"PK\x06\x07" + struct.pack("<IQI", 0, len(body) + len(directory), 1) + end
    return body + directory + end


def repeated_parquet(path: Path, text: str, rows: int, groups: int) -> Path:
    """Write a Parquet file of clearings whose every cell of ``order_no`` is the same text: a dictionary of one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    one = {
        "acquirer": "UP", "merchant_no": "m", "terminal_no": "t", "occurred_at": "2026-07-01T10:00:00",
        "cleared_on": "2026-07-02", "kind": "sale", "gross_minor": "100", "fee_minor": "0", "net_minor": "100",
        "currency": "CNY", "order_no": text,
    }  # fmt: skip
    zeros = pa.Array.from_buffers(pa.int32(), rows, [None, pa.py_buffer(bytes(4 * rows))])
    columns = {name: pa.DictionaryArray.from_arrays(zeros, pa.array([cell])) for name, cell in one.items()}
    table = pa.table(columns)
    with pq.ParquetWriter(path, table.schema, compression="zstd", dictionary_pagesize_limit=1 << 30) as writer:
        for _ in range(groups):
            writer.write_table(table, row_group_size=rows)
    return path


def old_workbook(cells: list[tuple[int, int]]) -> bytes:
    """Return an xls whose cells stand at these places (row, column from 0)."""
    import xlwt

    book, out = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("a")
    for row, column in cells:
        page.write(row, column, 1)
    book.save(out)
    return out.getvalue()


def looped(packed: bytes, what: str) -> bytes:
    """Return an old workbook whose ``what`` (``fat``, ``directory`` or ``difat``) leads back to itself."""
    data = bytearray(packed)
    (first_fat,) = struct.unpack_from("<I", data, 76)
    (directory,) = struct.unpack_from("<I", data, 48)
    table = (first_fat + 1) * 512
    if what == "directory":
        struct.pack_into("<I", data, table + 4 * directory, directory)
    elif what == "fat":
        for place in range(128):
            struct.pack_into("<I", data, table + 4 * place, place)
    else:
        struct.pack_into("<II", data, 68, directory, len(data) // 512)  # the list of tables goes on in its own sector
        struct.pack_into("<I", data, (directory + 1) * 512 + 508, directory)
    return bytes(data)


def small_old_workbook(cells: list[tuple[int, int]]) -> bytes:
    """Return an xls so small that its cells lie in the stream of small streams: header, table, directory, small table, container."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    begin = struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0)
    named = struct.pack("<IBBBB", 0, 0, 0, 1, 0) + b"a"
    front = len(record(0x809, begin) + record(0x85, named) + record(0x0A, b""))
    named = struct.pack("<I", front) + named[4:]
    sheet = [record(0x203, struct.pack("<HHHd", row, column, 0, 1.0)) for row, column in cells]
    page = record(0x809, begin[:2] + b"\x10\0" + begin[4:])
    book = record(0x809, begin) + record(0x85, named) + record(0x0A, b"") + page + b"".join(sheet) + record(0x0A, b"")
    count = -(-len(book) // 64)
    sectors = -(-count * 64 // 512)
    end, free, own = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    table = [own, end, end, *range(4, 3 + sectors), end]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
        + struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 2, 1, end, 0, 0) + struct.pack("<109I", *[free] * 109)[4:]
    )  # fmt: skip

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        places = struct.pack("<HBBIII", len(text), kind, 1, free, free, child)
        return text.ljust(64, b"\0") + places + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 3, count * 64) + entry("Workbook", 2, free, 0, len(book))
    small = [*range(1, count), end]
    return b"".join(
        (
            header, struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff"), directory.ljust(512, b"\0"),
            struct.pack(f"<{len(small)}I", *small).ljust(512, b"\xff"), book.ljust(sectors * 512, b"\0"),
        )
    )  # fmt: skip
