"""Channels that carry a notice to its address: one module each, named by ``CHANNELS``."""

from collections.abc import Callable, Mapping
from typing import Final

from daozhang.notify import mail
from daozhang.notify.letter import Letter, MailServer

CHANNELS: Final[Mapping[str, Callable[[Letter, MailServer], str]]] = {"email": mail.send}
"""Channel name → the function that sends one letter and returns the receipt. What is not here is told by hand."""

__all__ = ["CHANNELS", "Letter", "MailServer"]
