"""What is read of pain.002, pacs.002 and pacs.004: their records and the elements that fill them, in every version.

Version 1 and 2 name the message by its number, the reason ``StsRsn`` or ``RtrRsn`` and its text ``AddtlStsRsnInf`` or
``AddtlRtrRsnInf``; pacs.004 has the same records under other names, so one set of places serves all three.
"""

from __future__ import annotations

from typing import Final

from daozhang.formats.xml_stream import Shape

LINE, MESSAGE_NO, MESSAGE_AT = range(3)

HEAD: Final = Shape(("GrpHdr",), 3, {"MsgId": MESSAGE_NO, "CreDtTm": MESSAGE_AT})

ORDER_NO, STATUS, REASON, OWN_REASON, REASON_TEXT = range(1, 6)
"""Of a group, a batch and a transaction alike; ``ORDER_NO`` of a transaction is its end-to-end number."""
INSTRUCTION, TRANSACTION, UETR, CLEARING_REF, BANK_REF, AMOUNT, CURRENCY, SENT_AMOUNT, SENT_CURRENCY = range(6, 15)

_REASONS: Final = {
    f"{outer}/{inner}": place
    for outer, own in (("StsRsnInf", "StsRsn"), ("RtrRsnInf", "RtrRsn"))
    for inner, place in (
        ("Rsn/Cd", REASON), (f"{own}/Cd", REASON), ("Rsn/Prtry", OWN_REASON), (f"{own}/Prtry", OWN_REASON),
        ("AddtlInf", REASON_TEXT), (f"Addtl{own}Inf", REASON_TEXT),
    )
}  # fmt: skip
_JOINED: Final = frozenset({REASON_TEXT})

ONE: Final = Shape(
    ("TxInfAndSts", "TxInf"),
    15,
    {
        **_REASONS, "OrgnlEndToEndId": ORDER_NO, "TxSts": STATUS, "OrgnlInstrId": INSTRUCTION, "OrgnlTxId": TRANSACTION,
        "OrgnlUETR": UETR, "ClrSysRef": CLEARING_REF, "OrgnlClrSysRef": CLEARING_REF, "AcctSvcrRef": BANK_REF,
        "RtrId": BANK_REF, "RtrdIntrBkSttlmAmt": AMOUNT, "RtrdInstdAmt": SENT_AMOUNT,
        "OrgnlTxRef/Amt/InstdAmt": SENT_AMOUNT, "OrgnlTxRef/IntrBkSttlmAmt": SENT_AMOUNT,
    },
    _JOINED,
    {
        "RtrdIntrBkSttlmAmt": CURRENCY, "RtrdInstdAmt": SENT_CURRENCY, "OrgnlTxRef/Amt/InstdAmt": SENT_CURRENCY,
        "OrgnlTxRef/IntrBkSttlmAmt": SENT_CURRENCY,
    },
)  # fmt: skip
BATCH: Final = Shape(
    ("OrgnlPmtInfAndSts",), 6, {**_REASONS, "OrgnlPmtInfId": ORDER_NO, "PmtInfSts": STATUS}, _JOINED, inner=(ONE,)
)
GROUP: Final = Shape(
    ("OrgnlGrpInfAndSts", "OrgnlGrpInf"), 6, {**_REASONS, "OrgnlMsgId": ORDER_NO, "GrpSts": STATUS}, _JOINED
)


def message(*names: str) -> Shape:
    """Return the shape of a message by the names its element has had."""
    return Shape(names, 1, {}, inner=(HEAD, GROUP, BATCH, ONE))
