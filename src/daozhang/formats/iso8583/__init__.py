"""Logs of ISO 8583 messages: frames out of a file, messages out of frames, payments and batches out of messages."""
