"""A set-aside line is put right: read again by its own format, its origin kept, every counter true, all of it undone again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "intake"))

from intake_tables import as_csv, clearing, facts

from daozhang.desk import audit, import_audit, imports
from daozhang.desk.corrections import Edit, cells_of, correct, edits_of_rule, preview
from daozhang.desk.models import Import, ImportEvent, QuarantinedRow
from daozhang.errors import InputError, RefusedError

GOOD = [clearing(number) for number in range(5)]
BAD = [clearing(8, gross_minor="12.5O"), clearing(9, fee_minor="-"), clearing(10, fee_minor="-")]


def take(workspace: Any, rows: list[dict[str, str]], name: str = "clearings.csv") -> str:
    result = imports.import_bytes(workspace, name, as_csv(rows).encode())
    assert result.state == "accepted"
    return result.import_id


def counts_are_true() -> None:
    for row in Import.objects.all():
        assert row.rows_in == row.control + row.accepted + row.duplicate + row.quarantined, row.id
        set_aside = QuarantinedRow.objects.filter(import_row=row)
        assert set_aside.count() == row.quarantined
    for row in Import.objects.filter(corrects__isnull=False, state="accepted"):
        assert QuarantinedRow.objects.filter(corrected_by=row).count() == row.rows_in


def test_one_cell_is_corrected_and_the_row_keeps_its_origin(workspace: Any) -> None:
    import_id = take(workspace, GOOD + BAD)
    seen = dict(cells_of(workspace, import_id, 7))
    assert (seen["gross_minor"], seen["rrn"]) == ("12.5O", "000000000008")
    edit = Edit(line_no=7, cells={"gross_minor": "1008"})

    (line,) = preview(workspace, import_id, [edit])
    assert line.is_read
    assert line.changes == {"gross_minor": ("12.5O", "1008")}
    assert (line.rows[0][0], line.rows[0][1]["gross_minor"]) == ("clearings", 1008)
    assert len(facts(workspace)) == 5

    made = correct(workspace, import_id, [edit], by="li", why="the slip says 10.08")

    assert (made.rows_in, made.accepted, made.duplicate, made.corrects_id) == (1, 1, 0, import_id)
    (row,) = [one for one in facts(workspace, columns="import_id, line_no, gross_minor") if one[1] == 7]
    assert row == (import_id, 7, 1008)
    aside = QuarantinedRow.objects.get(import_row=import_id, line_no=7)
    assert (aside.corrected_by_id, aside.changes) == (made.id, {"gross_minor": ["12.5O", "1008"]})
    assert [one.line_no for one in imports.quarantined(workspace, import_id)] == [8, 9]
    event = ImportEvent.objects.get(import_row=made)
    assert (event.by, event.step, event.note) == ("li", "corrected", "the slip says 10.08")
    assert event.facts["lines"] == [[7, {"gross_minor": ["12.5O", "1008"]}]]
    counts_are_true()


def test_a_rule_puts_every_line_with_the_same_cell_right(workspace: Any) -> None:
    import_id = take(workspace, GOOD + BAD)
    edits = edits_of_rule(workspace, import_id, column="fee_minor", value="-", to="")
    assert [edit.line_no for edit in edits] == [8, 9]

    made = correct(workspace, import_id, edits, by="li", why="a dash is an unknown fee")

    assert (made.rows_in, made.accepted) == (2, 2)
    assert len(facts(workspace)) == 7
    assert [one.line_no for one in imports.quarantined(workspace)] == [7]
    counts_are_true()


def test_a_line_that_still_cannot_be_read_stays_aside(sqlite_workspace: Any) -> None:
    import_id = take(
        sqlite_workspace, [*GOOD, clearing(8, gross_minor="x", fee_minor="y"), clearing(9, gross_minor="z")]
    )
    edits = [Edit(line_no=7, cells={"gross_minor": "1008"}), Edit(line_no=8, cells={"gross_minor": "1009"})]

    first, second = preview(sqlite_workspace, import_id, edits)
    assert not first.is_read
    assert first.reject is not None
    assert (first.reject.column, first.reject.reason) == ("fee_minor", "reject-whole")
    assert second.is_read
    made = correct(sqlite_workspace, import_id, edits, by="li", why="checked")

    assert made.rows_in == 1
    assert [one.line_no for one in imports.quarantined(sqlite_workspace)] == [7]
    with pytest.raises(InputError) as none:
        correct(sqlite_workspace, import_id, edits[:1], by="li", why="checked")
    assert none.value.key == "error-correct-none"
    counts_are_true()


def test_taken_back_the_line_waits_again_and_can_be_corrected_otherwise(workspace: Any) -> None:
    import_id = take(workspace, GOOD + BAD)
    before = facts(workspace)
    made = correct(workspace, import_id, [Edit(line_no=7, cells={"gross_minor": "1008"})], by="li", why="a guess")

    imports.undo(workspace, made.id, by="wang")

    assert facts(workspace) == before
    assert [one.line_no for one in imports.quarantined(workspace)] == [7, 8, 9]
    again = correct(
        workspace,
        import_id,
        [Edit(line_no=7, cells={"gross_minor": "1250", "net_minor": "1244"})],
        by="wang",
        why="the slip",
    )
    assert again.accepted == 1
    assert [event.step for event in ImportEvent.objects.all()] == ["corrected", "undone", "corrected"]
    assert import_audit.broken_at() is None
    counts_are_true()


def test_undo_of_the_file_takes_its_corrections_along(workspace: Any) -> None:
    import_id = take(workspace, GOOD + BAD)
    correct(workspace, import_id, [Edit(line_no=7, cells={"gross_minor": "1008"})], by="li", why="checked")

    imports.undo(workspace, import_id, by="li")

    assert facts(workspace) == []
    assert {row.state for row in Import.objects.all()} == {"undone"}
    assert take(workspace, GOOD + BAD) != import_id
    assert len(facts(workspace)) == 5
    counts_are_true()


def test_a_corrected_line_that_equals_another_of_its_file_is_a_second_sale(sqlite_workspace: Any) -> None:
    import_id = take(sqlite_workspace, [*GOOD, clearing(3, gross_minor="1OO3")])

    made = correct(
        sqlite_workspace, import_id, [Edit(line_no=7, cells={"gross_minor": "1003"})], by="li", why="a letter O"
    )

    assert (made.accepted, made.duplicate) == (1, 0)
    both = [*GOOD, clearing(3)]
    again = imports.import_bytes(sqlite_workspace, "resent.csv", as_csv(both).encode())
    assert (again.accepted, again.duplicate) == (0, 6)
    assert len(facts(sqlite_workspace)) == 6


def test_the_sender_may_correct_it_first_or_later(workspace: Any) -> None:
    right = [*GOOD, clearing(8)]
    import_id = take(workspace, [*GOOD, clearing(8, gross_minor="12.5O")])
    imports.import_bytes(workspace, "resent.csv", as_csv(right).encode())
    made = correct(workspace, import_id, [Edit(line_no=7, cells={"gross_minor": "1008"})], by="li", why="as resent")
    assert (made.accepted, made.duplicate) == (0, 1)
    assert len(facts(workspace)) == 6

    resent = Import.objects.get(file_name="resent.csv")
    imports.undo(workspace, resent.id, by="li")

    assert len(facts(workspace)) == 6
    made.refresh_from_db()
    assert (made.accepted, made.duplicate) == (1, 0)
    counts_are_true()


def test_the_whole_record_can_be_written_anew(sqlite_workspace: Any) -> None:
    text = as_csv(GOOD).rstrip("\n") + "\nUP,898310012340001,too,few\n"
    import_id = imports.import_bytes(sqlite_workspace, "clearings.csv", text.encode()).import_id
    record = as_csv([clearing(8)]).splitlines()[1]

    made = correct(sqlite_workspace, import_id, [Edit(line_no=7, record=record)], by="li", why="cut on the way")

    assert made.accepted == 1
    assert len(facts(sqlite_workspace)) == 6


def test_what_cannot_be_done_is_refused_by_name(sqlite_workspace: Any) -> None:
    import_id = take(sqlite_workspace, GOOD + BAD)
    edit = Edit(line_no=7, cells={"gross_minor": "1008"})
    made = correct(sqlite_workspace, import_id, [edit], by="li", why="checked")
    refused = [
        (lambda: correct(sqlite_workspace, import_id, [edit], by="li", why="again"), "error-correct-not-waiting"),
        (lambda: correct(sqlite_workspace, import_id, [Edit(line_no=2, cells={})], by="li", why="x"), "error-correct-not-waiting"),
        (lambda: correct(sqlite_workspace, made.id, [edit], by="li", why="x"), "error-correct-not-standing"),
        (lambda: correct(sqlite_workspace, import_id, [Edit(line_no=8, cells={"fee": "0"})], by="li", why="x"), "error-correct-column"),
        (lambda: correct(sqlite_workspace, import_id, [Edit(line_no=8, cells={"fee_minor": "0"})], by="li", why=" "), "error-correct-why"),
        (lambda: correct(sqlite_workspace, import_id, [], by="li", why="x"), "error-correct-nothing"),
        (lambda: edits_of_rule(sqlite_workspace, import_id, column="fee_minor", value="?", to=""), "error-correct-no-line"),
    ]  # fmt: skip
    for attempt, key in refused:
        with pytest.raises((InputError, RefusedError)) as said:
            attempt()
        assert said.value.key == key
    counts_are_true()


def test_no_card_number_is_kept_on_the_way(sqlite_workspace: Any) -> None:
    card = "6222021234567890123"
    import_id = take(sqlite_workspace, [*GOOD, clearing(8, gross_minor="x", order_no=card)])
    assert card not in str(cells_of(sqlite_workspace, import_id, 7))

    correct(sqlite_workspace, import_id, [Edit(line_no=7, cells={"gross_minor": "1008"})], by="li", why=f"card {card}")

    stored = [
        str(value)
        for row in (*ImportEvent.objects.values(), *QuarantinedRow.objects.values())
        for value in row.values()
    ]
    assert [text for text in stored if card in text] == []
    assert [row for row in facts(sqlite_workspace) if card in str(row)] == []


def test_a_changed_entry_of_the_audit_is_found(sqlite_workspace: Any) -> None:
    import_id = take(sqlite_workspace, GOOD + BAD)
    correct(sqlite_workspace, import_id, [Edit(line_no=7, cells={"gross_minor": "1008"})], by="li", why="checked")
    correct(sqlite_workspace, import_id, [Edit(line_no=8, cells={"fee_minor": ""})], by="li", why="checked")
    assert import_audit.broken_at() is None
    first = ImportEvent.objects.order_by("id").first()
    assert first is not None
    ImportEvent.objects.filter(pk=first.pk).update(by="somebody")
    broken = import_audit.broken_at()
    assert broken is not None
    assert broken.pk == first.pk
    found = audit.verify(sqlite_workspace)
    assert not found.is_whole
    assert (found.problem, found.import_id, found.imports_checked) == ("audit-row-changed", first.import_row_id, 1)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_entry_that_was_taken_out_is_found(sqlite_workspace: Any, place: int) -> None:
    import_id = take(sqlite_workspace, GOOD + BAD)
    correct(sqlite_workspace, import_id, [Edit(line_no=7, cells={"gross_minor": "1008"})], by="li", why="checked")
    correct(sqlite_workspace, import_id, [Edit(line_no=8, cells={"fee_minor": ""})], by="li", why="checked")
    imports.undo(sqlite_workspace, take(sqlite_workspace, [clearing(90)], "other.csv"), by="li")
    assert audit.verify(sqlite_workspace) == audit.Verdict(checked=0, imports_checked=3)
    ImportEvent.objects.filter(pk=ImportEvent.objects.order_by("id")[place].pk).delete()
    found = audit.verify(sqlite_workspace)
    assert found.problem == ("audit-entry-missing" if place == 2 else "audit-chain-broken")
    assert Import.objects.filter(pk=found.import_id).exists()


def test_a_row_can_be_entered_as_one_of_an_interchange_table(sqlite_workspace: Any) -> None:
    import_id = take(sqlite_workspace, GOOD + BAD)
    cells = {
        "account_tail": "6217", "booked_at": "2026-09-22T10:40:00", "amount_minor": "18289", "text": "paper, statement", "currency": "CNY",
    }  # fmt: skip

    made = correct(
        sqlite_workspace, import_id, [Edit(line_no=7, table="bank_entries", cells=cells)], by="li", why="on paper"
    )

    assert (made.accepted, made.tables) == (1, {"bank_entries": 1})
    found = facts(sqlite_workspace, "bank_entries", "import_id, line_no, amount_minor, text")
    assert found == [(import_id, 7, 18289, "paper, statement")]
    with pytest.raises(InputError) as said:
        correct(sqlite_workspace, import_id, [Edit(line_no=8, table="nothing", cells={})], by="li", why="x")
    assert said.value.key == "error-correct-table"
    counts_are_true()
