"""How requests reach a bank and how its answers come back: ISO 20022 over HTTP, one message for one request."""
