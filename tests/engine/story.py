"""Stories that the back office can read and write: what happened, and what must be said at each moment.

    contract rate=60 cap=20.00
    11-23 10:15  sale   r1 100.00                  a terminal record (approved unless said otherwise)
    11-23        clear  r1 100.00 fee=0.60         a clearing line of that clearing day
    11-24 09:00  payout P1 11-23 99.40 claimed     a payout for the clearing day
    11-24 11:00  bank   99.40 text=P1              a line of the bank statement
    11-24 11:00  notice 99.40 text=P1              the same said before the statement by a notification (or: report)
    11-24 15:00  answer P1 returned code=AC04      what a bank answered about a payout (scheme=iso20022_return)
    11-24 15:00  order  o1 100.00                  an order of the till
    bank-until 11-25                               the statement is complete up to that day
    11-25 16:00  expect credit_missing alarm -99.40
    11-25 16:00  money  11-23 expected=99.40 arrived=99.40
    11-25 16:00  quiet                             no alarm at all

Amounts are yuan; signs as people think of them: a refund or void is written negative. Years are 2026.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from daozhang.calendars import shipped
from daozhang.engine.lake import Part, SourceFile
from daozhang.engine.settle import DuckLedger
from daozhang.flows.settlement_day import Settled
from daozhang.money import to_minor
from daozhang.records import TABLES, table_named

ARROW = {
    "text": pa.string(), "minor": pa.int64(), "count": pa.int64(), "number": pa.decimal128(18, 4), "moment": pa.timestamp("us"),
    "day": pa.date32(), "clock": pa.string(), "flag": pa.bool_(),
}  # fmt: skip
ACQUIRER, MERCHANT = "demo", "898000000000001"


def fen(words: str) -> int:
    """Read an amount in yuan."""
    minor = to_minor(words)
    assert minor is not None, words
    return minor


def day_of(words: str) -> date:
    return date.fromisoformat(f"2026-{words}")


@dataclass
class Story:
    """The facts of a story and what it expects; ``at`` judges them at a moment."""

    name: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    expectations: list[tuple[int, datetime, str]] = field(default_factory=list)
    bank_until: dict[str, date] = field(default_factory=dict)
    clear_until: date | None = None
    set_aside: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, line: int, **values: Any) -> None:
        self.rows.setdefault(table, []).append({"line_no": line, **values})

    def at(
        self,
        folder: Path,
        moment: datetime,
        *,
        sift_from: int = 20_000,
        plain_from: int = 500,
        keep: Path | None = None,
    ) -> Settled:
        ledger = self.ledger(folder, sift_from=sift_from, plain_from=plain_from, keep=keep)
        return ledger.settle(moment)

    def ledger(self, folder: Path, *, sift_from: int, plain_from: int = 500, keep: Path | None = None) -> DuckLedger:
        folder.mkdir(parents=True, exist_ok=True)
        parts, files = [], []
        for number, table in enumerate(TABLES, start=1):
            rows = self.rows.get(table.name, [])
            import_id = f"im_{table.name}"
            covers: tuple[Any, ...] = ()
            if table.name == "bank_entries":
                covers = tuple(
                    ("bank_entries", date(2026, 9, 1), until, tail, "")
                    for tail, until in sorted(self.bank_until.items())
                )
            if table.name == "clearings" and self.clear_until:
                covers = (("clearings", date(2026, 9, 1), self.clear_until, "", ""),)
            if not rows and not covers:
                continue
            schema = pa.schema(
                [(column.name, ARROW[column.type.value]) for column in table_named(table.name).columns]
                + [("import_id", pa.string()), ("line_no", pa.int64()), ("fp", pa.binary())]
            )
            filled = []
            for row in rows:
                one = {name: row.get(name) for name in schema.names}
                if "currency" in one:
                    one["currency"] = one["currency"] or "CNY"
                one["import_id"] = import_id
                one["fp"] = hashlib.md5(f"{table.name}{row}".encode(), usedforsecurity=False).digest()
                filled.append(one)
            pq.write_table(pa.Table.from_pylist(filled, schema=schema), folder / f"{table.name}.parquet")
            parts.append(Part(table.name, f"{table.name}.parquet"))
            files.append(
                SourceFile(
                    import_id=import_id, seq=number, file_name=f"{self.name}:{table.name}", format="story", acquirer=ACQUIRER,
                    covers=covers, tables=((table.name, len(rows)),), set_aside=self.set_aside.get(table.name, 0),
                )
            )  # fmt: skip
        return DuckLedger(
            root=folder, parts=parts, files=files, calendars={"CN": shipped("CN")}, sift_from=sift_from,
            plain_from=plain_from, keep=keep,
        )  # fmt: skip


def read(path: Path) -> Story:
    """Read one story file."""
    story = Story(path.name)
    has_contract = False
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        words = raw.split("#")[0].split()
        if not words:
            continue
        if words[0] == "contract":
            has_contract = True
            _contract(story, number, _named(words[1:]))
        elif words[0] == "bank-until":
            story.bank_until[_named(words[2:]).get("tail", "6688")] = day_of(words[1])
        elif words[0] == "set-aside":
            story.set_aside[words[1]] = int(words[2])
        elif words[0] == "clear-until":
            story.clear_until = day_of(words[1])
        elif words[0] == "account":
            given = _named(words[1:])
            story.add(
                "accounts", number, acquirer=ACQUIRER, merchant_no=MERCHANT, account_tail=given["tail"], kind="corporate",
                from_on=day_of(given["from"]) if "from" in given else None, to_on=day_of(given["to"]) if "to" in given else None,
            )  # fmt: skip
        else:
            _event(story, number, words)
    if not has_contract:
        _contract(story, 0, {})
    if "accounts" not in story.rows:
        story.add("accounts", 0, acquirer=ACQUIRER, merchant_no=MERCHANT, account_tail="6688", kind="corporate")
    return story


def _named(words: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words if "=" in word)


def _contract(story: Story, line: int, given: dict[str, str]) -> None:
    story.add(
        "contracts", line, acquirer=ACQUIRER, merchant_no=MERCHANT, from_on=day_of(given["from"]) if "from" in given else date(2026, 1, 1),
        to_on=day_of(given["to"]) if "to" in given else None, cycle=given.get("cycle", "T+1"), cutover=given.get("cutover", "23:00"),
        due_time=given.get("due", "14:00"), calendar="CN", pays_on_makeup_days=True,
        minimum_minor=fen(given["minimum"]) if "minimum" in given else None, card_kind=given.get("card"), channel=given.get("channel"),
        rate_bp=Decimal(given.get("rate", "60")), cap_minor=fen(given["cap"]) if "cap" in given else None,
        rounding=given.get("rounding", "half_up_each"), refund_fee=given.get("refund", "returned"), agreed_deductions=given.get("agreed"),
    )  # fmt: skip


def _event(story: Story, line: int, words: list[str]) -> None:
    day = day_of(words[0])
    clock = time.fromisoformat(words[1]) if re.fullmatch(r"\d\d:\d\d(:\d\d)?", words[1]) else None
    moment = datetime.combine(day, clock or time())
    verb, *rest = words[2:] if clock else words[1:]
    given, plain = _named(rest), [word for word in rest if "=" not in word]
    if verb in {"expect", "money", "quiet", "silent"}:
        story.expectations.append((line, moment, " ".join([verb, *rest])))
    elif verb == "clear":
        gross = fen(plain[1])
        fee = fen(given["fee"]) if "fee" in given else None
        net = fen(given["net"]) if "net" in given else gross - (fee or 0)
        story.add(
            "clearings", line, acquirer=ACQUIRER, merchant_no=MERCHANT, terminal_no=given.get("terminal", "T0000001"),
            trace_no=given.get("trace"), rrn=None if plain[0] == "-" else plain[0], order_no=given.get("order"),
            network_no=given.get("network"), cleared_on=day, occurred_at=_at(given, day), kind=given.get("kind", "sale" if gross >= 0 else "refund"),
            gross_minor=gross, fee_minor=fee, net_minor=net, channel=given.get("channel", "card"), card_kind=given.get("card", "credit"),
            card_tail=given.get("tail"), currency=given.get("currency"),
        )  # fmt: skip
    elif verb == "payout":
        number, settled, planned, state = plain
        amount = fen(planned)
        held, deducted = fen(given.get("held", "0")), fen(given.get("deducted", "0"))
        paid = (
            fen(given["paid"])
            if "paid" in given
            else (amount - held - deducted if state in {"claimed", "returned"} else 0)
        )
        story.add(
            "payouts", line, acquirer=ACQUIRER, merchant_no=MERCHANT, payout_no=number, replaces_payout_no=given.get("replaces"),
            settled_on=day_of(settled), planned_minor=amount, held_minor=held, deducted_minor=deducted, paid_minor=paid, state=state,
            reason_text=given.get("reason"), account_tail=given.get("tail", "6688"), bank_name="ICBC",
            created_at=_at(given, day, "created") or moment, finished_at=moment,
        )  # fmt: skip
    elif verb == "bank":
        story.add(
            "bank_entries", line, account_tail=given.get("tail", "6688"), booked_at=moment, amount_minor=fen(plain[0]), text=given.get("text"),
            counterparty_name=given.get("from", "示例支付有限公司"), bank_reference=given.get("ref"),
        )  # fmt: skip
    elif verb in {"notice", "report"}:
        story.add(
            "bank_notices", line, account_tail=given.get("tail", "6688"), booked_at=moment, amount_minor=fen(plain[0]), text=given.get("text"),
            counterparty_name=given.get("from", "示例支付有限公司"), bank_reference=given.get("ref"), kind=verb,
        )  # fmt: skip
    elif verb == "answer":
        story.add(
            "payout_answers", line, payout_no=plain[0], state=plain[1], answered_at=moment, merchant_no=given.get("merchant"),
            reason_code=given.get("code"), reason_scheme=given.get("scheme"), reason_text=given.get("reason"),
        )  # fmt: skip
    elif verb == "order":
        story.add(
            "orders",
            line,
            order_no=plain[0],
            merchant_no=MERCHANT,
            amount_minor=fen(plain[1]),
            placed_at=moment,
            paid_by=given.get("by", "card"),
        )
    else:
        amount = fen(plain[1])
        status = next(
            (word for word in plain[2:] if word in {"declined", "unknown", "reversed", "voided", "stored"}), "approved"
        )
        story.add(
            "transactions", line, acquirer=ACQUIRER, merchant_no=MERCHANT, terminal_no=given.get("terminal", "T0000001"), batch_no="000001",
            trace_no=given.get("trace"), rrn=None if plain[0] == "-" else plain[0], order_no=given.get("order"), occurred_at=moment, kind=verb,
            amount_minor=amount, status=status, channel=given.get("channel", "card"), card_kind=given.get("card", "credit"),
            card_tail=given.get("tail"), original_trace_no=given.get("original"), original_rrn=given.get("of"),
        )  # fmt: skip


def _at(given: dict[str, str], day: date, name: str = "at") -> datetime | None:
    if name not in given:
        return None
    words = given[name]
    return (
        datetime.combine(day, time.fromisoformat(words))
        if "T" not in words
        else datetime.fromisoformat(f"2026-{words}")
    )
