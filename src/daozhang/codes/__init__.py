"""Code books as data: payout reasons of providers, reason codes of payment schemes, response codes of terminals."""

from daozhang.codes.books import OUTCOMES, RETRIES, KnownReason, Response, reasons, response_of, responses

__all__ = ["OUTCOMES", "RETRIES", "KnownReason", "Response", "reasons", "response_of", "responses"]
