"""银联 merchant dispute file ZME (339-byte records, GBK) → clearings of kind ``dispute``, without money.

The widths of 22 fields are agreed, the names of the first nine only. No field that is known says which way money moves,
so each record is taken as a notice; the amount of the disputed payment is named in a warning.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.cells import UnreadableError, tail_of
from daozhang.formats.fixed_width import FixedRecord, knows, layout, read_records
from daozhang.formats.unionpay import DEFAULT_ACQUIRER, clearing_day, named_merchant, occurred_at, settle_key
from daozhang.money import to_text

LAYOUT: Final = layout("unionpay_zme")


def _knows(source: Source) -> bool:
    return knows(source, LAYOUT, ("交易金额",))


def _read(source: Source, sink: Sink) -> None:
    cleared_on, merchant_no = clearing_day(source), named_merchant(source)
    amounts: list[int] = []

    def one(record: FixedRecord) -> None:
        amount = record.fen("交易金额")
        sink.row("clearings", record.line_no, _notice(record, source, cleared_on, merchant_no))
        amounts.append(amount)

    read_records(source, sink, LAYOUT, one)
    if amounts:
        sink.warn("warn-dispute-amount-open", count=len(amounts), amount=to_text(sum(amounts), symbol=False))


def _notice(record: FixedRecord, source: Source, cleared_on: date, merchant_no: str) -> dict[str, object]:
    if not merchant_no:
        raise UnreadableError("商户代码", "", "reject-empty")
    return {
        "acquirer": source.given.acquirer or DEFAULT_ACQUIRER,
        "merchant_no": merchant_no,
        "trace_no": record.text("系统跟踪号") or None,
        "network_no": settle_key(record) or None,
        "occurred_at": occurred_at(record, "交易传输时间", cleared_on),
        "cleared_on": cleared_on,
        "kind": "dispute",
        "gross_minor": 0,
        "net_minor": 0,
        "card_tail": tail_of(record.text("帐号")),
    }


FORMAT = Format(
    code="unionpay_zme",
    knows=_knows,
    tables=("clearings",),
    read=_read,
    unsure=("unsure-zme-fields", "unsure-zm-no-real-sample"),
    evidence="documentation",
)
