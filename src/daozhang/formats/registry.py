"""Every format there is. A new one is a module in ``sources``, its line here, a sample, a page and two titles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Format, Source
from daozhang.formats.mapped.store import load_shipped
from daozhang.formats.sources import (
    alipay_ledger,
    alipay_summary,
    alipay_trade_bill,
    bai2,
    bank_abc,
    bank_boc,
    bank_bocom,
    bank_cmb,
    bank_icbc,
    camt_052,
    camt_053,
    camt_054,
    interchange,
    iso8583_log,
    mastercard_ipm,
    mt940,
    mt942,
    nacha,
    ofx,
    pacs_002,
    pacs_004,
    pain_002,
    unionpay_acomn,
    unionpay_zm,
    unionpay_zme,
    unionpay_zpsum,
    unionpay_zsum,
    wechat_fund_bill,
    wechat_trade_bill,
    wechat_withdrawals,
)

REGISTRY: Final[tuple[Format, ...]] = (
    *interchange.FORMATS,
    wechat_trade_bill.FORMAT,
    wechat_fund_bill.FORMAT,
    wechat_withdrawals.FORMAT,
    alipay_trade_bill.FORMAT,
    alipay_ledger.FORMAT,
    alipay_summary.FORMAT,
    unionpay_zm.FORMAT,
    unionpay_zme.FORMAT,
    unionpay_acomn.FORMAT,
    unionpay_zsum.FORMAT,
    unionpay_zpsum.FORMAT,
    iso8583_log.FORMAT,
    mastercard_ipm.FORMAT,
    bank_icbc.FORMAT,
    bank_cmb.FORMAT,
    bank_boc.FORMAT,
    bank_abc.FORMAT,
    bank_bocom.FORMAT,
    camt_052.FORMAT,
    camt_053.FORMAT,
    camt_054.FORMAT,
    pain_002.FORMAT,
    pacs_002.FORMAT,
    pacs_004.FORMAT,
    mt940.FORMAT,
    mt942.FORMAT,
    bai2.FORMAT,
    ofx.FORMAT,
    nacha.FORMAT,
    *load_shipped(),
)
"""The formats that come with the product."""

GROUP: Final = "daozhang.formats"
"""Entry point group where another package offers a ``Format``."""


@cache
def all_formats() -> tuple[Format, ...]:
    """Return our formats and those other installed packages offer; ours keep their code when two are equal."""
    ours = {known.code: known for known in REGISTRY}
    for point in sorted(entry_points(group=GROUP), key=lambda item: item.name):
        offered = point.load()
        if isinstance(offered, Format):
            ours.setdefault(offered.code, offered)
    return tuple(ours.values())


def format_named(code: str, extra: Sequence[Format] = ()) -> Format:
    """Return the format called ``code``; ``InputError`` lists the codes when there is none.

    ``extra`` are the formats of the workspace, made from the mappings that people wrote.
    """
    known_here = (*extra, *all_formats())
    for known in known_here:
        if known.code == code:
            return known
    raise InputError("input-format-unknown", code=code, codes=", ".join(known.code for known in known_here))


def hides_lines(code: str) -> bool:
    """Return whether lines of an original of the format called ``code`` must not be shown."""
    return any(known.code == code and known.hides_lines for known in all_formats())


def formats_claiming(source: Source, extra: Sequence[Format] = ()) -> list[Format]:
    """Return every format that knows this file by its content: one when all is well, none or several otherwise.

    ``extra`` are the formats of the workspace. They win over no other silently: two claims are a person's to decide.
    """
    return [known for known in (*extra, *all_formats()) if known.knows(source)]
