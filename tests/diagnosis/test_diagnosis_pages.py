"""The reference pages follow the code: causes word for word, breaks by heading and fact."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from test_diagnosis_scenarios import SCENARIOS

from daozhang.breaks import BreakType

REPO = Path(__file__).parent.parent.parent


def test_the_page_of_causes_is_what_the_tool_writes() -> None:
    done = subprocess.run([sys.executable, "tools/write_causes_page.py", "--check"], cwd=REPO, check=False)
    assert done.returncode == 0, "run tools/write_causes_page.py"


def test_every_break_type_has_its_heading_and_no_other_has() -> None:
    page = (REPO / "docs/reference/breaks.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == {kind.value for kind in BreakType}


def test_every_fact_a_rule_reads_is_on_the_page() -> None:
    page = (REPO / "docs/reference/breaks.md").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (REPO / "src/daozhang/diagnosis").rglob("*.py"))
    read = set(re.findall(r'(?:number|amount|flag|word|day|moment|rate)\(found, "(\w+)"\)', code))
    assert len(read) > 60
    assert {name for name in read if f"`{name}`" not in page} == set()
    used = {name for _, _, facts, _, _ in SCENARIOS for name in facts} - {"keys"}
    assert {name for name in used if f"`{name}`" not in page} == set()
