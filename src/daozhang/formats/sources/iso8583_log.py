"""Logs of ISO 8583 messages (UnionPay terminals, generic 1987 in text or packed form) → transactions and batches.

A log is a file of messages behind two-byte lengths, or lines with hex, or lines of text messages. Amounts are minor
units of field 49. A message carries no year: it comes from the log's own dates, the file's name, or what was said.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import islice
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.cells import UnreadableError
from daozhang.formats.decoding import decode as text_of
from daozhang.formats.decoding import peek
from daozhang.formats.iso8583.dialects import looks_like_message
from daozhang.formats.iso8583.frames import Frame, binary_frames, is_binary, line_frames, message_of
from daozhang.formats.iso8583.messages import Message
from daozhang.formats.iso8583.messages import message_of as kept
from daozhang.formats.iso8583.story import told_by
from daozhang.formats.lines import physical_lines

FIRST_LINES: Final = 1000
"""Lines of a text log that are looked at to know it."""

_DAY = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)", re.ASCII)


def _knows(source: Source) -> bool:
    head = source.head()
    if is_binary(head):
        return True
    lines = islice(physical_lines(peek(source)), FIRST_LINES)
    return any(message_of(line)[1] is not None for line in lines)


def _read(source: Source, sink: Sink) -> None:
    frames = (
        binary_frames(source.data) if is_binary(source.head()) else line_frames(physical_lines(text_of(source.data)))
    )
    messages: list[Message] = []
    others: list[Frame] = []
    for frame in frames:
        if frame.found is None:
            others.append(frame)
        else:
            messages.append(kept(frame, *frame.found))
    _say_others(others, sink)
    if not messages:
        return
    story = told_by(messages, source.given, _day(source, messages))
    told: set[int] = set()
    for line_no, table, values in story.rows():
        told.add(line_no)
        if isinstance(values, UnreadableError):
            sink.reject(line_no, values.column, values.value, values.reason, **values.facts)
        else:
            sink.row(table, line_no, values)
    for message in messages:
        if message.line_no not in told:
            sink.control(message.line_no)
    if unseen := story.unseen_uploads():
        sink.warn("warn-upload-unseen", count=unseen)


def _say_others(frames: list[Frame], sink: Sink) -> None:
    """Say the lines without a message that can be read. What stood there is never shown: it may hold a card number."""
    for frame in frames:
        if frame.is_cut:
            sink.reject(frame.line_no, "", "", "reject-record-cut")
            sink.warn("warn-truncated", line_no=frame.line_no)
        elif frame.data and looks_like_message(frame.data):
            sink.reject(frame.line_no, "", "", "reject-message")
        else:
            sink.control(frame.line_no)


def _day(source: Source, messages: list[Message]) -> date:
    """Return a day near the messages: said with the file, in the log's lines, in its name; ``InputError`` asks for it."""
    if source.given.covers_on:
        return source.given.covers_on
    if logged := next((message.logged_on for message in messages if message.logged_on), None):
        return logged
    match = _DAY.search(source.name)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise InputError("input-log-day-unknown", file=source.name)


FORMAT = Format(
    code="iso8583_log",
    knows=_knows,
    tables=("transactions", "batches"),
    read=_read,
    unsure=("unsure-iso8583-dialects", "unsure-iso8583-uploads", "unsure-iso8583-verdicts"),
    evidence="documentation",
    hides_lines=True,
)
