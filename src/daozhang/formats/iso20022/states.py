"""What an ISO 20022 status says of a payout. No status is proof of arrival; only a line on the recipient's statement is."""

from __future__ import annotations

from typing import Final

STATES: Final = {
    # on its way
    "RCVD": "pending", "ACTC": "pending", "ACCP": "pending", "ACFC": "pending", "ACWC": "pending", "ACWP": "pending",
    "ACPD": "pending", "ACIS": "pending", "ACSP": "pending", "PDNG": "pending", "PRES": "pending",
    # the payer's account is debited (ACSC), or the bank says that the recipient has it: a claim either way
    "ACSC": "claimed", "ACCC": "claimed", "CPUC": "claimed",
    # it stands still: a signature is missing (PATC), the funds are blocked (BLCK)
    "PATC": "held", "BLCK": "held",
    "CANC": "closed",
    "RJCT": "failed",
}  # fmt: skip
"""Status of a transaction (ExternalPaymentTransactionStatus1Code) → state of the payout."""

MIXED: Final = "PART"
"""Status of a group or batch whose transactions fared differently: it says nothing about any of them."""
