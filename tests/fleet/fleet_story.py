"""A small fleet, written by hand: three shops on one router, a terminal nobody hears, versions behind, a wrong clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

NOW = datetime(2026, 10, 10, 9, 0)
DAYS = [date(2026, 10, 6) + timedelta(days=no) for no in range(4)]  # Tuesday to Friday; the 10th is not read in yet
HOURS = range(9, 21)
ROUTER_DOWN = datetime(2026, 10, 9, 14, 0)

TERMINALS = """acquirer,merchant_no,store_no,terminal_no,model,serial_no,app_version,carrier,router_no,installed_on
LIANHE,M1,S1,T1,SP-630,SN1,3.2.1,,R-1,2025-01-10
LIANHE,M1,S1,T2,SP-630,SN2,3.2.1,,R-1,2025-01-10
LIANHE,M2,S2,T3,SP-630,SN3,3.9.0,CMCC,,2025-01-10
LIANHE,M2,S2,T4,SP-700,SN4,,CMCC,,
"""
_BEATS = "terminal_no,at,app_version,model,serial_no,battery_pct,paper,pending_reversals,pending_uploads,rtt_ms,clock_skew_s\n"
_SALES = "acquirer,merchant_no,terminal_no,trace_no,occurred_at,kind,amount_minor,status,response_code\n"


def is_heard(terminal: str, at: datetime) -> bool:
    """T1 and T2 fall silent with their router; T3 misses two hours of the 7th; T4 never speaks."""
    if terminal in {"T1", "T2"}:
        return at < ROUTER_DOWN
    return terminal == "T3" and not (at.date() == DAYS[1] and at.hour in {12, 13})


def heartbeats(version_of_t1: str = "3.2.1") -> str:
    """Return the heartbeats, one an hour at :55."""
    lines = []
    for day in DAYS:
        for hour in HOURS:
            at = datetime(day.year, day.month, day.day, hour, 55)
            for terminal, serial, version in (
                ("T1", "SN1", version_of_t1),
                ("T2", "SN2", "3.2.1"),
                ("T3", "SN3", "3.10.0"),
            ):
                if is_heard(terminal, at):
                    skew, battery = (400, 15) if terminal == "T3" else (1, 80)
                    queued = 2 if terminal == "T3" and day == DAYS[-1] else 0
                    lines.append(
                        f"{terminal},{at:%Y-%m-%dT%H:%M:%S},{version},SP-630,{serial},{battery},ok,{queued},0,90,{skew}"
                    )
    return _BEATS + "\n".join(lines) + "\n"


def sales() -> str:
    """Return fifty sales of T3, three of them without an answer, one stored offline."""
    lines = []
    for no in range(50):
        at = datetime(2026, 10, 8, 10, 0) + timedelta(minutes=no)
        status, code = ("unknown", "") if no in {3, 7} else ("declined", "68") if no == 9 else ("approved", "00")
        lines.append(f"LIANHE,M2,T3,{no:06},{at:%Y-%m-%dT%H:%M:%S},sale,1000,{status},{code}")
    lines.append("LIANHE,M2,T3,000099,2026-10-08T12:00:00,offline_sale,1000,stored,")
    return _SALES + "\n".join(lines) + "\n"


FILES = {"terminals.csv": TERMINALS, "heartbeats.csv": heartbeats(), "transactions.csv": sales()}
