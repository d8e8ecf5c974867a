"""Everything people and clocks change, in SQLite or PostgreSQL: imports, runs, findings, cases, notices, audit."""
