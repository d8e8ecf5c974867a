"""The HTTP API under ``/api/v1``: files in, what became of them, findings and money. For programs, by token, JSON only."""
