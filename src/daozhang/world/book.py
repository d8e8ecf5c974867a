"""The chain's reference book: merchants, stores, terminals, contracts, accounts, contacts; and what changed later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.world.cast import CHAIN_NO, EVERY_ACCOUNT, Rate, Shop, next_account
from daozhang.world.paper.rows import Row
from daozhang.world.simulate import World

DAY: Final = timedelta(days=1)

_CONTACTS: Final = (
    ("ACQ_CS@unionpay", "华卡支付商户服务", "email", "service@huaka.example"),
    ("ACQ_SETTLE@unionpay", "华卡支付清算部", "email", "settle@huaka.example"),
    ("ACQ_RISK@unionpay", "华卡支付风险管理部", "email", "risk@huaka.example"),
    ("ACQ_CS@lianhe", "联合汇通客服中心", "email", "service@lianhe.example"),
    ("ACQ_SETTLE@lianhe", "联合汇通清算组", "email", "settle@lianhe.example"),
    ("ACQ_RISK@lianhe", "联合汇通风控组", "email", "risk@lianhe.example"),
    ("ISV", "南方收银服务商", "email", "help@isv.example"),
    ("PAYEE_BANK", "开户行对公客户经理", "email", "corporate@bank.example"),
    ("FINANCE", "山海餐饮财务部", "email", "finance@shanhai.example"),
    ("HQ_FINANCE", "山海餐饮财务总监", "email", "cfo@shanhai.example"),
    ("SHOP_LEAD", "门店店长群", "email", "shops@shanhai.example"),
)
"""A desk of an acquirer is written with its acquirer, since the chain has two. Neither gave the address of its dispute desk."""


def book(world: World) -> dict[str, list[Row]]:
    """Return the tables of the book as they stood before the first day."""
    return {
        "merchants": [merchant_row(shop, "active") for shop in world.everybody],
        "stores": [_store_row(shop) for shop in world.everybody],
        "terminals": [
            _terminal_row(shop, terminal, world.first_on) for shop in world.everybody for terminal in shop.terminals
        ],
        "contracts": [row for shop in world.everybody for row in _contract_rows(world, shop)],
        "accounts": [
            {**account_row(shop, shop.account_tail, _since(world)), "kind": _kind(world, shop)}
            for shop in world.everybody
        ],
        "contacts": [_contact_row(contact, _since(world)) for contact in _CONTACTS],
    }


def _kind(world: World, shop: Shop) -> str:
    """Return what kind of account it is: a class II account where the bank limits what it may receive (S07)."""
    limited = any(shop.code in place.shops for place in world.plan.at("S07"))
    return "personal_class_ii" if limited else "corporate"


def changes(world: World) -> Iterator[tuple[datetime, str, list[Row]]]:
    """Return what was entered later: (moment, table, rows). The newest row of a key holds."""
    for place in world.plan.at("S12"):
        rows = [merchant_row(shop, "licence_expired") for shop in world.shops if shop.code == place.shop]
        yield datetime.combine(place.day, time(9)), "merchants", rows
    for place in world.plan.at("S43"):
        shop = next(one for one in world.shops if one.code == place.shop)
        old = account_row(shop, shop.account_tail, _since(world), place.day - DAY)
        yield (
            datetime.combine(place.day - DAY, time(16)),
            "accounts",
            [old, account_row(shop, next_account(shop), place.day)],
        )


def _since(world: World) -> date:
    return date(world.first_on.year, 1, 1)


def merchant_row(shop: Shop, status: str) -> Row:
    """Return a merchant and what is known of its standing."""
    return {
        "acquirer": shop.acquirer,
        "merchant_no": shop.merchant_no,
        "name": shop.name,
        "group_no": CHAIN_NO,
        "isv_no": "ISV01",
        "mcc": shop.mcc,
        "region": shop.region,
        "status": status,
    }


def account_row(shop: Shop, tail: str, from_on: date, to_on: date | None = None) -> Row:
    """Return the account a merchant is to be paid to, from ``from_on`` to ``to_on``."""
    account = EVERY_ACCOUNT[tail]
    return {
        "acquirer": shop.acquirer,
        "merchant_no": shop.merchant_no,
        "account_tail": tail,
        "holder": account.holder,
        "bank_name": account.bank_name,
        "bank_code": account.bank.upper(),
        "kind": "corporate",
        "from_on": from_on,
        "to_on": to_on,
    }


def _store_row(shop: Shop) -> Row:
    city = "深圳市" if shop.region == "440300" else "成都市"
    return {
        "merchant_no": shop.merchant_no,
        "store_no": shop.store_no,
        "name": shop.name,
        "region": shop.region,
        "address": f"{city}{shop.name}",
    }


def _terminal_row(shop: Shop, terminal: str, first_on: date) -> Row:
    return {
        "acquirer": shop.acquirer,
        "merchant_no": shop.merchant_no,
        "store_no": shop.store_no,
        "terminal_no": terminal,
        "model": "SP-630",
        "serial_no": "SN" + terminal,
        "app_version": "3.2.1",
        "carrier": shop.carrier,
        "router_no": "R" + shop.code,
        "installed_on": first_on - timedelta(days=300),
    }


def _contact_row(contact: tuple[str, str, str, str], since: date) -> Row:
    party, name, channel, address = contact
    return {
        "party": party,
        "name": name,
        "channel": channel,
        "address": address,
        "verified_on": since,
        "source": "合同",
    }


def _contract_rows(world: World, shop: Shop) -> Iterator[Row]:
    changed = [place.day for place in world.plan.at("N10") if place.shop == shop.code]
    spans: list[tuple[date, date | None, str]] = [(_since(world), None, shop.cycle)]
    if changed and shop.cycle == "D+1":
        spans = [(_since(world), changed[0] - DAY, "D+1"), (changed[0], None, "T+1")]
    for from_on, to_on, cycle in spans:
        for rate in shop.by.rates:
            yield {**_terms(world, shop, rate), "from_on": from_on, "to_on": to_on, "cycle": cycle}


def _terms(world: World, shop: Shop, rate: Rate) -> Row:
    agreed = [f"sim:3600:{place.day}:year" for place in world.plan.at("agreed_deduction") if place.shop == shop.code]
    return {
        "acquirer": shop.acquirer,
        "merchant_no": shop.merchant_no,
        "cutover": shop.by.cutover,
        "due_time": "14:00",
        "calendar": "CN",
        "pays_on_makeup_days": 1,
        "minimum_minor": shop.minimum_minor if world.plan.has("N06") else 0,
        "card_kind": rate.card_kind,
        "channel": rate.channel,
        "rate_bp": rate.rate_bp,
        "cap_minor": rate.cap_minor,
        "rounding": "half_up_each",
        "refund_fee": shop.by.refund_fee,
        "agreed_deductions": ";".join(agreed),
    }
