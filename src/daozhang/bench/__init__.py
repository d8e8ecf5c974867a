"""The yardstick: months of known truth, what a run found of it, and what it cost beside other tools on the same files."""
