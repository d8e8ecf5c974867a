"""What people do with terminals: register a device at one merchant, say which version is wanted, write down what hangs on what."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError, transaction

from daozhang.desk import house_audit, sight
from daozhang.desk.clock import now
from daozhang.desk.fleet_board import Board
from daozhang.desk.fleet_models import FleetDevice, TerminalRegistration, VersionTarget
from daozhang.desk.processes_models import Application
from daozhang.desk.taking import clean
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.fleet.tree import KINDS
from daozhang.fleet.versions import Rollout, Upgrade, is_below, ring_of, rollout

AREA: Final = "fleet"
RINGS: Final = (5, 25, 100)
MOST_DEVICES: Final = 100_000


def register(
    workspace: Workspace, *, acquirer: str, merchant_no: str, terminal_no: str, serial_no: str, account_tail: str,
    location: str, model: str = "", by: str,
) -> TerminalRegistration:  # fmt: skip
    """Register one device as one terminal of one merchant.

    RefusedError: something is missing, or the terminal number or the device is in force elsewhere: the database holds that.
    """
    given = {
        "acquirer": acquirer, "merchant_no": merchant_no, "terminal_no": terminal_no, "serial_no": serial_no.upper(),
        "account_tail": account_tail, "location": location,
    }  # fmt: skip
    given = {name: clean(value) for name, value in given.items()}
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise RefusedError("error-fleet-missing", names=", ".join(missing))
    if len(given["account_tail"]) > 8 or not given["account_tail"].isdigit():
        raise RefusedError("error-fleet-account")
    if any(len(given[name]) > most for name, most in _LONGEST.items()):
        raise RefusedError("error-fleet-long")
    try:
        with transaction.atomic():
            house_audit.append(workspace, AREA, given["terminal_no"], "registered", by=by, **given)
            return TerminalRegistration.objects.create(
                **given, model=clean(model)[:64], registered_by=by[:64], registered_at=now(workspace)
            )
    except IntegrityError:
        raise _taken(given) from None


_LONGEST: Final = {"acquirer": 64, "merchant_no": 64, "terminal_no": 32, "serial_no": 64, "location": 200}


def _taken(given: dict[str, str]) -> RefusedError:
    in_force = TerminalRegistration.objects.filter(ended_at__isnull=True)
    other = in_force.filter(acquirer=given["acquirer"], terminal_no=given["terminal_no"]).first()
    other = other or in_force.filter(serial_no=given["serial_no"]).first()
    if other is None:  # the one that was in the way ended meanwhile, or belongs to merchants that are not seen here
        return RefusedError("error-fleet-taken-unseen", terminal=given["terminal_no"], serial=given["serial_no"])
    return RefusedError(
        "error-fleet-taken", terminal=other.terminal_no, serial=other.serial_no, merchant=other.merchant_no
    )


def refuse_elsewhere(acquirer: str, merchant_no: str, terminal_no: str, serial_no: str) -> None:
    """Refuse a device or terminal number that is in force at another merchant; whose it is, is told to whoever may see that merchant.

    Its own device under another terminal number is refused too: that registration has to end first.
    """
    with sight.house():
        in_force = TerminalRegistration.objects.filter(ended_at__isnull=True)
        device = in_force.filter(serial_no=serial_no).first() if serial_no else None
        number = in_force.filter(acquirer=acquirer, terminal_no=terminal_no).first() if terminal_no else None
    for other in (device, number):
        is_own = other is not None and (other.acquirer, other.merchant_no) == (acquirer, merchant_no)
        if other is None or (is_own and other.terminal_no == terminal_no):
            continue
        if not sight.may_see(other.acquirer, other.merchant_no):
            raise RefusedError("error-fleet-taken-unseen", terminal=terminal_no, serial=serial_no)
        raise RefusedError(
            "error-fleet-taken", terminal=other.terminal_no, serial=other.serial_no, merchant=other.merchant_no
        )


def register_bound(workspace: Workspace, bound: Application, *, by: str) -> TerminalRegistration | None:
    """Register what an application bound, inside its transaction; None when it stands there already.

    None too while the application names no merchant number or no acquirer: a new merchant has none yet. The device that the
    terminal number had before ends as replaced.
    """
    if not bound.merchant_no or not bound.acquirer or not bound.terminal_no or not bound.serial:
        return None
    in_force = TerminalRegistration.objects.filter(
        acquirer=bound.acquirer, terminal_no=bound.terminal_no, ended_at__isnull=True
    )
    before = in_force.select_for_update().first()
    if before is not None and before.serial_no == bound.serial:
        return None
    if before is not None:
        end_registration(workspace, bound.acquirer, bound.terminal_no, reason=f"{bound.number}: {bound.serial}", by=by)
    location = clean(" ".join(str(bound.values.get(name, "")) for name in ("store_name", "address")))[:200]
    given = {
        "acquirer": bound.acquirer, "merchant_no": bound.merchant_no, "terminal_no": bound.terminal_no,
        "serial_no": bound.serial, "account_tail": bound.account_tail, "location": location,
    }  # fmt: skip
    house_audit.append(workspace, AREA, bound.terminal_no, "registered", by=by, application=bound.number, **given)
    return TerminalRegistration.objects.create(
        **given, registered_by=by[:64], registered_at=bound.bound_at or now(workspace)
    )


def release_bound(workspace: Workspace, bound: Application, *, by: str) -> None:
    """End the registration that an application's binding made, when the application itself ended without a result."""
    if bound.bound_at is None:
        return
    made = TerminalRegistration.objects.filter(
        acquirer=bound.acquirer, terminal_no=bound.terminal_no, serial_no=bound.serial, merchant_no=bound.merchant_no,
        registered_at=bound.bound_at, ended_at__isnull=True,
    )  # fmt: skip
    if made.exists():
        end_registration(workspace, bound.acquirer, bound.terminal_no, reason=bound.number, by=by)


