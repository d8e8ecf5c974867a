"""Mastercard IPM: blocks and encodings proven by the header, signs, exponents, trailers, and no card number."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from cardutil.mciipm import IpmReader
from formats_samples import sample
from formats_sink import Reading, read
from hypothesis import given, settings
from hypothesis import strategies as st
from ipm_made import FILE_ID, PAN, header, payment, trailer, written

from daozhang.errors import InputError
from daozhang.formats.base import Given, Source
from daozhang.formats.ipm import decode, form_of, private, records
from daozhang.formats.registry import formats_claiming


def ipm(*messages: dict[str, Any], encoding: str = "cp500", blocked: bool = True, **ends: str) -> Reading:
    whole = [header(), *messages]
    return read(
        "mastercard_ipm", Source("x", written([*whole, trailer(whole, **ends)], encoding=encoding, blocked=blocked))
    )


def test_a_record_written_down_byte_by_byte_is_read() -> None:
    """A first presentment of 12.34 in EBCDIC: digits are F0 to F9, lengths are characters, the bitmap is 16 bytes."""
    bitmap = bytes.fromhex("F0000100000080000000000000000000")  # 1 2 3 4, 24, 49
    text = "16" + PAN + "000000" + "000000001234" + "200" + "156"
    record = "1240".encode("cp500") + bitmap + text.encode("cp500")
    fields = decode(record, "cp500")

    assert record[:4] == b"\xf1\xf2\xf4\xf0"
    assert fields is not None
    assert {name: fields[name] for name in ("t", "2", "3", "4", "24", "49")} == {
        "t": "1240", "2": PAN, "3": "000000", "4": "000000001234", "24": "200", "49": "156",
    }  # fmt: skip
    assert decode(record + b"\xf0", "cp500") is None
    assert decode(record, "latin-1") is None


@pytest.mark.parametrize("encoding", ["cp500", "cp037", "cp1140", "latin-1"])
@pytest.mark.parametrize("blocked", [1, 0])
@pytest.mark.parametrize("count", [1, 2, 40])
def test_every_form_reads_the_same(encoding: str, blocked: int, count: int) -> None:
    payments = [payment(number, 100 * number) for number in range(2, count + 2)]
    whole = [header(), *payments]
    data = written([*whole, trailer(whole)], encoding=encoding, blocked=bool(blocked))
    source = Source("x", data)

    assert [known.code for known in formats_claiming(source)] == ["mastercard_ipm"]
    assert form_of(source.head()) == (bool(blocked), "latin-1" if encoding == "latin-1" else "cp500")
    reading = read("mastercard_ipm", source)
    assert (len(reading.rows), len(reading.control_lines), reading.warnings, reading.rejects) == (count, 2, [], [])
    assert reading.rows == ipm(*payments).rows


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 10**10), min_size=1, max_size=30),
    chunk=st.integers(1, 3000),
    blocked=st.integers(0, 1),
)
def test_records_are_the_same_however_the_file_is_read(sizes: list[int], chunk: int, blocked: int) -> None:
    whole = [header(), *(payment(number, fen) for number, fen in enumerate(sizes, 2))]
    data = written([*whole, trailer(whole)], blocked=bool(blocked))

    class Slow(Source):
        def chunks(self, size: int = 0) -> Iterator[bytes]:
            return super().chunks(size or chunk)

    slow, whole_at_once = Slow("x", data), Source("x", data)
    assert list(records(slow, is_blocked=bool(blocked))) == list(records(whole_at_once, is_blocked=bool(blocked)))
    assert [row["gross_minor"] for row in read("mastercard_ipm", Source("x", data)).values("clearings")] == sizes


def test_another_reader_of_the_same_file_agrees_field_by_field() -> None:
    data = sample("mastercard_ipm", "cp500").data
    theirs = list(IpmReader(io.BytesIO(data), encoding="cp500", blocked=True))
    ours = [decode(record, "cp500") for record in records(Source("x", data), is_blocked=True) if record]

    assert len(theirs) == len(ours) == 14
    for one, other in zip(theirs, ours, strict=True):
        assert other is not None
        assert one["MTI"] == other["t"]
        for name in ("3", "24", "31", "32", "37", "41", "42", "49"):
            assert str(one.get(f"DE{name}", "")) == other.get(name, "")
        assert int(one.get("DE4", 0)) == int(other.get("4", 0))
        assert {f"PDS{tag}": value for tag, value in private(other).items()} == {
            name: value for name, value in one.items() if name.startswith("PDS")
        }


@pytest.mark.parametrize(("more", "kind", "sign"), [
    ({}, "sale", 1), ({"DE3": "090000"}, "sale", 1), ({"DE3": "200000"}, "refund", -1), ({"DE3": "280000"}, "refund", -1),
    ({"PDS0025": "R260615"}, "reversal", -1), ({"DE3": "200000", "PDS0025": "R260615"}, "reversal", 1),
    ({"MTI": "1442", "DE24": "450"}, "dispute", -1), ({"MTI": "1442", "DE24": "450", "DE3": "200000"}, "dispute", 1),
    ({"MTI": "1442", "DE24": "450", "PDS0025": "R260615"}, "dispute", 1), ({"DE24": "205"}, "dispute", 1),
    ({"MTI": "1740", "DE24": "700", "DE3": "190000"}, "fee", -1), ({"MTI": "1740", "DE24": "700", "DE3": "290000"}, "fee", 1),
])  # fmt: skip
def test_kind_and_sign(more: dict[str, str], kind: str, sign: int) -> None:
    (row,) = ipm(payment(2, 10000, **more)).values("clearings")

    assert (row["kind"], row["gross_minor"], row["net_minor"]) == (kind, sign * 10000, sign * 10000)
    assert row["terminal_no"] == "TERM0001"


@pytest.mark.parametrize(("fen", "number", "stated", "expected"), [
    (1234, "156", "1562", 1234), (1234, "392", "3920", 1234), (1234, "392", "3922", None), (1200, "392", "3922", 12),
    (12340, "156", "1563", 1234), (1234, "156", "1563", None), (1234, "156", "8402", 1234), (12, "156", "1560", 1200),
])  # fmt: skip
def test_the_exponent_of_the_message_counts(fen: int, number: str, stated: str, expected: int | None) -> None:
    reading = ipm(payment(2, fen, DE49=number, PDS0148=stated))

    assert [row["gross_minor"] for row in reading.values("clearings")] == ([] if expected is None else [expected])
    assert [reason for *_, reason, _ in reading.rejects] == ([] if expected is not None else ["reject-amount"])


@pytest.mark.parametrize(("ends", "names"), [
    ({"PDS0306": "00000004"}, ["PDS 0306"]), ({"PDS0301": "0000000000000001"}, ["PDS 0301"]),
    ({"PDS0301": "X"}, ["PDS 0301"]), ({}, []),
])  # fmt: skip
def test_the_trailer_is_checked(ends: dict[str, str], names: list[str]) -> None:
    reading = ipm(payment(2, 100), **ends)

    assert [facts["name"] for key, facts in reading.warnings if key == "warn-total-differs"] == names
    assert len(reading.rows) == 1


def test_a_file_cut_anywhere_keeps_what_came_and_says_so() -> None:
    data = written([header(), payment(2, 100), payment(3, 200)], blocked=False)[:-40]
    reading = read("mastercard_ipm", Source("x", data))

    assert [row["gross_minor"] for row in reading.values("clearings")] == [100]
    assert reading.warning_keys() == ["warn-truncated", "warn-summary-missing"]
    assert [(line, reason) for line, _, _, reason, _ in reading.rejects] == [(3, "reject-record-cut")]


def test_the_day_is_the_files_own_or_said_and_else_asked_for() -> None:
    other = {**header(), "PDS0105": "001XXXXXX" + FILE_ID[9:]}
    data = written([other, payment(2, 100)])

    with pytest.raises(InputError, match="input-ipm-day-unknown"):
        read("mastercard_ipm", Source("x", data))
    (row,) = read("mastercard_ipm", Source("x", data, Given(covers_on=date(2026, 6, 20)))).values("clearings")
    assert row["cleared_on"] == date(2026, 6, 20)
    assert ipm(payment(2, 100)).values("clearings")[0]["cleared_on"] == date(2026, 6, 15)


def test_a_fee_between_institutions_is_no_row_and_is_said() -> None:
    fee = {"MTI": "1740", "DE3": "190000", "DE4": 500, "DE24": "700", "DE49": "156", "DE71": 3}
    reading = ipm(payment(2, 100), fee)

    assert len(reading.rows) == 1
    assert reading.warnings == [("warn-institution-fees", {"count": 1})]


def test_no_card_number_leaves_even_a_damaged_file() -> None:
    data = bytearray(sample("mastercard_ipm", "ascii").data)
    for at in range(0, len(data), 7):
        damaged = bytes(data[:at] + b"\xff" + data[at + 1 :])
        try:
            reading = read("mastercard_ipm", Source("x", damaged))
        except InputError:
            continue
        assert PAN[:12] not in repr((reading.rows, reading.rejects, reading.warnings))


@pytest.mark.parametrize("name", ["DE4", "PDS0148", "PDS0301"])
def test_raised_digits_are_no_digits(name: str) -> None:
    """ISO 8859-1 and EBCDIC hold ¹, ² and ³, which Python calls digits and cannot count with."""
    record = written([header()], encoding="latin-1", blocked=False)[:-4]
    more = payment(2, 111111111111, PDS0148="1561", PDS0301="1561")
    body = written([more], encoding="latin-1", blocked=False)
    at = body.index({"DE4": b"111111111111", "PDS0148": b"1561", "PDS0301": b"1561"}[name])
    damaged = body[: at + 3] + "³".encode("latin-1") + body[at + 4 :]
    reading = read("mastercard_ipm", Source("x", record + damaged))

    assert len(reading.rows) + len(reading.rejects) == 1


def test_other_binary_files_are_not_claimed() -> None:
    assert formats_claiming(Source("x", written([payment(2, 100)]))) == []
    assert formats_claiming(Source("x", b"\0\0\1\0" + b"\xf1\xf6\xf4\xf4" * 64)) == []
