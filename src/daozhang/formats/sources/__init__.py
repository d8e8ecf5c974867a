"""One module per source format; they do not know each other."""
