"""Messages → payments and batches: a request and its answer are one row, a reversal undoes, an upload confirms.

A payment without an answer is ``unknown``: nobody may call it declined. What a batch upload lists is in the log already,
or in another one; it is counted and never becomes a second row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from daozhang.codes.books import response_of
from daozhang.formats.base import Given
from daozhang.formats.cells import UnreadableError
from daozhang.formats.iso8583.currencies import currency_of
from daozhang.formats.iso8583.messages import Message, Totals

TERMINAL_KINDS: Final = {
    "22": "sale", "23": "void", "25": "refund", "10": "preauth", "11": "preauth_void", "20": "preauth_completion",
    "21": "void", "30": "offline_sale", "32": "adjustment", "34": "adjustment",
}  # fmt: skip
"""60.1 交易类型码 of a UnionPay terminal."""
KINDS: Final = {
    ("1", "00"): "preauth", ("1", "03"): "preauth", ("1", "02"): "preauth_void", ("1", "20"): "preauth_void",
    ("2", "00"): "sale", ("2", "01"): "sale", ("2", "09"): "sale", ("2", "20"): "refund", ("2", "02"): "void",
}  # fmt: skip
"""Class of the message and first two digits of field 3, in the generic dialects."""
BACK: Final = frozenset({"void", "refund", "preauth_void", "reversal"})
PREAUTHORISED: Final = "06"
CODES: Final = frozenset({"03", "04", "93", "94"})
BALANCED, OUT_OF_BALANCE = "1", frozenset({"2", "3"})
TOTALS_DIFFER: Final = frozenset({"77", "95"})


@dataclass(slots=True)
class Exchange:
    """A request, its repeats and its answer; the answer alone where the log has no request."""

    request: Message | None
    answer: Message | None = None
    status: str = ""
    beside: datetime | None = None
    """When the exchange before it in the log was, for one that carries no time of its own."""

    @property
    def first(self) -> Message:
        """Return the message that the row stands on."""
        found = self.request or self.answer
        assert found is not None
        return found

    def text(self, name: str) -> str:
        """Return a field of the request, else of the answer."""
        return (self.request[name] if self.request else "") or (self.answer[name] if self.answer else "")

    def answered(self, name: str) -> str:
        """Return a field of the answer, else of the request."""
        return (self.answer[name] if self.answer else "") or (self.request[name] if self.request else "")


@dataclass(slots=True)
class Story:
    """Takes messages in their order; afterwards says the row of each line that has one."""

    given: Given
    day: date
    exchanges: list[Exchange] = field(default_factory=list)
    open: dict[tuple[str, tuple[str, str, str]], Exchange] = field(default_factory=dict)
    uploaded: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, message: Message) -> None:
        """Take the next message."""
        group = message.mti[1]
        if group not in "1245":
            self.uploaded += [(message["42"], message["41"], trace) for trace in message.uploaded]
            return
        place = (group, message.key)
        known = self.open.get(place)
        if message.is_answer:
            if known is not None and known.answer is None:
                known.answer = message
            elif known is None or not _same(known.answer, message):
                self._begin(place, Exchange(None, message))
        elif not (known is not None and known.answer is None and (message.is_repeat or _same(known.request, message))):
            self._begin(place, Exchange(message))

    def _begin(self, place: tuple[str, tuple[str, str, str]], exchange: Exchange) -> None:
        self.open[place] = exchange
        self.exchanges.append(exchange)

    def settle(self) -> None:
        """Decide what became of every payment, once all messages are known."""
        self._place_in_time()
        latest: dict[tuple[str, str, str], Exchange] = {}
        by_rrn: dict[tuple[str, str, str], Exchange] = {}
        for exchange in self.exchanges:
            exchange.status = _status(exchange)
        for exchange in self.exchanges:
            first, group = exchange.first, exchange.first.mti[1]
            merchant, terminal, _ = first.key
            undone = latest.get(first.key) if group == "4" else None
            if group in "12":
                if _kind(exchange) in {"void", "preauth_void"}:
                    undone = latest.get((merchant, terminal, first.original_trace_no or "-"))
                    undone = undone or by_rrn.get((merchant, terminal, first["37"] or "-"))
                latest[first.key] = exchange
                by_rrn[merchant, terminal, exchange.answered("37")] = exchange
            if undone is not None and exchange.status == "approved" and undone.status in {"approved", "unknown"}:
                undone.status = "reversed" if group == "4" else "voided"

    def unseen_uploads(self) -> int:
        """Return how many payments of batch uploads have no message of their own in this log."""
        seen = {exchange.first.key for exchange in self.exchanges}
        return sum(1 for key in self.uploaded if key not in seen)

    def rows(self) -> Iterator[tuple[int, str, dict[str, object] | UnreadableError]]:
        """Yield line, table and values of every exchange that is a payment or a batch; a reject where it cannot be read."""
        originals: dict[tuple[str, str, str], Exchange] = {}
        for exchange in self.exchanges:
            group = exchange.first.mti[1]
            if group == "5":
                yield self._said("batches", exchange, None)
            elif group == "4":
                yield self._said("transactions", exchange, originals.get(exchange.first.key))
            else:
                originals[exchange.first.key] = exchange
                if _kind(exchange):
                    yield self._said("transactions", exchange, None)

    def _said(
        self, table: str, exchange: Exchange, undone: Exchange | None
    ) -> tuple[int, str, dict[str, object] | UnreadableError]:
        try:
            values = self._batch(exchange) if table == "batches" else self._payment(exchange, undone)
        except UnreadableError as bad:
            return exchange.first.line_no, table, bad
        return exchange.first.line_no, table, values

    def _payment(self, exchange: Exchange, undone: Exchange | None) -> dict[str, object]:
        first = exchange.first
        kind = "reversal" if first.mti[1] == "4" else _kind(exchange)
        currency = currency_of(exchange.text("49"))
        taken_back = undone is not None and _kind(undone) in BACK
        sign = -1 if (kind in BACK) != taken_back else 1
        own_rrn = exchange.answer["37"] if exchange.answer else ""
        asked_rrn = exchange.request["37"] if exchange.request else ""
        return {
            "acquirer": self._acquirer(exchange),
            "merchant_no": _must(exchange, "42"),
            "terminal_no": _must(exchange, "41"),
            "batch_no": first.batch_no or None,
            "trace_no": exchange.text("11") or None,
            "rrn": own_rrn or (asked_rrn if kind not in BACK else "") or None,
            "auth_code": exchange.answered("38") or None,
            "occurred_at": self._moment(exchange),
            "kind": kind,
            "amount_minor": sign * _amount(exchange),
            "currency": currency,
            "status": exchange.status,
            "response_code": (exchange.answer["39"] if exchange.answer else "") or None,
            "channel": "unionpay_qr" if first.is_terminal and exchange.text("22")[:2] in CODES else "card",
            "card_tail": first.card_tail or (exchange.answer.card_tail if exchange.answer else None),
            "original_trace_no": first.original_trace_no or (first["11"] if kind == "reversal" else "") or None,
            "original_rrn": (asked_rrn if kind in BACK and asked_rrn != own_rrn else "") or None,
        }

    def _batch(self, exchange: Exchange) -> dict[str, object]:
        asked = exchange.request.totals if exchange.request else None
        told = exchange.answer.totals if exchange.answer else None
        batch_no = exchange.first.batch_no or (exchange.answer.batch_no if exchange.answer else "")
        if not batch_no:
            raise UnreadableError("60", "", "reject-empty")
        return {
            "acquirer": self._acquirer(exchange),
            "merchant_no": _must(exchange, "42"),
            "terminal_no": _must(exchange, "41"),
            "batch_no": batch_no,
            "closed_at": self._moment(exchange),
            **_sides(asked, ""),
            **_sides(told, "host_"),
            "result": _result(exchange, asked, told),
        }

    def _acquirer(self, exchange: Exchange) -> str:
        default = "unionpay" if exchange.first.is_terminal else exchange.answered("32") or "unknown"
        return self.given.acquirer or default

    def _place_in_time(self) -> None:
        """Give exchanges without a time of their own the time of the one before, or after at the start of the log."""
        for ordered in (self.exchanges, self.exchanges[::-1]):
            latest: datetime | None = None
            for exchange in ordered:
                try:
                    latest = self._own_moment(exchange) or latest
                except UnreadableError:
                    continue
                exchange.beside = exchange.beside or latest

    def _own_moment(self, exchange: Exchange) -> datetime | None:
        """Return when it happened: local date and time of request or answer, else sent, else written into the log."""
        near = exchange.first.logged_on or self.day
        both = [message for message in (exchange.request, exchange.answer) if message]
        for message in both:
            if message["13"] and message["12"]:
                return _nearest(message["13"] + message["12"], near)
        for message in both:
            if message["7"]:
                return _nearest(message["7"], near)
        return exchange.first.logged_at

    def _moment(self, exchange: Exchange) -> datetime:
        found = self._own_moment(exchange) or exchange.beside
        if found is None:
            raise UnreadableError("12", "", "reject-moment")
        return found


def _must(exchange: Exchange, name: str) -> str:
    text = exchange.text(name)
    if not text:
        raise UnreadableError(name, "", "reject-empty")
    return text


def _amount(exchange: Exchange) -> int:
    text = exchange.text("4")
    if not (len(text) == 12 and text.isascii() and text.isdigit()):
        raise UnreadableError("4", text, "reject-amount")
    return int(text)


def _same(known: Message | None, again: Message) -> bool:
    return known is not None and known.mti == again.mti and known.fields == again.fields


def _kind(exchange: Exchange) -> str:
    """Return the kind of payment; empty for a message that moves no money (balance, sign-on)."""
    first = exchange.first
    group, process = first.mti[1], exchange.text("3")[:2]
    if first.is_terminal and first.kind_code:
        return TERMINAL_KINDS.get(first.kind_code, "")
    if group == "4":
        return "reversal"
    is_advice = first.mti[2] in "23"
    kind = KINDS.get((group, process), "")
    if kind == "refund" and first.is_terminal and not is_advice:
        return "void"
    if kind == "sale" and exchange.text("25") == PREAUTHORISED:
        return "preauth_completion"
    if is_advice:
        return {"sale": "offline_sale", "void": "adjustment"}.get(kind, kind)
    return kind


def _status(exchange: Exchange) -> str:
    if exchange.answer is None:
        return "stored" if _kind(exchange) == "offline_sale" else "unknown"
    known = response_of(exchange.answer["39"])
    return known.outcome if known else "unknown"


def _sides(totals: Totals | None, side: str) -> dict[str, object]:
    if totals is None:
        return {}
    return {
        f"{side}debit_count": totals.debit_count,
        f"{side}debit_minor": totals.debit_minor,
        f"{side}credit_count": totals.credit_count,
        f"{side}credit_minor": totals.credit_minor,
    }


def _result(exchange: Exchange, asked: Totals | None, told: Totals | None) -> str:
    """Return what the centre said of the batch; where it only repeats totals, they are compared."""
    if exchange.answer is None:
        return "open"
    code, verdict = exchange.answer["39"], told.verdict if told else exchange.answer["66"]
    if code in TOTALS_DIFFER or verdict in OUT_OF_BALANCE:
        return "unbalanced"
    if code not in {"", "00"}:
        return "rejected"
    if verdict == BALANCED or asked is None or told is None:
        return "balanced" if verdict == BALANCED or code == "00" else "open"
    same = (asked.debit_minor, asked.debit_count, asked.credit_minor, asked.credit_count)
    return (
        "balanced"
        if same == (told.debit_minor, told.debit_count, told.credit_minor, told.credit_count)
        else "unbalanced"
    )


def _nearest(text: str, near: date) -> datetime:
    """Return MMDDhhmmss in the year that lies nearest to a day."""
    found = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            found.append(datetime.strptime(f"{year:04d}{text}", "%Y%m%d%H%M%S"))
        except ValueError:
            continue
    if not found or len(text) != 10:
        raise UnreadableError("12", text, "reject-moment")
    return min(found, key=lambda at: abs((at.date() - near).days))


def told_by(messages: Iterable[Message], given: Given, day: date) -> Story:
    """Return the story of a log, settled."""
    story = Story(given, day)
    for message in messages:
        story.add(message)
    story.settle()
    return story
