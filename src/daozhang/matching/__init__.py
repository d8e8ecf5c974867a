"""Passes that join the legs of a payment: transaction ↔ clearing ↔ payout ↔ bank line. Rules are values; the engine runs them."""