def end_registration(
    workspace: Workspace, acquirer: str, terminal_no: str, *, reason: str, by: str
) -> TerminalRegistration:
    """End the registration in force (moved, replaced, given back); RefusedError when there is none, or no reason is given."""
    if not clean(reason):
        raise RefusedError("error-fleet-missing", names="reason")
    with transaction.atomic():
        house_audit.append(workspace, AREA, terminal_no, "registration_ended", by=by, reason=clean(reason)[:200])
        found = TerminalRegistration.objects.filter(acquirer=acquirer, terminal_no=terminal_no, ended_at__isnull=True)
        made = found.select_for_update().first()
        if made is None:
            raise RefusedError("error-fleet-no-registration", terminal=terminal_no[:32])
        made.ended_at, made.ended_by, made.reason = now(workspace), by[:64], clean(reason)[:200]
        made.save(update_fields=["ended_at", "ended_by", "reason"])
    return made


def contradictions(board: Board) -> list[tuple[TerminalRegistration, str, str]]:
    """Return registrations that the facts contradict: with ``serial`` or ``merchant``, and what the facts say instead."""
    seen = {one.figures.terminal_no: one.figures for one in board.lines}
    found = []
    for one in TerminalRegistration.objects.filter(ended_at__isnull=True):
        said = seen.get(one.terminal_no)
        if said is None:
            continue
        if said.serial_no and said.serial_no.upper() != one.serial_no:
            found.append((one, "serial", said.serial_no))
        if said.merchant_no and (said.acquirer, said.merchant_no) != (one.acquirer, one.merchant_no):
            found.append((one, "merchant", said.merchant_no))
    return found


