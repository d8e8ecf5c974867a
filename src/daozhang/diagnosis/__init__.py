"""Breaks → incidents → causes with evidence. ``explain`` is the door: see ``diagnosis/explain.py``."""
