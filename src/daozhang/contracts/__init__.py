"""What was agreed with an acquirer: cycle, cut-over, fee plan, deductions; and what a payment should cost by it."""

from daozhang.contracts.contract import Contract, Cycle, clock_of, contract_for, cutover_of, filled, parse_cycle
from daozhang.contracts.deductions import Deduction, Every, Occurrence, agreed_on, occurrence_of, parse_deductions
from daozhang.contracts.fees import FREE_KINDS, PAID_KINDS, Fee
from daozhang.contracts.sql import (
    applies_sql,
    batch_fee_sql,
    cleared_on_sql,
    exact_fee_sql,
    fee_sql,
    precedence_sql,
)

__all__ = [
    "FREE_KINDS",
    "PAID_KINDS",
    "Contract",
    "Cycle",
    "Deduction",
    "Every",
    "Fee",
    "Occurrence",
    "agreed_on",
    "applies_sql",
    "batch_fee_sql",
    "cleared_on_sql",
    "clock_of",
    "contract_for",
    "cutover_of",
    "exact_fee_sql",
    "fee_sql",
    "filled",
    "occurrence_of",
    "parse_cycle",
    "parse_deductions",
    "precedence_sql",
]
