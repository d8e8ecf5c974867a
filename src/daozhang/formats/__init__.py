"""How each source's files are written: one module and one sample folder per format; ``REGISTRY`` is a tuple to read."""
