"""What is read of a camt message: its records, and which element fills which place of them, in every version.

Versions 1 to 14 differ in the name of the message (version 1 ends in V01), in where a party's name stands (``Nm`` or
``Pty/Nm``), in the status (text or ``Cd``) and in where a detail has its amount (``Amt`` or ``AmtDtls/TxAmt/Amt``).
"""

from __future__ import annotations

from typing import Final

from daozhang.formats.xml_stream import Shape

LINE: Final = 0

MESSAGE_AT: Final = 1

STATEMENT_ID, IBAN, OTHER_ACCOUNT, ACCOUNT_CURRENCY = 1, 2, 3, 4
FROM_MOMENT, FROM_DAY, TO_MOMENT, TO_DAY = 5, 6, 7, 8
PAGE, IS_LAST_PAGE, SEQUENCE, CREATED_AT = 9, 10, 11, 12

BALANCE_CODE, BALANCE_CODE_OLD, BALANCE_AMOUNT, BALANCE_CURRENCY, BALANCE_SIDE, BALANCE_DAY, BALANCE_MOMENT = range(
    1, 8
)

ENTRY_REF, AMOUNT, CURRENCY, SIDE, STATUS, BOOKED_MOMENT, BOOKED_DAY, VALUE_DAY, VALUE_MOMENT = range(1, 10)
BANK_REF, ENTRY_TEXT = 10, 11

END_TO_END, INSTRUCTION, TRANSACTION, DETAIL_BANK_REF, UETR, CLEARING_REF = range(1, 7)
DETAIL_AMOUNT, DETAIL_CURRENCY, INNER_AMOUNT, INNER_CURRENCY, DETAIL_SIDE = range(7, 12)
DEBTOR, CREDITOR, LAST_DEBTOR, LAST_CREDITOR, DEBTOR_ACCOUNT, CREDITOR_ACCOUNT = range(12, 18)
UNSTRUCTURED, STRUCTURED, DETAIL_TEXT, RETURN_CODE, RETURN_OWN_CODE, RETURN_TEXT = range(18, 24)
DETAIL_MINOR: Final = 24
"""Not read: the detail's signed minor units, put beside it when it is summed."""

DETAIL: Final = Shape(
    ("NtryDtls/TxDtls", "TxDtls"),
    DETAIL_MINOR + 1,
    {
        "Refs/EndToEndId": END_TO_END, "Refs/InstrId": INSTRUCTION, "Refs/TxId": TRANSACTION,
        "Refs/AcctSvcrRef": DETAIL_BANK_REF, "Refs/UETR": UETR, "Refs/ClrSysRef": CLEARING_REF,
        "Amt": DETAIL_AMOUNT, "AmtDtls/TxAmt/Amt": INNER_AMOUNT, "CdtDbtInd": DETAIL_SIDE,
        "RltdPties/Dbtr/Nm": DEBTOR, "RltdPties/Dbtr/Pty/Nm": DEBTOR,
        "RltdPties/Cdtr/Nm": CREDITOR, "RltdPties/Cdtr/Pty/Nm": CREDITOR,
        "RltdPties/UltmtDbtr/Nm": LAST_DEBTOR, "RltdPties/UltmtDbtr/Pty/Nm": LAST_DEBTOR,
        "RltdPties/UltmtCdtr/Nm": LAST_CREDITOR, "RltdPties/UltmtCdtr/Pty/Nm": LAST_CREDITOR,
        "RltdPties/DbtrAcct/Id/IBAN": DEBTOR_ACCOUNT, "RltdPties/DbtrAcct/Id/Othr/Id": DEBTOR_ACCOUNT,
        "RltdPties/CdtrAcct/Id/IBAN": CREDITOR_ACCOUNT, "RltdPties/CdtrAcct/Id/Othr/Id": CREDITOR_ACCOUNT,
        "RmtInf/Ustrd": UNSTRUCTURED, "RmtInf/Strd/CdtrRefInf/Ref": STRUCTURED,
        "RmtInf/Strd/CdtrRefInf/CdtrRef": STRUCTURED, "AddtlTxInf": DETAIL_TEXT,
        "RtrInf/Rsn/Cd": RETURN_CODE, "RtrInf/RtrRsn/Cd": RETURN_CODE,
        "RtrInf/Rsn/Prtry": RETURN_OWN_CODE, "RtrInf/RtrRsn/Prtry": RETURN_OWN_CODE,
        "RtrInf/AddtlInf": RETURN_TEXT, "RtrInf/AddtlRtrRsnInf": RETURN_TEXT,
    },
    frozenset({UNSTRUCTURED, STRUCTURED, DETAIL_TEXT, RETURN_TEXT}),
    {"Amt": DETAIL_CURRENCY, "AmtDtls/TxAmt/Amt": INNER_CURRENCY},
)  # fmt: skip
ENTRY: Final = Shape(
    ("Ntry",),
    12,
    {
        "NtryRef": ENTRY_REF, "Amt": AMOUNT, "CdtDbtInd": SIDE, "Sts": STATUS, "Sts/Cd": STATUS,
        "BookgDt": BOOKED_DAY, "BookgDt/Dt": BOOKED_DAY, "BookgDt/DtTm": BOOKED_MOMENT,
        "ValDt/Dt": VALUE_DAY, "ValDt/DtTm": VALUE_MOMENT, "AcctSvcrRef": BANK_REF, "AddtlNtryInf": ENTRY_TEXT,
    },
    frozenset({ENTRY_TEXT}),
    {"Amt": CURRENCY},
    (DETAIL,),
)  # fmt: skip
BALANCE: Final = Shape(
    ("Bal",),
    8,
    {
        "Tp/CdOrPrtry/Cd": BALANCE_CODE, "Tp/Cd": BALANCE_CODE_OLD, "Amt": BALANCE_AMOUNT, "CdtDbtInd": BALANCE_SIDE,
        "Dt/Dt": BALANCE_DAY, "Dt/DtTm": BALANCE_MOMENT,
    },
    currencies={"Amt": BALANCE_CURRENCY},
)  # fmt: skip
STATEMENT: Final = Shape(
    ("Stmt", "Rpt", "Ntfctn"),
    13,
    {
        "Id": STATEMENT_ID, "Acct/Id/IBAN": IBAN, "Acct/Id/Othr/Id": OTHER_ACCOUNT, "Acct/Id/PrtryAcct/Id": OTHER_ACCOUNT,
        "Acct/Ccy": ACCOUNT_CURRENCY, "FrToDt/FrDtTm": FROM_MOMENT, "FrToDt/FrDt": FROM_DAY, "FrToDt/ToDtTm": TO_MOMENT,
        "FrToDt/ToDt": TO_DAY, "StmtPgntn/PgNb": PAGE, "StmtPgntn/LastPgInd": IS_LAST_PAGE, "ElctrncSeqNb": SEQUENCE,
        "CreDtTm": CREATED_AT,
    },
    inner=(BALANCE, ENTRY),
)  # fmt: skip
HEAD: Final = Shape(("GrpHdr",), 2, {"CreDtTm": MESSAGE_AT})


def message(name: str) -> Shape:
    """Return the shape of a message whose element is called ``name``, with its version 1 spelling."""
    return Shape((name, f"{name}V01"), 1, {}, inner=(HEAD, STATEMENT))
