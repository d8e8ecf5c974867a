"""The merchant's rights: channels of the country alone, the contract with its line, and a declaration that is refused when not whole."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from daozhang.errors import InputError
from daozhang.services.rights import ladder, read, rungs

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))
from web_story import FILES

CHINESE = {"scheme", "association", "central_bank", "market_regulator"}


def _codes(country: str) -> set[str]:
    return {one.code for one in ladder(country)}


def test_only_channels_of_the_country_are_shown() -> None:
    everywhere = {one.code for one in rungs() if one.countries == ("*",)}
    assert _codes("") == _codes("FR") == everywhere
    assert _codes("CN") == _codes("cn") == everywhere | CHINESE
    assert _codes("GB") == everywhere | {"ombudsman"}
    assert [one.code for one in ladder("CN")][-1] == "court"


@pytest.mark.parametrize("left_out", ["countries", "source_on", "channel"])
def test_a_step_that_is_not_whole_is_refused(left_out: str) -> None:
    cells = {
        "countries": '["CN"]', "channel": '"letter"', "after": '"same_day"', "source": '"contract"', "source_on": "2026-11-28",
        "is_sure": "true",
    }  # fmt: skip
    body = "[one]\n" + "".join(f"{name} = {cell}\n" for name, cell in cells.items() if name != left_out)
    with pytest.raises(InputError, match="error-rights-step"):
        read(body)


@pytest.mark.parametrize(("country", "is_chinese"), [("CN", True), ("GB", False), ("", False)])
def test_the_page_shows_the_contract_with_its_line_and_the_channels_of_its_country(
    sqlite_workspace: Any, country: str, *, is_chinese: bool
) -> None:
    from django.contrib.auth.models import User
    from django.core.cache import cache
    from django.test import Client

    from daozhang.desk.imports import import_bytes
    from daozhang.desk.workspace import Workspace
    from daozhang.web import context

    cache.clear()
    changed = {"clock_at": datetime(2026, 9, 23, 9, 0), "country": country}
    here = Workspace(sqlite_workspace.root, sqlite_workspace.settings.model_copy(update=changed))
    context.use(here)
    import_bytes(here, "contracts.csv", FILES["contracts.csv"].encode())
    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = "en"
    client.force_login(User.objects.create_user("li", password="a long enough one"))
    html = client.get("/rights").content.decode()
    assert "⟦" not in html
    assert "0.60 %" in html
    assert "contracts.csv" in html
    assert "/2" in html
    assert ("12315" in html, "No country is set" in html) == (is_chinese, not country)
    assert ("ombudsman" in html) == (country == "GB")
