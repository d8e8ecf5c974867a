"""Facts of any size with one thing wrong everywhere, written set-wise into the lake's own form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from daozhang.calendars import shipped
from daozhang.engine.lake import LAKE_TYPES, Part, SourceFile
from daozhang.engine.settle import DuckLedger
from daozhang.engine.systemic import Stop
from daozhang.flows.settlement_day import Settled
from daozhang.records import table_named

AT = datetime(2026, 11, 26, 9)
NEVER = Stop(rows=10**12, most_rows=10**12)
SALES = """
    SELECT i, 'demo' AS acquirer, 'CNY' AS currency, printf('8980000000%05d', i % 7) AS merchant_no, printf('T%07d', i % 21) AS terminal_no,
           '000001' AS batch_no, printf('%06d', i) AS trace_no, printf('%012d', i) AS rrn, printf('O%09d', i) AS order_no,
           TIMESTAMP '2026-11-23 08:00:00' + INTERVAL (i % 2) DAY + INTERVAL ((i * 37) % 36000) SECOND AS occurred_at,
           CASE WHEN i % 11 = 0 THEN 'refund' ELSE 'sale' END AS kind,
           CASE WHEN i % 11 = 0 THEN -1 ELSE 1 END * (1000 + (i * 7919) % 60000)::BIGINT AS amount_minor
    FROM range({rows}) r(i)
"""
FEE = "sign(amount_minor) * ((abs(amount_minor) * 60 + 5000) // 10000)"
FILES = "CASE WHEN i % 2 = 0 THEN '23' ELSE '24' END"


class Many:
    """The journal, the clearing lines and the contracts of one acquirer; ``clearing`` is SQL over ``s``, the sales with ``fee``."""

    def __init__(self, folder: Path, rows: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.con = folder, duckdb.connect()
        self.files: list[SourceFile] = []
        self.parts: list[Part] = []
        self.con.execute(
            f"CREATE TABLE s AS SELECT *, ({FEE})::BIGINT AS fee, {FILES} AS day FROM ({SALES.format(rows=rows)})"
        )
        self.write("contracts", "SELECT DISTINCT acquirer, merchant_no, DATE '2026-01-01' AS from_on, 'T+1' AS cycle, '23:00' AS cutover,"
                   " 60 AS rate_bp, 'half_up_each' AS rounding, 'returned' AS refund_fee, 'contracts' AS import_id FROM s")  # fmt: skip

    def write(self, table: str, select: str) -> None:
        """Write rows; columns that ``select`` does not give are unknown. ``import_id`` says of which file each is."""
        given = {name for name, *_ in self.con.execute(f"DESCRIBE {select}").fetchall()}
        columns = [
            f"{column.name}::{column.type.sql} AS {column.name}"
            if column.name in given
            else f"NULL::{column.type.sql} AS {column.name}"
            for column in table_named(table).columns
        ]
        columns += ["import_id", "row_number() OVER (PARTITION BY import_id ORDER BY z::VARCHAR)::BIGINT AS line_no"]
        body = f"SELECT {', '.join(columns)} FROM ({select}) z"
        fp = "unhex(md5(concat_ws('|', import_id, line_no)))::BLOB AS fp"
        assert set(LAKE_TYPES) == {"import_id", "line_no", "fp"}
        self.con.execute(
            f"COPY (SELECT *, {fp} FROM ({body})) TO '{(self.folder / table).as_posix()}.parquet' (FORMAT parquet)"
        )
        self.parts.append(Part(table, f"{table}.parquet"))
        counted = self.con.execute(f"SELECT import_id, count(*) FROM ({select}) GROUP BY ALL ORDER BY 1").fetchall()
        for import_id, rows in counted:
            self.files.append(
                SourceFile(import_id=import_id, seq=len(self.files) + 1, file_name=f"{import_id}.csv", format="many", acquirer="demo",
                           tables=((table, rows),))
            )  # fmt: skip

    def journal(self, changed: str = "s") -> Many:
        """Write the journal from ``changed``, SQL of a table with the columns of ``s``."""
        self.write(
            "transactions",
            f"SELECT *, 'approved' AS status, 'card' AS channel, 'credit' AS card_kind, 'journal_' || day AS import_id FROM {changed}",
        )
        return self

    def clearing(self, changed: str = "s", cleared_on: str = "occurred_at::DATE") -> Many:
        """Write the clearing lines from ``changed``; gross is its amount, net is gross minus ``fee``."""
        self.write(
            "clearings",
            f"SELECT * EXCLUDE (amount_minor, fee), ({cleared_on}) AS cleared_on, amount_minor AS gross_minor, fee AS fee_minor,"
            " amount_minor - fee AS net_minor, 'card' AS channel, 'credit' AS card_kind, 'clearing_' || day AS import_id FROM " + changed,
        )  # fmt: skip
        return self

    def settle(self, stop: Stop, *, keep: Path | None = None, at: datetime = AT, memory: str = "2GB") -> Settled:
        """Judge the moment."""
        parts: Sequence[Part] = self.parts
        return DuckLedger(
            root=self.folder, parts=parts, files=self.files, calendars={"CN": shipped("CN")}, stop=stop, keep=keep, memory=memory, spill=self.folder,
        ).settle(at)  # fmt: skip
