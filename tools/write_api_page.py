"""Write docs/reference/api.md from the OpenAPI document that the API serves. ``--check`` only compares."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daozhang.desk.settings")

import django

django.setup()

from daozhang.api.problems import STATUS  # noqa: E402 - Django must be ready first
from daozhang.api.urls import api  # noqa: E402
from daozhang.texts import say  # noqa: E402

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "api.md"
HEAD = """# The HTTP API

This page is written by `tools/write_api_page.py` from the OpenAPI document that the server itself gives at
`/api/v1/openapi.json`; a test compares it. How to begin: [ways in](../guides/ways-in.md#the-http-api).

Every request carries `Authorization: Bearer TOKEN`. What a token may do is said when it is made (`daozhang token new NAME
--may import,read,undo,work,approve`). Amounts are whole minor units with their sign; moments are local time (Asia/Shanghai), ISO 8601.

**Once.** `Idempotency-Key: …` (at most 200 printable ASCII characters, new for each request) makes a request safe to repeat
for seven days: the same key with the same request gets the same answer and `Idempotent-Replayed: true`; with another
request it is refused (409). The answer is written in the transaction of the work. Without a key the same bytes still count
once.

**Safe here.** 202 is answered after the file is on the disk, sealed, and its work is queued in the database. A request
that ends before its last byte leaves nothing.

**How much.** One file is at most `reader_memory_mb` MiB; one token makes at most `api_requests_per_minute` requests in a
minute (429 with `Retry-After`). A request states its `Content-Length`.

**Refused** is `application/problem+json`: `type`, `title` (the sentence, in the language of `Accept-Language`: `zh` or `en`),
`status`, `key` (keeps its meaning from version to version) and `facts`.
"""


def page() -> str:
    """Return the whole page."""
    described: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    parts = [HEAD]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            parts += _operation(method.upper(), path.replace("//", "/"), operation)
    parts += ["## Objects", ""]
    for name, shape in described["components"]["schemas"].items():
        parts += _shape(name, shape)
    parts += ["## Problems", "", "| key | status | says |", "|---|---|---|"]
    parts += [f"| `{key}` | {STATUS.get(key, 422)} | {_sentence(key)} |" for key in _keys()]
    parts += [
        "",
        "Any other key is a [message](messages.md) of the product: 409 when it says no, 422 when something cannot be used.",
    ]
    return "\n".join(parts).rstrip() + "\n"


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    may = {"files": "import", "readings": "read", "cases": "work", "requests": "work"}.get(operation["tags"][0], "read")
    if "undo" in operation["operationId"]:
        may = "undo"
    elif path.endswith(("/approve", "/decline")):
        may = "approve"
    elif method == "GET" and "deliver" not in path:
        may = "read"
    yield from (
        f"## {method} {path}",
        "",
        " ".join(operation["description"].split()),
        "",
        f"Needs a token that may `{may}`.",
        "",
    )
    parameters = operation.get("parameters", [])
    if parameters:
        yield from ("| parameter | in | means |", "|---|---|---|")
        for one in parameters:
            schema = one["schema"]
            said = one.get("description") or schema.get("description") or _plain_words(one["name"])
            yield f"| `{one['name']}` | {one['in']} | {said} |"
        yield ""
    answers = operation["responses"]
    for status, answer in answers.items():
        shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
        yield f"Answers {status} with {_type(shape)}."
    yield ""


def _shape(name: str, shape: dict[str, Any]) -> Iterator[str]:
    yield from (
        f"### {name}",
        "",
        " ".join(shape.get("description", "").split()),
        "",
        "| field | type | means |",
        "|---|---|---|",
    )
    for field, said in shape.get("properties", {}).items():
        yield f"| `{field}` | {_type(said)} | {said.get('description', '')} |"
    yield ""


def _type(said: dict[str, Any]) -> str:
    if "$ref" in said:
        name = said["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in said:
        return " or ".join(_type(one) for one in said["anyOf"])
    if said.get("type") == "array":
        return f"list of {_type(said['items'])}"
    return {"date-time": "moment", "date": "day"}.get(said.get("format", ""), said.get("type", "any value"))


def _plain_words(name: str) -> str:
    return {
        "acquirer": "Who sends it, where the file does not say it itself.",
        "merchant_no": "Merchant number, where the file does not say it.",
        "account_tail": "Last digits of the account of a statement.",
        "format": "Read as this format; left out means by content.",
        "after": "Only what comes after this number.",
        "offset": "Rows to leave out at the beginning.",
        "delivery_id": "Number of the delivery.",
        "import_id": "The import, as lists name it.",
        "finding_id": "The finding, as lists name it.",
        "case_id": "The case, for example `DZ-2026-000001`.",
        "number": "The request, as lists name it.",
        "state": "Only those in this state.",
        "figure": "Name of a figure, as `GET /measures` lists it.",
        "part": "A part of the figure; empty for the whole.",
        "days": "How many days.",
        "person": "Only what is this person's or nobody's.",
    }[name]


def _keys() -> list[str]:
    folder = Path(__file__).parent.parent / "src" / "daozhang" / "texts" / "en" / "api.ftl"
    lines = folder.read_text(encoding="utf-8").splitlines()
    return [line.partition(" ")[0] for line in lines if line.startswith(("api-", "error-key-"))]


def _sentence(key: str) -> str:
    names = ("name", "may", "names", "limit", "seconds", "file", "count", "id", "state")
    return say("en", key, **{name: f"`{name}`" for name in names})


def main() -> int:
    """Write the page, or say that it is behind."""
    if "--check" in sys.argv:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
