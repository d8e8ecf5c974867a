"""Fixed-width records made from a layout and the values of a few fields, for samples and tests."""

from __future__ import annotations

from collections.abc import Mapping

from daozhang.formats.fixed_width import FieldType, layout

BLANK = {FieldType.FEN: "0", FieldType.COUNT: "0"}


def signed(fen: int, digits: int = 12) -> str:
    """Return an amount as C or D and its digits."""
    return f"{'D' if fen < 0 else 'C'}{abs(fen):0{digits}d}"


def record(code: str, values: Mapping[str, str | int], *, gap: str = " ") -> bytes:
    """Return one record: amounts from whole fen, texts in GBK, everything else zero or blank."""
    one = layout(code)
    out = bytearray(b" " * one.record_bytes)
    for at in one.gaps:
        out[at : at + 1] = gap.encode()
    for field in one.fields.values():
        width = field.end - field.start
        value = values.get(field.name, "")
        if field.type is FieldType.SIGNED_FEN:
            text = signed(int(value or 0), width - 1)
        elif field.type in BLANK:
            text = f"{int(value or 0):0{width}d}"
        else:
            text = str(value)
        data = text.encode("gbk")
        assert len(data) <= width, (field.name, text)
        out[field.start : field.start + len(data)] = data
    unknown = set(values) - set(one.fields)
    assert not unknown, unknown
    return bytes(out)
