"""One written world for all tests of this room: writing it takes a few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from daozhang.world.simulate import World
from daozhang.world.write import write_world


@dataclass(frozen=True, slots=True)
class Written:
    """The demo's world on disk, and the world itself."""

    world: World
    files: Path
    truth: Path


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Return the demo's world, written once."""
    folder = tmp_path_factory.mktemp("world")
    return Written(write_world(folder), folder / "files", folder / "truth")
