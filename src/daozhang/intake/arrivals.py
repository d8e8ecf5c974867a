"""The delivery list ``arrivals.csv`` of a folder: when each file came, from whom, of which account and for which day."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Given
from daozhang.formats.decoding import decode

FILE_NAME: Final = "arrivals.csv"
_LONG_AGO: Final = datetime(1970, 1, 1)
CLUTTER: Final = ("Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file on disk and what is known of how it came; ``arrived_at`` is local wall-clock, None when nobody said."""

    path: Path
    name: str
    given: Given = field(default_factory=Given)
    format_code: str = ""
    arrived_at: datetime | None = None


def readable_name(name: str) -> str:
    """Return a file's name as text that can be kept: bytes that are no UTF-8 are read as GB18030, as Chinese systems write."""
    try:
        raw = name.encode("utf-8", errors="surrogateescape")
    except UnicodeEncodeError:
        raw = name.encode("utf-8", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\0", " ")
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace").replace("\0", " ")


LONGEST_PATH: Final = 4_096
"""Signs that a name in a list may have; no file system takes more."""


def read_list(folder: Path) -> dict[Path, Delivery]:
    """Return what the folder's list says of each file, by resolved path; empty without a list.

    InputError names the line of the list that cannot be used: a wrong moment would put a file into the wrong day.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    listed: dict[Path, Delivery] = {}
    for number, row in enumerate(_rows(decode(path.read_bytes())), 2):
        cells = {
            (name or "").strip(): (cell or "").strip() for name, cell in row.items() if isinstance(cell, str | None)
        }
        if not cells.get("path"):
            continue
        if len(cells["path"]) > LONGEST_PATH:
            raise InputError("refused-arrivals", line=number, column="path", value=cells["path"][:40])
        target = (folder / cells["path"].replace("\\", "/").replace("\0", "")).resolve()
        if "\0" in cells["path"] or not target.is_relative_to(folder.resolve()):
            raise InputError("refused-arrivals", line=number, column="path", value=cells["path"])
        listed[target] = Delivery(
            target, cells["path"], _given(cells, number), cells.get("format", ""), _moment(cells, number)
        )
    return listed


def _rows(text: str) -> Iterator[dict[str | None, str | list[str] | None]]:
    """Yield the rows of a list; InputError at one that no table holds, a cell without end for example."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        yield from reader
    except csv.Error as error:
        raise InputError("refused-arrivals", line=reader.line_num + 1, column="path", value=str(error)) from error


def deliveries(path: Path) -> list[Delivery]:
    """Return the files under ``path`` in the order in which they are to be read: as they arrived, undated ones first.

    A delivery list is no file of facts and is left out, like files whose name begins with a dot.
    """
    if not path.is_dir():
        return [Delivery(path, readable_name(path.name))]
    found: list[Delivery] = []
    lists: dict[Path, Delivery] = {}
    for folder in (path, *sorted(one for one in path.rglob("*") if one.is_dir())):
        lists.update(read_list(folder))
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if (
            not file.is_file()
            or file.name == FILE_NAME
            or file.name in CLUTTER
            or any(part.startswith(".") for part in inside.parts)
        ):
            continue
        said = lists.get(file.resolve())
        name = readable_name(inside.as_posix())
        found.append(
            Delivery(file, name)
            if said is None
            else Delivery(file, name, said.given, said.format_code, said.arrived_at)
        )
    return sorted(found, key=lambda one: (one.arrived_at or _LONG_AGO, one.name))


def _given(cells: dict[str, str], number: int) -> Given:
    covers = cells.get("covers_on", "")
    try:
        covers_on = date.fromisoformat(covers) if covers else None
    except ValueError:
        raise InputError("refused-arrivals", line=number, column="covers_on", value=covers) from None
    return Given(
        acquirer=cells.get("acquirer", ""), merchant_no=cells.get("merchant_no", ""),
        account_tail=cells.get("account_tail", ""), covers_on=covers_on,
    )  # fmt: skip


def _moment(cells: dict[str, str], number: int) -> datetime | None:
    text = cells.get("arrived_at", "")
    try:
        moment = datetime.fromisoformat(text) if text else None
        if moment is not None and moment.tzinfo is not None:
            from zoneinfo import ZoneInfo  # noqa: PLC0415 - lists nearly never carry offsets

            moment = moment.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise InputError("refused-arrivals", line=number, column="arrived_at", value=text) from None
    return moment
