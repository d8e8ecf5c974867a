"""An offer as people fill it in: amounts in yuan and rates in per cent, written down as the TOML that is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from daozhang.errors import InputError
from daozhang.money import to_minor

ONCE: Final = {"deposit": "deposit", "purchase": "purchase", "installation": "installation", "delivery": "delivery"}
REGULAR: Final = {
    "sim_year": ("sim", "year"), "service_month": ("service", "month"), "maintenance_year": ("maintenance", "year"),
    "insurance_year": ("insurance", "year"), "minimum_month": ("minimum", "month"),
}  # fmt: skip
PRICES: Final = {
    "credit_pct": ("card", "credit"), "debit_pct": ("card", "debit"), "wechat_pct": ("wechat", ""), "alipay_pct": ("alipay", ""),
    "unionpay_pct": ("unionpay_qr", ""),
}  # fmt: skip
MONEY_CELLS: Final = (*ONCE, *REGULAR, "debit_cap", "early_each")
RATE_CELLS: Final = (*PRICES, "early_pct")
MONTH_CELLS: Final = ("refund_after_months", "free_months")
TEXT_CELLS: Final = ("name", "provider", "source", "refund_condition")


def written(cells: Mapping[str, str]) -> str:
    """Return the offer that was filled in as TOML; an empty cell is left out. InputError names the cell that cannot be read."""
    said = {name: value.strip() for name, value in cells.items() if value.strip()}
    if "name" not in said:
        raise InputError("error-offer-form", cell="name", value="")
    head = [f"{name} = {_text(said[name])}" for name in ("name", "provider", "source") if name in said]
    return "\n".join([*head, *_once(said), *_regular(said), *_prices(said), *_early(said)]) + "\n"


def _once(said: Mapping[str, str]) -> Iterator[str]:
    for cell, kind in ONCE.items():
        if cell in said:
            yield from ("", "[[once]]", f'kind = "{kind}"', f"amount_minor = {_minor(said, cell)}")
            if kind == "deposit":
                yield from _refund(said)


def _regular(said: Mapping[str, str]) -> Iterator[str]:
    for cell, (kind, every) in REGULAR.items():
        if cell in said:
            yield from (
                "",
                "[[regular]]",
                f'kind = "{kind}"',
                f"amount_minor = {_minor(said, cell)}",
                f'every = "{every}"',
            )
            if kind == "sim" and "free_months" in said:
                yield f"free_months = {_months(said, 'free_months')}"


def _prices(said: Mapping[str, str]) -> Iterator[str]:
    for cell, (channel, card_kind) in PRICES.items():
        if cell in said:
            yield from ("", "[[fee]]", f'channel = "{channel}"', f"rate_bp = {_rate(said, cell)}")
            if card_kind:
                yield f'card_kind = "{card_kind}"'
            if cell == "debit_pct" and "debit_cap" in said:
                yield f"cap_minor = {_minor(said, 'debit_cap')}"


def _early(said: Mapping[str, str]) -> Iterator[str]:
    if "early_pct" in said or "early_each" in said:
        yield from ("", "[instant]")
    if "early_pct" in said:
        yield f"rate_bp = {_rate(said, 'early_pct')}"
    if "early_each" in said:
        yield f"per_payout_minor = {_minor(said, 'early_each')}"


def _refund(said: Mapping[str, str]) -> list[str]:
    found = []
    if "refund_after_months" in said or "refund_condition" in said:
        found.append("refundable = true")
    if "refund_after_months" in said:
        found.append(f"refund_after_months = {_months(said, 'refund_after_months')}")
    if "refund_condition" in said:
        found.append(f"refund_condition = {_text(said['refund_condition'])}")
    return found


def _text(value: str) -> str:
    """Return a text as TOML writes it; its short escapes are those of JSON."""
    return json.dumps(value[:200], ensure_ascii=False).replace("\x7f", "")


def _minor(said: Mapping[str, str], cell: str) -> int:
    found = to_minor(said[cell])
    if found is None or found < 0:
        raise InputError("error-offer-form", cell=cell, value=said[cell][:40])
    return found


def _rate(said: Mapping[str, str], cell: str) -> str:
    try:
        rate = Decimal(said[cell].replace("%", "").replace("％", "").strip()) * 100
    except InvalidOperation:
        raise InputError("error-offer-form", cell=cell, value=said[cell][:40]) from None
    if not 0 <= rate <= 10_000 or rate != round(rate, 4):
        raise InputError("error-offer-form", cell=cell, value=said[cell][:40])
    return f"{rate:f}"


def _months(said: Mapping[str, str], cell: str) -> int:
    value = said[cell]
    if not (value.isascii() and value.isdigit()) or int(value) > 240:
        raise InputError("error-offer-form", cell=cell, value=value[:40])
    return int(value)
