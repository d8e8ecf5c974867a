"""Daozhang 到账: finds every card and QR payment whose money did not arrive, and stays on it until it has."""

__version__ = "0.1.0"
