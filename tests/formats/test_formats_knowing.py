"""A file is known by its content: one format per sample, none for what is not ours, names never decide alone."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from formats_samples import UNCLAIMED, claimed_samples, files_in, name_of, source_of

from daozhang.errors import InputError
from daozhang.formats.base import Format, Source
from daozhang.formats.registry import REGISTRY, all_formats, format_named, formats_claiming
from daozhang.formats.sources.interchange import csv_table_of, parquet_table_of
from daozhang.records import TABLES, Table


@pytest.mark.parametrize("path", files_in(UNCLAIMED), ids=name_of)
def test_what_is_not_ours_is_claimed_by_none(path) -> None:  # noqa: ANN001 - a path of the list above
    assert formats_claiming(source_of(path)) == []


@pytest.mark.parametrize("path", claimed_samples(), ids=name_of)
def test_a_misleading_name_changes_nothing_but_ties(path) -> None:  # noqa: ANN001
    renamed = Source("payouts_invoice.xlsx", path.read_bytes())

    assert [known.code for known in formats_claiming(renamed)] == [path.parent.name]


class HeadAndTailOnly(Source):
    """A source that gives its first and last bytes and nothing between."""

    def __init__(self, name: str, held: bytes) -> None:
        super().__init__(name)
        self.held, self.size = held, len(held)

    def part(self, place: int, size: int) -> bytes:
        assert size <= 65536
        return self.held[place : place + size]

    @property
    def data(self) -> bytes:
        raise AssertionError("a file is known without being held")


@pytest.mark.parametrize("path", claimed_samples(), ids=name_of)
def test_a_file_is_known_without_being_held(path) -> None:  # noqa: ANN001
    if path.suffix in {".parquet", ".xls", ".xlsx", ".ods"}:
        pytest.skip("their libraries ask for what they need")
    assert [one.code for one in formats_claiming(HeadAndTailOnly(path.name, path.read_bytes()))] == [path.parent.name]


def test_codes_are_unique_and_found_by_name() -> None:
    codes = [known.code for known in REGISTRY]

    assert len(set(codes)) == len(codes)
    assert all(format_named(code).code == code for code in codes)
    assert all((known.read is None) != (known.plain is None) for known in REGISTRY)


def test_an_unknown_code_says_what_there_is() -> None:
    with pytest.raises(InputError) as caught:
        format_named("bank_of_nowhere")

    assert caught.value.key == "input-format-unknown"
    assert "bank_icbc" in str(caught.value.facts["codes"])


def test_other_packages_add_formats_through_the_entry_point(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # noqa: ANN001
    (tmp_path / "their_format.py").write_text(
        "from daozhang.formats.base import Format\n"
        "FORMAT = Format(code='their_csv', knows=lambda source: source.data.startswith(b'THEIRS'), tables=('payouts',))\n"
    )
    info = tmp_path / "their_format-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-format\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[daozhang.formats]\ntheirs = their_format:FORMAT\n")
    monkeypatch.syspath_prepend(tmp_path)
    all_formats.cache_clear()
    try:
        claiming = formats_claiming(Source("x", b"THEIRS 1"))
        assert [known.code for known in claiming] == ["their_csv"]
        assert isinstance(claiming[0], Format)
    finally:
        all_formats.cache_clear()


def _header(table: Table) -> bytes:
    return (",".join(table.column_names) + "\n").encode()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_full_header_of_each_table_is_that_table_whatever_the_file_is_called(table: Table) -> None:
    assert csv_table_of(Source("x.csv", _header(table))) == table.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_required_columns_alone_are_enough_with_the_tables_name(table: Table) -> None:
    required = [column.name for column in table.columns if column.required]

    assert csv_table_of(Source(f"{table.name}_1.csv", ",".join(required).encode())) == table.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_missing_required_column_is_never_that_table(table: Table) -> None:
    for missing in (column.name for column in table.columns if column.required):
        header = ",".join(name for name in table.column_names if name != missing)
        assert csv_table_of(Source(f"{table.name}.csv", header.encode())) != table.name


@pytest.mark.parametrize(
    ("name", "header", "table"),
    [
        ("clearings.csv", "acquirer,merchant_no,cleared_on,kind,gross_minor,net_minor,our_note", "clearings"),
        ("other.csv", "acquirer,merchant_no,cleared_on,kind,gross_minor,net_minor,our_note", ""),
        ("x.csv", '\ufeff"merchant_no", acquirer ', "merchants"),
        ("arrivals.csv", "path,arrived_at,acquirer,format,merchant_no,account_tail,covers_on", ""),
        ("merchants_arrivals.csv", "path,arrived_at,acquirer,format,merchant_no,account_tail,covers_on", ""),
        ("merchants.csv", "acquirer,merchant_no,merchant_no", "merchants"),
        ("merchants.csv", "acquirer,merchant_no,note,note,,", "merchants"),
        ("contacts.csv", "party", "contacts"),
        ("empty.csv", "", ""),
    ],
)
def test_which_table_a_header_is(name: str, header: str, table: str) -> None:
    assert csv_table_of(Source(name, header.encode())) == table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encoding_and_line_ends_do_not_hide_a_table(encoding: str) -> None:
    text = "order_no,merchant_no,amount_minor,placed_at\r\n甲1,88,100,2026-06-15T10:00:00\r\n"

    assert csv_table_of(Source("x.csv", text.encode(encoding))) == "orders"


def test_parquet_is_known_by_its_schema_and_a_torn_one_by_nobody() -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"terminal_no": ["1"], "at": ["2026-06-15"]}), out)
    whole = out.getvalue()

    assert parquet_table_of(Source("x", whole)) == "heartbeats"
    assert parquet_table_of(Source("x", whole[: len(whole) // 2] + b"PAR1")) == ""
    assert formats_claiming(Source("heartbeats.parquet", whole[:-1])) == []
