"""The comparison as a picture: one bar per tool for processor time and one for memory, plain SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from daozhang.bench.peers_run import Cost

WIDTH: Final = 960
ROW: Final = 34
NAME: Final = 130
BAR: Final = 230
COLOURS: Final = {"bare read": "#b8bec6", "bare join": "#b8bec6", "full": "#0b6e4f", "leg": "#0b6e4f"}
OTHER: Final = "#7a8aa0"


def drawn(costs: Sequence[Cost], title: str, heads: tuple[str, str, str]) -> str:
    """Return the SVG text. ``heads`` name processor seconds, peak memory, and differences said wrongly."""
    shown = [cost for cost in costs if cost.cpu_ms]
    most_cpu = max((cost.cpu_ms for cost in shown), default=1)
    most_mb = max((cost.rss_mb for cost in shown), default=1)
    height = 84 + ROW * len(shown)
    second = NAME + BAR + 90
    look = 'font-family="system-ui, sans-serif" font-size="13" fill="#1d2733"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" {look}>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="28" font-size="16" font-weight="600">{escape(title)}</text>',
        *(
            f'<text x="{x}" y="56" fill="#5a6675">{escape(head)}</text>'
            for x, head in zip((NAME, second, second + BAR + 80), heads, strict=True)
        ),
    ]
    for number, cost in enumerate(shown):
        y = 70 + ROW * number
        colour = COLOURS.get(cost.tool, OTHER)
        wrong = "" if cost.false is None or cost.missed is None else str(cost.false + cost.missed)
        parts += [
            f'<text x="{NAME - 10}" y="{y + 16}" text-anchor="end">{escape(cost.tool)}</text>',
            _bar(NAME, y, BAR * cost.cpu_ms // most_cpu, colour, _seconds(cost.cpu_ms)),
            _bar(second, y, BAR * cost.rss_mb // most_mb, colour, f"{cost.rss_mb} MB"),
            f'<text x="{second + BAR + 80}" y="{y + 16}">{wrong}</text>',
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000 // 100} s"


def _bar(x: int, y: int, width: int, colour: str, label: str) -> str:
    wide = max(2, width)
    return (
        f'<rect x="{x}" y="{y}" width="{wide}" height="22" rx="3" fill="{colour}"/>'
        f'<text x="{x + wide + 6}" y="{y + 16}">{escape(label)}</text>'
    )
