"""Code books as data: payout reasons of providers, reason codes of payment schemes, response codes of terminals."""

from daozhang.codes.books import OUTCOMES, RETRIES, KnownReason, Response, reasons, response_of, responses
from daozhang.codes.networks import NetworkReason, network_reason, network_reasons

__all__ = [
    "OUTCOMES", "RETRIES", "KnownReason", "NetworkReason", "Response", "network_reason", "network_reasons", "reasons",
    "response_of", "responses",
]  # fmt: skip
