"""The OpenAPI document: what every operation answers when it cannot be done, beside what it answers when it can."""

from __future__ import annotations

from typing import Any, Final

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from daozhang.api.shapes import ProblemShape

CANNOT: Final = {
    "400": "The request was cut off or cannot be read.",
    "401": "No token, or one that does not hold.",
    "403": "The token may not do this.",
    "404": "There is no such thing, or it is another tenant's.",
    "409": "Refused as things stand now; the facts say what is possible.",
    "422": "A value cannot be used.",
    "429": "Too many requests in this minute; `Retry-After` says when to come back.",
}
BODIES: Final = {
    "411": "The length of the body must be said.",
    "413": "The body is larger than is taken here.",
    "507": "There is no room on the disk; nothing was kept.",
}
"""Only where a file is sent."""


class DocumentedApi(NinjaAPI):
    """An API whose document names its problems."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:  # noqa: ANN401 - ninja's signature
        """Return the document."""
        described = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        described["components"]["schemas"]["ProblemShape"] = ProblemShape.model_json_schema()
        for path, operations in described["paths"].items():
            for method, one in operations.items():
                said = CANNOT | (BODIES if method == "post" and path.endswith("/imports") else {})
                for status, text in said.items():
                    one["responses"].setdefault(status, _problem(text))
        return described


def _problem(text: str) -> dict[str, Any]:
    shape = {"$ref": "#/components/schemas/ProblemShape"}
    return {"description": text, "content": {"application/problem+json": {"schema": shape}}}
