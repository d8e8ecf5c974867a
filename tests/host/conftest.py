"""The messages that the format tests put together, and their reading sink, serve the host's tests too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "formats"))
