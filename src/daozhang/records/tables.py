"""Schemas of the interchange tables and of the reference book, declared once and used by readers, lake and docs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class ColumnType(StrEnum):
    """What a cell holds, and how DuckDB stores it (``sql``)."""

    TEXT = "text"
    MINOR = "minor"
    COUNT = "count"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    CLOCK = "clock"
    FLAG = "flag"

    @property
    def sql(self) -> str:
        """Return the DuckDB type; a clock ``23:00`` and a rate with decimals stay text-free and exact."""
        return {
            "text": "VARCHAR",
            "minor": "BIGINT",
            "count": "BIGINT",
            "number": "DECIMAL(18,4)",
            "moment": "TIMESTAMP",
            "day": "DATE",
            "clock": "VARCHAR",
            "flag": "BOOLEAN",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, type, whether a row without it is set aside, and its closed list if it has one."""

    name: str
    type: ColumnType
    required: bool = False
    values: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One interchange table."""

    name: str
    columns: tuple[Column, ...]
    is_book: bool = False
    day_column: str = ""
    column_names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Keep the names beside the columns, since every reader asks for them."""
        object.__setattr__(self, "column_names", tuple(column.name for column in self.columns))

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


KINDS: Final = (
    "sale", "void", "refund", "reversal", "preauth", "preauth_completion", "preauth_void",
    "offline_sale", "adjustment", "fee", "dispute",
)  # fmt: skip
STATUSES: Final = ("approved", "declined", "unknown", "reversed", "voided", "stored")
CHANNELS: Final = ("card", "wechat", "alipay", "unionpay_qr", "other")
CARD_KINDS: Final = ("debit", "credit", "prepaid", "foreign")
BATCH_RESULTS: Final = ("balanced", "unbalanced", "rejected", "open")
PAYOUT_STATES: Final = ("pending", "claimed", "failed", "returned", "held", "closed")
PAID_BY: Final = ("card", "wechat", "alipay", "cash", "other")
MERCHANT_STATUSES: Final = ("active", "suspended", "licence_expired", "closed")
SIGNS: Final = ("sign_in", "sign_out")
NOTICE_KINDS: Final = ("notice", "report")
PUBLIC_NOTICE_KINDS: Final = ("rail_maintenance", "bank_maintenance", "disaster", "sanction")
REASON_SCHEMES: Final = ("iso20022_status", "iso20022_return", "nacha", "stripe", "wechat", "other")
ROUNDINGS: Final = ("half_up_each", "half_even_each", "half_up_batch")
REFUND_FEES: Final = ("kept", "returned")
ACCOUNT_KINDS: Final = ("corporate", "personal", "personal_class_ii")

_T, _M, _C, _N = ColumnType.TEXT, ColumnType.MINOR, ColumnType.COUNT, ColumnType.NUMBER
_AT, _ON, _CLOCK, _FLAG = ColumnType.MOMENT, ColumnType.DAY, ColumnType.CLOCK, ColumnType.FLAG


def _must(name: str, type_: ColumnType = _T, values: tuple[str, ...] = ()) -> Column:
    return Column(name, type_, required=True, values=values)


def _may(name: str, type_: ColumnType = _T, values: tuple[str, ...] = (), default: str | None = None) -> Column:
    return Column(name, type_, values=values, default=default)


_CURRENCY = _may("currency", default="CNY")

