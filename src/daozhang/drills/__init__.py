"""Plans, their linter, and drills: what is practised before it is needed, as functions of values."""
