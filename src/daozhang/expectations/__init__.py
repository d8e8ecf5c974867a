"""What is due: on which clearing day a payment counts, by when its money must be there, until when it may go back."""

from daozhang.expectations.due import (
    Due,
    NotPublished,
    Skipped,
    cleared_on,
    due_at,
    final_on,
    naive_due_at,
    naive_due_on,
)
from daozhang.expectations.table import DUE_COLUMNS, DueRow, Terms, due_table
from daozhang.expectations.windows import expected_after
from daozhang.expectations.working_time import DAY_END, DAY_START, working_deadline

__all__ = [
    "DAY_END",
    "DAY_START",
    "DUE_COLUMNS",
    "Due",
    "DueRow",
    "NotPublished",
    "Skipped",
    "Terms",
    "cleared_on",
    "due_at",
    "due_table",
    "expected_after",
    "final_on",
    "naive_due_at",
    "naive_due_on",
    "working_deadline",
]
