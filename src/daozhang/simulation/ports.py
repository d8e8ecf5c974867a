"""The places at which the product touches the world, and what stands there in a simulation.

The clock, the numbers of chance that name imports, the process that reads files, the engine that judges, the server that
takes letters: five ports. Everything between them is the product as it is, on a real SQLite database.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from types import ModuleType, TracebackType
from typing import Any, Final, Self

from daozhang.desk import clock, imports, notices, settle_day
from daozhang.flows.settlement_day import Ledger
from daozhang.formats.base import Given
from daozhang.intake.child import Reader
from daozhang.intake.read_file import given_on_wire
from daozhang.intake.reading import Bytes, Reading
from daozhang.simulation.clock import SimulatedClock
from daozhang.simulation.mail_port import MailPort
from daozhang.simulation.plain_ledger import PlainLedger

_READERS: Final[dict[str, Reader]] = {}


class InProcessReader:
    """Reads files with the reader of the bounded child, here and without a child: a process for each would cost a second."""

    def __init__(
        self, *, token_key: bytes, memory_mb: int, cpu_s: int, threads: int, mappings: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Take what ``BoundedReader`` takes; one reader serves all simulations of a key."""
        hello = {
            "token_key": token_key.hex(),
            "memory_mb": memory_mb,
            "cpu_s": cpu_s,
            "threads": threads,
            "mappings": list(mappings),
        }
        self._reader = _READERS.setdefault(repr(hello), Reader(hello, is_bounded=False))

    def read(
        self, content: Bytes, *, name: str, given: Given, format_code: str, import_id: str, folder: Path
    ) -> Reading:
        """Return what the file holds; its parts are in ``folder``."""
        request = {
            "name": name,
            "given": given_on_wire(given),
            "format": format_code,
            "import_id": import_id,
            "folder": str(folder),
        }
        return self._reader.read(request, b"".join(content.chunks()), -1)

    def interrupt(self) -> None:
        """Do nothing: nobody waits for this reader."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep the reader for the next file."""


@contextmanager
def simulated(
    time: SimulatedClock, mail: MailPort, names: Random, *, ledger: type[Ledger] = PlainLedger
) -> Iterator[None]:
    """Put the simulated ports in the place of the real ones until the block ends."""

    def token_hex(size: int | None = None) -> str:
        return names.randbytes(size or 32).hex()

    with ExitStack() as stack:
        stack.enter_context(clock.told_by(time.now))
        stack.enter_context(_instead(secrets, "token_hex", token_hex))
        stack.enter_context(_instead(imports, "BoundedReader", InProcessReader))
        stack.enter_context(_instead(settle_day, "DuckLedger", ledger))
        stack.enter_context(_instead(notices, "CHANNELS", {"email": mail.send}))
        yield


@contextmanager
def _instead(module: ModuleType, name: str, stands: object) -> Iterator[None]:
    real = getattr(module, name)
    setattr(module, name, stands)
    try:
        yield
    finally:
        setattr(module, name, real)