def set_target(
    workspace: Workspace, model: str, version: str, *, by: str, from_version: str = "", compatibility: str = "",
    rollback: str = "", rings: Sequence[int] = RINGS, stop_share_bp: int = 200,
) -> VersionTarget:  # fmt: skip
    """Say which version a model should have; the target before it ends. The roll-out begins with its first ring.

    InputError: no model or version; rings that do not rise to 100; a limit outside 0 to 100 %.
    """
    model, version, shares = clean(model)[:64], clean(version)[:64], list(rings)
    if not model or not version:
        raise InputError("error-fleet-missing", names="model, version")
    if (
        not shares
        or shares != sorted(set(shares))
        or shares[0] < 1
        or shares[-1] != 100
        or not 0 <= stop_share_bp <= 10_000
    ):
        raise InputError("error-fleet-rings")
    with transaction.atomic():
        house_audit.append(workspace, AREA, model, "target_set", by=by, version=version, rings=shares)
        at = now(workspace)
        VersionTarget.objects.filter(model=model, ended_at__isnull=True).update(ended_at=at)
        return VersionTarget.objects.create(
            model=model, version=version, from_version=clean(from_version)[:64], compatibility=clean(compatibility),
            rollback=clean(rollback), rings=shares, stop_share_bp=stop_share_bp, set_by=by[:64], set_at=at, ring_at=at,
        )  # fmt: skip


def targets() -> list[VersionTarget]:
    """Return the targets in force, by model."""
    return list(VersionTarget.objects.filter(ended_at__isnull=True))


def rollout_of(target: VersionTarget, board: Board) -> Rollout:
    """Return how far a target has come on the terminals of its model."""
    ups = [
        Upgrade(
            terminal_no=line.figures.terminal_no,
            version=line.figures.app_version,
            ring=ring_of(line.figures.terminal_no, target.version, target.rings),
            had_target=any(not is_below(one, target.version) for one in line.versions),
            is_silent=line.figures.is_silent,
        )
        for line in board.lines
        if line.figures.model == target.model
    ]
    return rollout(
        ups, target=target.version, from_version=target.from_version, ring=target.ring, rings=target.rings,
        stop_share_bp=target.stop_share_bp, has_rollback=bool(target.rollback),
    )  # fmt: skip


def widen(workspace: Workspace, model: str, board: Board, *, by: str) -> VersionTarget:
    """Open the next ring; RefusedError, saying why, when the roll-out may not go on."""
    with transaction.atomic():
        house_audit.append(workspace, AREA, model, "ring_opened", by=by)
        target = VersionTarget.objects.select_for_update().filter(model=model, ended_at__isnull=True).first()
        if target is None:
            raise RefusedError("error-fleet-no-target", model=model[:64])
        state = rollout_of(target, board)
        if not state.may_widen:
            raise RefusedError(f"error-{state.next_key}", count=len(state.in_trouble) or len(state.waiting))
        target.ring, target.ring_at = target.ring + 1, now(workspace)
        target.save(update_fields=["ring", "ring_at"])
    return target


def import_devices(workspace: Workspace, body: bytes, *, by: str) -> int:
    """Take in a list of devices (``code,kind,name,hangs_on,store_no``); the old list is replaced whole. Return how many there are.

    A row of kind ``terminal`` says on what a terminal hangs beside its router. InputError names the first line that cannot be read;
    then nothing changes.
    """
    made: dict[str, FleetDevice] = {}
    at = now(workspace)
    try:
        lines = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError("error-fleet-devices", line=1, detail=str(error)) from None
    for number, row in enumerate(lines[: MOST_DEVICES + 1], start=2):
        cells = {name: clean(row.get(name) or "") for name in ("code", "kind", "name", "hangs_on", "store_no")}
        wrong = not cells["code"] or cells["kind"] not in KINDS or cells["code"] == cells["hangs_on"]
        if wrong or cells["code"] in made or number > MOST_DEVICES or any(len(one) > 64 for one in cells.values()):
            raise InputError("error-fleet-devices", line=number, detail=f"{cells['code'][:64]} {cells['kind'][:16]}")
        made[cells["code"]] = FleetDevice(**cells, added_by=by[:64], added_at=at)
    if not made:
        raise InputError("error-fleet-devices", line=1, detail="code,kind,name,hangs_on,store_no")
    with transaction.atomic():
        house_audit.append(workspace, AREA, "devices", "devices_imported", by=by, count=len(made))
        FleetDevice.objects.all().delete()
        FleetDevice.objects.bulk_create(made.values(), batch_size=1000)
    return len(made)
