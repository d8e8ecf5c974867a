"""A workspace to look at: three weeks of an invented chain, imported as they came, judged at a clock that stands still."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Final

from daozhang.desk import configuration, workspace
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.world.cast import CHAIN_NAME
from daozhang.world.plan import DEMO_DAYS, DEMO_FIRST_ON
from daozhang.world.write import write_world

CLOCK_AT: Final = datetime.combine(DEMO_FIRST_ON, datetime.min.time()) + timedelta(days=DEMO_DAYS, hours=10, minutes=30)
"""Where the demo's clock stands: half an hour after the last file came."""

USER: Final = "demo"
MARK: Final = ".demo"
"""A file that says a workspace is a demo, so that only a demo is ever emptied for a new one."""

OPEN_DAYS_AGO: Final = (13, 4, 1)
"""The day is also run so many days before the clock, so that the cases of the demo have a past."""

Progress = Callable[[str, dict[str, object]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What was made: the workspace, what was read into it, what was found, and the login that is shown once."""

    workspace: Workspace
    files: int
    rows: int
    left: int
    alarms: int
    cases: int
    user: str
    password: str


def make_demo(root: Path, *, fresh: bool = False, say: Progress = lambda _key, _facts: None) -> Demo:
    """Make the demo workspace in ``root``; with ``fresh`` an earlier demo there is replaced. Under a minute."""
    _make_room(root, fresh=fresh)
    with tempfile.TemporaryDirectory(prefix="daozhang-world-") as folder:
        world = Path(folder)
        say("demo-writing", {})
        write_world(world)
        _add_samples(world / "files" / "others")
        place = _create(root)
        return _fill(place, world / "files", say)


def _make_room(root: Path, *, fresh: bool) -> None:
    if not root.exists() or not any(root.iterdir()):
        return
    if not fresh:
        raise RefusedError("error-demo-there", path=str(root))
    if not (root / MARK).exists():
        raise RefusedError("error-demo-not-demo", path=str(root))
    for path in root.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _add_samples(folder: Path) -> None:
    folder.mkdir()
    for entry in (resources.files("daozhang.world") / "samples").iterdir():
        if not entry.name.endswith(".md"):
            (folder / entry.name).write_bytes(entry.read_bytes())


def _create(root: Path) -> Workspace:
    place = workspace.create(root)
    (root / MARK).touch()
    settings = root / configuration.FILE_NAME
    lines = f'merchant_title = "{CHAIN_NAME}"\nclock_at = {CLOCK_AT.isoformat()}\n'
    settings.write_text(settings.read_text(encoding="utf-8") + lines, encoding="utf-8")
    return workspace.open_workspace(place.root)


def _fill(place: Workspace, files: Path, say: Progress) -> Demo:
    from daozhang.desk import models  # noqa: PLC0415 - Django's models exist once a workspace is open
    from daozhang.desk.imports import import_paths  # noqa: PLC0415
    from daozhang.desk.settle_day import run_day  # noqa: PLC0415

    say("demo-importing", {"files": sum(1 for path in files.rglob("*") if path.is_file()) - 1})
    read = import_paths(place, [files])
    say("demo-running", {})
    for days in OPEN_DAYS_AGO:
        run_day(place, CLOCK_AT - timedelta(days=days))
    run_day(place, CLOCK_AT)
    password = _create_user()
    return Demo(
        workspace=place,
        files=sum(1 for one in read if one.state == "accepted"),
        rows=sum(one.accepted for one in read),
        left=sum(1 for one in read if one.state not in {"accepted", "unchanged"} or one.quarantined),
        alarms=models.Finding.objects.filter(is_open=True, severity="alarm").count(),
        cases=models.Case.objects.filter(closed_at=None).count(),
        user=USER,
        password=password,
    )


def _create_user() -> str:
    """Make the login of the demo; only the hash of its random password is kept."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django is ready once a workspace is open

    password = secrets.token_urlsafe(9)
    get_user_model().objects.create_user(USER, password=password, is_staff=True)
    return password
