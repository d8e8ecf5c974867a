"""Say in one line what is missing when the Python is too old."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons are who this speaks to
    sys.exit(f"Daozhang needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 run")
