"""Files in: send one, ask how it stands, stop it, see what was read in and set aside, take an import back."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from daozhang.api.auth import Token, caller, who
from daozhang.api.problems import Problem, language_of
from daozhang.api.receiving import Received, received
from daozhang.api.shapes import AsideList, Delivery, ImportDetail, ImportList
from daozhang.desk import answers, import_jobs, imports, jobs, listings
from daozhang.desk.door_models import ApiToken
from daozhang.desk.models import Import, Job
from daozhang.errors import RefusedError
from daozhang.intake import keyring
from daozhang.intake.cards import CardGuard
from daozhang.texts import say
from daozhang.web import words
from daozhang.web.context import workspace

router = Router()
KNOWN = ("acquirer", "merchant_no", "account_tail", "format")
LONGEST_KEY = 200
Limit = Annotated[int, Query(ge=1, le=10_000, description="Most rows of the answer.")]
Word = Annotated[str, Query(max_length=64)]

FILE: Final = {
    "required": True,
    "description": "The file itself, or a form of which it is the only file.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
}


@router.post(
    "/imports",
    auth=Token("import"),
    response={202: Delivery},
    summary="Send a file",
    url_name="send",
    openapi_extra={"requestBody": FILE},
)
def send(
    request: HttpRequest, response: HttpResponse,
    file_name: Annotated[str, Query(max_length=512, description="Name of the file, where it is sent as the bare body.")] = "",
    acquirer: Word = "", merchant_no: Word = "", account_tail: Word = "", format: Word = "",  # noqa: A002 - its name in the address
) -> Status[dict[str, Any]]:  # fmt: skip
    """Take one file, as the bare body or as the only file of a form. 202 means: it is safe here, and will be read.

    The answer names the delivery to ask for. What the file does not say itself (`acquirer`, `merchant_no`, `account_tail`,
    `format`) goes beside it, in the address or in the form. With an `Idempotency-Key` the same request again gets the same
    answer for seven days; the same key with another file is refused. Without one the same bytes are still counted once.
    """
    token, key = caller(request), key_of(request)
    known = dict(zip(KNOWN, (acquirer, merchant_no, account_tail, format), strict=True))
    with received(request, file_name or request.headers.get("X-File-Name", "")) as file:
        known |= {name: file.fields[name].strip() for name in KNOWN if file.fields.get(name, "").strip()}
        given = answers.once(token, key, _body_hash("send", file, known), lambda: _queue(token, file, known))
        if not given.is_repeated:
            file.keep()
    response.headers["Location"] = f"/api/v1/deliveries/{given.body['id']}"
    if given.is_repeated:
        response.headers["Idempotent-Replayed"] = "true"
    return Status(given.status, given.body)


@router.get(
    "/deliveries/{delivery_id}",
    auth=Token("import"),
    response=Delivery,
    summary="How a file stands",
    url_name="delivery",
)
def delivery(request: HttpRequest, delivery_id: int) -> dict[str, Any]:
    """Return where a file stands that this token has sent; ask again while its state is `queued` or `running`."""
    return _shown(request, _own(request, delivery_id))


@router.delete(
    "/deliveries/{delivery_id}", auth=Token("import"), response=Delivery, summary="Stop a file", url_name="stop"
)
def stop(request: HttpRequest, delivery_id: int) -> dict[str, Any]:
    """Stop a file wherever it stands and take back what it has brought in so far; refused when it was over already."""
    job = _own(request, delivery_id)
    if not import_jobs.cancel(workspace(), job.pk, by=who(caller(request))):
        raise RefusedError("api-over", id=job.pk, state=job.state)
    job.refresh_from_db()
    return _shown(request, job)


@router.get(
    "/imports", auth=Token("read", tenants="look"), response=ImportList, summary="What was read in", url_name="imports"
)
def listed(request: HttpRequest, after: Annotated[int, Query(ge=0)] = 0, limit: Limit = 1000) -> dict[str, Any]:  # noqa: ARG001
    """Return imports by their number (`seq`), those after `after`."""
    return {"imports": [listings.of_import(row) for row in Import.objects.filter(seq__gt=after)[:limit]]}


@router.get(
    "/imports/{import_id}",
    auth=Token("read", tenants="look"),
    response=ImportDetail,
    summary="One import",
    url_name="import",
)
def one(request: HttpRequest, import_id: str) -> dict[str, Any]:
    """Return one import and what was said of it."""
    return _detail(request, _import(import_id))


@router.delete(
    "/imports/{import_id}", auth=Token("undo"), response=ImportDetail, summary="Take an import back", url_name="undo"
)
def undo(request: HttpRequest, import_id: str) -> dict[str, Any]:
    """Take an import back: its rows no longer count, and the file can be sent again. A second time is refused.

    With an `Idempotency-Key` the same request again gets the same answer for seven days.
    """
    token = caller(request)

    def take_back() -> tuple[int, dict[str, Any]]:
        row = imports.undo(workspace(), _import(import_id).id, by=who(token))
        jobs.enqueue(workspace(), "run", {}, by=who(token))
        return 200, _detail(request, row)

    return answers.once(token, key_of(request), hash_of(["undo", import_id]), take_back).body


@router.get(
    "/imports/{import_id}/quarantine",
    auth=Token("read", tenants="look"),
    response=AsideList,
    summary="Rows set aside",
    url_name="quarantine",
)
def quarantine(
    request: HttpRequest, import_id: str, limit: Limit = 1000, offset: Annotated[int, Query(ge=0)] = 0
) -> dict[str, Any]:
    """Return the rows of an import that were set aside, with line, column, value and reason; card data is cut."""
    language = language_of(request)
    rows = imports.quarantined(workspace(), _import(import_id).id)[offset : offset + limit]
    return {
        "rows": [
            listings.of_quarantined(row)
            | {"reason": words.sentence(language, row.reason, {"column": row.column, "value": row.value, **row.facts})}
            for row in rows
        ]
    }


def _queue(token: ApiToken, file: Received, known: dict[str, str]) -> tuple[int, dict[str, Any]]:
    job = import_jobs.enqueue(workspace(), file.upload_id, file.name, by=who(token), **known)
    jobs.enqueue(workspace(), "run", {}, by=who(token))
    return 202, listings.of_delivery(job)


def _own(request: HttpRequest, delivery_id: int) -> Job:
    found = Job.objects.filter(pk=delivery_id, kind=import_jobs.KIND, queued_by=who(caller(request))).first()
    if found is None:
        raise Problem("api-not-found")
    return found


def _import(import_id: str) -> Import:
    found = Import.objects.filter(pk=import_id).first()
    if found is None:
        raise Problem("api-not-found")
    return found


def _shown(request: HttpRequest, job: Job) -> dict[str, Any]:
    shown = listings.of_delivery(job)
    shown["files"] = [{**file, "warnings": _said(request, file["warnings"])} for file in shown["files"]]
    shown["error"] = _said(request, [shown["error"]])[0] if shown["error"] else None
    return shown


def _detail(request: HttpRequest, row: Import) -> dict[str, Any]:
    return listings.of_import(row) | {"tables": row.tables, "warnings": _said(request, row.warnings)}


def _said(request: HttpRequest, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    language = language_of(request)
    return [{**one, "text": say(language, one["key"], **one["facts"])} for one in said]


def key_of(request: HttpRequest) -> str:
    """Return the ``Idempotency-Key`` of a request, card numbers cut; empty when it has none."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or not key.isascii() or (key and not key.isprintable()):
        raise Problem("api-key-odd", limit=LONGEST_KEY)
    # The same key is cut to the same text, so it still stands for one request, and no card number is kept with the answer.
    return CardGuard(keyring.load(workspace().keys).key("token")).cut(key)[:LONGEST_KEY] if key else ""


def _body_hash(what: str, file: Received, known: dict[str, str]) -> str:
    return hash_of([what, file.name, file.sha256, sorted(known.items())])


def hash_of(said: list[Any]) -> str:
    """Return what tells one request from another."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()
