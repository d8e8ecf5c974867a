"""The interchange tables: one schema each, the words everyone uses.

A row of any source becomes a row of one of these tables. Money is BIGINT minor units, moments are local wall-clock
time of Asia/Shanghai without a zone (a source's own offset is converted while reading), days are dates, ids are text.
In the lake each row also carries ``import_id``, ``line_no`` and ``fp`` (see ``LAKE_COLUMNS``).
"""

from daozhang.records.evidence import Evidence
from daozhang.records.tables import (
    BOOK_TABLES,
    FACT_TABLES,
    LAKE_COLUMNS,
    TABLES,
    Column,
    ColumnType,
    Table,
    table_named,
)

__all__ = [
    "BOOK_TABLES",
    "FACT_TABLES",
    "LAKE_COLUMNS",
    "TABLES",
    "Column",
    "ColumnType",
    "Evidence",
    "Table",
    "table_named",
]
