"""The score as a picture: found of planted and right causes per scenario, and the baselines beside the product. Plain SVG."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Final

from daozhang.bench.world_score import Score

WIDTH: Final = 960
ROW: Final = 20
NAME: Final = 90
BAR: Final = 300
GOOD, OTHER, BASE, GRID = "#0b6e4f", "#b9770e", "#7a8aa0", "#e3e7ec"


def drawn(score: Score, say: Callable[..., str]) -> str:
    """Return the SVG text; ``say`` gives the words of the keys ``score-…``. A bar that is full means: all of them."""
    rows = score.scenarios
    top = 96
    height = top + ROW * len(rows) + 76 + 26 * len(score.baselines)
    second = NAME + BAR + 110
    found, why, calm = score.detection, score.causes, score.look_alikes
    headline = say(
        "score-picture-headline", recall=_pct(found["recall"]), precision=_pct(found["precision"]),
        cause=_pct(why["top1_share"]), failures=score.failures, alarms=calm["false_alarms"], days=calm["merchant_days"],
    )  # fmt: skip
    look = 'font-family="system-ui, sans-serif" font-size="13" fill="#1d2733"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" {look}>',
        f"<title>{escape(headline)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="28" font-size="16" font-weight="600">{escape(say("score-title"))}</text>',
        f'<text x="16" y="52">{escape(headline)}</text>',
        f'<text x="{NAME}" y="82" fill="#5a6675">{escape(say("score-col-found"))}</text>',
        f'<text x="{second}" y="82" fill="#5a6675">{escape(say("score-picture-cause"))}</text>',
    ]
    for number, row in enumerate(rows):
        y = top + ROW * number
        right = row["found"] - row["wrong_cause"]
        parts.append(f'<text x="{NAME - 10}" y="{y + 12}" text-anchor="end">{escape(row["scenario"])}</text>')
        parts += _bar(NAME, y, row["found"], row["failures"])
        parts += _bar(second, y, right, row["found"])
    parts += _beside(score.baselines, top + ROW * len(rows) + 30, say)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(x: int, y: int, hits: int, of: int) -> list[str]:
    wide = BAR * hits // of if of else 0
    colour = GOOD if hits == of else OTHER
    return [
        f'<rect x="{x}" y="{y + 2}" width="{BAR}" height="13" rx="2" fill="{GRID}"/>',
        f'<rect x="{x}" y="{y + 2}" width="{wide}" height="13" rx="2" fill="{colour}"/>',
        f'<text x="{x + BAR + 8}" y="{y + 13}" font-size="12">{hits} / {of}</text>',
    ]


def _beside(rows: list[dict[str, Any]], top: int, say: Callable[..., str]) -> list[str]:
    """Draw false alarms per 10,000 quiet merchant-days of the product and the baselines, on one scale."""
    most = max((row["false_per_10k"] or 0 for row in rows), default=0) or 1
    parts = [f'<text x="16" y="{top}" fill="#5a6675">{escape(say("score-picture-baselines"))}</text>']
    for number, row in enumerate(rows):
        y, value = top + 14 + 26 * number, row["false_per_10k"] or 0
        name = say(f"score-who-{row['name'].replace('_', '-')}")
        recall = f"{row['right']} / {row['right'] + row['missed']}"
        parts += [
            f'<text x="220" y="{y + 14}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="230" y="{y}" width="{max(2, int(BAR * value / most))}" height="18" rx="3" fill="{GOOD if row["name"] == "product" else BASE}"/>',
            f'<text x="{240 + max(2, int(BAR * value / most))}" y="{y + 14}">{value}</text>',
            f'<text x="{WIDTH - 20}" y="{y + 14}" text-anchor="end">{escape(say("score-picture-recall", share=recall))}</text>',
        ]
    return parts


def _pct(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f}"
