"""The payout channel and the payee's bank: what is on file, what the bank checks, and what becomes of an order.

Nothing here says why a payout fails: a digit, a name, a branch or a flag on file is wrong, an account is frozen, closed or
limited, a bank or a rail stands still, an answer gets lost. The refusal and its words follow from that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.calendars import Calendar
from daozhang.world.cast import CHAIN_NAME, EVERY_ACCOUNT, Shop, swapped
from daozhang.world.chance import chance
from daozhang.world.payout import Payout, State
from daozhang.world.phrases import words
from daozhang.world.plan import Plan

DAY: Final = timedelta(days=1)
LIMIT_MINOR: Final = 1_000_000
"""What a class II account may receive in a day."""

_HOLDERS: Final = ("山海餐饮管理公司", "山海餐饮管理有限公司（深圳）", "山海餐次管理有限公司")
"""How the holder's name gets written wrongly: a word left out, brackets the bank does not have, a look-alike character."""
_STRANGERS: Final = ("王立国", "陈晓东", "周敏")
RESUMES: Final = time(6, 10)
"""When a bank works again after its night."""


@dataclass(frozen=True, slots=True)
class OnFile:
    """What the acquirer has on file for a merchant's payouts."""

    tail: str
    holder: str
    is_branch_right: bool = True
    is_kind_right: bool = True


def on_file(plan: Plan, seed: int, shop: Shop, settled_on: date) -> OnFile:
    """Return the registration in force for a clearing day: mistyped (S01 to S04), taken over (S42), or right.

    Under S43 the old account stays on file, which is the one the shop had all along.
    """
    rng = chance(seed, "file", shop.code)
    if plan.since("S42", shop, settled_on):
        return OnFile(stranger_tail(seed, shop), rng.choice(_STRANGERS))
    tail = swapped(shop.account_tail) if plan.since("S01", shop, settled_on) else shop.account_tail
    holder = rng.choice(_HOLDERS) if plan.since("S02", shop, settled_on) else CHAIN_NAME
    return OnFile(
        tail, holder, plan.since("S03", shop, settled_on) is None, plan.since("S04", shop, settled_on) is None
    )


def stranger_tail(seed: int, shop: Shop) -> str:
    """Return the tail of an account that is nobody's in this world."""
    rng = chance(seed, "stranger", shop.code)
    while (tail := f"{rng.randrange(10_000):04d}") in EVERY_ACCOUNT or swapped(tail) in EVERY_ACCOUNT:
        pass
    return tail


class Channel:
    """Sends the orders of one shop and writes down what is said of them."""

    def __init__(self, shop: Shop, plan: Plan, calendar: Calendar, seed: int) -> None:
        self.shop, self.plan, self.calendar, self.seed = shop, plan, calendar, seed
        self._received: dict[date, int] = {}

    def send(self, payout: Payout, file: OnFile) -> None:
        """Send one order: refused, left hanging, unknown, or paid, and perhaps returned later."""
        rng = chance(self.seed, "send", payout.number)
        answered_at = payout.created_at + timedelta(minutes=62 + rng.randrange(90))
        if payout.held_minor == payout.planned_minor:
            payout.states.append(State(answered_at, "held", *self._words("court")))
            return
        refused = self._refusal(payout, file)
        if refused:
            payout.scenario, what = refused
            payout.states.append(State(answered_at, "failed", *self._words(what)))
            return
        if self._since("S47", payout):
            payout.scenario = "S47"
            payout.states.append(State(answered_at, "pending", *self._words("unknown")))
            payout.credited_at = answered_at if rng.randrange(3) == 0 else None
            return
        paid_at = self._hangs(payout, answered_at)
        if paid_at is None:
            return
        self._received[paid_at.date()] = self._received.get(paid_at.date(), 0) + payout.paid_minor
        reason = {"S11": "risk", "S18": "sim", "S19": "deposit", "agreed_deduction": "agreed"}.get(payout.scenario)
        payout.states.append(State(paid_at, "claimed", *(self._words(reason) if reason else ("", ""))))
        if file.tail not in EVERY_ACCOUNT:
            payout.scenario = "S42"
            return
        if not self._comes_back(payout):
            payout.credited_at = paid_at

    def _words(self, what: str) -> tuple[str, str]:
        return words(self.seed, self.shop, what)

    def _since(self, scenario: str, payout: Payout) -> bool:
        return self.plan.since(scenario, self.shop, payout.settled_on) is not None

    def _refusal(self, payout: Payout, file: OnFile) -> tuple[str, str] | None:
        """Return (scenario, what the bank objects to), or None when it takes the order."""
        is_known = file.tail in EVERY_ACCOUNT or file.tail == stranger_tail(self.seed, self.shop)
        today = payout.created_at.date()
        checks = (
            ("S01", "no_account", not is_known),
            ("S02", "holder", self._since("S02", payout)),
            ("S03", "branch", not file.is_branch_right),
            ("S04", "kind", not file.is_kind_right),
            ("S05", "frozen", self._since("S05", payout)),
            ("S09", "nothing", self._since("S09", payout)),
            ("S10", "locked", self.plan.on("S10", self.shop, payout.settled_on) is not None),
            ("S07", "limit", self._since("S07", payout) and self._above_limit(payout, today)),
        )
        return next(((scenario, what) for scenario, what, is_so in checks if is_so), None)

    def _above_limit(self, payout: Payout, today: date) -> bool:
        return self._received.get(today, 0) + payout.paid_minor > LIMIT_MINOR

    def _hangs(self, payout: Payout, answered_at: datetime) -> datetime | None:
        """Return when the order goes through after whatever it waits for; None: not within anybody's knowledge."""
        night = payout.created_at.date()
        if self.plan.since("S36", self.shop, night):
            payout.scenario = "S36"
            payout.states.append(State(answered_at, "pending", *self._words("corridor")))
            return None
        stopped = self.plan.since("S46", self.shop, night)
        if stopped:
            payout.scenario = "S46"
            payout.states.append(State(answered_at, "pending", *self._words("bank_stopped")))
            last = stopped.until or night
            return datetime.combine(last + DAY, RESUMES) + (answered_at - payout.created_at) / 4
        if self.plan.since("N09", self.shop, night):
            payout.states.append(
                State(payout.created_at + timedelta(minutes=5), "pending", *self._words("rail_stopped"))
            )
            return datetime.combine(night, RESUMES) + (answered_at - payout.created_at) / 4
        return answered_at

    def _comes_back(self, payout: Payout) -> bool:
        """Let the bank give the money back three working days later: for a reason of its own, or because the account is closed."""
        closed = self._since("S06", payout)
        bounced = self.plan.on("S08", self.shop, payout.settled_on) and not payout.replaces and payout.scenario != "S38"
        if not (closed or bounced):
            return False
        payout.scenario = "S06" if closed else "S08"
        back_on = self.calendar.workdays_after(payout.created_at.date(), 3)
        assert isinstance(back_on, date), payout.number
        payout.states.append(
            State(datetime.combine(back_on, time(8, 40)), "returned", *self._words("closed" if closed else "returned"))
        )
        return True
