"""No row is lost, none counts twice, one import can be taken back."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_tables import CLEARING, as_csv, as_parquet, assert_nothing_lost, clearing, facts

from daozhang.desk import imports
from daozhang.desk.models import Import
from daozhang.errors import InputError, RefusedError
from daozhang.formats.base import Given


def put(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def take(workspace: Any, *paths: Path, **said: Any) -> list[imports.FileResult]:
    results = imports.import_paths(workspace, paths, **said)
    for result in results:
        assert_nothing_lost(result)
    return results


def test_a_file_comes_in_and_the_same_bytes_change_nothing(workspace: Any, tmp_path: Path) -> None:
    text = as_csv([clearing(number) for number in range(5)] + [clearing(9, gross_minor="12.5O")])
    path = put(tmp_path, "clearings.csv", text)

    first, again = take(workspace, path) + take(workspace, path)

    assert (first.state, first.rows_in, first.control, first.accepted, first.quarantined) == ("accepted", 7, 1, 5, 1)
    assert first.tables == {"clearings": 5}
    assert (again.state, again.import_id, again.accepted, again.duplicate) == ("unchanged", first.import_id, 0, 5)
    assert Import.objects.count() == 1
    assert len(facts(workspace)) == 5
    (aside,) = imports.quarantined(workspace)
    assert (aside.line_no, aside.column, aside.value, aside.reason) == (7, "gross_minor", "12.5O", "reject-whole")


@pytest.mark.parametrize("rows", [3, 2_000], ids=["row by row", "set-wise"])
def test_a_column_named_twice_is_refused_by_name_and_others_may_be(workspace: Any, tmp_path: Path, rows: int) -> None:
    text = as_csv([clearing(number) for number in range(rows)])
    head, *lines = text.splitlines()
    twice = "\n".join((f"{head},net_minor", *(f"{line},1" for line in lines)))
    other = "\n".join((f"{head},note,note,,", *(f"{line},a,b,," for line in lines)))

    (refused,) = take(workspace, put(tmp_path, "clearings_twice.csv", twice))
    (taken,) = take(workspace, put(tmp_path, "clearings_other.csv", other))

    assert (refused.state, [(one.key, one.facts) for one in refused.warnings]) == (
        "refused", [("refused-header-twice", {"columns": "net_minor"})],
    )  # fmt: skip
    assert (taken.state, taken.accepted) == ("accepted", rows)


def test_the_same_rows_in_another_order_encoding_or_container_bring_nothing_new(workspace: Any, tmp_path: Path) -> None:
    rows = [clearing(number, order_no=f"订单{number}") for number in range(20)]
    rows += [clearing(3, order_no="订单3")]
    take(workspace, put(tmp_path, "clearings.csv", as_csv(rows)))
    before = facts(workspace, columns="fp, gross_minor")
    mixed = random.Random(1).sample(rows, len(rows))  # noqa: S311 - the same order in every run
    forms = [
        put(tmp_path, "clearings_mixed.csv", as_csv(mixed)),
        put(tmp_path, "clearings_gbk.csv", as_csv(rows), "gb18030"),
        put(tmp_path, "clearings_utf16.csv", as_csv(rows), "utf-16"),
        put(tmp_path, "clearings_bom.csv", as_csv(rows), "utf-8-sig"),
        put(tmp_path, "clearings_crlf.csv", as_csv(mixed, end="\r\n", quote=1)),
        put(tmp_path, "clearings_columns.csv", as_csv(rows, columns=tuple(reversed(CLEARING)))),
        put(
            tmp_path,
            "clearings_offset.csv",
            as_csv([{**row, "occurred_at": row["occurred_at"] + "+08:00"} for row in rows]),
        ),
        as_parquet(mixed, tmp_path / "clearings.parquet"),
    ]
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("中文/clearings_z.csv", as_csv(mixed, end="\r\n"))
    results = take(workspace, *forms, tmp_path / "all.zip")

    assert [(result.state, result.accepted, result.duplicate) for result in results] == [("accepted", 0, 21)] * len(
        results
    )
    assert results[-1].file == "all.zip/中文/clearings_z.csv"
    assert facts(workspace, columns="fp, gross_minor") == before
    assert len(before) == 21


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    bad=st.lists(
        st.tuples(
            st.integers(0, 29), st.sampled_from(CLEARING), st.text(alphabet='0123456789.-abc"\n,中 \0', max_size=12)
        ),
        max_size=10,
    ),
    torn=st.booleans(),
)
def test_rows_in_are_rows_out_whatever_stands_in_the_cells(
    sqlite_workspace: Any, tmp_path: Path, bad: list[tuple[int, str, str]], *, torn: bool
) -> None:
    rows = [clearing(number) for number in range(30)]
    for number, column, cell in bad:
        rows[number][column] = cell
    text = as_csv(rows)
    path = put(tmp_path, "clearings_any.csv", text[: len(text) * 2 // 3] if torn else text)

    (result,) = take(sqlite_workspace, path)

    assert result.state in {"accepted", "unchanged"}
    assert result.accepted + result.duplicate + result.quarantined + result.control >= 20
    touched = {number for number, _, _ in bad}
    kept = {row[0] for row in facts(sqlite_workspace, columns="order_no")}
    clean = {f"SO{number}" for number in range(18 if torn else 30) if number not in touched}
    if not any('"' in cell or "\n" in cell for _, _, cell in bad):
        assert clean <= kept


def test_two_genuine_identical_sales_stay_two_and_overlapping_files_do_not_double_them(
    workspace: Any, tmp_path: Path
) -> None:
    morning = [clearing(number) for number in range(10)]
    coffee = [clearing(77, order_no=""), clearing(77, order_no="")]
    first, second = take(
        workspace,
        put(tmp_path, "clearings_1.csv", as_csv([*morning, *coffee])),
        put(tmp_path, "clearings_2.csv", as_csv([*coffee, *morning[5:], clearing(20), clearing(77, order_no="")])),
    )

    assert (first.accepted, first.duplicate) == (12, 0)
    assert (second.accepted, second.duplicate) == (2, 7)
    assert len(facts(workspace)) == 14
    assert len({row[0] for row in facts(workspace, columns="fp")}) == 14


def test_undo_brings_rows_that_stood_behind_it_forward_and_the_file_can_come_again(
    workspace: Any, tmp_path: Path
) -> None:
    one = put(tmp_path, "clearings_1.csv", as_csv([clearing(number) for number in range(10)]))
    two = put(tmp_path, "clearings_2.csv", as_csv([clearing(number) for number in range(5, 15)]))
    three = put(tmp_path, "clearings_3.csv", as_csv([clearing(number) for number in range(8, 12)]))
    first, second, third = take(workspace, one, two, three)
    everything = facts(workspace, columns="fp")

    undone = imports.undo(workspace, first.import_id, by="tester")

    assert undone.state == "undone"
    left = {row[0] for row in facts(workspace, columns="order_no")}
    assert left == {f"SO{number}" for number in range(5, 15)}
    counts = {row.id: (row.accepted, row.duplicate) for row in Import.objects.all()}
    assert (counts[second.import_id], counts[third.import_id]) == ((10, 0), (0, 4))
    assert len(facts(workspace)) == 10

    with pytest.raises(RefusedError, match="error-undone-already"):
        imports.undo(workspace, first.import_id, by="tester")

    (again,) = take(workspace, one)
    assert (again.state, again.accepted, again.duplicate) == ("accepted", 5, 5)
    assert again.import_id != first.import_id
    assert facts(workspace, columns="fp") == everything

    imports.undo(workspace, second.import_id, by="tester")
    assert {row[0] for row in facts(workspace, columns="order_no")} == {f"SO{number}" for number in range(12)}
    assert len(facts(workspace)) == 12


def test_an_entry_of_the_book_that_is_said_again_after_a_change_is_news(workspace: Any, tmp_path: Path) -> None:
    def book(name: str, status: str) -> Path:
        return put(
            tmp_path, f"merchants_{name}.csv", f"acquirer,merchant_no,name,status\nUP,1,店,{status}\nUP,2,铺,active\n"
        )

    again_active = put(
        tmp_path, "merchants_c.csv", "acquirer,merchant_no,status,name\nUP,1,active,店\nUP,2,active,铺\n"
    )
    results = take(workspace, book("a", "active"), book("b", "suspended"), again_active)
    (again,) = take(workspace, put(tmp_path, "merchants_d.csv", "merchant_no,acquirer,name,status\n1,UP,店,active\n"))

    assert [(one.accepted, one.duplicate) for one in [*results, again]] == [(2, 0), (1, 1), (1, 1), (0, 1)]


def test_visible_leaves_out_what_came_later_and_what_is_unknown_stays(sqlite_workspace: Any, tmp_path: Path) -> None:
    folder = tmp_path / "delivered"
    put(folder, "late.csv", as_csv([clearing(1)]))
    put(folder, "early.csv", as_csv([clearing(2)]))
    put(folder, "unlisted.csv", as_csv([clearing(3)]))
    put(folder / "bank", "empty.csv", as_csv([]))
    put(
        folder,
        "arrivals.csv",
        "path,arrived_at,acquirer,format,merchant_no,account_tail,covers_on\n"
        "late.csv,2026-07-03T09:00:00,UP,,898310012340001,,2026-07-02\n"
        "early.csv,2026-07-02T09:00:00,UP,interchange_csv,,,2026-07-02\n"
        "bank/empty.csv,2026-07-04T09:00:00,UP,,,1234,2026-07-03\n",
    )

    results = take(sqlite_workspace, folder, given=Given(acquirer="other"))

    assert [one.file for one in results] == ["unlisted.csv", "early.csv", "late.csv", "bank/empty.csv"]
    parts, files = imports.visible(sqlite_workspace, as_of=imports.datetime(2026, 7, 2, 12))
    assert [(one.file_name, one.acquirer) for one in files] == [("unlisted.csv", "other"), ("early.csv", "UP")]
    assert len(parts) == 2
    empty = imports.visible(sqlite_workspace)[1][-1]
    assert (empty.account_tail, str(empty.covers_on), empty.tables) == ("1234", "2026-07-03", (("clearings", 0),))


@pytest.mark.parametrize(
    "line", ["a.csv,soon,UP,,,,", "a.csv,2026-07-01T00:00:00,UP,,,,July", "../a.csv,2026-07-01T00:00:00,UP,,,,"]
)
def test_a_delivery_list_that_cannot_be_used_is_refused_by_line(
    sqlite_workspace: Any, tmp_path: Path, line: str
) -> None:
    put(tmp_path / "d", "a.csv", as_csv([clearing(1)]))
    put(tmp_path / "d", "arrivals.csv", f"path,arrived_at,acquirer,format,merchant_no,account_tail,covers_on\n{line}\n")

    with pytest.raises(InputError, match="refused-arrivals"):
        imports.import_paths(sqlite_workspace, [tmp_path / "d"])


def test_a_file_nobody_knows_waits_and_is_remembered_once(workspace: Any, tmp_path: Path) -> None:
    path = put(tmp_path, "letter.txt", "Dear Sir or Madam\n")

    first, again = take(workspace, path) + take(workspace, path)

    assert (first.state, first.warnings[0].key) == ("unclaimed", "refused-unclaimed")
    assert again == first
    assert Import.objects.count() == 1
    (forced,) = take(workspace, path, format_code="interchange_csv")
    assert (forced.state, forced.warnings[0].key) == ("refused", "refused-no-table")
    (wrong,) = take(workspace, path, format_code="no_such")
    assert (wrong.state, wrong.warnings[0].key) == ("refused", "input-format-unknown")


def test_an_upload_is_read_and_its_lines_can_be_shown_again(workspace: Any) -> None:
    text = as_csv([clearing(1, order_no="卡6222021234567890123"), clearing(2, kind="gift")])

    result = imports.import_bytes(workspace, "clearings_up.csv", text.encode("gb18030"), given=Given(acquirer="UP"))

    assert_nothing_lost(result)
    assert (result.accepted, result.quarantined) == (1, 1)
    lines = imports.original_lines(workspace, result.import_id, 3, around=1)
    assert [number for number, _ in lines] == [2, 3]
    assert "卡622202******0123~" in lines[0][1]
    assert ",gift," in lines[1][1]


def test_a_large_file_and_a_small_one_give_the_same_rows(workspace: Any, tmp_path: Path) -> None:
    rows = [clearing(number) for number in range(3000)]
    rows[7]["order_no"], rows[8]["fee_minor"] = "4111111111111111", "x"
    rows += rows[:3]
    large = put(tmp_path, "clearings.csv", as_csv(rows))
    pieces = [put(tmp_path, f"clearings_{at}.csv", as_csv(rows[at : at + 250])) for at in range(0, 3000, 250)]

    (whole,) = take(workspace, large)
    assert (whole.rows_in, whole.accepted, whole.quarantined) == (3004, 3002, 1)
    parts = take(workspace, *pieces)

    assert sum(part.accepted for part in parts) == 0
    assert sum(part.duplicate for part in parts) == 2999
    assert len(facts(workspace)) == 3002


def test_an_uploaded_zip_gives_each_file_its_answer(sqlite_workspace: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("clearings_1.csv", as_csv([clearing(1)]))
        archive.writestr("clearings_2.csv", as_csv([clearing(2), clearing(3, kind="gift")]))
        archive.writestr("letter.txt", "hello")

    each = imports.import_upload(sqlite_workspace, "day.zip", packed.getvalue())
    whole = imports.import_bytes(sqlite_workspace, "day.zip", packed.getvalue())

    assert [(one.file, one.state, one.accepted) for one in each] == [
        ("day.zip/clearings_1.csv", "accepted", 1),
        ("day.zip/clearings_2.csv", "accepted", 1),
        ("day.zip/letter.txt", "unclaimed", 0),
    ]
    assert (whole.state, whole.rows_in, whole.duplicate, whole.quarantined) == ("unclaimed", 5, 2, 1)
    assert_nothing_lost(whole)


def test_an_empty_file_is_called_empty(workspace: Any, tmp_path: Path) -> None:
    empty = tmp_path / "export.csv"
    empty.write_bytes(b"")

    (result,) = imports.import_paths(workspace, [empty])

    assert (result.state, result.warnings[0].key) == ("unclaimed", "refused-empty")
