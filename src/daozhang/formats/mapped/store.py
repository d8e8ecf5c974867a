"""Mappings as files and on the wire: TOML for people, JSON between processes; those that ship as a table each."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Format
from daozhang.formats.mapped.knowing import knows_by
from daozhang.formats.mapped.plain import from_plain, to_plain
from daozhang.formats.mapped.reader import read_with
from daozhang.formats.mapped.soundness import check_sound
from daozhang.formats.mapped.spec import Mapping
from daozhang.formats.mapped.sql import project_with
from daozhang.formats.mapped.toml_text import toml_of

LARGEST: Final = 256 * 1024
"""Bytes a mapping file may have. The widest that ships has seven thousand."""
MOST_POINTS: Final = 100
"""Points one line may hold. Names joined by points nest, and what the parser remembers of a line grows with their square:
a quarter of a megabyte of them would take all memory there is."""


def mapping_to_toml(mapping: Mapping) -> str:
    """Return a mapping as TOML text, for a person to read and to hand on."""
    return toml_of(to_plain(mapping))


def mapping_from_toml(text: str) -> Mapping:
    """Return the mapping of a TOML text; ``InputError`` (``input-mapping-…``) names the place of whatever is wrong.

    Safe with a stranger's file: its size, its lists and its texts are bounded, and nothing in it is run.
    """
    if len(text.encode("utf-8", errors="replace")) > LARGEST:
        raise InputError("input-mapping-large", place="mapping", limit=LARGEST)
    if any(line.count(".") > MOST_POINTS for line in text.split("\n")):
        raise InputError("input-mapping-unreadable", detail=f"more than {MOST_POINTS} points in a line")
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise InputError("input-mapping-unreadable", detail=str(error)[:200]) from error
    return check_sound(from_plain(data))


def mapping_to_json(mapping: Mapping) -> str:
    """Return a mapping as one line of JSON, for the wire between the importer and its reader."""
    return json.dumps(to_plain(mapping), ensure_ascii=False, separators=(",", ":"))


def mapping_from_json(text: str) -> Mapping:
    """Return the mapping that ``mapping_to_json`` wrote; as strict as ``mapping_from_toml``."""
    if len(text) > LARGEST:
        raise InputError("input-mapping-large", place="mapping", limit=LARGEST)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("input-mapping-unreadable", detail=str(error)[:200]) from error
    return check_sound(from_plain(data))


def as_format(mapping: Mapping) -> Format:
    """Return the format that knows and reads the files a mapping describes."""
    return Format(
        code=mapping.code,
        knows=knows_by(mapping),
        tables=tuple(dict.fromkeys(rule.table for rule in mapping.tables)),
        read=read_with(mapping),
        project=project_with(mapping),
        unsure=mapping.unsure,
        evidence=mapping.evidence,
    )


@cache
def shipped_mappings() -> tuple[Mapping, ...]:
    """Return the mappings that come with the product, by code."""
    folder = files("daozhang.formats") / "tables"
    texts = sorted(
        (entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".toml")
    )
    return tuple(mapping_from_toml(text) for _, text in texts)


def load_shipped() -> tuple[Format, ...]:
    """Return the shipped mappings as formats."""
    return tuple(as_format(mapping) for mapping in shipped_mappings())
