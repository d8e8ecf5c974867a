"""What 支付宝 bills share where they are read set-wise: where the table begins."""

from __future__ import annotations

from daozhang.formats.alipay import stated_account
from daozhang.formats.base import Source
from daozhang.formats.lines import first_records
from daozhang.formats.projected_table import Table


def table_of(source: Source, known_by: tuple[str, ...]) -> Table | None:
    """Return the table whose header names all of these columns, None when it does not stand where it should."""
    account, found = "", None
    for record, columns in first_records(source):
        if found is not None and not record.is_blank:
            header_line, header, width = found
            return Table(header, header_line + 1, max(width, len(record.cells)), account)
        if record.text.startswith("#"):
            account = stated_account(record.text) or account
        elif found is None and columns.has(*known_by):
            found = (record.line_no, columns, len(record.cells))
    return None
