"""Who lives in the world: two acquirers, two wallets, a chain of shops, its terminals, accounts and contracts.

Every company, number and person here is invented. Amounts are minor units (fen), rates basis points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

CHAIN_NO: Final = "G0001"
CHAIN_NAME: Final = "山海餐饮管理有限公司"


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of a fee plan; empty card kind or channel means every other one."""

    card_kind: str
    channel: str
    rate_bp: int
    cap_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Acquirer:
    """A party that clears and pays out: its terms and the way it pays."""

    code: str
    name: str
    payer_tail: str
    rates: tuple[Rate, ...]
    refund_fee: str
    cutover: str = "23:00"
    merges_credits: bool = False
    payout_prefix: str = ""
    clears_voids: bool = False


UNIONPAY: Final = Acquirer(
    "unionpay",
    "华卡支付服务有限公司客户备付金",
    "0017",
    (
        Rate("", "", 60),
        Rate("credit", "card", 60),
        Rate("debit", "card", 50, 2000),
        Rate("", "unionpay_qr", 38),
    ),
    refund_fee="returned",
    merges_credits=True,
    payout_prefix="HK",
    clears_voids=True,
)
LIANHE: Final = Acquirer(
    "lianhe",
    "联合汇通支付有限公司客户备付金",
    "0425",
    (
        Rate("", "", 55),
        Rate("credit", "card", 55),
        Rate("debit", "card", 45, 1800),
        Rate("", "wechat", 38),
        Rate("", "alipay", 38),
        Rate("", "unionpay_qr", 38),
    ),
    refund_fee="kept",
    payout_prefix="LH",
)
WECHAT: Final = Acquirer(
    "wechat",
    "财付通支付科技有限公司",
    "9133",
    (Rate("", "", 60),),
    "returned",
    cutover="24:00",
    payout_prefix="5000000",
)
ALIPAY: Final = Acquirer(
    "alipay",
    "支付宝（中国）网络技术有限公司",
    "0156",
    (Rate("", "", 38),),
    "kept",
    cutover="24:00",
    payout_prefix="ZFB",
)
ACQUIRERS: Final = {one.code: one for one in (UNIONPAY, LIANHE, WECHAT, ALIPAY)}


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account of the chain and how its statement comes."""

    tail: str
    bank: str
    bank_name: str
    number: str
    holder: str = CHAIN_NAME
    opening_minor: int = 80_000_000
    is_weekly: bool = False


ACCOUNTS: Final = {
    one.tail: one
    for one in (
        Account("6688", "icbc", "中国工商银行深圳科技园支行", "4000****6688"),
        Account("3321", "cmb", "招商银行深圳分行营业部", "755900000003321"),
        Account("3167", "boc", "中国银行成都锦江支行", "1017****3167"),
        Account("7702", "abc", "中国农业银行成都高新支行", "2281****7702"),
        Account("5508", "bocom", "交通银行深圳南山支行", "4438****5508"),
        Account("9001", "camt", "外贸银行（中国）深圳分行", "808000000009001", is_weekly=True),
    )
}


BLOCK: Final = 10
"""So many shops share one set of accounts; a larger world has more sets."""
_BLOCKS: Final = 150


def _more_accounts() -> dict[str, Account]:
    """Return the accounts of every set by tail. No tail is another one with its last digits swapped, nor equal when swapped."""
    found = dict(ACCOUNTS)
    for block in range(1, _BLOCKS):
        for base in ACCOUNTS.values():
            number = (int(base.tail) + 1013 * block) % 10_000
            while (tail := f"{number:04d}") in found or swapped(tail) in found or tail[2] == tail[3]:
                number = (number + 1) % 10_000
            found[tail] = replace(base, tail=tail, number=base.number[:-4] + tail)
    return found


def swapped(tail: str) -> str:
    """Return a tail with two digits swapped, as one mistypes it."""
    return tail[:2] + tail[3] + tail[2] if tail[3] != tail[2] else tail[0] + tail[2] + tail[1] + tail[3]


EVERY_ACCOUNT: Final = _more_accounts()
"""The accounts of every set by tail; ``ACCOUNTS`` is the first set. Sets follow each other in this order."""


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop at one acquirer: what it sells, when it is open, how it is paid."""

    code: str
    acquirer: str
    merchant_no: str
    name: str
    region: str
    terminals: tuple[str, ...]
    account_tail: str
    menu: tuple[int, ...]
    sales: tuple[int, int]
    opens: int = 10
    closes: int = 22
    late_share: int = 0
    cycle: str = "T+1"
    minimum_minor: int = 0
    mcc: str = "5812"
    carrier: str = "CMCC"

    @property
    def store_no(self) -> str:
        """Return the number of the shop inside the chain."""
        return "D" + self.code

    @property
    def by(self) -> Acquirer:
        """Return the acquirer that clears for this shop."""
        return ACQUIRERS[self.acquirer]


SZ, CD = "440300", "510100"
_COFFEE = (1800, 2200, 2600, 3200, 1500)
_MEAL = (3800, 5800, 8800, 12800, 2600, 6600)
_SNACK = (700, 900, 1200)
_GOODS = (29900, 59900, 129900, 499900, 899900, 19900)

