"""Where an element of a camt.053 stands: what it opens, what it is called there, and whether its text is kept."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

STATEMENT: Final = "/BkToCstmrStmt/Stmt"
DETAIL: Final = "Ntry/NtryDtls/TxDtls"


class Role(Enum):
    """The elements that open and close something of their own."""

    STATEMENT = ""
    BALANCE = "Bal"
    ENTRY = "Ntry"
    DETAIL = DETAIL


class Place(NamedTuple):
    """``name`` is the path below the nearest element with a role."""

    role: Role | None
    name: str
    is_kept: bool


_KEPT: Final = {
    Role.STATEMENT: ("Id", "Acct/Id/", "Acct/Ccy", "FrToDt/", "StmtPgntn/"),
    Role.BALANCE: ("Tp/", "Amt", "CdtDbtInd", "Dt/"),
    Role.ENTRY: ("NtryRef", "Amt", "CdtDbtInd", "Sts", "BookgDt", "ValDt", "AcctSvcrRef", "AddtlNtryInf"),
    Role.DETAIL: ("Refs/", "Amt", "CdtDbtInd", "RltdPties/", "RmtInf/", "AddtlTxInf", "RtrInf/"),
}
"""What is read of each; the rest of a large statement is not held in memory."""
_ADDRESSES: Final = ("PstlAdr", "CtctDtls", "PrvtId", "OrgId")


def place_of(path: str) -> Place:
    """Return the place of an element by its path of local names, in every version of the message."""
    _, marker, inside = path.partition(STATEMENT)
    if not marker or not (inside == "" or inside.startswith("/")):
        return Place(None, "", is_kept=False)
    relative = inside[1:]
    for role in (Role.DETAIL, Role.ENTRY, Role.BALANCE, Role.STATEMENT):
        if relative == role.value:
            return Place(role, "", is_kept=False)
        prefix = f"{role.value}/" if role.value else ""
        if relative.startswith(prefix):
            name = relative.removeprefix(prefix)
            is_kept = name.startswith(_KEPT[role]) and not any(part in name for part in _ADDRESSES)
            return Place(None, name, is_kept=is_kept)
    raise AssertionError(path)
