"""The API against its own document: schemathesis makes requests, good and bad, and checks every answer with all its checks."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Final

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from daozhang.desk import tokens
from daozhang.desk.workspace import Workspace
from daozhang.web import context

EXAMPLES: Final = 60 if os.environ.get("DEEP") else 4

SAID: Final = {
    "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", 401, 403, 404, 409, 422, 429]},
    "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 411, 413, 415, 422, 429]},
}
CONFIG: Final = {"operations": [{"include-path-regex": "/measures|/imports$", "checks": SAID}]}
"""That one day comes before another, or what a file holds, cannot be said in a schema; all else that fits it must be accepted."""


@pytest.fixture
def served(sqlite_workspace: Any) -> dict[str, str]:
    """Serve an empty workspace in this process; return the header that lets a program in."""
    cache.clear()
    context.use(
        Workspace(
            sqlite_workspace.root,
            sqlite_workspace.settings.model_copy(update={"api_requests_per_minute": 10**6}),
        )
    )
    secret = tokens.make(sqlite_workspace, "schema", tokens.MAY, by="li")
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def described(served: dict[str, str]) -> Any:
    return schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json",
        get_wsgi_application(),
        config=SchemathesisConfig.from_dict(CONFIG),
        headers={"Host": "localhost"},
    )


def test_every_operation_answers_as_it_says(described: Any, served: dict[str, str]) -> None:
    """Each operation is asked with values as described and with others; every answer stands all checks."""
    wrong: dict[str, str] = {}
    operations = [found.ok() for found in described.get_all_operations()]
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            seen = faults(operation, mode, served)
            if seen:
                wrong[f"{operation.method} {operation.path} {mode.name}"] = told(seen[0])
    assert wrong == {}
    assert len(operations) > 20


def faults(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> list[BaseException]:
    """Ask one operation and return what was wrong with its answers."""
    seen: list[BaseException] = []

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        try:
            case.call_and_validate(headers=headers)
        except (Exception, FailureGroup) as error:  # noqa: BLE001 - all are told, one for each operation
            seen.append(error)

    with suppress(Unsatisfiable):  # nothing can be wrong about an operation that takes nothing
        ask()
    return seen


def told(error: BaseException) -> str:
    """Return what was wrong, each of several."""
    several = getattr(error, "exceptions", [error])
    return "; ".join(f"{type(one).__name__}: {one}" for one in several)[:1500]
