"""The settlement host: ISO 8583 over TCP for integrators and tests, journalled before it answers."""
