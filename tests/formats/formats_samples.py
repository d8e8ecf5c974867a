"""The sample files: one folder per format, and one of files that no format may claim."""

from __future__ import annotations

from pathlib import Path

from daozhang.formats.base import Source
from daozhang.formats.registry import REGISTRY

SAMPLES = Path(__file__).parent.parent / "samples"
UNCLAIMED = SAMPLES / "unclaimed"
ISO_20022 = frozenset({"camt_052", "camt_053", "camt_054", "pain_002", "pacs_002", "pacs_004"})
"""Formats in XML: their units are elements, of which several may stand on one line."""


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.endswith(".expected.txt"))


def claimed_samples() -> list[Path]:
    return [path for code in sorted(known.code for known in REGISTRY) for path in files_in(SAMPLES / code)]


def source_of(path: Path) -> Source:
    return Source(path.name, path.read_bytes())


def sample(folder: str, part: str) -> Source:
    (path,) = (path for path in files_in(SAMPLES / folder) if part in path.name)
    return source_of(path)


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
