"""Every exception of the product, on one page.

    DaozhangError                 a text of the catalogue with its facts; shown as it is, never as a trace
    ├── RefusedError              the product says no: what is possible instead is in the text
    ├── InputError                a file or an argument cannot be used; the rest of the work goes on
    │   └── UnclaimedError        no format, or more than one, knows the file
    ├── WorkspaceError            the workspace is missing, locked, full or not ours
    └── OutsideError              something outside did not answer: mail server, database, cluster

Bad *data* is not an exception: a row that cannot be read is a reject, a difference is a break. A bug is an ``assert``.
"""

from __future__ import annotations


class DaozhangError(Exception):
    """Carries the key of a text in the catalogue and the facts that fill it; doors render it in the user's language."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key, facts)
        self.key = key
        self.facts = facts

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.key} ({shown})" if shown else self.key


class RefusedError(DaozhangError):
    """The product says no, and says what is possible instead."""


class InputError(DaozhangError):
    """A file or an argument cannot be used."""


class UnclaimedError(InputError):
    """No format, or more than one, knows the file."""


class WorkspaceError(DaozhangError):
    """The workspace is missing, locked, full or not ours."""


class OutsideError(DaozhangError):
    """Something outside did not answer."""