SHOPS: Final = (
    Shop(
        "U1",
        "unionpay",
        "898440358120001",
        "山海咖啡科技园店",
        SZ,
        ("10010001", "10010002"),
        "6688",
        _COFFEE,
        (70, 100),
        8,
    ),
    Shop("L1", "lianhe", "820440300010001", "山海小馆南山店", SZ, ("20010001", "20010002"), "7702", _MEAL, (60, 85)),
    Shop(
        "U4",
        "unionpay",
        "898510157320004",
        "山海电器锦江店",
        CD,
        ("10040001", "10040002"),
        "3167",
        _GOODS,
        (14, 24),
        mcc="5732",
    ),
    Shop(
        "L2",
        "lianhe",
        "820510100010002",
        "山海咖啡春熙店",
        CD,
        ("20020001", "20020002"),
        "7702",
        _COFFEE,
        (60, 90),
        8,
        cycle="D+1",
    ),
    Shop(
        "U2",
        "unionpay",
        "898440358120002",
        "山海小馆福田店",
        SZ,
        ("10020001", "10020002"),
        "3321",
        _MEAL,
        (65, 90),
        closes=23,
    ),
    Shop(
        "L3",
        "lianhe",
        "820510100010003",
        "山海小馆太古店",
        CD,
        ("20030001", "20030002"),
        "5508",
        _MEAL,
        (60, 80),
        carrier="CUCC",
    ),
    Shop(
        "U3",
        "unionpay",
        "898440358120003",
        "山海夜市大排档",
        SZ,
        ("10030001", "10030002"),
        "3321",
        _MEAL,
        (60, 80),
        17,
        24,
        30,
        carrier="CUCC",
    ),
    Shop(
        "L4",
        "lianhe",
        "820440300010004",
        "山海小馆前海店",
        SZ,
        ("20040001", "20040002"),
        "9001",
        _MEAL,
        (60, 85),
        carrier="CUCC",
    ),
    Shop(
        "L5",
        "lianhe",
        "820440300010005",
        "山海甜品宝安店",
        SZ,
        ("20050001",),
        "5508",
        _COFFEE,
        (18, 28),
        carrier="CUCC",
    ),
    Shop(
        "L6",
        "lianhe",
        "820510100010006",
        "山海流动餐车",
        CD,
        ("20060001",),
        "9001",
        _SNACK,
        (2, 4),
        11,
        20,
        minimum_minor=10_000,
        carrier="CUCC",
    ),
)

WECHAT_SHOP: Final = Shop(
    "W1",
    "wechat",
    "1630010001",
    "山海餐饮（微信支付）",
    SZ,
    ("WX000001", "WX000002", "WX000003"),
    "5508",
    _COFFEE,
    (50, 80),
    8,
    cycle="D+1",
)
ALIPAY_SHOP: Final = Shop(
    "A1",
    "alipay",
    "2088000100020003",
    "山海餐饮（支付宝）",
    SZ,
    ("ZF000001", "ZF000002"),
    "9001",
    _MEAL,
    (25, 45),
    cycle="D+1",
)
WALLET_SHOPS: Final = (WECHAT_SHOP, ALIPAY_SHOP)


def shops_of(count: int) -> tuple[Shop, ...]:
    """Return ``count`` shops: the chain first, then further branches of the same kinds with numbers of their own."""
    chosen = list(SHOPS[:count])
    tails = list(EVERY_ACCOUNT)
    for number in range(len(SHOPS), count):
        like = SHOPS[number % 8]
        place = tails.index(like.account_tail) + len(ACCOUNTS) * (number // BLOCK % _BLOCKS)
        terminals = tuple(str(int(like.terminals[0]) + 1_000_000 + number * 10 + at) for at in range(2))
        chosen.append(
            replace(
                like,
                code=f"{like.code[0]}{number + 1}",
                merchant_no=str(int(like.merchant_no) + number * 10),
                name=f"{like.name}{number + 1}号",
                terminals=terminals,
                account_tail=tails[place],
            )
        )
    return tuple(chosen)


def accounts_of(shops: Iterable[Shop]) -> dict[str, Account]:
    """Return the accounts a world with these shops has: whole sets, in their order."""
    tails = list(EVERY_ACCOUNT)
    last = max((tails.index(shop.account_tail) for shop in shops), default=0)
    sets = last // len(ACCOUNTS) + 1
    return {tail: EVERY_ACCOUNT[tail] for tail in tails[: sets * len(ACCOUNTS)]}


def bank_of(shop: Shop) -> str:
    """Return the code of the bank at which a shop is paid."""
    return EVERY_ACCOUNT[shop.account_tail].bank


def next_account(shop: Shop) -> str:
    """Return the tail of another account of the same set, at another bank: where a shop that changes wants its money."""
    tails = list(EVERY_ACCOUNT)
    at = tails.index(shop.account_tail)
    first = at - at % len(ACCOUNTS)
    bases = list(ACCOUNTS)
    new = bases.index("5508") if at % len(ACCOUNTS) != bases.index("5508") else bases.index("3167")
    return tails[first + new]
