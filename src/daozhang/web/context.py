"""What every page knows: the open workspace of this process, the reader's language, the demo clock."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest

from daozhang.desk import clock, drill_mark
from daozhang.desk.workspace import Workspace, open_workspace
from daozhang.errors import WorkspaceError
from daozhang.texts import LANGUAGES, say

LANGUAGE_COOKIE: Final = "daozhang_language"
LANGUAGE_TAGS: Final = {"zh": "zh-CN", "en": "en"}

_open: dict[str, Workspace] = {}


def use(workspace: Workspace) -> None:
    """Make ``workspace`` the one that this process serves."""
    _open["workspace"] = workspace


def workspace() -> Workspace:
    """Return the workspace this process serves; the first call opens the one named by ``DAOZHANG_WORKSPACE``."""
    if "workspace" not in _open:
        root = os.environ.get("DAOZHANG_WORKSPACE", "")
        if not root:
            raise WorkspaceError("error-no-workspace", path="DAOZHANG_WORKSPACE")
        use(open_workspace(Path(root)))
    return _open["workspace"]


def language_of(request: HttpRequest) -> str:
    """Return ``zh`` or ``en``: what the reader chose by the switch, else the workspace's language."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else workspace().settings.language


def text(request: HttpRequest, key: str, /, **facts: object) -> str:
    """Return a catalogue text in the reader's language."""
    return say(language_of(request), key, **facts)


def who(request: HttpRequest) -> str:
    """Return the name of the person who is logged in, as it is written into the audit trail."""
    return request.user.get_username()


def page_facts(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of every page shows."""
    language = language_of(request)
    settings = workspace().settings
    return {
        "language": language,
        "language_tag": LANGUAGE_TAGS[language],
        "other_language": "en" if language == "zh" else "zh",
        "now": clock.now(workspace()),
        "demo_clock": settings.clock_at,
        "is_drill": drill_mark.is_drill(workspace().root),
        "business": settings.merchant_title,
        "section": request.resolver_match.url_name if request.resolver_match else "",
    }
