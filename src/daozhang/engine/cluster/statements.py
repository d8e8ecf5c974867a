"""What a statement of the engine does, and which of its parts a cluster has to work out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: ``what`` it does (table, view, insert, copy, select) to ``target`` with the rows of ``query``."""

    what: str
    target: str
    query: exp.Query | None
    tree: exp.Expr


@lru_cache(maxsize=512)
def parsed(sql: str) -> Statement:
    """Return what ``sql`` does. The trees are shared: copy before changing one."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    if isinstance(tree, exp.Create):
        query = tree.expression
        what = "view" if tree.kind == "VIEW" else "table"
        return Statement(what, _name(tree.this), query if isinstance(query, exp.Query) else None, tree)
    if isinstance(tree, exp.Insert):
        query = tree.expression
        return Statement("insert", _name(tree.this), query if isinstance(query, exp.Query) else None, tree)
    if isinstance(tree, exp.Copy):
        inner = tree.this.this if isinstance(tree.this, exp.Subquery) else None
        return Statement("copy", "", inner if isinstance(inner, exp.Query) else None, tree)
    if isinstance(tree, exp.Query):
        return Statement("select", "", tree, tree)
    return Statement("other", _name(tree.this), None, tree)


def _name(node: object) -> str:
    table = node.find(exp.Table) if isinstance(node, exp.Expr) else None
    return table.name.lower() if table is not None else ""


def relations(tree: exp.Expr) -> set[str]:
    """Return the names of the tables and views that ``tree`` reads, without its own common table expressions."""
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    return {table.name.lower() for table in tree.find_all(exp.Table) if table.name} - own


def rename(tree: exp.Expr, names: dict[str, str]) -> None:
    """Let ``tree`` read other tables, each still called what it was called."""
    for table in list(tree.find_all(exp.Table)):
        new = names.get(table.name.lower())
        if new is not None:
            alias = table.alias or table.name
            table.set("this", exp.to_identifier(new))
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))


def renamed(tree: exp.Expr, names: dict[str, str]) -> exp.Expr:
    """Return a copy of ``tree`` that reads other tables."""
    turned = tree.copy()
    rename(turned, names)
    return turned


def derived_tables(tree: exp.Expr) -> list[exp.Subquery]:
    """Return the outermost queries in FROM and JOIN: each is worked out by itself, whatever row stands beside it."""
    nodes = tree.find_all(exp.Subquery)
    return [one for one in nodes if isinstance(one.parent, exp.From | exp.Join) and isinstance(one.this, exp.Query)]


def makes_few(query: exp.Expr) -> bool:
    """Return whether a query gives groups or distinct rows and not the rows it reads."""
    return isinstance(query, exp.Select) and bool(query.args.get("distinct") or query.args.get("group"))


def without_order(query: exp.Query) -> tuple[exp.Query, str]:
    """Return the query without its last ORDER BY, and that clause: the rows of a cluster come in any order.

    Only an order by places, by ALL or by names of result columns can be made afterwards.
    """
    order = query.args.get("order")
    if order is None or query.args.get("limit") is not None:
        return query, ""
    bare = query.copy()
    bare.set("order", None)
    columns = {column.alias_or_name for column in bare.selects}
    for one in order.expressions:
        term = one.this
        fits = isinstance(term, exp.Literal | exp.Var) or (isinstance(term, exp.Column) and term.name in columns)
        assert fits, f"the order of a query that runs on a cluster names no column of it: {query.sql('duckdb')}"
        if isinstance(term, exp.Column):
            term.set("table", None)
    return bare, order.sql(dialect="duckdb")


def numbered(query: exp.Query) -> tuple[exp.Query, str]:
    """Return the query without its plain row numbers, and their names as a SELECT list to be put before it."""
    if not isinstance(query, exp.Select):
        return query, ""
    kept, numbers = [], []
    for column in query.expressions:
        window = column.this if isinstance(column, exp.Alias) else column
        plain = isinstance(window, exp.Window) and isinstance(window.this, exp.RowNumber)
        if plain and not window.args.get("partition_by") and window.args.get("order") is None:
            numbers.append(f'row_number() OVER () AS "{column.alias}", ')
        else:
            kept.append(column)
    if not numbers:
        return query, ""
    bare = query.copy()
    bare.set("expressions", [column.copy() for column in kept])
    return bare, "".join(numbers)
