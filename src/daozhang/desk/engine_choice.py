"""Which engine a workspace has chosen for the bulk of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daozhang.desk.workspace import Workspace

if TYPE_CHECKING:
    from daozhang.engine.cluster.cluster import Cluster


def cluster_of(workspace: Workspace) -> Cluster | None:
    """Return the cluster of the settings, None when the embedded engine does all."""
    settings = workspace.settings
    if settings.engine == "embedded":
        return None
    from daozhang.engine.cluster.cluster import Cluster  # noqa: PLC0415 - whoever has no cluster loads none

    return Cluster(
        engine=settings.engine, url=settings.engine_url, lake=settings.engine_lake, options=settings.engine_options,
        checkpoints=settings.engine_checkpoints or str(workspace.lake / ".checkpoints"),
    )  # fmt: skip
