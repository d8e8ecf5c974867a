"""The text of a PDF, page by page: a program of its own, so that a hostile file costs this process and nothing else.

Reads the file from standard input and writes a JSON list of texts. It ends with status 3 where the file cannot be read.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Final

MEMORY_BYTES: Final = 1024 * 1024 * 1024
SECONDS: Final = 50
MOST_PAGES: Final = 2_000


def main() -> int:
    """Read, write, and return the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    from pypdf import PdfReader  # noqa: PLC0415 - only this process needs it

    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        texts = [page.extract_text() for page in reader.pages[: MOST_PAGES + 1]]
    except Exception:  # noqa: BLE001 - whatever the file does to its reader, the answer is that it cannot be read
        return 3
    sys.stdout.write(json.dumps(texts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
