"""Whether what a finding cites is there: each file and line among the files of the world, and not the same in its twin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from daozhang.bench.world_match import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Counts of cited records. ``in_twin`` counts findings whose every cited record says the same in the twin."""

    records: int
    not_there: int
    findings: int
    without: int
    in_twin: int | None

    @property
    def all_exist(self) -> bool:
        """Return whether every record that is cited is there."""
        return self.not_there == 0


class Lines:
    """The lines of a world's files, read when first asked for; a file is known by its path or by its name alone."""

    def __init__(self, files: Path) -> None:
        self._paths: dict[str, list[Path]] = {}
        self._lines: dict[Path, list[bytes]] = {}
        for path in files.rglob("*"):
            if path.is_file():
                for name in {path.name, path.relative_to(files).as_posix()}:
                    self._paths.setdefault(name, []).append(path)

    def of(self, file: str, line_no: int) -> list[bytes]:
        """Return that line of each file of this name; line 0 is the whole file. Empty when there is no such record."""
        found = []
        for path in self._paths.get(file, []):
            lines = self._lines.get(path)
            if lines is None:
                lines = self._lines[path] = path.read_bytes().splitlines()
            if line_no == 0:
                found.append(b"\n".join(lines))
            elif line_no <= len(lines):
                found.append(lines[line_no - 1])
        return found


def cited(said: Iterable[Said], world: Path, twin: Path | None = None) -> Cited:
    """Return how the records hold that ``said`` cites; ``twin`` is the same world without its failures."""
    here, there = Lines(world / "files"), Lines(twin / "files") if twin else None
    records = not_there = findings = without = same = 0
    for one in said:
        findings += 1
        without += not one.evidence
        texts = [(line, here.of(line.file, line.line_no)) for line in one.evidence]
        records += len(texts)
        not_there += sum(not text for _, text in texts)
        if there is not None and texts:
            same += all(text and set(text) <= set(there.of(line.file, line.line_no)) for line, text in texts)
    return Cited(
        records=records, not_there=not_there, findings=findings, without=without, in_twin=same if there else None
    )
