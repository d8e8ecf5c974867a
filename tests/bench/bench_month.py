"""How large the tests' months are, and what is left out of them."""

from __future__ import annotations

SIZE = 12_000
OPEN: tuple[str, ...] = ()
"""Planted differences that the engine does not say yet as they are documented; each has a test of its own."""
