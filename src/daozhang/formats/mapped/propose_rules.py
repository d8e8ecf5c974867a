"""The rules of each table: from the columns that were found to the ``TableRule`` that reads them, asking on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from daozhang.formats.mapped.propose_draft import ASIDE, LEFT_OUT, Draft
from daozhang.formats.mapped.propose_money import Held, balance_check, best_clearing, best_signed, signed
from daozhang.formats.mapped.propose_plain import (
    account_rule,
    account_tail,
    acquirer,
    card_tail,
    channel,
    constant,
    currency,
    day,
    listed_words,
    merchant,
    moment,
    texts,
)  # fmt: skip
from daozhang.formats.mapped.propose_points import Choice
from daozhang.formats.mapped.propose_words import is_listed
from daozhang.formats.mapped.spec import Amount, Check, ColumnRule, Kept, TableRule
from daozhang.records import tables as records

Rules = dict[str, ColumnRule | None]


def _rule(table: str, columns: Rules, kept: tuple[Kept, ...] = ()) -> TableRule:
    return TableRule(table=table, columns=tuple((name, rule) for name, rule in columns.items() if rule), kept=kept)


def clearings(draft: Draft) -> tuple[TableRule, ...]:
    """Return the rule of a clearing file: gross - fee = net decides the signs, the kinds prove them."""
    kinds = draft.kinds()
    columns: Rules = {
        "acquirer": acquirer(draft), "merchant_no": merchant(draft),
        **texts(draft, "terminal_no", "batch_no", "trace_no", "rrn", "network_no", "order_no"),
        "occurred_at": moment(draft, "occurred_at", "occurred_at", "day", required=False),
        "cleared_on": day(draft, "cleared_on"), "kind": _kind(draft, kinds),
    }  # fmt: skip
    amounts = _clearing_amounts(draft, kinds)
    for slot in ("gross_minor", "fee_minor", "net_minor"):
        columns[slot] = _money(draft, slot, amounts[slot]) if slot in amounts else None
    if columns["net_minor"] is None:
        columns["net_minor"] = ColumnRule(value="derived:net")
    if columns["gross_minor"] is None:
        columns["gross_minor"] = ColumnRule(value="derived:gross")
    if columns["fee_minor"] is None:
        columns["fee_minor"] = ColumnRule(value="derived:fee")
    columns |= {
        "currency": currency(draft), "channel": channel(draft), "card_tail": card_tail(draft),
        "card_kind": listed_words(draft, "card_kind", "card_kinds", records.CARD_KINDS),
    }  # fmt: skip
    return (_rule("clearings", columns, _outcomes(draft)),)


def transactions(draft: Draft) -> tuple[TableRule, ...]:
    """Return the rule of a terminal's journal."""
    kinds = draft.kinds()
    base = draft.bases(("amount_minor",))["amount_minor"]
    amount, _ = _one_amount(draft, "amount_minor", base, kinds, lambda _: None)
    columns: Rules = {
        "acquirer": acquirer(draft), "merchant_no": merchant(draft),
        **texts(draft, "store_no", "terminal_no", "batch_no", "trace_no", "rrn", "auth_code", "order_no"),
        "occurred_at": moment(draft, "occurred_at", "occurred_at", "day"), "kind": _kind(draft, kinds),
        "amount_minor": _money(draft, "amount_minor", amount), "currency": currency(draft), "status": _status(draft),
        **texts(draft, "response_code", "operator_no", "original_trace_no", "original_rrn"),
        "channel": channel(draft), "card_tail": card_tail(draft),
        "card_kind": listed_words(draft, "card_kind", "card_kinds", records.CARD_KINDS),
    }  # fmt: skip
    return (_rule("transactions", columns),)


def payouts(draft: Draft) -> tuple[TableRule, ...]:
    """Return the rules of a payout list: one for payouts that went out, one for those that did not (paid: nothing)."""
    slots = ("planned_minor", "held_minor", "deducted_minor", "paid_minor")
    bases = draft.bases(slots)
    main = "paid_minor" if "paid_minor" in bases else "planned_minor"
    planned = "planned_minor" if "planned_minor" in bases else main
    columns: Rules = {
        "acquirer": acquirer(draft), "merchant_no": merchant(draft), **texts(draft, "payout_no"),
        "settled_on": day(draft, "settled_on"), "planned_minor": _money(draft, planned, bases[planned]),
        "held_minor": _money(draft, "held_minor", bases["held_minor"]) if "held_minor" in bases else None,
        "deducted_minor": _money(draft, "deducted_minor", bases["deducted_minor"]) if "deducted_minor" in bases else None,
        "paid_minor": _money(draft, main, bases[main]), "currency": currency(draft),
        **texts(draft, "reason_code", "reason_text", "account_holder", "bank_name"),
        "account_tail": account_tail(draft, "account_tail"),
        "created_at": moment(draft, "created_at", "created_at", "", required=False),
        "finished_at": moment(draft, "finished_at", "finished_at", "", required=False),
    }  # fmt: skip
    if not draft.source("state"):
        choices = tuple(Choice(one, family="state") for one in ("claimed", "pending", "failed"))
        state = draft.ask("state", "claimed", "state-none", choices)
        paid = columns["paid_minor"] if state == "claimed" else constant("0")
        return (_rule("payouts", columns | {"state": constant(state), "paid_minor": paid}),)
    states = draft.meanings("state", "states", records.PAYOUT_STATES, (Choice(ASIDE, key="map-choice-aside"),))
    columns["state"] = ColumnRule(columns=(draft.source("state"),), values=tuple(states.items()))
    went = tuple(cell for cell, state in states.items() if state in {"claimed", "returned"})
    if len(went) == len(states):
        return (_rule("payouts", columns),)
    draft.settle("paid-nothing", "0", "paid-nothing", words="、".join(cell for cell in states if cell not in went))
    still = _rule("payouts", columns | {"paid_minor": constant("0")})
    return (_rule("payouts", columns, (Kept(column=draft.source("state"), is_in=went),)), still) if went else (still,)


