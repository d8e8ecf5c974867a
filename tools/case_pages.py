"""The page that draws the life of a case from its tables: states and steps, parts of the parties, clocks, ladder, ways to solve."""

from __future__ import annotations

from collections.abc import Iterator

from written_words import WRITTEN, ended

from daozhang.cases.clocks import BUDGET_HOURS, HOURS
from daozhang.cases.ladder import Help, levels
from daozhang.cases.life import OPEN_STATES, TABLE, State
from daozhang.cases.parties import PART_TABLE, PartState, Party
from daozhang.cases.replies import words
from daozhang.cases.severity import CADENCE_HOURS
from daozhang.remedies.ranking import options
from daozhang.texts import say


def case_diagram() -> str:
    """Return the page; what it draws is read from the code, so that it cannot say anything else."""
    parts = [
        "# The life of a case, drawn",
        "",
        WRITTEN,
        "",
        "Every arrow is a line of the [table of steps](case-life.md). *open* stands for all states that still need work; from each of them",
        "the money may arrive, a file may explain the difference, or two people may agree to write it off.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *_life(),
        "```",
        "",
        "## One party's part",
        "",
        "Each party of a case has its own. A party that closes its part ends that part and nothing else.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "  [*] --> open",
        *(
            f"  {state} --> {rule.to}: {step}"
            for step, rule in PART_TABLE.items()
            for state in PartState
            if state in rule.sources
        ),
        "```",
        "",
        "| party | 中文 | working time | usual time for an answer, working hours |",
        "|---|---|---|---|",
        *(
            f"| `{party}` | {say('zh', f'party-{party}')} | {HOURS[party].opens:%H:%M}-{HOURS[party].closes:%H:%M}"
            f" {'workdays' if HOURS[party].on_workdays else 'daily'} | {BUDGET_HOURS[party]} |"
            for party in Party
        ),
        "",
        "At 50 % and 80 % of its time a reminder is due, at its end the party is chased, once each. A promise replaces the usual time.",
        "",
        "## The ladder",
        "",
        "| level | after, working hours | who | 中文 | what is prepared |",
        "|---|---|---|---|---|",
        *(
            f"| `{one.name}` | {'a person decides' if one.after_hours is None else one.after_hours} | {say('en', f'ladder-{one.name.lower()}')} |"
            f" {say('zh', f'ladder-{one.name.lower()}')} | {', '.join(say('en', 'prepares-' + name.replace('_', '-')) for name in one.prepares)} |"
            for one in levels()
        ),
        "",
        "Help is sought in this order, and skipping one needs its reason: "
        + " → ".join(f"`{one}`" for one in Help)
        + ".",
        "",
        "## How often somebody talks to the other side",
        "",
        "| size | 中文 | working hours between contacts |",
        "|---|---|---|",
        *(f"| `{size}` | {say('zh', f'size-{size}')} | {hours} |" for size, hours in CADENCE_HOURS.items()),
        "",
        "## What an answer can ask for",
        "",
        "| action | 中文 | whose, where the sentence names nobody | proof |",
        "|---|---|---|---|",
        *(
            f"| `{action}` | {say('zh', 'reply-' + action.replace('_', '-'))} | {known.who} | {known.proof} |"
            for action, known in words().items()
        ),
        "",
        "## Ways to solve a case",
        "",
        "| way | 中文 | for | hours | risk | works, per cent, where nothing is known yet |",
        "|---|---|---|---|---|---|",
        *(
            f"| `{one.key}` | {say('zh', one.text_key)} | {', '.join(one.causes or one.categories)} | {one.hours} | {one.risk} | {one.prior_pct} |"
            for one in options().values()
        ),
    ]
    return ended(parts)


def _life() -> Iterator[str]:
    yield "  [*] --> open: opened"
    for rule in TABLE.values():
        if rule.to is None:
            continue
        if rule.sources >= OPEN_STATES:
            yield f"  any_open --> {rule.to}: {rule.step}"
            yield from _each(rule.sources - OPEN_STATES, rule.to, rule.step)
        else:
            yield from _each(rule.sources, rule.to, rule.step)
    yield "  state any_open {"
    yield from (f"    {state}" for state in State if state in OPEN_STATES)
    yield "  }"


def _each(sources: frozenset[State], to: State, step: str) -> Iterator[str]:
    yield from (f"  {state} --> {to}: {step}" for state in State if state in sources)
