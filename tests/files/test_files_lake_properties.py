"""Whatever comes, comes twice, overlaps, is corrected or taken back in any order: the lake is what the standing files say."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent.parent / "intake"))

from intake_tables import as_csv, as_parquet, clearing, facts

from daozhang.desk import import_audit, imports
from daozhang.desk.corrections import Edit, correct
from daozhang.desk.models import Import, ImportPart
from daozhang.formats.base import Given
from daozhang.formats.decoding import decode
from daozhang.records import table_named

SAMPLES = Path(__file__).parent.parent / "samples"
KINDS = 6
MANY = 40 if os.environ.get("DEEP") == "1" else 4
"""Examples of the longest property; each brings files in four times."""
FORMS = ("utf-8", "gb18030", "utf-16", "utf-8-sig", "crlf", "quoted", "columns", "parquet")
numbers = st.lists(st.integers(0, KINDS - 1), min_size=1, max_size=9)


def row(number: int, **over: str) -> dict[str, str]:
    return clearing(number, order_no=f"订单{number}", **over)


def write(folder: Path, number: int, rows: list[dict[str, str]], form: str) -> Path:
    path = folder / f"{number:03d}.csv"
    if form == "parquet":
        return as_parquet(rows, folder / f"{number:03d}.parquet")
    if form == "crlf":
        text = as_csv(rows, end="\r\n")
    elif form == "quoted":
        text = as_csv(rows, quote=1)
    elif form == "columns":
        text = as_csv(rows, columns=tuple(reversed(row(0))))
    else:
        text = as_csv(rows)
    path.write_bytes(text.encode(form if form in FORMS[:4] else "utf-8"))
    return path


def lake(workspace: Any) -> Counter[int]:
    """Return how often each kind of row is visible; no fingerprint is there twice."""
    found = facts(workspace, columns="rrn, fp")
    assert len({fp for _, fp in found}) == len(found)
    return Counter(int(rrn) for rrn, _ in found)


def most_of_each(files: list[Counter[int]]) -> Counter[int]:
    """Return what files say together: of each row as many as the one that has it most often."""
    together: Counter[int] = Counter()
    for one in files:
        together |= one
    return together


def counts_are_true() -> None:
    for one in Import.objects.all():
        assert one.rows_in == one.control + one.accepted + one.duplicate + one.quarantined
        parts = ImportPart.objects.filter(import_row=one, is_live=True)
        shown = sum(part.rows for part in parts if part.kind != "duplicate")
        assert (shown, sum(part.rows for part in parts) - shown) == (one.accepted, one.duplicate)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    files=st.lists(st.tuples(numbers, st.sampled_from(FORMS)), min_size=1, max_size=5),
    order=st.randoms(use_true_random=False),
)
def test_any_order_encoding_split_overlap_or_repetition_gives_the_same_lake(
    sqlite_workspace: Any, tmp_path_factory: Any, files: list[tuple[list[int], str]], order: Any
) -> None:
    folder = tmp_path_factory.mktemp("first")
    paths = [write(folder, place, [row(number) for number in rows], form) for place, (rows, form) in enumerate(files)]
    wanted = most_of_each([Counter(rows) for rows, _ in files])
    order.shuffle(paths)

    results = imports.import_paths(sqlite_workspace, paths)
    assert {one.state for one in results} <= {"accepted", "unchanged"}
    assert lake(sqlite_workspace) == wanted
    again = tmp_path_factory.mktemp("again")
    once = [number for number, times in wanted.items() for _ in range(times)]
    order.shuffle(once)
    imports.import_paths(sqlite_workspace, [write(again, 0, [row(number) for number in once], "utf-8"), *paths])
    assert lake(sqlite_workspace) == wanted
    counts_are_true()

    standing = list(Import.objects.filter(state="accepted").values_list("id", flat=True))
    order.shuffle(standing)
    for import_id in standing:
        imports.undo(sqlite_workspace, import_id, by="tester")
    assert lake(sqlite_workspace) == Counter()
    counts_are_true()


def very_rows(workspace: Any) -> Counter[tuple[Any, ...]]:
    """Return every visible row with all it says and its fingerprint, without the import and line it came from."""
    names = ", ".join(f'"{name}"' for name in (*table_named("clearings").column_names, "fp"))
    return Counter(facts(workspace, columns=names))


def undo_all(workspace: Any) -> None:
    for import_id in Import.objects.filter(state="accepted", corrects__isnull=True).values_list("id", flat=True):
        imports.undo(workspace, import_id, by="tester")


def pieces_of(rows: list[int], cuts: list[int], overlap: int) -> list[list[int]]:
    """Return a file's rows cut at the given places; each piece begins with the last rows of the one before."""
    places = sorted({0, len(rows), *(cut % (len(rows) + 1) for cut in cuts)})
    return [rows[max(0, first - overlap) : last] for first, last in pairwise(places)]


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.integers(0, 40), min_size=2, max_size=12, unique=True),
    cuts=st.lists(st.integers(0, 99), max_size=3),
    overlap=st.integers(0, 3),
    forms=st.lists(st.sampled_from(FORMS), min_size=6, max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_a_file_in_any_pieces_order_and_form_is_the_very_same_rows(
    sqlite_workspace: Any,
    tmp_path_factory: Any,
    rows: list[int],
    cuts: list[int],
    overlap: int,
    forms: list[str],
    order: Any,
) -> None:
    undo_all(sqlite_workspace)
    assert very_rows(sqlite_workspace) == Counter()
    whole = tmp_path_factory.mktemp("whole")
    imports.import_paths(sqlite_workspace, [write(whole, 0, [row(number) for number in rows], forms[0])])
    wanted = very_rows(sqlite_workspace)
    assert sum(wanted.values()) == len(rows)

    undo_all(sqlite_workspace)
    order.shuffle(rows)
    folder = tmp_path_factory.mktemp("pieces")
    pieces = pieces_of(rows, cuts, overlap)
    paths = [
        write(folder, place, [row(number) for number in piece], forms[1 + place]) for place, piece in enumerate(pieces)
    ]
    order.shuffle(paths)
    results = imports.import_paths(sqlite_workspace, [*paths, *paths[:1]])
    assert {one.state for one in results} <= {"accepted", "unchanged"}
    assert very_rows(sqlite_workspace) == wanted
    counts_are_true()

    undo_all(sqlite_workspace)
    assert very_rows(sqlite_workspace) == Counter()
    assert not ImportPart.objects.filter(is_live=True, import_row__state="accepted").exists()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("bank_icbc", "*.csv"),
        ("alipay_trade_bill", "*.csv"),
        ("wechat_trade_bill", "*.csv"),
        ("stripe_payouts", "*.csv"),
    ],
)
def test_a_senders_own_file_written_in_another_encoding_brings_nothing_new(
    sqlite_workspace: Any, tmp_path: Path, code: str, name: str
) -> None:
    sample = min((SAMPLES / code).glob(name))
    text = decode(sample.read_bytes()).lstrip("\ufeff")
    paths = [tmp_path / f"0-{sample.name}"]
    paths[0].write_bytes(sample.read_bytes())
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        if text.encode(encoding) != sample.read_bytes():
            paths.append(tmp_path / f"{encoding}-{sample.name}")
            paths[-1].write_bytes(text.encode(encoding))
    given = Given(acquirer="X", merchant_no="M1", account_tail="6217", covers_on=date(2026, 6, 15))
    first, *others = imports.import_paths(sqlite_workspace, paths, given=given)
    assert (first.state, first.accepted > 0, len(others) >= 2) == ("accepted", True, True)
    for again in others:
        assert (again.state, again.accepted, again.duplicate) == ("accepted", 0, first.accepted), again.file
    counts_are_true()
    undo_all(sqlite_workspace)
    assert not ImportPart.objects.filter(is_live=True, import_row__state="accepted").exists()


