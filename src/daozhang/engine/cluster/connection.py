"""The engine's connection when the bulk is on a cluster: the same statements, each worked out where its rows are.

A statement that reads the lake's bulk tables, or a view over them, runs on the cluster; its rows become a stage in
Parquet and the embedded engine reads them from there. Every other statement runs in the embedded engine as ever. What a
statement of the cluster reads of ours (contracts, dirty buckets, rows that are looked at) is brought there as a stage.

Whatever stands on the cluster is named by its content: a view by its text, a stage by its statement, a table of ours
by its rows. So the name of a statement's stage says everything its rows depend on.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq
from sqlglot import exp, parse_one

from daozhang.engine.cluster.dialect import NotPortableError, to_spark
from daozhang.engine.cluster.lake import Lake
from daozhang.engine.cluster.sessions import Session
from daozhang.engine.cluster.stages import Stages, digest
from daozhang.engine.cluster.statements import (
    Statement,
    derived_tables,
    makes_few,
    numbered,
    parsed,
    relations,
    rename,
    renamed,
    without_order,
)
from daozhang.engine.inputs import quoted
from daozhang.records import Table

BULK: Final = frozenset({"transactions", "clearings", "orders"})
"""Tables of the lake that grow with the payments."""
STAYS: Final = frozenset({"o"})
"""Results as large as the lake that the embedded engine only looks into: it reads them where they are, but what is
hashed of them is hashed on the cluster, because the two engines hash differently."""
_CHANGES: Final = re.compile(
    r"\s*(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP(?:ORARY)?\s+)?(?:TABLE|VIEW)|INSERT\s+INTO|UPDATE|DELETE\s+FROM|ALTER\s+TABLE"
    r"|DROP\s+(?:TABLE|VIEW)(?:\s+IF\s+EXISTS)?)\s+\"?(\w+)",
    re.IGNORECASE,
)


class ClusterConnection:
    """Has the face of a DuckDB connection as far as the engine uses one: execute, executemany, fetch, close."""

    def __init__(self, local: duckdb.DuckDBPyConnection, session: Session, stages: Stages, lake: Lake) -> None:
        self._local = local
        self._session = session
        self._stages = stages
        self._lake = lake
        self._remote: dict[str, str] = {}
        """Views over bulk tables: our name → the cluster's. Whoever reads one runs on the cluster."""
        self._copies: dict[str, str] = {}
        """Tables of ours whose rows are a stage as they are: our name → the cluster's."""
        self._named: set[str] = set()
        self._passing: list[str] = []
        self._temporary = 0

    def execute(self, sql: str, parameters: Sequence[object] | None = None) -> duckdb.DuckDBPyConnection:
        """Run one statement where its rows are; what it returns is fetched from the result as from DuckDB's own."""
        self._drop_passing()
        if not self._may_pull(sql):
            change = _CHANGES.match(sql)
            if change:
                self._changed(change.group(1).lower())
            return self._local.execute(sql, parameters) if parameters is not None else self._local.execute(sql)
        statement = parsed(sql)
        if statement.query is None or parameters:
            raise NotPortableError(f"a statement over the lake's bulk cannot be turned: {sql}")
        if statement.what == "view":
            self._view(statement)
            return self._local
        if statement.what == "table":
            return self._table(statement)
        if statement.what == "insert":
            self._changed(statement.target)
            return self._local.execute(f"INSERT INTO {statement.target} {self._rows(statement.query)}")
        if statement.what == "select":
            return self._local.execute(self._rows(statement.query))
        raise NotPortableError(f"a statement over the lake's bulk cannot be turned: {sql}")

    def executemany(self, sql: str, parameters: Sequence[Sequence[object]]) -> duckdb.DuckDBPyConnection:
        """Run one statement of the embedded engine for many rows."""
        change = _CHANGES.match(sql)
        if change:
            self._changed(change.group(1).lower())
        return self._local.executemany(sql, parameters)

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row of the last result."""
        return self._local.fetchone()

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows of the last result."""
        return self._local.fetchall()

    @property
    def description(self) -> list[tuple[Any, ...]]:
        """Return the columns of the last result."""
        columns: list[tuple[Any, ...]] = self._local.description
        return columns

    def close(self) -> None:
        """Close the embedded engine; the session belongs to who opened it."""
        self._local.close()

    def _may_pull(self, sql: str) -> bool:
        names = set(re.findall(r"\w+", sql.lower()))
        return bool(names & (BULK | self._remote.keys())) or (
            "hash" in names and bool(names & STAYS & self._copies.keys())
        )

    def _pulling(self, query: exp.Expr) -> set[str]:
        """Return what of that which a query reads makes it a query for the cluster."""
        reads = relations(query)
        hashes = any(call.name.lower() == "hash" for call in query.find_all(exp.Anonymous))
        return {name for name in reads if name in self._remote or (hashes and name in STAYS & self._copies.keys())}

    def _changed(self, name: str) -> None:
        self._copies.pop(name, None)
        self._remote.pop(name, None)

    def _view(self, statement: Statement) -> None:
        """Make a view: on the cluster when it reads bulk, else here."""
        query, name = statement.query, statement.target
        assert query is not None
        self._changed(name)
        if name in BULK and list(query.find_all(exp.ReadParquet)):
            found: dict[str, str] = {}
            turned = self._lake.named(query, name, lambda view, urls, table: self._read(view, urls, found, table))
            self._remote[name] = self._define(turned, found)
        elif self._pulling(query):
            self._remote[name] = self._define(*self._prepared(query))
        else:
            self._local.execute(statement.tree.sql(dialect="duckdb"))

    def _read(self, view: str, urls: Sequence[str], found: dict[str, str], table: Table | None) -> None:
        if view not in self._named:
            self._session.read(view, urls, table)
            self._named.add(view)
        found[view] = view

    def _define(self, query: exp.Query, names: dict[str, str]) -> str:
        sql = self._spark_sql(renamed(query, names))
        view = f"v_{digest(sql)}"
        if view not in self._named:
            self._session.define(view, sql)
            self._named.add(view)
        return view

    def _table(self, statement: Statement) -> duckdb.DuckDBPyConnection:
        query, name = statement.query, statement.target
        assert query is not None
        rows, stage = self._rows_and_stage(query)
        self._changed(name)
        if stage and name in STAYS and self._stages.place.is_local:
            made = self._local.execute(f"CREATE OR REPLACE VIEW {name} AS {rows}")
        else:
            temporary = "TEMP " if statement.tree.find(exp.TemporaryProperty) else ""
            replace = "OR REPLACE " if statement.tree.args.get("replace") else ""
            made = self._local.execute(f"CREATE {replace}{temporary}TABLE {name} AS {rows}")
        if stage:
            self._copies[name] = stage
        return made

    def _rows(self, query: exp.Query) -> str:
        return self._rows_and_stage(query)[0]

    def _rows_and_stage(self, query: exp.Query) -> tuple[str, str]:
        """Return the embedded engine's SQL of the rows of a query, and their stage when they are one as it is."""
        if not self._pulling(query):
            return query.sql(dialect="duckdb"), ""
        if query.find(exp.With):
            return self._rows_and_stage(self._without_ctes(query))
        reduced = self._with_reduced(query)
        if reduced is not None:
            return reduced.sql(dialect="duckdb"), ""
        bare, order = without_order(query)
        bare, numbers = numbered(bare)
        stage = self._stage(bare)
        return f"SELECT {numbers}* FROM {self._source(stage)} {order}", "" if numbers else stage

    def _without_ctes(self, query: exp.Query) -> exp.Query:
        """Work out each common table expression by itself, where its rows are, and return the rest of the query."""
        rest = query.copy()
        for clause in reversed(list(rest.find_all(exp.With))):
            assert not clause.recursive
            holder = clause.parent
            assert isinstance(holder, exp.Query)
            names: dict[str, str] = {}
            for cte in clause.expressions:
                body = renamed(cte.this, names)
                assert isinstance(body, exp.Query)
                names[cte.alias.lower()] = self._passing_table(self._rows(body))
            holder.set("with_", None)
            rename(holder, names)
        return rest

    def _with_reduced(self, query: exp.Query) -> exp.Query | None:
        """Return the query over what its derived tables make of the bulk, if they alone read it and make little of it."""
        rest = query.copy()
        few = [one for one in derived_tables(rest) if self._pulling(one) and makes_few(one.this)]
        if not few or self._pulling(rest) - {name for one in few for name in relations(one)}:
            return None
        for one in few:
            name = self._passing_table(self._rows(one.this))
            alias = exp.TableAlias(this=exp.to_identifier(one.alias or name))
            one.replace(exp.Table(this=exp.to_identifier(name), alias=alias))
        return None if self._pulling(rest) else rest

    def _passing_table(self, rows: str) -> str:
        self._temporary += 1
        name = f"passing_{self._temporary}"
        self._local.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {rows}")
        self._passing.append(name)
        return name

    def _drop_passing(self) -> None:
        for name in self._passing:
            self._local.execute(f"DROP TABLE IF EXISTS {name}")
        self._passing.clear()

    def _prepared(self, query: exp.Query) -> tuple[exp.Query, dict[str, str]]:
        """Return the query and the cluster's names of all it reads; what is ours alone is worked out here and brought there."""
        turned = query.copy()
        names: dict[str, str] = {}
        for derived in derived_tables(turned):
            reads = relations(derived)
            if self._pulling(derived):
                continue
            if reads and not reads <= self._copies.keys():
                view = self._bring(derived.this.sql(dialect="duckdb"))
                alias = exp.TableAlias(this=exp.to_identifier(derived.alias or view))
                derived.replace(exp.Table(this=exp.to_identifier(view), alias=alias))
                names[view] = view
        for name in relations(turned) - names.keys():
            names[name] = self._remote.get(name) or self._copy(name)
        return turned, names

    def _copy(self, name: str) -> str:
        stage = self._copies.get(name)
        return self._stage_view(stage) if stage else self._bring(f"SELECT * FROM {name}")

    def _stage(self, query: exp.Query) -> str:
        """Return the stage that holds the rows of a query over bulk; it is worked out unless it is there already."""
        turned, names = self._prepared(query)
        sql = self._spark_sql(renamed(turned, names))
        stage = f"s_{digest(sql)}"
        if not self._stages.is_done(stage):
            self._stages.begin(stage)
            folder = self._stages.folder(stage)
            self._session.write(sql, self._stages.place.url(folder, scheme=self._session.scheme))
            if not self._stages.place.has_rows(folder):
                self._write_nothing(sql, folder)
            self._stages.finish(stage)
        return stage

    def _write_nothing(self, sql: str, folder: str) -> None:
        """Write the columns of a result without rows: a cluster may write no file at all."""
        place = self._stages.place
        place.make(folder)
        pq.write_table(self._session.columns(sql), place.path(f"{folder}/none.parquet"), filesystem=place.fs)

    def _stage_view(self, stage: str) -> str:
        url = self._stages.place.url(self._stages.folder(stage), scheme=self._session.scheme)
        self._read(stage, [url], {}, None)
        return stage

    def _source(self, stage: str) -> str:
        """Return what the embedded engine reads a stage from."""
        folder = self._stages.folder(stage)
        if self._stages.place.is_local:
            return f"read_parquet({quoted(self._stages.place.path(folder) + '/*.parquet')})"
        self._local.execute("SELECT 1").fetchall()  # what was not fetched to its end would be in the way
        self._local.register(stage, self._stages.place.rows(folder))
        return stage

    def _bring(self, sql: str) -> str:
        """Make a stage of rows of ours and return the cluster's name of them."""
        described = self._local.execute(f"DESCRIBE {sql}").fetchall()
        columns = [
            f'"{name}"::DECIMAL(38,0) AS "{name}"' if kind == "HUGEINT" else f'"{name}"' for name, kind, *_ in described
        ]
        said = self._local.execute(f"SELECT count(*), sum(hash(x)) FROM ({sql}) x").fetchone()
        stage = f"u_{digest(str(described), str(said))}"
        if not self._stages.is_done(stage):
            with tempfile.TemporaryDirectory(prefix="daozhang-stage-") as folder:
                file = Path(folder) / "rows.parquet"
                self._local.execute(
                    f"COPY (SELECT {', '.join(columns)} FROM ({sql})) TO {quoted(file.as_posix())} (FORMAT parquet)"
                )
                self._stages.bring(stage, file)
        return self._stage_view(stage)

    def _spark_sql(self, tree: exp.Expr) -> str:
        return to_spark(tree, salt=self._stages.salt, variables=self._variable)

    def _variable(self, name: str) -> exp.Expr:
        row = self._local.execute(
            f"SELECT getvariable({quoted(name)})::VARCHAR, typeof(getvariable({quoted(name)}))"
        ).fetchone()
        assert row is not None
        return parse_one(f"{quoted(row[0])}::{row[1]}", read="duckdb")
