"""Every text a person can see, in 简体中文 and English, one Fluent catalogue per area and language.

A text is named by its key and filled with facts: ``say("zh", "import-done", rows=45)``. Keys live in
``texts/zh/*.ftl`` and ``texts/en/*.ftl``; a test finds a key that only one language has.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES: Final = ("zh", "en")
_LOCALES: Final = {"zh": "zh-CN", "en": "en"}


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([_LOCALES[language]], use_isolating=False)
    folder = resources.files(__package__) / language
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".ftl"):
            bundle.add_resource(FluentResource(entry.read_text(encoding="utf-8")))
    return bundle


def has(language: str, key: str) -> bool:
    """Return whether ``language`` has a text for ``key``."""
    return bool(_bundle(language).has_message(key))


def say(language: str, key: str, /, **facts: object) -> str:
    """Return the text for ``key`` in ``language`` (``zh`` or ``en``), its facts filled in.

    Numbers reach the catalogue as text, so that no locale rewrites an identifier. A key that is missing comes back
    between ``⟦⟧`` so that it is seen, and a test keeps that from happening.
    """
    bundle = _bundle(language if language in LANGUAGES else "en")
    if not bundle.has_message(key):
        return f"⟦{key}⟧"
    pattern = bundle.get_message(key).value
    if pattern is None:
        return f"⟦{key}⟧"
    filled = {name: value if isinstance(value, int | str) else str(value) for name, value in facts.items()}
    text, _ = bundle.format_pattern(pattern, filled)
    return str(text)


def say_all(key: str, /, **facts: object) -> Mapping[str, str]:
    """Return the text for ``key`` in every language."""
    return {language: say(language, key, **facts) for language in LANGUAGES}
