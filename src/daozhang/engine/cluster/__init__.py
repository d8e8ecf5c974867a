"""The bulk of the settlement day on a cluster: Spark, or Sail by Spark Connect.

What grows with the number of payments is read on the cluster: the journal and the clearing lines, their day counts, the
control totals, and the choice of rows that must be looked at. What remains, a few per cent, comes to the embedded engine
and is matched and judged there by the same code. There is one source of rules: the statements of the engine, turned into
Spark's SQL on their way (``dialect``). Every result of the cluster is a stage in Parquet (``stages``): a run that was
stopped goes on where it was.
"""
