"""Whatever bytes come, a format knows them or not, and reads them or refuses them with a text: nothing else is raised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from formats_samples import ISO_20022, claimed_samples
from formats_sink import Reading
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daozhang.errors import InputError
from daozhang.formats.base import Given, Source
from daozhang.formats.registry import REGISTRY, formats_claiming
from daozhang.texts import LANGUAGES, _bundle

READERS = [known for known in REGISTRY if known.read is not None]
SAMPLES = [path.read_bytes() for path in claimed_samples()]
BY_FORMAT = {
    known.code: [path.read_bytes() for path in claimed_samples() if path.parent.name == known.code]
    for known in REGISTRY
}
SPLICES = [
    b"",
    b",",
    b"`",
    b'"',
    b"\n",
    b"\r",
    b"\x00",
    b"\xff\xfe",
    b"-",
    b"9" * 400,
    b"\xe4\xba",
    b"<",
    b"&a;",
    b"#",
    b"D",
]
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def damaged(draw: st.DrawFn, samples: list[bytes]) -> bytes:
    """A real sample, cut, spliced, doubled or with bytes exchanged."""
    data = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        what = draw(st.sampled_from(["cut", "splice", "set", "repeat", "drop"]))
        if what == "cut":
            del data[at:]
        elif what == "splice":
            data[at:at] = draw(st.sampled_from(SPLICES))
        elif what == "set" and at < len(data):
            data[at] = draw(st.integers(0, 255))
        elif what == "repeat":
            data[at:at] = data[at : at + draw(st.integers(1, 80))]
        else:
            del data[at : at + draw(st.integers(1, 80))]
    return bytes(data)


def read_or_refuse(code: str, data: bytes, name: str = "INN26061588ZM_777000000000001") -> Reading | None:
    """Read with one format; None when it was refused with a text both languages have."""
    reader = next(known.read for known in READERS if known.code == code)
    reading = Reading()
    assert reader is not None
    try:
        reader(Source(name, data), reading)
    except InputError as refused:
        check_text(refused.key, refused.facts)
        return None
    for key, facts in reading.warnings:
        check_text(key, facts)
    for _, column, value, reason, facts in reading.rejects:
        check_text(reason, {"column": column, "value": value, **facts})
    return reading


def check_text(key: str, facts: Mapping[str, object]) -> None:
    """Both languages have the text, and every fact it asks for is there."""
    for language in LANGUAGES:
        bundle = _bundle(language)
        assert bundle.has_message(key), key
        _, errors = bundle.format_pattern(
            bundle.get_message(key).value, {name: str(value) for name, value in facts.items()}
        )
        assert errors == [], (key, facts)


@pytest.mark.parametrize("code", [known.code for known in READERS])
@FEW
@given(data=st.binary(max_size=2000))
def test_arbitrary_bytes(code: str, data: bytes) -> None:
    read_or_refuse(code, data)


@pytest.mark.parametrize("code", [known.code for known in READERS])
def test_damaged_samples_of_its_own(code: str) -> None:
    @FEW
    @given(data=damaged(BY_FORMAT[code]))
    def check(data: bytes) -> None:
        reading = read_or_refuse(code, data)
        if reading is None or code in ISO_20022 or code in {"bai2", "ofx"}:
            return
        said = reading.row_lines + reading.control_lines + [line for line, *_ in reading.rejects]
        assert len(set(said)) == len(said), "a line was said twice"

    check()


@FEW
@given(data=damaged(SAMPLES))
def test_damaged_samples_are_claimed_by_one_at_most(data: bytes) -> None:
    claiming = formats_claiming(Source("x", data))

    assert len(claiming) <= 1
    for known in claiming:
        if known.read is not None:
            read_or_refuse(known.code, data)


@pytest.mark.parametrize("code", [known.code for known in READERS])
def test_an_unknown_time_zone_is_refused_or_not_needed(code: str) -> None:
    reader = next(known.read for known in READERS if known.code == code)
    assert reader is not None
    source = Source(
        "INN26061588ZM_777", BY_FORMAT[code][0], Given(timezone="Mars/Olympus", covers_on=date(2026, 6, 15))
    )
    if code in ISO_20022 or code == "nacha":
        with pytest.raises(InputError, match="input-timezone"):
            reader(source, Reading())
    else:
        reader(source, Reading())
