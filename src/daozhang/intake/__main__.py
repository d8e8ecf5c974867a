"""Starts the bounded reader (``intake.child``) on the open socket whose number is the one argument."""

from __future__ import annotations

import sys

from daozhang.intake.unused import WithoutUnused

if __name__ == "__main__":
    sys.meta_path.insert(0, WithoutUnused())  # before anything loads Arrow
    from daozhang.intake.child import main

    main(int(sys.argv[1]))
