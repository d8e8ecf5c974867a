"""The page of the API is what the API says of itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).parent.parent.parent


def test_the_page_is_what_the_server_describes() -> None:
    done = subprocess.run([sys.executable, "tools/write_api_page.py", "--check"], cwd=REPO, check=False)
    assert done.returncode == 0, "run tools/write_api_page.py"


def test_every_operation_has_its_heading() -> None:
    from daozhang.api.urls import api

    page = (REPO / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    described = api.get_openapi_schema(path_prefix="/api/v1/")
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"## {method.upper()} {path}\n" in page
