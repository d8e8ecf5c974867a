"""The probe: what the line from a shop to its host can do, step by step."""
