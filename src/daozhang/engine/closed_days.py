"""Closed days: what control totals left of a clearing day is kept, so that a run costs the day and what is open, not the history.

A clearing day is closed when both of its sides are here. Kept of it are the rows that had to be looked at, and how many
rows of which merchant each of its parts holds. The next run reads neither its parts nor its sums again; the kept rows
join those of the open days, and the levels, the breaks and the money run over both as if all had been read.

A closed day holds as long as nothing it was made of changes: the parts that have rows on it, the agreements, the level
that each acquirer is summed on, this module's ``VERSION`` and the engine's. A late, corrected or undone file opens the days it
touches and no other; since every number in the sums belongs to one clearing day, days do not need each other, but for
two things that may reach over: a void and its payment (one day), and a line that repeats or takes back another
(``REACH_DAYS``). Those are looked up in the closed days nearby, and what they find joins what is kept.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from daozhang.engine.inputs import quoted
from daozhang.engine.lake import Part, create_views
from daozhang.matching.levels import WINDOW_DAYS

VERSION: Final = 2
"""Raised when the meaning of what is kept changes; then every day is read again."""
REACH_DAYS: Final = WINDOW_DAYS
"""Days over which a line may repeat or take back another (``clearing_leg``)."""
SIDES: Final = {"transactions": "t", "clearings": "c"}
"""Table of the lake to the letter of its side."""
_T_DAYS: Final = (
    "import_id, acquirer, merchant_no, day, on_day, sum(rows)::BIGINT AS rows, sum(must_rows)::BIGINT AS must_rows,"
    " max(until) AS until, sum(sales)::BIGINT AS sales, sum(with_order)::BIGINT AS with_order"
)
FILLED: Final = ("rrn", "terminal_no", "order_no", "batch_no", "trace_no")
"""Columns of which it is counted how many lines have them, for the choice of the level (``sieve``)."""
_C_DAYS: Final = "import_id, acquirer, merchant_no, currency, on_day, " + ", ".join(
    f"sum({name})::BIGINT AS {name}"
    for name in ("lines", "timed", "net", "gross", "sifted", *(f"with_{name}" for name in FILLED))
)


@dataclass(slots=True)
class ClosedDays:
    """The kept days of one workspace, in ``folder``; ``root`` and ``parts`` are the lake as it is now."""

    folder: Path
    root: Path
    parts: Sequence[Part]
    as_of: datetime
    _index: dict[str, Any] = field(default_factory=dict)
    _kept: dict[str, str] = field(default_factory=dict)
    _signatures: dict[str, str] = field(default_factory=dict)

    def count(self, con: duckdb.DuckDBPyConnection, count_days: Callable[..., None]) -> None:
        """Make ``t_days`` and ``c_days`` of all parts; only parts that were never counted are read."""
        self._index, book = self._read(), self._book(con)
        if self._index.get("book") != book:  # other agreements may give every row another day and another fee
            self._index = {"version": VERSION, "book": book}
        own = [part for part in self.parts if part.table in SIDES]
        new = [part for part in own if not self._is_counted(part)]
        for part in new:
            self._count_one(con, part, count_days)
        if new:
            self._write()
        self._views(con, own)
        for name, columns, table in (("t_days", _T_DAYS, "transactions"), ("c_days", _C_DAYS, "clearings")):
            files = [self._counts_of(part) for part in own if part.table == table]
            if files:
                con.execute(
                    f"CREATE OR REPLACE TABLE {name} AS SELECT {columns} FROM read_parquet({files}) GROUP BY ALL"
                )
            else:
                count_days(con, orders=True, sides=(SIDES[table],))

    def open(self, con: duckdb.DuckDBPyConnection, modes: Mapping[str, int]) -> list[date]:
        """Leave in ``t_src`` and ``c_src`` the days that are not kept as they now are; return the kept ones, in order."""
        days = self._parts_of_days()
        made_of = [VERSION, duckdb.__version__, self._index["book"], sorted(modes.items())]
        self._signatures = {day: _hash([*made_of, sorted(keys)]) for day, keys in days.items()}
        known = self._index.get("days", {})
        self._kept = {
            day: signature for day, signature in self._signatures.items()
            if day < str(self.as_of.date()) and self._still_holds(known.get(day), signature)
        }  # fmt: skip
        if self._kept:
            still = {key for day, keys in days.items() if day not in self._kept for key in keys}
            self._views(con, [part for part in self.parts if part.table in SIDES and self._key(part) in still])
            self._only(con, f"on_day NOT IN ({_listed(self._kept)})")
        return [date.fromisoformat(day) for day in sorted(self._kept)]

    def _still_holds(self, known: Mapping[str, Any] | None, signature: str) -> bool:
        if known is None or known["signature"] != signature:
            return False
        return all((self.folder / name).exists() for name in known["files"])

    def near(self, side: str, reach: int) -> str | None:
        """Return the SQL of the kept rows of one side within ``reach`` days of an open day; None where there are none."""
        return self._kept_rows(side, self._near_days(reach))

    def over_near(self, con: duckdb.DuckDBPyConnection, reach: int) -> bool:
        """Let ``t_src`` and ``c_src`` be the closed days within ``reach`` of an open one; False where there are none."""
        near = self._near_days(reach)
        if not near:
            return False
        keys = {key for day, found in self._parts_of_days().items() if day in near for key in found}
        self._views(con, [part for part in self.parts if part.table in SIDES and self._key(part) in keys])
        self._only(con, f"on_day IN ({_listed(near)})")
        return True

    def over_all(self, con: duckdb.DuckDBPyConnection) -> None:
        """Let ``t_src`` and ``c_src`` be all rows again."""
        self._views(con, [part for part in self.parts if part.table in SIDES])
        if con.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 't_known'").fetchone() != (0,):
            for side in SIDES.values():
                con.execute(f"CREATE OR REPLACE VIEW {side}_src AS SELECT * FROM {side}_known")

    def join(self, con: duckdb.DuckDBPyConnection) -> None:
        """Add the kept rows of the closed days to ``t`` and ``c``."""
        for side in SIDES.values():
            kept = self._kept_rows(side, list(self._kept))
            if kept:
                self.add(con, side, kept)

    def add(self, con: duckdb.DuckDBPyConnection, side: str, selected: str) -> None:
        """Add rows to ``t`` or ``c`` under numbers of their own."""
        con.execute(
            f"INSERT INTO {side} BY NAME SELECT row_number() OVER () + (SELECT coalesce(max(rid), 0) FROM {side}) AS rid, x.*"
            f" FROM ({selected}) x"
        )

    def keep(self, con: duckdb.DuckDBPyConnection, ready: Iterable[date], *, found_near: bool) -> None:
        """Keep what is in ``t`` and ``c`` of the days that are ``ready``; of kept ones only when something nearby was found."""
        days = {day.isoformat() for day in ready} & self._signatures.keys()
        again = self._near_days(REACH_DAYS) if found_near else []
        days -= self._kept.keys() - set(again)
        if not days:
            return
        stem = _hash([sorted((day, self._signatures[day]) for day in days), self.as_of.isoformat()])[:20]
        (self.folder / "days").mkdir(parents=True, exist_ok=True)
        files = []
        for side in SIDES.values():
            name = f"days/{stem}-{side}.parquet"
            other = "rid, other_rid" if side == "t" else "rid"
            con.execute(
                f"COPY (SELECT * EXCLUDE ({other}) FROM {side} WHERE on_day IN ({_listed(days)}))"
                f" TO '{(self.folder / name).as_posix()}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
            )
            files.append(name)
        for day in sorted(days):
            self._index.setdefault("days", {})[day] = {"signature": self._signatures[day], "files": files}
        self._write()

    def _near_days(self, reach: int) -> list[str]:
        still = [date.fromisoformat(day) for day in self._signatures if day not in self._kept]
        return [day for day in self._kept if any(abs((date.fromisoformat(day) - one).days) <= reach for one in still)]

    def _kept_rows(self, side: str, days: Sequence[str]) -> str | None:
        by_file: dict[str, list[str]] = {}
        for day in days:
            by_file.setdefault(self._index["days"][day]["files"][0 if side == "t" else 1], []).append(day)
        return " UNION ALL BY NAME ".join(
            f"SELECT * FROM read_parquet('{(self.folder / name).as_posix()}') WHERE on_day IN ({_listed(held)})"
            for name, held in sorted(by_file.items())
        ) or None  # fmt: skip

    def _only(self, con: duckdb.DuckDBPyConnection, condition: str) -> None:
        for side in SIDES.values():
            if con.execute(f"SELECT count(*) FROM duckdb_views() WHERE view_name = '{side}_known'").fetchone() == (0,):
                con.execute(f"ALTER VIEW {side}_src RENAME TO {side}_known")
            con.execute(f"CREATE OR REPLACE VIEW {side}_src AS SELECT * FROM {side}_known WHERE {condition}")

    def _views(self, con: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> None:
        create_views(con, self.root, parts, tables=tuple(SIDES))

    def _count_one(self, con: duckdb.DuckDBPyConnection, part: Part, count_days: Callable[..., None]) -> None:
        self._views(con, [part])
        side = SIDES[part.table]
        count_days(con, orders=True, sides=(side,))
        (self.folder / "counts").mkdir(parents=True, exist_ok=True)
        con.execute(f"COPY {side}_days TO '{self._counts_of(part)}' (FORMAT parquet)")
        moment = "max(occurred_at)::VARCHAR" if side == "t" else "max(cleared_on)::VARCHAR"
        row = con.execute(f"SELECT {moment} FROM {part.table}").fetchone()
        days = [str(day) for (day,) in con.execute(f"SELECT DISTINCT on_day FROM {side}_days ORDER BY 1").fetchall()]
        self._index.setdefault("parts", {})[self._key(part)] = {
            "until": (row[0] if row else None) or "",
            "days": days,
            "counted_at": str(self.as_of),
        }

    def _is_counted(self, part: Part) -> bool:
        known = self._index.get("parts", {}).get(self._key(part))
        if not known or not Path(self._counts_of(part)).exists():
            return False
        return bool(
            known["until"] <= min(str(self.as_of), known["counted_at"])
        )  # rows of a later moment do not exist yet

    def _parts_of_days(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for part in self.parts:
            if part.table in SIDES:
                for day in self._index["parts"][self._key(part)]["days"]:
                    found.setdefault(day, []).append(self._key(part))
        return found

    def _book(self, con: duckdb.DuckDBPyConnection) -> str:
        said = []
        for table in ("contracts_now", "terms"):
            names = [
                name
                for name, *_ in con.execute(f"DESCRIBE {table}").fetchall()
                if name not in {"import_id", "line_no", "fp"}
            ]
            rows = con.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY ALL").fetchall()
            said.append(str(rows))
        said.append(str(con.execute("SELECT getvariable('default_cutover')").fetchone()))
        return _hash(said)

    def _key(self, part: Part) -> str:
        return "|".join((part.table, part.path, *part.unless))

    def _counts_of(self, part: Part) -> str:
        return (
            self.folder / "counts" / f"{_hash([VERSION, self._index['book'], self._key(part)])[:24]}.parquet"
        ).as_posix()

    def _read(self) -> dict[str, Any]:
        path = self.folder / "index.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found if found.get("version") == VERSION else {"version": VERSION}

    def _write(self) -> None:
        path = self.folder / "index.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(self._index, sort_keys=True), encoding="utf-8")
        fresh.replace(path)
        self._tidy()

    def _tidy(self) -> None:
        """Remove files that nothing names any more; nobody else reads them while this run holds the folder."""
        named = {name for day in self._index.get("days", {}).values() for name in day["files"]}
        for file in (self.folder / "days").glob("*.parquet"):
            if f"days/{file.name}" not in named:
                file.unlink()


@contextmanager
def held(folder: Path | None) -> Iterator[Path | None]:
    """Give the folder to one run at a time; None to a run that comes meanwhile: it reads everything, which is never wrong."""
    if folder is None:
        yield None
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
            return
        yield folder


def ready_days(con: duckdb.DuckDBPyConnection, as_of: datetime, modes: Mapping[str, int]) -> list[date]:
    """Return the days that are over and for which every acquirer that is summed has sent clearing of that day or a later one."""
    acquirers = ", ".join(quoted(name) for name in sorted(modes)) or "''"
    rows = con.execute(
        f"""
        WITH until AS (SELECT acquirer, max(on_day) AS until FROM c_days GROUP BY ALL)
        SELECT DISTINCT d.on_day FROM (SELECT acquirer, on_day FROM t_days UNION SELECT acquirer, on_day FROM c_days) d
        WHERE d.on_day < ?::DATE AND NOT EXISTS (
            SELECT 1 FROM t_days x LEFT JOIN until u USING (acquirer)
            WHERE x.on_day = d.on_day AND x.acquirer IN ({acquirers}) AND (u.until IS NULL OR u.until < x.on_day))
        ORDER BY 1
        """,
        [as_of.date()],
    ).fetchall()
    return [day for (day,) in rows]


def _listed(days: Iterable[str]) -> str:
    return ", ".join(f"DATE '{day}'" for day in sorted(days)) or "NULL"


def _hash(said: Any) -> str:  # noqa: ANN401
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()
