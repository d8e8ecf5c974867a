"""Our statements in Spark's words: what sqlglot cannot know, and what is refused."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from daozhang.engine.cluster.dialect import NotPortableError, to_spark
from daozhang.engine.cluster.statements import (
    makes_few,
    numbered,
    parsed,
    relations,
    without_order,
)


def spark(sql: str, salt: int = 7) -> str:
    query = parsed(sql).query
    assert query is not None
    values = {"as_of": "TIMESTAMP '2026-11-25 09:00:00'"}
    return to_spark(query, salt=salt, variables=lambda name: parse_one(values[name], read="duckdb"))


def query_of(sql: str) -> exp.Query:
    query = parsed(sql).query
    assert query is not None
    return query


def test_a_hash_says_what_is_null_and_takes_the_salt_of_the_stages() -> None:
    said = spark("SELECT (hash(rrn, 123::UBIGINT) >> 14)::BIGINT AS h FROM t")

    assert said == (
        "SELECT CAST((SHIFTRIGHTUNSIGNED(XXHASH64(`rrn`, `rrn` IS NULL, CAST(7 AS BIGINT)), 14)) AS BIGINT) AS `h` FROM `t`"
    )


def test_a_hash_in_a_hash_is_turned_too() -> None:
    assert spark("SELECT sum((hash(hash(a)) >> 1)::BIGINT) FROM t").count("XXHASH64") == 3


def test_whole_numbers_are_summed_in_decimals() -> None:
    assert spark("SELECT sum(h) FROM t") == "SELECT SUM(CAST(`h` AS DECIMAL(20, 0))) FROM `t`"


def test_groups_by_all_are_named_by_their_places() -> None:
    said = spark("SELECT a, count(*) FILTER (b = 'x') AS n, c FROM t GROUP BY ALL")

    assert said == "SELECT `a`, COUNT(*) FILTER(WHERE `b` = 'x') AS `n`, `c` FROM `t` GROUP BY 1, 3"


def test_half_joins_name_their_columns_on_both_sides() -> None:
    said = spark("SELECT s.a FROM t s SEMI JOIN u USING (a, b)")

    assert said == "SELECT `s`.`a` FROM `t` AS `s` LEFT SEMI JOIN `u` ON `s`.`a` = `u`.`a` AND `s`.`b` = `u`.`b`"


def test_variables_become_what_they_hold() -> None:
    assert "CAST('2026-11-25 09:00:00' AS TIMESTAMP_NTZ)" in spark("SELECT 1 FROM t WHERE a <= getvariable('as_of')")


@pytest.mark.parametrize(
    "sql", ["SELECT epoch_ns(a) FROM t", "SELECT * REPLACE (1 AS a) FROM t", "SELECT * EXCLUDE (a) FROM t"]
)
def test_what_nobody_has_looked_at_is_refused(sql: str) -> None:
    with pytest.raises(NotPortableError):
        spark(sql)


def test_the_order_of_a_result_is_made_afterwards() -> None:
    bare, order = without_order(query_of("SELECT t.a, count(*) AS n FROM t GROUP BY ALL ORDER BY t.a DESC, n"))

    assert bare.args.get("order") is None
    assert order == "ORDER BY a DESC, n"


def test_an_order_by_what_is_not_in_the_result_is_ours_to_notice() -> None:
    with pytest.raises(AssertionError, match="names no column"):
        without_order(query_of("SELECT a FROM t ORDER BY b"))


def test_plain_row_numbers_are_given_here() -> None:
    bare, numbers = numbered(query_of("SELECT row_number() OVER () AS rid, x.* FROM t x"))

    assert numbers == 'row_number() OVER () AS "rid", '
    assert bare.sql(dialect="duckdb") == "SELECT x.* FROM t AS x"


def test_statements_say_what_they_read_and_do() -> None:
    made = parsed("CREATE OR REPLACE TEMP TABLE d AS WITH k AS (SELECT * FROM a) SELECT * FROM k JOIN b USING (i)")

    assert (made.what, made.target) == ("table", "d")
    assert made.query is not None
    assert relations(made.query) == {"a", "b"}
    assert (parsed("INSERT INTO d SELECT 1 FROM a").what, parsed("INSERT INTO d SELECT 1 FROM a").target) == (
        "insert",
        "d",
    )
    assert makes_few(query_of("SELECT DISTINCT a FROM t"))
    assert not makes_few(query_of("SELECT a FROM t"))
