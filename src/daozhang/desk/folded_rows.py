"""The rows for which one finding stands, listed on demand: the run keeps where they are, the lake keeps what they say."""

from __future__ import annotations

from typing import Any, Final

from daozhang.desk import sight_lake
from daozhang.desk.models import Run
from daozhang.desk.workspace import Workspace
from daozhang.engine.clearing_leg import rows
from daozhang.engine.lake import connect
from daozhang.engine.systemic import FILE
from daozhang.errors import InputError

COLUMNS: Final = (
    "gap_minor", "merchant_no", "terminal_no", "rrn", "order_no", "journal_minor", "clearing_minor", "fee_minor", "occurred_at",
    "cleared_on", "journal_file", "journal_line", "clearing_file", "clearing_line",
)  # fmt: skip


def rows_of(workspace: Workspace, finding_id: str, *, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many rows a finding stands for and some of them, the largest gap first.

    InputError where the newest run has no finding of that id that stands for rows.
    """
    run = Run.objects.first()
    path = workspace.root / run.folder / FILE if run else None
    if run is None or path is None or not path.exists():
        raise InputError("explain-no-rows", finding=finding_id)
    con = connect(memory=workspace.settings.engine_memory, threads=workspace.settings.engine_threads, spill=None)
    try:
        files = sight_lake.open_views(con, workspace, as_of=run.as_of)
        con.execute("CREATE TABLE names (import_id VARCHAR, file_name VARCHAR)")
        con.execute(
            "INSERT INTO names SELECT unnest(?), unnest(?)",
            [[one.import_id for one in files], [one.file_name for one in files]],
        )
        con.execute(f"CREATE VIEW folded AS SELECT * FROM read_parquet('{path.as_posix()}')")
        con.execute("SET VARIABLE finding = ?", [finding_id])
        total = rows(con, "SELECT count(*) AS n FROM folded WHERE finding_id = getvariable('finding')")[0]["n"]
        if not total:
            raise InputError("explain-no-rows", finding=finding_id)
        found = rows(
            con,
            f"""
            WITH chosen AS (
                SELECT * FROM folded WHERE finding_id = getvariable('finding')
                ORDER BY abs(gap) DESC, c_import, c_line, t_import, t_line LIMIT {int(limit)} OFFSET {int(offset)}
            )
            SELECT s.gap AS gap_minor, coalesce(c.merchant_no, t.merchant_no) AS merchant_no, coalesce(c.terminal_no, t.terminal_no) AS terminal_no,
                   coalesce(c.rrn, t.rrn) AS rrn, coalesce(c.order_no, t.order_no) AS order_no, t.amount_minor AS journal_minor,
                   c.gross_minor AS clearing_minor, c.fee_minor, coalesce(t.occurred_at, c.occurred_at) AS occurred_at, c.cleared_on,
                   a.file_name AS journal_file, s.t_line AS journal_line, b.file_name AS clearing_file, s.c_line AS clearing_line
            FROM chosen s LEFT JOIN transactions t ON t.import_id = s.t_import AND t.line_no = s.t_line
            LEFT JOIN clearings c ON c.import_id = s.c_import AND c.line_no = s.c_line
            LEFT JOIN names a ON a.import_id = s.t_import LEFT JOIN names b ON b.import_id = s.c_import
            ORDER BY abs(s.gap) DESC, s.c_import, s.c_line, s.t_import, s.t_line
            """,
        )
        return int(total), found
    finally:
        con.close()
