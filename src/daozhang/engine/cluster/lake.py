"""The lake as a cluster sees it: the same folder, or an object store to which each visible part is brought once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlglot import exp

from daozhang.engine.cluster.places import Place
from daozhang.engine.cluster.stages import digest
from daozhang.records import Table, table_named

Reader = Callable[[str, Sequence[str], Table | None], Any]
"""Told the cluster's name for files, their URLs and the table they hold (None: as the files say)."""


class Lake:
    """Parts of a workspace under ``root``; ``place`` is where a cluster finds them, None where they are."""

    def __init__(self, root: Path, place: Place | None, *, scheme: str) -> None:
        self._root = root
        self._place = place
        self._scheme = scheme

    def named(self, query: exp.Query, table: str, read: Reader) -> exp.Query:
        """Return the query over named files instead of listed ones; ``read`` is told each name with its files."""
        turned = query.copy()
        for source in list(turned.find_all(exp.ReadParquet)):
            paths = [literal.name for literal in source.expressions[0].find_all(exp.Literal) if literal.is_string]
            holder = source.parent
            assert isinstance(holder, exp.Table)
            sizes = [str(Path(path).stat().st_size) for path in paths]
            view = f"l_{digest(table, *paths, *sizes)}"
            read(view, [self._url(path) for path in paths], table_named(table))
            holder.replace(exp.Table(this=exp.to_identifier(view)))
        return turned

    def _url(self, path: str) -> str:
        if self._place is None:
            return f"file://{path}"
        name = f"lake/{Path(path).relative_to(self._root).as_posix()}"
        self._place.copy_in(Path(path), name)
        return self._place.url(name, scheme=self._scheme)
