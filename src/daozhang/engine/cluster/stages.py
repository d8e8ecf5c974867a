"""Stages of a run in Parquet: what a cluster has worked out is kept, and asked for again it is not worked out again.

    <checkpoints>/<run>/salt              drawn once for these inputs, so that a run that goes on sums with the same
    <checkpoints>/<run>/<stage>/*.parquet the rows
    <checkpoints>/<run>/<stage>.done      written last: without it a stage does not exist

``<run>`` is a hash of every visible part and of the moment; ``<stage>`` is one of the statement and of all it reads. When
anything differs, the name differs. A run that ends well leaves its own folder and those of runs that may be at work.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from pathlib import Path
from typing import Final

from daozhang.engine.cluster.places import Place

AT_WORK_NS: Final = 3_600 * 10**9
"""Nanoseconds since its last file after which a run is not at work any more."""


def digest(*words: str) -> str:
    """Return a short name for what ``words`` say together."""
    return hashlib.sha256("\x00".join(words).encode()).hexdigest()[:24]


class Stages:
    """The stages of one run at one place."""

    def __init__(self, place: Place, run: str) -> None:
        self.place = place
        self._run = run
        self.used: set[str] = set()
        self.made = 0
        self.found = 0
        self.salt = self._salt()

    def _salt(self) -> int:
        name = f"{self._run}/salt"
        if self.place.size(name) is None:
            self.place.write(name, str(secrets.randbits(62)).encode())
        return int(self.place.read(name))

    def folder(self, stage: str) -> str:
        """Return the name of the folder of a stage, relative to the place."""
        return f"{self._run}/{stage}"

    def is_done(self, stage: str) -> bool:
        """Return whether the stage is there, whole; counts what was found."""
        self.used.add(stage)
        done = self.place.size(f"{self.folder(stage)}.done") is not None
        self.found += done
        return done

    def begin(self, stage: str) -> None:
        """Take away what an interrupted attempt at the stage left."""
        self.place.remove(self.folder(stage))

    def finish(self, stage: str) -> None:
        """Declare the stage whole."""
        self.place.write(f"{self.folder(stage)}.done", b"")
        self.made += 1

    def bring(self, stage: str, source: Path) -> None:
        """Make a stage of a Parquet file of this machine."""
        self.begin(stage)
        self.place.copy_in(source, f"{self.folder(stage)}/rows.parquet")
        self.finish(stage)

    def keep_only_this_run(self) -> None:
        """Remove the folders of other runs, their stages can never be asked for by this one's inputs.

        A run that wrote something within the last hour may still be at work and is left.
        """
        for other in self.place.folders():
            if (
                other.startswith("run_")
                and other != self._run
                and time.time_ns() - self.place.touched_ns(other) > AT_WORK_NS
            ):
                self.place.remove(other)
        if self.place.is_local:
            for stray in Path(self.place.path(self._run)).glob("*"):
                if stray.is_dir() and stray.name not in self.used:
                    shutil.rmtree(stray)
                    stray.with_suffix(".done").unlink(missing_ok=True)
