"""What stands one step behind the daily path: the rooms of the "All rooms" page, a line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Room:
    """One line: the address it opens; its title and its sentence are ``web-room-<route>`` and ``web-room-<route>-text``."""

    route: str

    @property
    def title_key(self) -> str:
        """Return the text key of its name."""
        return f"web-room-{self.route}"

    @property
    def text_key(self) -> str:
        """Return the text key of the sentence that says what it is for."""
        return f"web-room-{self.route}-text"


GROUPS: Final[Mapping[str, tuple[Room, ...]]] = {
    "money": (
        Room("mine"),
        Room("rights"),
        Room("agenda"),
        Room("days"),
        Room("findings"),
        Room("why"),
        Room("requests"),
    ),
    "files": (
        Room("expected"),
        Room("formats"),
        Room("ways"),
    ),
    "partners": (Room("contacts"),),
    "business": (
        Room("processes"),
        Room("inquiries"),
        Room("terms"),
        Room("changes"),
        Room("fees"),
        Room("offers"),
        Room("trust"),
    ),
    "prevention": (
        Room("selfcheck"),
        Room("fleet"),
        Room("manuals"),
        Room("cautions"),
        Room("learning"),
        Room("operators"),
        Room("plans"),
        Room("continuity"),
        Room("drills"),
    ),
    "operations": (
        Room("measures"),
        Room("cash"),
        Room("ops-providers"),
        Room("ops-health"),
        Room("ops-effects"),
        Room("ops-paths"),
        Room("ops-quality"),
        Room("digest"),
    ),
    "house": (
        Room("backups"),
        Room("people"),
        Room("webhooks"),
        Room("help"),
    ),
}
"""Group → its rooms, in the order shown; a group without rooms is not shown. Group titles are ``web-rooms-<group>``."""