TRANSACTIONS: Final = Table(
    "transactions",
    (
        _must("acquirer"), _must("merchant_no"), _may("store_no"), _must("terminal_no"), _may("batch_no"),
        _may("trace_no"), _may("rrn"), _may("auth_code"), _may("order_no"), _must("occurred_at", _AT),
        _must("kind", values=KINDS), _must("amount_minor", _M), _CURRENCY, _must("status", values=STATUSES),
        _may("response_code"), _may("channel", values=CHANNELS), _may("card_tail"), _may("card_token"),
        _may("card_kind", values=CARD_KINDS), _may("operator_no"), _may("original_trace_no"), _may("original_rrn"),
    ),
    day_column="occurred_at",
)  # fmt: skip
CLEARINGS: Final = Table(
    "clearings",
    (
        _must("acquirer"), _must("merchant_no"), _may("terminal_no"), _may("batch_no"), _may("trace_no"), _may("rrn"),
        _may("network_no"), _may("order_no"), _may("occurred_at", _AT), _must("cleared_on", _ON),
        _must("kind", values=KINDS), _must("gross_minor", _M), _may("fee_minor", _M), _must("net_minor", _M),
        _CURRENCY, _may("channel", values=CHANNELS), _may("card_tail"), _may("card_token"),
        _may("card_kind", values=CARD_KINDS),
    ),
    day_column="cleared_on",
)  # fmt: skip
BATCHES: Final = Table(
    "batches",
    (
        _must("acquirer"), _must("merchant_no"), _must("terminal_no"), _must("batch_no"), _must("closed_at", _AT),
        _may("debit_count", _C), _may("debit_minor", _M), _may("credit_count", _C), _may("credit_minor", _M),
        _may("host_debit_count", _C), _may("host_debit_minor", _M), _may("host_credit_count", _C),
        _may("host_credit_minor", _M), _must("result", values=BATCH_RESULTS),
    ),
    day_column="closed_at",
)  # fmt: skip
PAYOUTS: Final = Table(
    "payouts",
    (
        _must("acquirer"), _must("merchant_no"), _must("payout_no"), _may("replaces_payout_no"),
        _must("settled_on", _ON), _may("cycle"), _must("planned_minor", _M), _may("held_minor", _M),
        _may("deducted_minor", _M), _must("paid_minor", _M), _CURRENCY, _must("state", values=PAYOUT_STATES),
        _may("reason_code"), _may("reason_text"), _may("account_tail"), _may("account_holder"), _may("bank_name"),
        _may("created_at", _AT), _may("finished_at", _AT),
    ),
    day_column="settled_on",
)  # fmt: skip
PAYOUT_ANSWERS: Final = Table(
    "payout_answers",
    (
        _may("acquirer"), _may("merchant_no"), _must("payout_no"), _may("network_no"), _may("message_no"),
        _must("answered_at", _AT), _must("state", values=PAYOUT_STATES), _may("amount_minor", _M), _CURRENCY,
        _may("reason_scheme", values=REASON_SCHEMES), _may("reason_code"), _may("reason_text"), _may("corrected"),
    ),
    day_column="answered_at",
)  # fmt: skip
"""What a bank or network answered about one payout (status report, return, notification of change); it names no day paid."""
BANK_ENTRIES: Final = Table(
    "bank_entries",
    (
        _must("account_tail"), _must("booked_at", _AT), _may("value_on", _ON), _must("amount_minor", _M), _CURRENCY,
        _may("balance_minor", _M), _may("counterparty_name"), _may("counterparty_tail"), _may("text"),
        _may("bank_reference"),
    ),
    day_column="booked_at",
)  # fmt: skip
BANK_NOTICES: Final = Table(
    "bank_notices",
    (
        _must("account_tail"), _must("booked_at", _AT), _may("value_on", _ON), _must("amount_minor", _M), _CURRENCY,
        _may("counterparty_name"), _may("counterparty_tail"), _may("text"), _may("bank_reference"),
        _must("kind", values=NOTICE_KINDS),
    ),
    day_column="booked_at",
)  # fmt: skip
"""What a bank says of an account before its statement does: the same money, so it counts only until the statement comes."""
ORDERS: Final = Table(
    "orders",
    (
        _must("order_no"), _must("merchant_no"), _may("store_no"), _must("amount_minor", _M), _CURRENCY,
        _must("placed_at", _AT), _may("operator_no"), _may("terminal_no"), _may("paid_by", values=PAID_BY),
    ),
    day_column="placed_at",
)  # fmt: skip
OPERATOR_SIGNS: Final = Table(
    "operator_signs",
    (
        _must("acquirer"), _must("merchant_no"), _may("store_no"), _must("terminal_no"), _must("operator_no"),
        _must("signed_at", _AT), _must("sign", values=SIGNS),
    ),
    day_column="signed_at",
)  # fmt: skip
"""Who signed on and off at a terminal (操作员签到, 签退), where a terminal or host keeps it."""
HEARTBEATS: Final = Table(
    "heartbeats",
    (
        _must("terminal_no"), _must("at", _AT), _may("app_version"), _may("firmware"), _may("model"),
        _may("serial_no"), _may("network"), _may("signal_dbm", _N), _may("battery_pct", _N), _may("paper"),
        _may("pending_reversals", _C), _may("pending_uploads", _C), _may("rtt_ms", _N), _may("clock_skew_s", _N),
        _may("region"),
    ),
    day_column="at",
)  # fmt: skip

