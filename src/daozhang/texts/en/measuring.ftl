bench-title = Benchmark (ratio of each work to its bare limit)
