"""Header names and cell words of foreign tables → what they mean, from ``synonyms.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from daozhang.formats.cells import column_name

EXACT: Final = 100
WITHIN: Final = 55
"""How sure a name makes: it is the synonym, or holds it."""
_TRADITIONAL: Final = str.maketrans(
    "帳號額時間戶單訂類狀態餘終費續結淨實發對機構貨幣種備註應參憑證據總計銀聯貸記編業務門鋪員復轉賬稱摘訖歸碼數類標識帳匯劃電緊儲戳簽請認準貼繳週營碼區筆",
    "账号额时间户单订类状态余终费续结净实发对机构货币种备注应参凭证据总计银联贷记编业务门铺员复转账称摘讫归码数类标识账汇划电紧储戳签请认准贴缴周营码区笔",
)
_MINOR: Final = re.compile(r"(?<=[a-z])(?:in)?(?:minor|cents|fen)$")
_UNIT: Final = re.compile(r"[(\[【](.{1,12})[)\]】]$")


@cache
def _words() -> Mapping[str, Mapping[str, list[str]]]:
    text = resources.files(__package__).joinpath("synonyms.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def plain(text: str) -> str:
    """Return a name in the form in which names are compared: no blanks, marks or case, simplified characters."""
    name = column_name(text).lower().translate(_TRADITIONAL)
    return re.sub(r"[_\-./#*:·\"'`|]+", "", name)


def unit_hint(header: str) -> str:
    """Return ``minor``, ``major`` or nothing: what a header in brackets says of its unit (``金额(分)``)."""
    match = _UNIT.search(column_name(header).lower())
    said = match[1] if match else ""
    if any(said.endswith(word) for word in _words()["rows"]["minor_unit"]):
        return "minor"
    if any(said.endswith(word) for word in _words()["rows"]["major_unit"]):
        return "major"
    name = column_name(header).lower()
    if name.endswith(("_minor", "minor", "_cents", "incents", "_fen")):
        return "minor"
    return ""


@cache
def concepts_named(header: str) -> tuple[tuple[str, int], ...]:
    """Return what a column of this name may be, with how sure the name alone makes (``EXACT`` or less)."""
    name = _MINOR.sub("", plain(_UNIT.sub("", column_name(header))))
    if not name:
        return ()
    exact = [(concept, EXACT - place) for concept, place in _by_name().get(name, ())]
    if exact:
        return tuple(exact)
    held = [
        (concept, WITHIN - place + len(word))
        for word, concepts in _by_name().items()
        if word in name and len(word) >= (3 if not word.isascii() else 5)
        for concept, place in concepts
    ]
    best: dict[str, int] = {}
    for concept, score in held:
        best[concept] = max(score, best.get(concept, 0))
    return tuple(sorted(best.items(), key=lambda one: -one[1]))


@cache
def _by_name() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return name → (concept, place in its list); earlier names of a list are the commoner ones."""
    found: dict[str, list[tuple[str, int]]] = {}
    for concept, names in _words()["columns"].items():
        for place, name in enumerate(names):
            found.setdefault(plain(name), []).append((concept, min(place, 20)))
    return {name: tuple(concepts) for name, concepts in found.items()}


@cache
def _meanings(family: str) -> Mapping[str, str]:
    return {plain(word): meaning for meaning, words in _words()[family].items() for word in words}


def meaning(family: str, cell: str) -> str:
    """Return the word of a closed list for a cell (``kinds``: 消费 → sale), empty when no synonym is it."""
    return _meanings(family).get(plain(cell), "") or ("minus" if family == "directions" and cell.strip() == "-" else "")


def words_within(family: str) -> tuple[tuple[str, str], ...]:
    """Return (word, meaning) of a family, longest word first: for cells that hold the word among others."""
    pairs = [(word, meaning) for meaning, words in _words()[family].items() for word in words]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def listed(name: str) -> tuple[str, ...]:
    """Return one list of ``[rows]``: footers, success, failure."""
    return tuple(_words()["rows"][name])


def is_listed(name: str, cell: str) -> bool:
    """Return whether a cell is one of the words of a list of ``[rows]``."""
    return plain(cell) in {plain(word) for word in listed(name)}
