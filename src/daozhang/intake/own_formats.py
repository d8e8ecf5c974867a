"""The formats that people made for their workspace, as the bounded child gets them: mappings on the wire → formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from daozhang.errors import InputError
from daozhang.formats.base import Format
from daozhang.formats.mapped import spec
from daozhang.formats.mapped.store import as_format, mapping_from_json


@dataclass(frozen=True, slots=True)
class OwnFormats:
    """``named``: every version there is, for a file that asks for one; ``sniffed``: those that look at every file.

    ``mappings`` are what the named ones were made of.
    """

    named: tuple[Format, ...] = ()
    sniffed: tuple[Format, ...] = ()
    mappings: tuple[spec.Mapping, ...] = ()


def own_formats(wire: Iterable[Mapping[str, Any]]) -> OwnFormats:
    """Return the formats of ``[{mapping, is_active}]``. One that this product cannot read any more is left out."""
    named, sniffed, mappings = [], [], []
    for one in wire:
        try:
            mapping = mapping_from_json(str(one["mapping"]))
            known = as_format(mapping)
        except InputError:
            continue
        mappings.append(mapping)
        named.append(known)
        if one["is_active"]:
            sniffed.append(known)
    return OwnFormats(tuple(named), tuple(sniffed), tuple(mappings))
