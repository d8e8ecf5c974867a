"""The proposal while it is being made: what was found, what was said, what is still to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from daozhang.formats.base import Given
from daozhang.formats.mapped.propose_money import Held, Signs, directions, units
from daozhang.formats.mapped.propose_points import Choice, Point
from daozhang.formats.mapped.propose_sample import Layout
from daozhang.formats.mapped.propose_tables import Match
from daozhang.formats.mapped.propose_values import Profile, amount_of, is_empty
from daozhang.formats.mapped.propose_words import meaning
from daozhang.formats.mapped.spec import Amount, Check
from daozhang.money import to_text
from daozhang.records import tables as records

ASIDE = "aside"
"""The answer that says: set such rows aside."""
LEFT_OUT = "left_out"
"""The answer that says: such rows are no money, count them as control lines."""


@dataclass(slots=True)
class Draft:
    """One table of one file on its way to a mapping."""

    layout: Layout
    profiles: Mapping[str, Profile]
    match: Match
    answers: Mapping[str, str]
    given: Given
    points: list[Point] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    mapping_checks: list[Check] = field(default_factory=list)

    def settle(self, name: str, value: str, why: str, choices: tuple[Choice, ...] = (), **facts: object) -> str:
        """Note what the file itself told and return what counts: a person may say otherwise."""
        said = self._said(name, choices)
        chosen = said or value
        how = "answer" if said and said != value else why
        self.points.append(
            Point(
                id=name,
                name=name,
                why=how,
                chosen=chosen,
                own=value,
                answered=bool(said),
                choices=self._shown(choices),
                facts=self._titled(facts),
            )
        )
        return chosen

    def ask(
        self, id_: str, tentative: str, why: str, choices: tuple[Choice, ...] = (), *, name: str = "", **facts: object
    ) -> str:
        """Ask what only a person can say and return the answer, or ``tentative`` while there is none."""
        said = self._said(id_, choices)
        self.points.append(
            Point(
                id=id_, name=name or id_, why=why, chosen=said or tentative, asked=True, answered=bool(said),
                choices=self._shown(choices), facts=self._titled(facts),
            )
        )  # fmt: skip
        return said or tentative

    def _said(self, id_: str, choices: tuple[Choice, ...]) -> str:
        said = self.answers.get(id_, "")
        return said if not choices or said in {choice.value for choice in choices} else ""

    def _shown(self, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        return tuple(replace(one, facts=self._titled(one.facts)) if one.facts else one for one in choices)

    def _titled(self, facts: Mapping[str, object]) -> dict[str, object]:
        """Return facts with source columns named as the file writes them."""
        return {name: self.layout.titles.get(str(value), value) for name, value in facts.items()}

    def source(self, slot: str) -> str:
        """Return the source column of a slot, empty when there is none."""
        return self.match.columns.get(slot, "")

    def title(self, name: str) -> str:
        """Return a source column's name as the file writes it."""
        return self.layout.titles.get(name, name)

    def words(self, slot: str) -> tuple[str, ...]:
        """Return the different filled cells of a slot's column, commonest first."""
        name = self.source(slot)
        return self.profiles[name].words if name else ()

    def has_minus(self, *slots: str) -> bool:
        """Return whether one of these columns has an amount with a minus."""
        return any(self.profiles[self.source(slot)].has_minus for slot in slots if self.source(slot))

    def bases(self, slots: Sequence[str]) -> dict[str, Amount]:
        """Return for each money slot how its cells are written, its sign left open; the unit is asked where nothing tells it."""
        names = {slot: self.source(slot) for slot in slots if self.source(slot)}
        found = units(list(names.values()), self.profiles, self._said("unit", _UNITS))
        example = next((cell for name in names.values() for cell in self.layout.cells(name) if not is_empty(cell)), "")
        by_file = units(list(names.values()), self.profiles)
        if by_file.is_open:
            unit = self.ask("unit", "major", "unit-open", _unit_choices(example), example=example)
            found = units(list(names.values()), self.profiles, unit)
        else:
            kinds = set(by_file.of.values())
            settled = kinds.pop() if len(kinds) == 1 else "mixed"
            self.settle("unit", settled, f"unit-{by_file.why}", _UNITS, example=example)
        return {slot: Amount(unit=found.of[name], decimal=self._decimal(name)) for slot, name in names.items()}

    def _decimal(self, name: str) -> str:
        return self.profiles[name].decimal or "."

    def kinds(self) -> dict[str, str]:
        """Return what each word of the kind column means; a word nobody knows is asked about."""
        return self.meanings("kind", "kinds", records.KINDS, (Choice(ASIDE, key="map-choice-aside"),))

    def meanings(
        self, slot: str, family: str, values: Sequence[str], more: tuple[Choice, ...] = (), *, said_as: str = ""
    ) -> dict[str, str]:
        """Return cell → word of a closed list for the cells of a slot; those answered "set aside" are left out."""
        choices = tuple(Choice(value, family=said_as or slot) for value in values) + more
        found = {}
        for cell in self.words(slot):
            known = meaning(family, cell)
            if known not in values:
                known = self.ask(
                    f"{slot}:{cell}",
                    ASIDE,
                    f"{slot}-word",
                    choices,
                    name=f"{slot}-word",
                    word=cell,
                    column=self.source(slot),
                )
            elif self.answers.get(f"{slot}:{cell}") in values:
                known = self.answers[f"{slot}:{cell}"]
            if known != ASIDE:
                found[cell] = known
        if found:
            pairs = tuple(found.items())
            self.settle(
                f"words-{slot}", "", f"words-{slot}", pairs=pairs, family=said_as or slot, column=self.source(slot)
            )
        return found

    def signs(self, kinds: Mapping[str, str]) -> Signs:
        """Return what may say the sign of this table's amounts."""
        column = self.source("direction")
        minus, plus, _ = directions(self.layout.cells(column)) if column else ((), (), ())
        return Signs(self.source("kind"), kinds, column, minus, plus)


_UNITS = (Choice("major", key="map-unit-major"), Choice("minor", key="map-unit-minor"))


def _unit_choices(example: str) -> tuple[Choice, ...]:
    read = {unit: amount_of(example, unit, ".") for unit in ("major", "minor")}
    return tuple(
        Choice(
            one.value,
            key=f"map-unit-{one.value}-example",
            facts={"example": example, "amount": to_text(read[one.value] or 0)},
        )
        for one in _UNITS
    )
