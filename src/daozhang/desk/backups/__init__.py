"""Backups: the desk, the lake, the originals and the settings, sealed, each file once; keys apart; counted only after a restore."""
