"""Write docs/reference/causes.md from the catalogue, its words and the playbooks. ``--check`` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from daozhang.diagnosis.catalogue import causes, role_key
from daozhang.remedies.playbooks import playbook_of
from daozhang.texts import say

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "causes.md"

HEAD = """# Causes

This page is written by `tools/write_causes_page.py` from the catalogue (`diagnosis/causes/`), its words (`texts/`) and
the playbooks (`remedies/`); a test compares it. How a cause is found stands in [Why](../concepts/why.md).

*Expected* is a planning value in hours until the money is where it belongs or the question is closed; 0 means there is
nothing to wait for. *Source* says how well the cause itself is documented: `documented` (a provider's documentation),
`measured`, `code` (public source), `page` (a web page), `knowledge` (practice of the trade), `inference`.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for cause in causes().values():
        roles = ", ".join(say("en", role_key(role)) for role in cause.contacts)
        parts += [
            f"## {cause.code} {say('en', cause.key('name'))}",
            "",
            say("zh", cause.key("name")),
            "",
            f"- Category: {say('en', 'category-' + cause.category.value.replace('_', '-'))} (`{cause.category.value}`)",
            f"- Do: {say('en', cause.key('fix'))}",
            f"- Have at hand: {say('en', cause.key('documents'))}",
            f"- Over when: {say('en', cause.key('verify'))}",
            f"- Contact: {roles}",
            f"- Expected: {cause.expected_hours} h",
            f"- Source: {cause.grade}",
            "- Steps:",
            *[
                f"  {place}. {say('en', step.text_key)}{'' if step.is_mandatory else ' (may be left out)'}"
                for place, step in enumerate(playbook_of(cause.code), 1)
            ],
            "",
        ]
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
