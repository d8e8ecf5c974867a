"""What stood still: terminals without a sign of life, and payments that host or terminal refused for technical reasons.

An outage that is over is told for a day, so that somebody looks at what it left behind; afterwards it only informs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from daozhang.breaks.clearing_side import Named, Row
from daozhang.breaks.kinds import Break, BreakType, Grain, Keys, Severity

TOLD_FOR: Final = timedelta(hours=24)
"""How long after its end an outage still needs a look."""
WIDE: Final = 10
WIDE_MERCHANTS: Final = 3
WIDE_SHARE_PCT: Final = 5
"""So many refusals of one kind at so many merchants in a day, and this share of what was tried meanwhile, are the host
(0.1 to 0.8 per cent fail on an ordinary day)."""
ON_ONE_TERMINAL: Final = 2
HOST: Final = "D060"


def of_silences(rows: Sequence[Row], named: Named) -> list[Break]:
    """Return one break per silence of a terminal.

    It claims something only where the silence is no closed shop: payments were tried meanwhile, or terminals of several
    shops fell silent together in the middle of a day. Otherwise it is kept in view; over for a day, it informs.
    """
    return [_silence(row, _beside(row, rows), named) for row in rows]


def _beside(row: Row, rows: Sequence[Row]) -> list[Row]:
    """Return the silences in the same place that may have begun at the same moment, itself included.

    When a silence began is only known to lie between the last sign of life and the first that did not come.
    """
    return [
        other
        for other in rows
        if max(row["from_at"], other["from_at"]) <= min(row["missed_at"], other["missed_at"])
        and _same_place(row, other)
    ]


def _same_place(row: Row, other: Row) -> bool:
    return row["terminal_no"] == other["terminal_no"] or any(
        row[name] and row[name] == other[name] for name in ("router_no", "region")
    )


def _silence(row: Row, beside: Sequence[Row], named: Named) -> Break:
    is_over = row["until_at"] is not None
    in_use = any(other["unanswered"] for other in beside if _of_one_shop(row, other))
    shops = {other["router_no"] or other["terminal_no"] for other in beside if other["in_hours"]}
    severity = Severity.ALARM if in_use or len(shops) > 1 else Severity.WATCH
    if is_over and row["newest_at"] - row["until_at"] >= TOLD_FOR:
        severity = Severity.INFO
    return Break(
        type=BreakType.TERMINAL_OFFLINE, grain=Grain.TERMINAL, gap_minor=0, severity=severity, occurred_at=row["from_at"],
        keys=Keys(acquirer=row["acquirer"] or "", merchant_no=row["merchant_no"] or "", terminal_no=row["terminal_no"]),
        facts={
            "clock_skew_s": 0, "pending": 0, "router_no": row["router_no"] or "", "carrier": row["carrier"] or "",
            "region": row["region"] or "", "since": row["from_at"], "missed_at": row["missed_at"], "until": row["until_at"], "hours": row["hours"],
            "unanswered": row["unanswered"], "in_hours": row["in_hours"], "router_all": row["router_all"], "carrier_all": row["carrier_all"],
            "region_all": row["region_all"], "peers_offline": len(beside) - 1,
        },
        evidence=(named(row["import_id"], row["line_no"]),),
    )  # fmt: skip


def _of_one_shop(row: Row, other: Row) -> bool:
    """Return whether two silences have one line to the world: then a payment tried at one speaks for both."""
    return other["terminal_no"] == row["terminal_no"] or bool(
        other["router_no"] and other["router_no"] == row["router_no"]
    )


def newest_of_each(found: Iterable[Break]) -> list[Break]:
    """Return the last silence of each terminal: one finding per terminal, and the last word holds."""
    newest: dict[str, Break] = {}
    for one in found:
        known = newest.get(one.keys.terminal_no)
        if known is None or (known.occurred_at or datetime.min) < (one.occurred_at or datetime.min):
            newest[one.keys.terminal_no] = one
    return [newest[name] for name in sorted(newest)]


def of_refusals(rows: Sequence[Row], named: Named) -> list[Break]:
    """Return one break per day for a host that refuses many payments of many shops, and one per terminal refused by itself."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["acquirer"], row["cause"], row["day"]), []).append(row)
    found, single = [], list(rows)
    for members in groups.values():
        if members[0]["cause"] == HOST:
            single = [row for row in single if row not in members]
            found += _of_host(members, named)
    terminals: dict[tuple[object, ...], list[Row]] = {}
    for row in single:
        terminals.setdefault((row["acquirer"], row["merchant_no"], row["terminal_no"]), []).append(row)
    for members in terminals.values():
        found += _of_terminal(members, named)
    return found


def _of_host(members: Sequence[Row], named: Named) -> list[Break]:
    refused, tried = sum(row["refused"] for row in members), members[0]["tried"]
    merchants = {row["merchant_no"] for row in members}
    if refused < WIDE or len(merchants) < WIDE_MERCHANTS or 100 * refused < WIDE_SHARE_PCT * tried:
        return []
    return [_refused(members, Grain.ACQUIRER, named, tried=tried, merchants=len(merchants), is_over=False)]


def _of_terminal(members: Sequence[Row], named: Named) -> list[Break]:
    refused = sum(row["refused"] for row in members)
    if refused < ON_ONE_TERMINAL:
        return []
    approved_at, last_at = members[0]["approved_at"], max(row["last_at"] for row in members)
    works_again = approved_at is not None and approved_at > last_at
    if not works_again or refused > ON_ONE_TERMINAL:
        return [_refused(members, Grain.TERMINAL, named, tried=refused, merchants=1, is_over=works_again)]
    return []


def _refused(members: Sequence[Row], grain: Grain, named: Named, *, tried: int, merchants: int, is_over: bool) -> Break:
    first, last_at = members[0], max(row["last_at"] for row in members)
    refused = sum(row["refused"] for row in members)
    many: dict[str, int] = {}
    for row in members:
        many[row["response_code"]] = many.get(row["response_code"], 0) + row["refused"]
    codes = sorted(many, key=lambda code: (-many[code], code))
    is_told = first["newest_at"] - last_at >= TOLD_FOR or is_over
    of_one = grain is Grain.TERMINAL
    return Break(
        type=BreakType.PAYMENTS_REFUSED, grain=grain, gap_minor=0, severity=Severity.INFO if is_told else Severity.ALARM,
        occurred_at=min(row["first_at"] for row in members),
        keys=Keys(acquirer=first["acquirer"], merchant_no=first["merchant_no"] if of_one else "",
                  terminal_no=first["terminal_no"] if of_one else "", settled_on=None if of_one else first["day"]),
        facts={"response_code": codes[0], "codes": codes, "refused": refused, "tried": tried, "share": 100 * refused // max(1, tried),
               "merchants": merchants, "terminals": len({row["terminal_no"] for row in members}), "since": min(row["first_at"] for row in members),
               "until": last_at},
        evidence=tuple(named(row["import_id"], row["line_no"]) for row in members[:5]),
    )  # fmt: skip
