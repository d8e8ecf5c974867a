bench-title = Benchmark (ratio of each work to its bare limit)
bench-no-sample = not measured: no sample with rows that can be repeated
bench-not-finished = not finished within its processor time, or it cannot read this file
