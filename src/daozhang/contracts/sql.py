"""The rules of a contract as SQL expressions, so that a whole table is judged at once and on any engine.

Only BIGINT arithmetic is used, exact on every engine. ``div`` is its whole-number division: ``//`` in DuckDB, ``DIV``
in Spark. The arguments are column expressions of the caller's query; nothing from a file may be put into them.
"""

from __future__ import annotations

from typing import Final

from daozhang.contracts.fees import FREE_KINDS, PAID_KINDS, SCALE

_HALF: Final = SCALE // 2


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _sign(gross: str) -> str:
    return f"(CASE WHEN {gross} < 0 THEN -1 WHEN {gross} > 0 THEN 1 ELSE 0 END)"


def exact_fee_sql(
    gross: str = "gross_minor", kind: str = "kind", *, plan: str = "", div: str = "//"
) -> tuple[str, str]:
    """Return two BIGINT expressions for the fee before rounding: whole minor units, and 1/100 000 000 of one on top.

    Both carry the sign of the gross and are NULL where ``Fee.exact`` is None. ``plan`` is the alias of the contract
    row with a dot (``c.``); it has rate_bp, cap_minor, floor_minor, per_item_minor, refund_fee.
    """
    rate = f"CAST(COALESCE({plan}rate_bp, 0) * 10000 AS BIGINT)"
    # |gross| = high * SCALE + low keeps every product inside a BIGINT up to a rate of 100 %.
    high, low = f"(abs({gross}) {div} {SCALE})", f"(abs({gross}) % {SCALE})"
    whole = f"({high} * {rate} + ({low} * {rate}) {div} {SCALE})"
    rest = f"(({low} * {rate}) % {SCALE})"
    capped = f"{plan}cap_minor IS NOT NULL AND ({whole} >= {plan}cap_minor OR {plan}floor_minor >= {plan}cap_minor)"
    floored = f"{plan}floor_minor IS NOT NULL AND {whole} < {plan}floor_minor"
    units = (
        f"((CASE WHEN {capped} THEN {plan}cap_minor WHEN {floored} THEN {plan}floor_minor ELSE {whole} END)"
        f" + COALESCE({plan}per_item_minor, 0)) * {_sign(gross)}"
    )
    parts = f"(CASE WHEN {capped} OR {floored} THEN 0 ELSE {rest} END) * {_sign(gross)}"
    return _when_known(units, kind, plan), _when_known(parts, kind, plan)


def _when_known(value: str, kind: str, plan: str) -> str:
    return (
        f"CAST(CASE WHEN {kind} IN ({_listed(FREE_KINDS)}) OR ({kind} = 'refund' AND {plan}refund_fee = 'kept') THEN 0"
        f" WHEN {plan}rate_bp IS NULL AND {plan}per_item_minor IS NULL THEN NULL"
        f" WHEN {kind} IN ({_listed(PAID_KINDS)}) OR ({kind} = 'refund' AND {plan}refund_fee = 'returned') THEN {value}"
        f" END AS BIGINT)"
    )


def fee_sql(gross: str = "gross_minor", kind: str = "kind", *, plan: str = "", div: str = "//") -> str:
    """Return a BIGINT expression equal to ``Fee.of``: the fee of one row in minor units, NULL where it is not known.

    ``plan`` as in ``exact_fee_sql``, with ``rounding`` beside the rest; an empty rounding is ``half_up_each``.
    """
    whole, rest = exact_fee_sql(gross, kind, plan=plan, div=div)
    to_even = f"({plan}rounding = 'half_even_each' AND abs({whole}) % 2 = 0)"
    is_half = f"(abs({rest}) = {_HALF} AND NOT COALESCE({to_even}, false))"
    up = f"(CASE WHEN abs({rest}) > {_HALF} OR {is_half} THEN 1 ELSE 0 END)"
    return f"CAST({whole} + {up} * {_sign(gross)} AS BIGINT)"


def batch_fee_sql(sum_of_whole: str, sum_of_rest: str, *, div: str = "//") -> str:
    """Return the fee of rows settled together under ``half_up_batch``, from the sums of both ``exact_fee_sql`` parts.

    A plan with another rounding is the SUM of ``fee_sql`` instead.
    """
    whole = f"({sum_of_whole} + (({sum_of_rest}) - ({sum_of_rest}) % {SCALE}) {div} {SCALE})"
    rest = f"(({sum_of_rest}) % {SCALE})"
    # The two may differ in sign; both are brought to one remainder in [0, SCALE) before the half is looked at.
    low = f"(CASE WHEN {rest} < 0 THEN {rest} + {SCALE} ELSE {rest} END)"
    base = f"(CASE WHEN {rest} < 0 THEN {whole} - 1 ELSE {whole} END)"
    up = f"(CASE WHEN {low} > {_HALF} OR ({low} = {_HALF} AND {base} >= 0) THEN 1 ELSE 0 END)"
    return f"CAST({base} + {up} AS BIGINT)"


def applies_sql(row: str, contract: str, *, day: str = "cleared_on") -> str:
    """Return the condition under which a contract row may speak for a payment row (aliases without a dot).

    An empty card kind or channel of the contract means every one; an empty one of the payment meets only those.
    """
    return (
        f"{contract}.acquirer = {row}.acquirer AND {contract}.merchant_no = {row}.merchant_no"
        f" AND {contract}.from_on <= {row}.{day}"
        f" AND ({contract}.to_on IS NULL OR {contract}.to_on >= {row}.{day})"
        f" AND (COALESCE({contract}.card_kind, '') = '' OR {contract}.card_kind = {row}.card_kind)"
        f" AND (COALESCE({contract}.channel, '') = '' OR {contract}.channel = {row}.channel)"
    )


def precedence_sql(contract: str) -> str:
    """Return an ORDER BY list that puts first the contract row ``contract_for`` chooses among those that apply."""
    both = f"(CASE WHEN COALESCE({contract}.channel, '') <> '' THEN 2 ELSE 0 END"
    return (
        f"{both} + CASE WHEN COALESCE({contract}.card_kind, '') <> '' THEN 1 ELSE 0 END) DESC, {contract}.from_on DESC"
    )


def cleared_on_sql(moment: str, cutover: str) -> str:
    """Return a DATE expression equal to ``expectations.cleared_on``: from the cut-over on, the next clearing day.

    ``cutover`` is an expression of text ``HH:MM``; ``24:00`` and ``00:00`` end the day at midnight.
    """
    clock = f"(hour({moment}) * 60 + minute({moment}))"
    mark = f"(CAST(split_part({cutover}, ':', 1) AS INTEGER) * 60 + CAST(split_part({cutover}, ':', 2) AS INTEGER))"
    later = f"({mark} > 0 AND {mark} < 1440 AND {clock} >= {mark})"
    return (
        f"CAST(CASE WHEN {later} THEN CAST({moment} AS DATE) + INTERVAL 1 DAY ELSE CAST({moment} AS DATE) END AS DATE)"
    )
