"""What a reader does without: Arrow loads it wherever it is installed, and that is most of its start.

Loaded on its own, before anything else of ``intake``.
"""

from __future__ import annotations

from typing import Final

UNUSED: Final = ("numpy", "pandas")
"""Twelve and forty-five megabytes."""


class WithoutUnused:
    """Lets what no reader uses not be found."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002 - Python's own names
        """Return nothing, so that the next finder is asked; ModuleNotFoundError for what is unused."""
        if name in UNUSED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
