"""微信支付 withdrawals 提现单, above all those that failed or came back → payout_answers.

Answers of the withdrawal query as they came (JSON: one object, a list, or one object a line; amounts in fen), or a table
whose columns carry the documented names of those fields. The same withdrawal may be listed on several days: equal rows
stay one, and the newest state counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from daozhang.errors import InputError
from daozhang.formats import cells
from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.cells import LARGEST_MINOR, UnreadableError, clean
from daozhang.formats.decoding import decode, peek
from daozhang.formats.lines import Record, first_records, physical_lines
from daozhang.formats.wallet import read_bill

NUMBER: Final = ("withdraw_id", "微信支付提现单号", "微信提现单号", "微信支付预约提现单号")
OWN_NUMBER: Final = ("out_request_no", "商户提现单号", "商户预约提现单号")
STATE: Final = ("status", "提现状态", "提现单状态", "状态")
MERCHANT: Final = ("sub_mchid", "二级商户号", "mchid", "商户号")
CHANGED_AT: Final = ("update_time", "提现状态更新时间", "更新时间")
CREATED_AT: Final = ("create_time", "发起提现时间", "提现发起时间")
REASON: Final = ("reason", "失败原因", "提现失败原因")
AMOUNT_FEN: Final = ("amount", "提现金额(分)")
AMOUNT_YUAN: Final = ("提现金额(元)",)
AMOUNT_OPEN: Final = ("提现金额",)

STATES: Final = {
    "FAIL": "failed", "提现失败": "failed", "REFUND": "returned", "提现退票": "returned", "SUCCESS": "claimed",
    "提现成功": "claimed", "CREATE_SUCCESS": "pending", "受理成功": "pending", "INIT": "pending", "CLOSE": "closed",
    "关单": "closed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Withdrawal:
    """One withdrawal: the names it has, and the text under one of them."""

    names: Collection[str]
    text: Callable[[str], str]

    def name(self, names: tuple[str, ...]) -> str:
        """Return the name that the source uses, the first one where it uses none."""
        return next((one for one in names if one in self.names), names[0])

    def cell(self, names: tuple[str, ...]) -> str:
        """Return the text under the name that the source uses; empty where it uses none."""
        name = self.name(names)
        return self.text(name) if name in self.names else ""

    def must(self, names: tuple[str, ...]) -> str:
        """Return the text; a reject when it is empty."""
        text = self.cell(names)
        if not text:
            raise UnreadableError(self.name(names), "", "reject-empty")
        return text

    def answer(self, source: Source) -> dict[str, object]:
        """Return the answer: amounts positive fen; the moment of the last change."""
        status = self.must(STATE)
        state = STATES.get(status)
        if state is None:
            raise UnreadableError(self.name(STATE), status, "reject-value", expected=" ".join(STATES))
        moment_of = CHANGED_AT if self.cell(CHANGED_AT) else CREATED_AT
        return {
            "acquirer": source.given.acquirer or "wechat",
            "merchant_no": self.cell(MERCHANT) or source.given.merchant_no or None,
            "payout_no": self.must(NUMBER),
            "message_no": self.cell(OWN_NUMBER) or None,
            "answered_at": cells.moment(self.name(moment_of), self.must(moment_of)),
            "state": state,
            "amount_minor": self._amount(),
            "reason_scheme": "wechat" if self.cell(REASON) else None,
            "reason_text": self.cell(REASON) or None,
        }

    def _amount(self) -> int | None:
        """Return the amount in fen. A column that names no unit is yuan when it has a point; else it stays unknown."""
        if text := self.cell(AMOUNT_FEN):
            if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_MINOR):
                raise UnreadableError(self.name(AMOUNT_FEN), text, "reject-amount")
            return int(text)
        if text := self.cell(AMOUNT_YUAN):
            return cells.yuan(AMOUNT_YUAN[0], text)
        text = self.cell(AMOUNT_OPEN)
        return cells.yuan(AMOUNT_OPEN[0], text) if "." in text else None


def _knows(source: Source) -> bool:
    head = peek(source).lstrip()
    if head.startswith(("{", "[")):
        return all(f'"{name}"' in head for name in (NUMBER[0], OWN_NUMBER[0], STATE[0]))
    first = next((columns for record, columns in first_records(source) if not record.is_blank), None)
    return first is not None and all(any(first.has(name) for name in names) for names in (NUMBER, OWN_NUMBER, STATE))


def _read(source: Source, sink: Sink) -> None:
    text = decode(source.data)
    if not text.lstrip().startswith(("{", "[")):
        _read_table(source, sink)
        return
    for line_no, value in _objects(text):
        if value is None:
            sink.control(line_no)
        elif isinstance(value, Mapping):
            _take(source, sink, line_no, _Withdrawal(value.keys(), partial(_of_object, value)))
        else:
            sink.reject(line_no, NUMBER[0], str(value)[:200], "reject-empty")


def _objects(text: str) -> Iterator[tuple[int, Any]]:
    """Yield line (or place in the list) and value; None for a blank line. ``InputError`` when the text is no JSON."""
    lines = physical_lines(text)
    if all(not line.strip() or (line.strip().startswith("{") and line.strip().endswith("}")) for line in lines):
        for line_no, line in enumerate(lines, 1):
            yield line_no, _value(line, line_no) if line.strip() else None
        return
    whole = _value(text, 1)
    yield from enumerate(whole if isinstance(whole, list) else [whole], 1)


def _value(text: str, line_no: int) -> Any:  # noqa: ANN401 - any JSON
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("input-json", line=line_no) from error
    return "" if value is None else value


def _of_object(value: Mapping[str, Any], name: str) -> str:
    found = value[name]
    return clean(str(found)) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _read_table(source: Source, sink: Sink) -> None:
    bill = read_bill(source, sink, "总笔数", expects_summary=False)
    positions = bill.columns.positions
    for record in bill.rows:
        _take(source, sink, record.line_no, _Withdrawal(positions.keys(), partial(_of_record, record, positions)))


def _of_record(record: Record, positions: Mapping[str, int], name: str) -> str:
    place = positions[name]
    return clean(record.cells[place]) if place < len(record.cells) else ""


def _take(source: Source, sink: Sink, line_no: int, one: _Withdrawal) -> None:
    try:
        values = one.answer(source)
    except UnreadableError as bad:
        sink.reject(line_no, bad.column, bad.value, bad.reason, **bad.facts)
        return
    sink.row("payout_answers", line_no, values)


FORMAT = Format(
    code="wechat_withdrawals",
    knows=_knows,
    tables=("payout_answers",),
    read=_read,
    unsure=("unsure-wechat-withdrawal-file", "unsure-wechat-withdrawal-number"),
    evidence="documentation",
)