def bank_entries(draft: Draft) -> tuple[TableRule, ...]:
    """Return the rule of a bank statement; the running balance proves the sign wherever there is one."""
    slots = ("in", "out", "balance_minor") if draft.match.has("in", "out") else ("amount_minor", "balance_minor")
    bases = draft.bases(slots)
    balances = (
        signed(draft.layout, (draft.source("balance_minor"),), bases["balance_minor"])
        if "balance_minor" in bases
        else []
    )
    prove = lambda values: balance_check(values, balances) if balances else None  # noqa: E731 - one line, used twice
    if "in" in bases:
        amount, held = _two_columns(draft, bases["in"], prove)
    else:
        one, held = _one_amount(draft, "amount_minor", bases["amount_minor"], {}, prove)
        amount = ColumnRule(columns=(draft.source("amount_minor"),), amount=one)
    if held is not None:
        draft.held.append(held)
        draft.mapping_checks.append(Check(kind="running_balance"))
    columns: Rules = {
        "account_tail": account_rule(draft), "booked_at": moment(draft, "booked_at", "booked_at", "day"),
        "value_on": day(draft, "value_on", required=False), "amount_minor": amount, "currency": currency(draft),
        "balance_minor": _money(draft, "balance_minor", bases["balance_minor"]) if "balance_minor" in bases else None,
        **texts(draft, "counterparty_name", "bank_reference"), "text": texts(draft, "text", joined=True)["text"],
        "counterparty_tail": account_tail(draft, "counterparty_tail"),
    }  # fmt: skip
    return (_rule("bank_entries", columns),)


def orders(draft: Draft) -> tuple[TableRule, ...]:
    """Return the rule of a till's list of orders."""
    base = draft.bases(("amount_minor",))["amount_minor"]
    columns: Rules = {
        **texts(draft, "order_no"), "merchant_no": merchant(draft), **texts(draft, "store_no", "operator_no", "terminal_no"),
        "amount_minor": _money(draft, "amount_minor", base), "currency": currency(draft),
        "placed_at": moment(draft, "placed_at", "placed_at", "day"),
        "paid_by": listed_words(draft, "paid_by", "paid_by", records.PAID_BY, otherwise="other"),
    }  # fmt: skip
    return (_rule("orders", columns),)


RULES: Final[Mapping[str, Callable[[Draft], tuple[TableRule, ...]]]] = {
    "clearings": clearings, "transactions": transactions, "payouts": payouts, "bank_entries": bank_entries, "orders": orders,
}  # fmt: skip


def _money(draft: Draft, slot: str, amount: Amount) -> ColumnRule:
    return ColumnRule(columns=(draft.source(slot),), amount=amount)


def _kind(draft: Draft, kinds: Mapping[str, str]) -> ColumnRule:
    if draft.source("kind") and kinds:
        return ColumnRule(columns=(draft.source("kind"),), values=tuple(kinds.items()))
    draft.settle("kind", "derived", "kind-by-sign")
    return ColumnRule(value="derived:kind")


def _clearing_amounts(draft: Draft, kinds: Mapping[str, str]) -> dict[str, Amount]:
    bases = draft.bases(("gross_minor", "fee_minor", "net_minor"))
    amounts, held, by_kind = best_clearing(draft.layout, draft.match.columns, bases, draft.signs(kinds))
    if held is not None:
        draft.held.append(held)
        draft.mapping_checks.append(Check(kind="net"))
    main = amounts.get("gross_minor") or amounts["net_minor"]
    return amounts if _say_sign(draft, main, is_proved=by_kind) else _turned(amounts)


def _one_amount(
    draft: Draft, slot: str, base: Amount, kinds: Mapping[str, str], prove: Callable[[list[int | None]], Held | None]
) -> tuple[Amount, Held | None]:
    """Return how one amount column is signed, and what proves it."""
    amount, held = best_signed(draft.layout, draft.source(slot), base, draft.signs(kinds), prove)
    is_proved = (held is not None and held.proves) or bool(kinds)
    if not _say_sign(draft, amount, is_proved=is_proved, by_balance=held is not None and held.proves):
        amount = _turned({slot: amount})[slot]
        held = prove(signed(draft.layout, (draft.source(slot),), amount))
    return amount, held


