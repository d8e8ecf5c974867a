"""The stages of an application that touch something else: a device that is bound to a merchant, a test sale in the journal.

One terminal belongs to one merchant: a serial number is bound once, held by the database, and what the imported list of
terminals and the register of terminals say of it is asked too. What was bound stands in that register from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction

from daozhang.desk import applications as desk
from daozhang.desk import book, fleet, readings
from daozhang.desk.clock import now
from daozhang.desk.processes_models import Application
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.services import applications as life
from daozhang.services.applications import Act

_TEST_SALE: Final = """
SELECT x.occurred_at, x.amount_minor, x.line_no, x.import_id, i.file FROM transactions x JOIN imports i USING (import_id)
WHERE x.terminal_no = $terminal AND x.kind = 'sale' AND x.status = 'approved' AND x.occurred_at >= $since
  AND ($acquirer = '' OR x.acquirer = $acquirer) AND ($merchant = '' OR x.merchant_no = $merchant)
ORDER BY x.occurred_at LIMIT 1
"""


def decide(workspace: Workspace, number: str, act: str, facts: Mapping[str, str], *, by: str) -> Application:
    """Take any act that people take on an application; RefusedError says what is possible or missing, and nothing changes."""
    try:
        chosen = Act(act)
    except ValueError:
        one = desk.named(number)
        raise RefusedError("error-application-step", act=act[:32], state=one.state, possible="-") from None
    if chosen is Act.SUBMITTED:
        return desk.submit(workspace, number, by=by)
    if chosen is Act.BOUND:
        return bind(workspace, number, facts, by=by)
    if chosen is Act.TESTED:
        return look_up_test(workspace, number, by=by)
    return desk.take(workspace, number, chosen, facts, by=by)


def bind(workspace: Workspace, number: str, facts: Mapping[str, str], *, by: str) -> Application:
    """Register the device that came: its serial and terminal number belong to this merchant from now on, and to no other."""
    one = desk.named(number)
    serial = life.tidy("serial", facts.get("serial", ""))
    terminal = life.tidy("terminal_no", facts.get("terminal_no", ""))
    if one.state == "bind":
        refuse_bound(workspace, one, serial, terminal)
    extra = {"serial": serial, "terminal_no": terminal, "is_bound": True, "bound_at": now(workspace)}
    try:
        with transaction.atomic():
            fleet.refuse_elsewhere(one.acquirer, one.merchant_no, terminal, serial)
            bound = desk.take(workspace, number, Act.BOUND, facts, by=by, extra=extra)
            fleet.register_bound(workspace, bound, by=by)
            return bound
    except IntegrityError:
        other = Application.objects.filter(serial=serial, is_bound=True).exclude(number=one.number).first()
        if other is None:  # somebody registered it meanwhile
            fleet.refuse_elsewhere(one.acquirer, one.merchant_no, terminal, serial)
        raise RefusedError("error-application-bound", serial=serial, merchant=_whose(other) if other else "-") from None


def refuse_bound(workspace: Workspace, one: Application, serial: str, terminal: str) -> None:
    """Refuse a device or terminal number that the list of terminals gives to another merchant of this acquirer."""
    for row in book.latest(workspace, "terminals"):
        is_mine = one.merchant_no and row["merchant_no"] == one.merchant_no
        if is_mine or (one.acquirer and row["acquirer"] != one.acquirer and row["serial_no"] != serial):
            continue
        if serial and (row["serial_no"] or "").upper() == serial:
            raise RefusedError("error-application-bound", serial=serial, merchant=row["merchant_no"])
        if terminal and row["terminal_no"] == terminal and row["acquirer"] == one.acquirer:
            raise RefusedError("error-application-terminal-bound", terminal=terminal, merchant=row["merchant_no"])


def look_up_test(workspace: Workspace, number: str, *, by: str) -> Application:
    """Look in the journal for an approved sale of the terminal since it was registered; RefusedError when there is none yet."""
    one = desk.named(number)
    terminal = one.terminal_no or str(one.values.get("terminal_no", ""))
    found = test_sale(workspace, one, terminal) if one.state == "test" else {}
    if one.state == "test" and not found:
        raise RefusedError("error-application-no-test", terminal=terminal)
    return desk.take(workspace, number, Act.TESTED, {}, by=by, extra={"test": found})


def test_sale(workspace: Workspace, one: Application, terminal: str) -> dict[str, Any]:
    """Return the first approved sale of the terminal since it was registered (else since the application was sent), or nothing."""
    since = one.bound_at or one.decided_at or one.submitted_at
    bound = {"terminal": terminal, "since": since, "acquirer": one.acquirer, "merchant": one.merchant_no}
    with readings.facts(workspace) as con:
        row = con.execute(_TEST_SALE, bound).fetchone()
    if row is None:
        return {}
    at, amount, line_no, import_id, file = row
    return {
        "occurred_at": at.isoformat(),
        "amount_minor": amount,
        "file": file,
        "line_no": line_no,
        "import_id": import_id,
    }


def _whose(one: Application) -> str:
    return one.merchant_no or str(one.values.get("licence_name", "")) or one.number
