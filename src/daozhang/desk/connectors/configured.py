"""What ``[[banks]]`` in ``daozhang.toml`` may say: a bank that takes payment orders. A secret stands elsewhere, as with sources."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from daozhang.desk.ways_in.configured import Secret

Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/\S*)?$")]


class Bank(BaseModel):
    """A bank that speaks ISO 20022: pain.001 goes out, pain.002, pacs.004 and camt come back."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    """Its name: small letters, digits and dashes. Requests say it as their way."""

    order_url: Address
    """Where a payment order (pain.001) is posted. ``http`` only with ``private``."""

    query_url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+/\S*\{number\}\S*)?$")] = ""
    """Where one payment is asked about, ``{number}`` standing for its number; 404 means the bank does not know it. Empty: it
    cannot be asked, and only its messages tell."""

    query_field: Annotated[str, StringConstraints(max_length=64)] = "status"
    """Field of the JSON answer to a query that says how the payment stands; an answer in XML is read as a status report."""

    query_words: dict[str, Literal["pending", "paid", "failed", "returned"]] = {}
    """What the words of that field mean. A word that is not here says nothing."""

    messages_url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+(/\S*)?)?$")] = ""
    """Where the bank lists its messages, as JSON objects with ``id``, ``type`` and ``body``. Empty: they come as files."""

    authorization: Secret | None = None
    """Where the value of the ``Authorization`` header is: ``env:NAME`` or ``file:/path``."""

    private: bool = False
    """Whether the bank may be inside: a private or loopback address, and ``http``. Nothing else ever leads there."""

    account: Annotated[str, StringConstraints(min_length=4, max_length=34)]
    """Number of the account that pays: an IBAN, or the bank's own number."""

    holder: Annotated[str, StringConstraints(min_length=1, max_length=140)]
    """Holder of that account."""

    bic: Annotated[str, StringConstraints(pattern=r"^([A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?)?$")] = ""
    """BIC of the bank; empty: the bank code of ``bank_code``, or none."""

    bank_code: Annotated[str, StringConstraints(pattern=r"^(\d{12})?$")] = ""
    """联行号 of the bank that pays."""

    timeout_s: Annotated[int, Field(ge=1, le=120)] = 20
    """Seconds after which a call counts as unanswered."""
