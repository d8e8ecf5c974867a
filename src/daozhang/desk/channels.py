"""One configured room or gateway of notices: its name, its address with its secret, whether it may lie inside."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Channel(BaseModel):
    """One ``[[channels]]``. A contact of the channel ``chat`` names it; its address, which holds a token, stays in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[\w.-]{1,64}$")
    url: SecretStr
    """Address as apprise writes it: ``dingtalk://…``, ``wecombot://…``, ``feishu://…``, ``jsons://…``."""

    private: bool = False
    """Whether it may lie inside the own network."""