@dataclass
class Told:
    """What each standing import says, by its id; ``waiting`` are its set-aside lines with the row each should have been."""

    rows: dict[str, Counter[int]] = field(default_factory=dict)
    waiting: dict[str, dict[int, int]] = field(default_factory=dict)
    corrections: dict[str, tuple[str, int, int]] = field(default_factory=dict)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("bring"), numbers, st.lists(st.integers(0, KINDS - 1), max_size=2)),
        st.tuples(st.just("correct"), st.integers(0, 99)),
        st.tuples(st.just("undo"), st.integers(0, 99)),
        st.tuples(st.just("undo_correction"), st.integers(0, 99)),
    ),
    min_size=4, max_size=10,
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps)
def test_corrections_and_undo_in_any_order_leave_what_the_standing_files_say(
    sqlite_workspace: Any, steps: list[Any]
) -> None:
    for import_id in Import.objects.filter(state="accepted", corrects__isnull=True).values_list("id", flat=True):
        imports.undo(sqlite_workspace, import_id, by="tester")
    told = Told()
    for number, step in enumerate(steps):
        take_step(sqlite_workspace, told, number, step)
        assert lake(sqlite_workspace) == most_of_each(list(told.rows.values()))
        counts_are_true()
    for import_id in reversed(list(told.rows)):
        imports.undo(sqlite_workspace, import_id, by="tester")
    assert lake(sqlite_workspace) == Counter()
    assert import_audit.broken_at() is None


def take_step(workspace: Any, told: Told, number: int, step: Any) -> None:
    if step[0] == "bring":
        good, bad = step[1], step[2]
        rows = [row(one) for one in good] + [row(one, fee_minor=f"x{number}") for one in bad]
        result = imports.import_bytes(workspace, f"clearings_{number}.csv", as_csv(rows).encode())
        if result.state == "accepted":
            told.rows[result.import_id] = Counter(good)
            told.waiting[result.import_id] = {2 + len(good) + place: one for place, one in enumerate(bad)}
        return
    if step[0] == "correct":
        waiting = [(owner, line) for owner, lines in sorted(told.waiting.items()) for line in sorted(lines)]
        if not waiting:
            return
        owner, line = waiting[step[1] % len(waiting)]
        made = correct(workspace, owner, [Edit(line_no=line, cells={"fee_minor": "6"})], by="li", why="checked")
        one = told.waiting[owner].pop(line)
        told.rows[owner][one] += 1
        told.corrections[made.id] = (owner, line, one)
    elif step[0] == "undo" and told.rows:
        owner = sorted(told.rows)[step[1] % len(told.rows)]
        imports.undo(workspace, owner, by="li")
        del told.rows[owner], told.waiting[owner]
        told.corrections = {made: said for made, said in told.corrections.items() if said[0] != owner}
    elif step[0] == "undo_correction" and told.corrections:
        made_id = sorted(told.corrections)[step[1] % len(told.corrections)]
        owner, line, one = told.corrections.pop(made_id)
        imports.undo(workspace, made_id, by="li")
        told.waiting[owner][line] = one
        told.rows[owner][one] -= 1
        told.rows[owner] = +told.rows[owner]