MERCHANTS: Final = Table(
    "merchants",
    (
        _must("acquirer"), _must("merchant_no"), _may("name"), _may("group_no"), _may("isv_no"), _may("mcc"),
        _may("region"), _may("status", values=MERCHANT_STATUSES),
    ),
    is_book=True,
)  # fmt: skip
STORES: Final = Table(
    "stores",
    (_must("merchant_no"), _must("store_no"), _may("name"), _may("region"), _may("address")),
    is_book=True,
)
TERMINALS: Final = Table(
    "terminals",
    (
        _must("acquirer"), _must("merchant_no"), _may("store_no"), _must("terminal_no"), _may("model"),
        _may("serial_no"), _may("app_version"), _may("carrier"), _may("router_no"), _may("installed_on", _ON),
    ),
    is_book=True,
)  # fmt: skip
CONTRACTS: Final = Table(
    "contracts",
    (
        _must("acquirer"), _must("merchant_no"), _must("from_on", _ON), _may("to_on", _ON), _may("cycle"),
        _may("cutover", _CLOCK), _may("due_time", _CLOCK), _may("calendar"), _may("pays_on_makeup_days", _FLAG),
        _may("minimum_minor", _M), _may("card_kind"), _may("channel"), _may("rate_bp", _N), _may("cap_minor", _M),
        _may("floor_minor", _M), _may("per_item_minor", _M), _may("rounding", values=ROUNDINGS),
        _may("refund_fee", values=REFUND_FEES), _may("agreed_deductions"),
    ),
    is_book=True,
)  # fmt: skip
ACCOUNTS: Final = Table(
    "accounts",
    (
        _must("acquirer"), _must("merchant_no"), _must("account_tail"), _may("holder"), _may("bank_name"),
        _may("bank_code"), _may("kind", values=ACCOUNT_KINDS), _may("from_on", _ON), _may("to_on", _ON),
    ),
    is_book=True,
)  # fmt: skip
CONTACTS: Final = Table(
    "contacts",
    (_must("party"), _may("name"), _may("channel"), _may("address"), _may("verified_on", _ON), _may("source")),
    is_book=True,
)
PUBLIC_NOTICES: Final = Table(
    "public_notices",
    (
        _must("kind", values=PUBLIC_NOTICE_KINDS), _must("from_at", _AT), _must("to_at", _AT), _may("scope"), _may("source"),
    ),
    is_book=True,
)  # fmt: skip
"""What was announced to everybody (a rail or a bank that stops, a disaster, a sanction), put on record by somebody who read it."""

FACT_TABLES: Final = (
    TRANSACTIONS,
    CLEARINGS,
    BATCHES,
    PAYOUTS,
    PAYOUT_ANSWERS,
    BANK_ENTRIES,
    BANK_NOTICES,
    ORDERS,
    HEARTBEATS,
    OPERATOR_SIGNS,
)
BOOK_TABLES: Final = (MERCHANTS, STORES, TERMINALS, CONTRACTS, ACCOUNTS, CONTACTS, PUBLIC_NOTICES)
TABLES: Final = FACT_TABLES + BOOK_TABLES

LAKE_COLUMNS: Final = ("import_id", "line_no", "fp")
"""Beside the table's own columns in every Parquet part: VARCHAR id of the import, BIGINT line number in the source file
(1 = first line), BLOB 16-byte md5 of the row's content and of its occurrence number among equal rows of the file."""


def table_named(name: str) -> Table:
    """Return the table called ``name``; KeyError when there is none."""
    for table in TABLES:
        if table.name == name:
            return table
    raise KeyError(name)