def _say_sign(draft: Draft, amount: Amount, *, is_proved: bool, by_balance: bool = False) -> bool:
    """Say how the sign is known, or ask. Return whether the reading stays; False: a person says it is the other way."""
    if amount.sign == "by_column" and amount.sign_column == draft.source("direction"):
        minus, plus = "、".join(amount.minus_when), "、".join(amount.plus_when)
        facts = {"column": amount.sign_column, "minus": minus, "plus": plus}
        choices = (
            Choice("as_read", key="map-sign-minus-are", facts=facts), Choice("turned", key="map-sign-minus-are", facts=facts | {"minus": plus}),
        )  # fmt: skip
        if is_proved or draft.match.table == "bank_entries":
            why = "sign-balance" if by_balance else "sign-direction-kinds" if is_proved else "sign-direction-bank"
            return draft.settle("sign", "as_read", why, choices, **facts) == "as_read"
        return draft.ask("sign", "as_read", "sign-direction", choices, **facts) == "as_read"
    how = {"by_column": "sign-kind", "negated": "sign-negated"}.get(
        amount.sign, "sign-balance" if by_balance else "sign-written"
    )
    if how == "sign-written" and draft.match.table == "bank_entries" and not draft.has_minus("amount_minor"):
        choices = (Choice("as_read", key="map-sign-all-in"), Choice("turned", key="map-sign-all-out"))
        return draft.ask("sign", "as_read", "sign-one-way", choices) == "as_read"
    draft.settle("sign", "as_read", how, column=amount.sign_column, minus="、".join(amount.minus_when))
    return True


def _turned(amounts: Mapping[str, Amount]) -> dict[str, Amount]:
    """Return the amounts read the other way round."""
    turned = {}
    for slot, one in amounts.items():
        if one.sign == "by_column" and one.plus_when:
            turned[slot] = Amount(
                unit=one.unit, decimal=one.decimal, sign="by_column", sign_column=one.sign_column, minus_when=one.plus_when,
                plus_when=one.minus_when,
            )  # fmt: skip
        else:
            sign = "as_written" if one.sign in {"negated", "by_column"} else "negated"
            turned[slot] = Amount(unit=one.unit, decimal=one.decimal, sign=sign)
    return turned


def _two_columns(
    draft: Draft, base: Amount, prove: Callable[[list[int | None]], Held | None]
) -> tuple[ColumnRule, Held | None]:
    """Return the rule of money in and money out beside each other; the balance may show that they are named the other way."""
    two = Amount(unit=base.unit, decimal=base.decimal, sign="in_minus_out")
    named = (draft.source("in"), draft.source("out"))
    readings = [(pair, prove(signed(draft.layout, pair, two))) for pair in (named, named[::-1])]
    pair, held = max(readings, key=lambda one: one[1].holds if one[1] else 0)
    choices = tuple(
        Choice(value, key="map-sign-in-out", facts={"into": one[0], "out": one[1]}) for value, one in (("as_read", pair), ("turned", pair[::-1]))
    )  # fmt: skip
    why = "sign-balance" if held is not None and held.proves else "sign-in-out"
    if draft.settle("sign", "as_read", why, choices, into=pair[0], out=pair[1]) == "turned":
        pair = pair[::-1]
        held = prove(signed(draft.layout, pair, two))
    return ColumnRule(columns=pair, amount=two), held


def _status(draft: Draft) -> ColumnRule:
    if draft.source("status"):
        statuses = draft.meanings("status", "statuses", records.STATUSES, (Choice(ASIDE, key="map-choice-aside"),))
        return ColumnRule(columns=(draft.source("status"),), values=tuple(statuses.items()))
    choices = tuple(Choice(one, family="status") for one in ("approved", "unknown"))
    return constant(draft.ask("status", "approved", "status-none", choices))


def _outcomes(draft: Draft) -> tuple[Kept, ...]:
    """Return which rows of a clearing file are money, where a column says whether the payment succeeded."""
    column = draft.source("outcome")
    if not column:
        return ()
    choices = (Choice("counts", key="map-choice-counts"), Choice(LEFT_OUT, key="map-choice-left-out"))
    counts: list[str] = []
    left: list[str] = []
    for cell in draft.words("outcome"):
        if is_listed("success", cell):
            said = "counts"
        elif is_listed("failure", cell):
            said = LEFT_OUT
        else:
            said = draft.ask(
                f"outcome:{cell}", "counts", "outcome-word", choices, name="outcome-word", word=cell, column=column
            )
        (counts if said == "counts" else left).append(cell)
    if left:
        draft.settle("outcome", LEFT_OUT, "outcome", words="、".join(left), column=column)
    kept = (Kept(column=column, is_in=tuple(counts), others="reject"),) if counts else ()
    return ((Kept(column=column, not_in=tuple(left), others="control"),) if left else ()) + kept
