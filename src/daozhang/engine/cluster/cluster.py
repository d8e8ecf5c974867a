"""A cluster as a setting of the engine: which one, where it finds the lake, where its stages are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

import duckdb

from daozhang import __version__
from daozhang.engine.cluster.places import Place
from daozhang.engine.cluster.sessions import open_session
from daozhang.engine.cluster.stages import Stages, digest
from daozhang.engine.lake import Part
from daozhang.errors import OutsideError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where the bulk of a run is worked out.

    ``engine``       spark or sail
    ``url``          master URL or ``sc://…``; empty: Sail in this process
    ``checkpoints``  folder or ``s3://…`` for stages; the cluster and this machine must both reach it
    ``lake``         empty: the cluster reads the workspace's files where they are; ``s3://…``: each part is brought there once
    ``options``      settings of Spark, handed on
    """

    engine: str
    url: str
    checkpoints: str
    lake: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def over(
        self, local: duckdb.DuckDBPyConnection, root: Path, parts: Sequence[Part], as_of: datetime
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection that works the bulk out on the cluster; stages of other inputs go when the run has ended well."""
        try:
            from daozhang.engine.cluster.connection import ClusterConnection  # noqa: PLC0415 - part of the extra "cluster"
            from daozhang.engine.cluster.lake import Lake  # noqa: PLC0415 - the same
        except ImportError as error:
            raise OutsideError("error-engine-not-installed", engine=self.engine) from error
        place = Place(self.checkpoints)
        stages = Stages(place, run_name(root, parts, as_of))
        session = open_session(self.engine, self.url, self.options, folder=root / "lake" / ".cluster")
        try:
            lake = Lake(root, Place(self.lake) if self.lake else None, scheme=session.scheme)
            # The engine uses of a connection only what this one has too.
            yield cast("duckdb.DuckDBPyConnection", ClusterConnection(local, session, stages, lake))
            stages.keep_only_this_run()
        finally:
            session.close()


def run_name(root: Path, parts: Sequence[Part], as_of: datetime) -> str:
    """Return the name of what a run depends on: the visible parts with their sizes, and the moment."""
    said = sorted(f"{one.table} {one.path} {one.unless} {(root / one.path).stat().st_size}" for one in parts)
    return f"run_{digest(__version__, as_of.isoformat(), *said)}"
