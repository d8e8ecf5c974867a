"""What hangs on what: terminals on routers, SIM cards, tills and carriers; who falls silent together with a shared device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

KINDS: Final = ("router", "sim", "ecr", "printer", "scanner", "qr_board", "phone", "carrier", "terminal")
"""Closed list; ``carrier`` and ``terminal`` come from the list of terminals, the others from the list of devices."""


@dataclass(frozen=True, slots=True)
class Node:
    """One device: its code (for a terminal, its number), and the codes of those it hangs on."""

    code: str
    kind: str
    name: str = ""
    on: tuple[str, ...] = ()
    is_silent: bool | None = None
    """Of a terminal: whether it is silent; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A device with everything that hangs on it, directly or through others, nearest first."""

    node: Node
    dependants: tuple[Node, ...]

    @property
    def terminals(self) -> tuple[Node, ...]:
        """Return the terminals among them."""
        return tuple(one for one in self.dependants if one.kind == "terminal")

    @property
    def silent(self) -> int:
        """Return how many of its terminals are silent."""
        return sum(one.is_silent is True for one in self.terminals)

    @property
    def is_suspect(self) -> bool:
        """Return whether two or more terminals hang on it and all that anything is known of are silent: then it is the device."""
        known = [one for one in self.terminals if one.is_silent is not None]
        return len(known) > 1 and all(one.is_silent for one in known)


def dependants(code: str, nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Return what hangs on a device, directly or through others, nearest first. Devices that hang on each other end the walk."""
    by_support: dict[str, list[Node]] = {}
    for node in nodes:
        for support in node.on:
            by_support.setdefault(support, []).append(node)
    found: dict[str, Node] = {}
    front = [code]
    while front:
        hanging = [one for support in front for one in by_support.get(support, ())]
        new = {one.code: one for one in hanging if one.code not in found and one.code != code}
        found |= dict(sorted(new.items()))
        front = sorted(new)
    return tuple(found.values())


def shared(nodes: Mapping[str, Node]) -> list[Shared]:
    """Return every device on which something hangs, suspects first, then those with most terminals."""
    every = list(nodes.values())
    found = [Shared(node, dependants(node.code, every)) for node in every if node.kind != "terminal"]
    found = [one for one in found if one.dependants]
    return sorted(found, key=lambda one: (not one.is_suspect, -one.silent, -len(one.terminals), one.node.code))
