"""Records that repeat a form are said as the parser would have said them: same rows, lines, warnings and refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import big_camt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daozhang.errors import InputError
from daozhang.formats import xml_repeats, xml_stream
from daozhang.formats.base import Given, Source
from daozhang.formats.camt import Kind, read_camt
from daozhang.formats.registry import format_named

SAMPLES = Path(__file__).parent.parent / "samples"
STATEMENT = Kind("BkToCstmrStmt", "bank_entries")


class Heard:
    """Keeps everything that is said, in order."""

    def __init__(self) -> None:
        self.said: list[object] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *said, **facts: self.said.append((name, *map(repr, said), sorted(facts.items())))


class Pieces(Source):
    """A file that comes in pieces of one size."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__("x.xml", data, Given())
        self._size = size

    def chunks(self, size: int = 0) -> Iterator[bytes]:  # noqa: ARG002 - the size is given
        return super().chunks(self._size)


def said(data: bytes, size: int = 100_000) -> list[object]:
    """Return everything a reader says of a statement, in order, and the refusal it ends with."""
    sink = Heard()
    try:
        read_camt(STATEMENT, Pieces(data, size), sink)
    except InputError as error:
        return [*sink.said, error.key, sorted(error.facts.items())]
    return sink.said


@pytest.fixture(name="eager")
def learns_at_once(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let forms be learned from the first piece of a small file on."""
    monkeypatch.setattr(xml_repeats, "OFTEN", 1)
    monkeypatch.setattr(xml_stream, "FIRST", 400)
    return monkeypatch


def by_the_parser_alone(monkeypatch: pytest.MonkeyPatch, data: bytes) -> list[object]:
    with monkeypatch.context() as patch:
        patch.setattr(xml_repeats, "OFTEN", 10**9)
        return said(data)


TEXT = st.one_of(
    st.text("ab 1中\t\n&;]>é\u3000\ufffe", max_size=6).map(lambda text: text.replace("&", "&amp;")),
    st.sampled_from(
        [
            "x", "PO-1", "Müller &amp; Co", "a]]>b", "a>b", "<![CDATA[a<b]]>", "<!-- note -->x", "x<!-- > <TxDtls> -->", "&#65;",
            "&unknown;", " padded ", "", "\r\n", "/EndToEndId", "\x01", "<Nm>inner</Nm>", "<?go on?>", "x" * 70_000,
        ]
    ),
)  # fmt: skip
BOOKED = [
    "<BookgDt><Dt>2026-06-15</Dt></BookgDt>", "<BookgDt>2026-06-15</BookgDt>", "<BookgDt>2<Dt>2026-06-15</Dt>3</BookgDt>",
    "<BookgDt>2026<x>-06</x>-15</BookgDt>", "<BookgDt><x>1</x><Dt>2026-06-15</Dt></BookgDt>",
]  # fmt: skip
PLAIN = st.text("ab1中 ", max_size=8)
"""Texts as they nearly always are; the others make one record in a few differ."""


@st.composite
def details(draw: st.DrawFn) -> str:
    """Draw one detail, most of them of a few plain forms."""
    text = PLAIN if draw(st.integers(0, 3)) else TEXT
    end = draw(st.sampled_from(["", "\n  ", "\r\n"]))
    pieces = [
        f"<Refs><EndToEndId>{draw(text)}</EndToEndId></Refs>",
        draw(st.sampled_from(['<Amt Ccy="CNY">1.00</Amt>', '<Amt Ccy="CNY">2.00</Amt>', '<Amt Ccy="a>b">1</Amt>', "<Amt>3</Amt>"])),
        "<CdtDbtInd>CRDT</CdtDbtInd>",
        f"<RltdPties><Dbtr><Nm>{draw(text)}</Nm></Dbtr></RltdPties>",
        "".join(f"<Ustrd>{draw(text)}</Ustrd>" for _ in range(draw(st.integers(0, 2)))).join(["<RmtInf>", "</RmtInf>"]),
        draw(st.sampled_from(["", "", "<Purp/>", "<AddtlTxInf/>", f"<Other>{draw(text)}</Other>", "<RmtInf><Ustrd>one more</Ustrd></RmtInf>"])),
    ]  # fmt: skip
    if draw(st.integers(0, 9)) == 0:
        pieces[draw(st.integers(0, 5))] = draw(
            st.sampled_from(["", "<Refs>", "</Refs>", "stray", "<TxDtls></TxDtls>", "&lt;"])
        )
    return end.join(["<TxDtls>", *pieces, "</TxDtls>"]) + end


@st.composite
def statements(draw: st.DrawFn) -> bytes:
    """Draw a statement of several entries; now and then something stands between or around details that does not belong."""
    entries = []
    for number in range(draw(st.integers(1, 4))):
        many = draw(st.lists(details(), min_size=1, max_size=3)) * draw(st.integers(1, 3))
        odd = draw(
            st.sampled_from(["", "", "", "<!-- <TxDtls> -->", "<![CDATA[", "]]>", "<TxDtls>", "</NtryDtls><NtryDtls>"])
        )
        many.insert(draw(st.integers(0, len(many))), odd)
        entries.append(
            f'<Ntry><NtryRef>{number}</NtryRef><Amt Ccy="CNY">{draw(st.integers(1, 6))}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
            f"<Sts>BOOK</Sts>{draw(st.sampled_from(BOOKED))}\n<NtryDtls>{''.join(many)}</NtryDtls>"
            f"{draw(st.sampled_from(['', '<AddtlNtryInf>more</AddtlNtryInf>']))}</Ntry>\n"
        )
    entries *= draw(st.integers(1, 3))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16", "iso-8859-1"]))
    declared = draw(st.sampled_from(["", f'<?xml version="1.0" encoding="{encoding}"?>']))
    text = f"{declared}<Document><BkToCstmrStmt><Stmt><Id>1</Id>{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    return text.encode(encoding, errors="xmlcharrefreplace")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(statements(), st.sampled_from([50, 700, 100_000]))
def test_a_statement_says_what_it_says_to_the_parser_alone(eager: pytest.MonkeyPatch, data: bytes, size: int) -> None:
    assert said(data, size) == by_the_parser_alone(eager, data)


DETAIL = (
    '<TxDtls><Refs><EndToEndId>{}</EndToEndId></Refs><Amt Ccy="CNY">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>\n'
)


@pytest.mark.parametrize(
    "odd",
    [
        DETAIL.format(text)
        for text in ("a]]>b", "a>b", "x>/EndToEndId<Nm>", "&#60;", "\x02", "\ufffe", " x ", "", "\r\nx", "x" * 40_000, "x" * 70_000)
    ]
    + [
        f"<![CDATA[{DETAIL.format('hidden')}]]>", f"<!-- {DETAIL.format('hidden')} -->", f"<?p {DETAIL.format('hidden')} ?>",
        f"<Other>{DETAIL.format('inside')}</Other>", "</NtryDtls>" + DETAIL.format("outside") + "<NtryDtls>", DETAIL[:40],
        DETAIL.format("x").replace('"CNY"', '"CNY" Ccy="USD"'), "<TxDtls", "stray", "\udcff",
    ],
)  # fmt: skip
def test_what_does_not_belong_among_details_of_a_known_form_is_for_the_parser(
    eager: pytest.MonkeyPatch, odd: str
) -> None:
    before, after = ("".join(DETAIL.format(f"{word}{number}") for number in range(40)) for word in "ab")
    text = (
        '<Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy="CNY">81.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>2026-06-15</Dt></BookgDt><NtryDtls>{before}{odd}{after}</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    )
    data = text.encode("utf-8", errors="surrogateescape")

    assert said(data, 1500) == by_the_parser_alone(eager, data)


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SAMPLES.glob("*/*.xml")) if path.parent.name in {"camt_052", "camt_053", "camt_054", "pain_002", "pacs_002", "pacs_004"}],
    ids=lambda path: path.name,
)  # fmt: skip
def test_samples_whose_records_come_many_times_are_read_alike(eager: pytest.MonkeyPatch, path: Path) -> None:
    known = format_named(path.parent.name)
    data = path.read_bytes()
    for name in (b"Ntry", b"TxInfAndSts", b"TxInf", b"TxDtls", b"Bal"):
        start, end = data.find(b"<" + name + b">"), data.rfind(b"</" + name + b">")
        if start >= 0:
            end += len(name) + 3
            data = data[:start] + (data[start:end] + b"\n") * 30 + data[end:]
            break
    found = []
    for often in (1, 10**9):
        eager.setattr(xml_repeats, "OFTEN", often)
        found.append(Heard())
        assert known.read is not None
        known.read(Source(path.name, data, Given()), found[-1])

    assert found[0].said == found[1].said


@pytest.mark.parametrize("make", [big_camt.batch, big_camt.entries])
def test_nearly_all_records_of_a_large_statement_are_said_by_their_form(
    make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(make)
    data = "".join(make(2_000)).encode()
    alone = by_the_parser_alone(monkeypatch, data)
    fed = 0

    def parse(self: xml_stream.Stream, piece: bytes) -> None:
        nonlocal fed
        fed += len(piece.strip())
        plain(self, piece)

    plain = xml_stream.Stream.parse
    monkeypatch.setattr(xml_stream.Stream, "parse", parse)

    assert said(data) == alone
    assert fed < len(data) // 4
