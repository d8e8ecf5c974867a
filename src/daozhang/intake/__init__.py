"""Intake: a file's bytes become typed rows, control lines and set-aside lines, and no row is ever lost.

The order of the story is ``flows.import_files``; what touches a file's content runs in a bounded child (``child``).
"""
