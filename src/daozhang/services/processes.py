"""How each piece of business is done: declared, read once, and refused at once where a card would leave a question open.

A process says its steps with whose they are and how many working days they take, its documents, its fee, whom to call and how
one sees that it is done. What the product does on a page of its own is linked from here and not done a second time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from daozhang.cases.parties import Party
from daozhang.diagnosis.catalogue import role_key
from daozhang.errors import RefusedError
from daozhang.texts import LANGUAGES, has

FEES: Final = ("none", "contract", "deposit")
"""Nothing is charged; what the contract says; a deposit comes back. Anything else asked for is a case for the trust guard."""

STAGES: Final = ("review", "ship", "bind", "test", "train", "received", "deposit", "released", "settled")
"""What an application goes through after it was sent, in whatever order its process names."""

PAGES: Final = frozenset({"changes", "requests", "inquiries", "terms", "trust", "offers", "fees", "cases", "days"})
"""Pages of the console that a process may open or link."""

ASKS: Final = "ask"
"""The permission of whoever applies; the yes of a second person needs ``approve``."""

LETTERS_OF: Final = ("name", "when", "verify")


@dataclass(frozen=True, slots=True)
class ProcessStep:
    """One step. ``workdays`` counts working days of ``party``; 0: the same day."""

    code: str
    party: Party
    workdays: int

    @property
    def key(self) -> str:
        """Return the text key of what is done."""
        return f"process-step-{self.code.replace('_', '-')}"

    @property
    def party_key(self) -> str:
        """Return the text key of whose step it is."""
        return f"party-{self.party.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process. ``pages`` are the steps of its form: name → fields; empty where ``opens`` names the page that does it."""

    code: str
    fee: str
    contacts: tuple[str, ...]
    documents: tuple[str, ...]
    optional_documents: tuple[str, ...]
    steps: tuple[ProcessStep, ...]
    stages: tuple[str, ...]
    pages: Mapping[str, tuple[str, ...]]
    links: tuple[str, ...]
    opens: str

    @property
    def workdays(self) -> int:
        """Return how many working days it takes in all when everybody keeps their time."""
        return sum(step.workdays for step in self.steps)

    @property
    def workdays_of(self) -> Mapping[Party, int]:
        """Return the working days by party, in the order of the board."""
        found = {party: sum(step.workdays for step in self.steps if step.party is party) for party in Party}
        return {party: days for party, days in found.items() if days}

    @property
    def fields(self) -> tuple[str, ...]:
        """Return all fields of its form."""
        return tuple(name for names in self.pages.values() for name in names)

    @property
    def when_key(self) -> str:
        """Return the text key of when it is used."""
        return self.key("when")

    @property
    def verify_key(self) -> str:
        """Return the text key of how one sees that it is done."""
        return self.key("verify")

    def key(self, what: str) -> str:
        """Return the text key of its ``name``, of ``when`` it is used, or of how to ``verify`` it."""
        return f"process-{self.code.replace('_', '-')}-{what}"


@cache
def processes() -> Mapping[str, Process]:
    """Return every process by its code, in the order of the library."""
    body = resources.files(__package__).joinpath("processes.toml").read_text(encoding="utf-8")
    return {code: read(code, said) for code, said in tomllib.loads(body).items()}


def process_named(code: str) -> Process:
    """Return the process with ``code``; RefusedError names those there are."""
    found = processes().get(code.replace("-", "_"))
    if found is None:
        raise RefusedError("error-process-none", code=code, possible=", ".join(processes()))
    return found


def read(code: str, said: Mapping[str, Any]) -> Process:
    """Return a process as it is declared; ValueError says which question its card would leave open."""
    steps = [ProcessStep(what, Party(whose), days) for what, whose, days in said["steps"]]
    made = Process(
        code=code, fee=said["fee"], contacts=tuple(said["contacts"]), documents=tuple(said["documents"]),
        optional_documents=tuple(said.get("optional_documents", ())), steps=tuple(steps),
        stages=tuple(said.get("stages", ())),
        pages={name: tuple(fields) for name, fields in said.get("pages", {}).items()},
        links=tuple(said.get("links", ())), opens=said.get("opens", ""),
    )  # fmt: skip
    problems = faults(made)
    if problems:
        raise ValueError(f"{code}: {'; '.join(problems)}")
    return made


def faults(one: Process) -> list[str]:
    """Return what is missing of a card: documents, time, contact, how to verify, and every word in both languages."""
    found = [f"no {name}" for name in ("documents", "contacts", "steps") if not getattr(one, name)]
    found += ["no expected time"] if one.workdays < 1 else []
    found += [f"fee {one.fee}"] if one.fee not in FEES else []
    found += [f"stage {stage}" for stage in one.stages if stage not in STAGES]
    found += [f"page {page}" for page in (*one.links, *filter(None, [one.opens])) if page not in PAGES]
    if bool(one.opens) == bool(one.pages) or bool(one.pages) != bool(one.stages):
        found.append("it is either a page of its own or an application with pages and stages")
    return found + [f"no text {key}" for key in _missing(keys(one))]


def keys(one: Process) -> list[str]:
    """Return every text key that its card needs."""
    wanted = [one.key(what) for what in LETTERS_OF] + [f"process-fee-{one.fee}"]
    wanted += [key for step in one.steps for key in (step.key, step.party_key)]
    wanted += [document_key(name) for name in (*one.documents, *one.optional_documents)]
    wanted += [role_key(role) for role in one.contacts]
    wanted += [f"application-page-{name}" for name in one.pages]
    return wanted + [f"application-field-{name.replace('_', '-')}" for name in one.fields]


def document_key(name: str) -> str:
    """Return the text key of a document's name."""
    return f"process-document-{name.replace('_', '-')}"


def _missing(wanted: Sequence[str]) -> list[str]:
    return [key for key in wanted for language in LANGUAGES if not has(language, key)]
