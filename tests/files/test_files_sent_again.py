"""A file that is sent again corrected: the later one holds, at any moment as it was known then, and undo brings back what was."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "intake"))

from intake_tables import as_csv, clearing

from daozhang.desk import imports
from daozhang.engine import lake
from daozhang.formats.base import Given

DAY = Given(acquirer="UP", covers_on=date(2026, 7, 2))


def bring(workspace: Any, rows: list[dict[str, str]], hour: int, name: str = "day.csv", given: Given = DAY) -> str:
    result = imports.import_bytes(
        workspace, name, as_csv(rows).encode(), given=given, arrived_at=datetime(2026, 7, 3, hour)
    )
    assert result.state == "accepted"
    return result.import_id


def grosses(workspace: Any, hour: int = 23) -> list[int]:
    parts, _ = imports.visible(workspace, as_of=datetime(2026, 7, 3, hour))
    connection = lake.connect(memory="500MB", threads=1, spill=None)
    lake.create_views(connection, workspace.root, parts)
    found = connection.execute("SELECT gross_minor FROM clearings ORDER BY 1").fetchall()
    connection.close()
    return [row[0] for row in found]


def right(*numbers: int) -> list[dict[str, str]]:
    return [clearing(number) for number in numbers]


def test_the_later_file_holds_and_undo_brings_the_earlier_back(workspace: Any) -> None:
    wrong = [*right(1, 2), clearing(3, gross_minor="9999", net_minor="9993")]
    bring(workspace, wrong, 9)
    second = bring(workspace, right(1, 2, 3), 12, name="again/day.csv")

    assert grosses(workspace) == [1001, 1002, 1003]
    assert grosses(workspace, hour=10) == [1001, 1002, 9999]

    third = imports.import_bytes(
        workspace, "day.csv", as_csv([*wrong, *right(7)]).encode(), given=DAY, arrived_at=datetime(2026, 7, 3, 15)
    )
    assert grosses(workspace) == [1001, 1002, 1007, 9999]
    imports.undo(workspace, third.import_id, by="li")
    assert grosses(workspace) == [1001, 1002, 1003]
    imports.undo(workspace, second, by="li")
    assert grosses(workspace) == [1001, 1002, 9999]


def test_another_part_of_the_day_under_the_same_name_replaces_nothing(sqlite_workspace: Any) -> None:
    bring(sqlite_workspace, right(1, 2, 3), 9)
    bring(sqlite_workspace, right(4, 5, 6), 12)
    assert grosses(sqlite_workspace) == [1001, 1002, 1003, 1004, 1005, 1006]


def test_another_day_another_name_or_no_day_at_all_replaces_nothing(sqlite_workspace: Any) -> None:
    bring(sqlite_workspace, right(1, 2, 3), 9)
    bring(sqlite_workspace, right(1, 2), 12, given=Given(acquirer="UP", covers_on=date(2026, 7, 1)))
    bring(sqlite_workspace, right(2, 3, 4), 13, name="week.csv")
    bring(sqlite_workspace, right(1, 4, 5), 14, given=Given(acquirer="UP"))
    assert grosses(sqlite_workspace) == [1001, 1002, 1003, 1004, 1005]
