"""Terminals and their health: what heartbeats, journals and asset lists say, as functions of values."""
