"""The engine's own SQL as Spark reads it: one statement in, the same meaning out.

sqlglot turns what both know. This module turns what it cannot know: hashes and their shifts, moments in microseconds,
``GROUP BY ALL``, sums that do not overflow. A function that nobody has looked at is refused, so that a statement never
means something else on a cluster without a test having said so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot import exp

Variables = Callable[[str], exp.Expr]
"""Name of a variable of the connection → its value as a literal."""

KNOWN: Final = frozenset({"xxhash64", "shiftrightunsigned", "unix_micros"})
"""Functions sqlglot has no node for that mean on Spark what this module writes them for."""
SUM_TYPE: Final = "DECIMAL(20, 0)"
"""What whole numbers are summed as: DuckDB's sums are wider than its numbers, Spark's are not."""


class NotPortableError(AssertionError):
    """A statement of ours uses something that no cluster is known to read the same way."""


def to_spark(tree: exp.Expr, *, salt: int, variables: Variables) -> str:
    """Return one query as Spark SQL. ``salt`` stands for every unsigned literal in a hash (see ``stages``)."""
    turned = tree.copy()
    for select in list(turned.find_all(exp.Select)):
        _group_all(select)
    # From the leaves up: what is turned may hold something that is turned too.
    for node in reversed(list(turned.find_all(exp.BitwiseRightShift, exp.Sum, exp.Anonymous, exp.Join))):
        new = _turn(node, salt, variables)
        if new is not node:
            node.replace(new)
    for node in turned.find_all(exp.Anonymous):
        if node.name.lower() not in KNOWN:
            raise NotPortableError(f"{node.name} has no meaning on a cluster: {tree.sql('duckdb')}")
    for star in turned.find_all(exp.Star):
        if star.args.get("replace") or star.args.get("except_") or star.args.get("except"):
            raise NotPortableError(f"a star with exceptions has no meaning on a cluster: {tree.sql('duckdb')}")
    return turned.sql(dialect="spark", identify=True, comments=False)


def _turn(node: exp.Expr, salt: int, variables: Variables) -> exp.Expr:
    if isinstance(node, exp.BitwiseRightShift):
        return exp.Anonymous(this="shiftrightunsigned", expressions=[node.this, node.expression])
    if isinstance(node, exp.Sum):
        return exp.Sum(this=exp.cast(node.this, SUM_TYPE))
    if isinstance(node, exp.Anonymous):
        return _turn_call(node, salt, variables)
    if isinstance(node, exp.Join) and node.args.get("kind") in {"SEMI", "ANTI"}:
        _turn_half_join(node)
    return node


def _turn_half_join(join: exp.Join) -> None:
    """Say of a semi or anti join which side it keeps, and by which columns of which side: Sail takes no names for both."""
    join.set("side", "LEFT")
    names = join.args.get("using")
    if not names:
        return
    select = join.parent
    assert isinstance(select, exp.Select)
    left, right = select.args["from_"].this.alias_or_name, join.this.alias_or_name
    same = [exp.column(name.name, left).eq(exp.column(name.name, right)) for name in names]
    join.set("using", None)
    join.set("on", exp.and_(*same))


def _turn_call(node: exp.Anonymous, salt: int, variables: Variables) -> exp.Expr:
    name = node.name.lower()
    if name == "getvariable":
        return variables(node.expressions[0].name)
    if name == "hash":
        return exp.Anonymous(this="xxhash64", expressions=_hashed(node.expressions, salt))
    if name == "epoch_us":
        moment = exp.Cast(this=node.expressions[0], to=exp.DataType.build("TIMESTAMPLTZ"))
        return exp.Anonymous(this="unix_micros", expressions=[moment])
    return node


def _hashed(parts: list[exp.Expr], salt: int) -> list[exp.Expr]:
    """Return the parts of a hash. Spark's leaves out what is NULL, so each column also says whether it is there."""
    said: list[exp.Expr] = []
    for part in parts:
        if isinstance(part, exp.Cast) and part.to.sql(dialect="duckdb") == "UBIGINT":
            said.append(exp.cast(exp.Literal.number(salt), "BIGINT"))
            continue
        said.append(part)
        if not isinstance(part, exp.Literal):
            said.append(exp.Is(this=part.copy(), expression=exp.Null()))
    return said


def _group_all(select: exp.Select) -> None:
    """Name by their places the columns that ``GROUP BY ALL`` groups by: those without an aggregate."""
    group = select.args.get("group")
    if group is None or not group.args.get("all"):
        return
    places = [
        exp.Literal.number(place)
        for place, column in enumerate(select.expressions, start=1)
        if not column.find(exp.AggFunc)
    ]
    select.set("group", exp.Group(expressions=places) if places else None)
