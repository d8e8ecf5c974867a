"""``backup``, ``restore``, ``rehearse`` and their keys: a backup counts only after it was restored and everything held."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    WELL,
    JsonOption,
    WorkspaceOption,
    opened,
    print_json,
    print_table,
    refusals,
    text,
)
from daozhang.desk.backups.configured import BackupPlace
from daozhang.errors import InputError

PASSPHRASE = "DAOZHANG_BACKUP_PASSPHRASE"  # noqa: S105 - the name of a place, not a secret


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("backup")(backup)
    app.command("backups")(backups)
    app.command("backup-keys")(backup_keys)
    app.command("rehearse")(rehearse)
    app.command("restore")(restore)


def backup(
    workspace: WorkspaceOption = Path(), *,
    to: Annotated[str, typer.Option("--to", help="Folder or URL; without it, the place of the settings. 备份位置。")] = "",
    unproven: Annotated[bool, typer.Option("--unproven", help="Do not restore it at once; it then does not count yet.")] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Take a sealed backup of the desk, the lake and the originals, restore it at once and check it. 备份并验证。

    Exit status: 0 taken and proven, 1 taken but something does not hold or it was not proven, 2 not taken.
    """
    from daozhang.desk.backups import keeping  # noqa: PLC0415 - a heavy room that only backups need

    with opened(workspace) as place:
        row, shown = keeping.back_up(place, keeping.place_of(place, to), prove=not unproven)
    if as_json:
        print_json({"backup_id": row.id, "made_at": row.made_at, "state": row.state, "files": row.files, "bytes": row.bytes_all,
                    "new_bytes": row.new_bytes, "took_ms": row.took_ms, "rehearsal": _told(shown)})  # fmt: skip
    else:
        typer.echo(
            text("backup-taken", id=row.id, files=row.files, size=_size(row.bytes_all), new=_size(row.new_bytes))
        )
        _say(shown)
    raise typer.Exit(WELL if shown and shown.is_good else NEEDS_A_PERSON)


def backups(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """List the backups that were taken: which count, how long a restore takes. 备份列表。"""
    from daozhang.desk.backups import keeping  # noqa: PLC0415

    names = ("id", "made_at", "state", "files", "bytes_all", "new_bytes", "verified_at", "restore_ms", "problem")
    with opened(workspace):
        rows = [{name: getattr(one, name) for name in names} for one in keeping.every()]
    if as_json:
        print_json({"backups": rows})
    elif not rows:
        typer.echo(text("backup-none-yet"))
    else:
        heads = [text(f"backup-col-{name.replace('_', '-')}") for name in names]
        print_table(text("backup-title"), heads, [[row[name] for name in names] for row in rows])


def backup_keys(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet; store it apart from the backups. 密钥文件。")],
    workspace: WorkspaceOption = Path(),
) -> None:  # fmt: skip
    """Write the keys without which no backup opens into one file, locked with a passphrase if one is set. 导出备份密钥。

    The passphrase is taken from DAOZHANG_BACKUP_PASSPHRASE.
    """
    from daozhang.desk.backups import keyfile  # noqa: PLC0415

    with opened(workspace) as place:
        passphrase = os.environ.get(PASSPHRASE, "")
        keyfile.export(place, to, passphrase)
    typer.echo(text("backup-keys-written", path=str(to)))
    typer.echo(text("backup-keys-locked" if passphrase else "backup-keys-open"))


def rehearse(
    workspace: WorkspaceOption = Path(), *,
    source: Annotated[str, typer.Option("--from", help="Folder or URL; without it, the place of the settings. 备份位置。")] = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Restore the newest backup beside the live workspace, check rows, money, audit and keys, print RPO and RTO. 恢复演练。

    Exit status: 0 everything holds, 1 something does not, 2 it could not be restored.
    """
    from daozhang.desk.backups import keeping  # noqa: PLC0415

    with opened(workspace) as place:
        shown = keeping.rehearse(place, keeping.place_of(place, source))
    if as_json:
        print_json(_told(shown) or {})
    else:
        _say(shown)
    raise typer.Exit(WELL if shown.is_good else NEEDS_A_PERSON)


def restore(
    to: Annotated[Path, typer.Argument(metavar="DIR", help="Where the workspace comes back: a folder that is not there yet. 恢复到。")],
    source: Annotated[str, typer.Option("--from", help="Folder or URL of the backups. 备份位置。")],
    keys: Annotated[Path, typer.Option("--keys", help="The file that `daozhang backup-keys` wrote. 密钥文件。")], *,
    at: Annotated[str, typer.Option("--at", help="The newest backup made by this moment; without it, the newest. 时点。")] = "",
    database_url: Annotated[str, typer.Option("--database-url", envvar="DAOZHANG_DATABASE_URL", help="An empty PostgreSQL database.")] = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Bring a workspace back from its backups; every file is proven before the folder has its name. 恢复工作区。"""
    with refusals():
        from daozhang.desk.backups import keyfile, restoring  # noqa: PLC0415

        place = BackupPlace(url=source if "://" in source else Path(source).resolve().as_uri())
        opened_keys = keyfile.read(keys, os.environ.get(PASSPHRASE, ""))
        back = restoring.restore(place, opened_keys, to, at=_moment(at), database_url=database_url)
    if as_json:
        print_json({"backup_id": back.manifest.backup_id, "made_at": back.manifest.made_at, "files": len(back.manifest.entries),
                    "seconds": f"{back.seconds:.1f}"})  # fmt: skip
    else:
        typer.echo(text("backup-restored", id=back.manifest.backup_id, made_at=str(back.manifest.made_at), path=str(to),
                        files=len(back.manifest.entries), seconds=f"{back.seconds:.1f}"))  # fmt: skip


def _moment(at: str) -> datetime | None:
    if not at:
        return None
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        raise InputError("error-backup-moment", value=at[:40]) from None


def _told(shown: Any) -> dict[str, Any] | None:  # noqa: ANN401 - the room is imported only when needed
    if shown is None:
        return None
    return {
        "backup_id": shown.backup_id, "made_at": shown.made_at, "rpo_s": shown.rpo_s, "rto_s": f"{shown.rto_s:.1f}",
        "checked": shown.checked, "problems": [{"key": key, **facts} for key, facts in shown.problems],
    }  # fmt: skip


def _say(shown: Any) -> None:  # noqa: ANN401
    if shown is None:
        typer.echo(text("backup-unproven"))
        return
    counts = {name: shown.checked[name] for name in ("imports", "rows", "case_events", "merchant_days")}
    typer.echo(text("backup-proven" if shown.is_good else "backup-not-proven", id=shown.backup_id, **counts))
    for key, facts in shown.problems:
        typer.echo("· " + text(key, **facts))
    typer.echo(text("backup-rpo", seconds=shown.rpo_s, made_at=str(shown.made_at)))
    typer.echo(text("backup-rto", seconds=f"{shown.rto_s:.1f}"))


def _size(size: int) -> str:
    return f"{size / 1_048_576:,.1f} MiB"
