"""The OpenAPI schema: what every operation has in common is said here, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.validators import RegexValidator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from aiworld.rest.filters import VISIBLE
from aiworld.rest.problems import CONTENT_TYPE, KINDS, TYPES, Kind, ProblemSerializer

S = TypeVar("S", bound=type[serializers.BaseSerializer[Any]])
DO = {
    "list": "List {many}",
    "retrieve": "Read {one}",
    "create": "Add {one}",
    "partial_update": "Change {one}",
    "destroy": "Delete {one}",
}
MORE = {
    "list": "In pages: `next` is the address of the following one.",
    "partial_update": "Only the fields that are sent are changed.",
    "destroy": "This cannot be undone.",
    "create": "With an `Idempotency-Key` header a repeat gets the first answer again.",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "16-200 characters of your own, e.g. a UUID. A repeat of the request with the "
    "same key gets the first answer again; another request with it gets a 409.",
    "schema": {"type": "string", "pattern": "^[!-~]{16,200}$"},
}
PROBLEM = {"$ref": "#/components/schemas/Problem"}
RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}


def example(**values: Any) -> Callable[[S], S]:
    """Shows `values` for a serializer; of a request, the fields that can be sent."""

    def shown(serializer: S) -> S:
        fields: dict[str, Any] = serializer().fields  # type: ignore[attr-defined]
        sent = {name: value for name, value in values.items() if not fields[name].read_only}
        read = {name: value for name, value in values.items() if not fields[name].write_only}
        examples = [OpenApiExample("Example", value=read, response_only=True)] if read else []
        if sent:
            examples.append(OpenApiExample("Example", value=sent, request_only=True))
        decorated: S = extend_schema_serializer(examples=examples)(serializer)
        return decorated

    return shown


class Schema(AutoSchema):
    """A view says `tag`, `one`, `many`; single views say summary and description themselves."""

    view: Any

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_summary(self) -> str:
        words = DO.get(getattr(self.view, "action", ""), "")
        return words.format(one=self.view.one, many=self.view.many) if words else ""

    def get_description(self) -> str:  # type: ignore[override]
        action = getattr(self.view, "action", "")
        about = " ".join((type(self.view).__doc__ or "").split())
        return " ".join(part for part in (about, MORE.get(action, "")) if part)

    def get_override_parameters(self) -> list[Any]:
        return list(getattr(self.view, "parameters", ()))

    def _get_parameters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super()._get_parameters()
        if self.method == "POST" and getattr(self.view, "idempotent", False):
            found.append(IDEMPOTENCY_KEY)
        for each in found:
            if each["in"] == "path" and each["schema"].get("type") == "integer":
                each["schema"] |= {"minimum": 1, "maximum": 2**63 - 1}
                each["schema"].pop("format", None)
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        self.resolve_serializer(ProblemSerializer, "response")
        for kind in self._failures():
            status = str(KINDS[kind].status)
            bodies.setdefault(status, {"$ref": f"#/components/responses/{kind}"})
        return dict(sorted(bodies.items()))

    def _failures(self) -> list[str]:
        found = ["over-quota", "internal", "unavailable", "timeout"]
        found += getattr(self.view, "problems", ())
        if self._get_parameters() or self.method not in ("GET", "DELETE"):
            found.append("invalid")
        if self.get_auth() and {} not in self.get_auth():
            found += ["unauthenticated", "refused", "not-found"]
        if self._is_list_view():
            found.append("not-found")
        if "{" in self.path:
            found.append("not-found")
        if self.method not in ("GET", "DELETE"):
            found += ["too-large", "wrong-media-type", "refused", "not-found"]
        if self.method != "GET":
            found.append("conflict")
        return found

    def _map_serializer_field(self, field: Any, direction: str, *args: Any, **kwargs: Any) -> Any:
        schema = super()._map_serializer_field(  # type: ignore[no-untyped-call]
            field, direction, *args, **kwargs
        )
        text = isinstance(field, serializers.CharField) and "enum" not in schema
        if text and direction == "request" and "format" not in schema:
            own: list[Any] = [each for each in field.validators if isinstance(each, RegexValidator)]
            general = r"^[^\x00]*$" if field.allow_blank else VISIBLE
            schema["pattern"] = own[0].regex.pattern if own else general
            schema.pop("minLength", None)
        return schema

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        schema = super()._map_basic_serializer(  # type: ignore[no-untyped-call]
            serializer, direction
        )
        if direction == "request":
            schema["additionalProperties"] = False
        return schema


def with_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """What can go wrong is described once and referred to by every operation."""
    told = {kind: _failure(kind, words) for kind, words in sorted(KINDS.items())}
    result["components"]["responses"] = told
    _drop_labels(result["components"]["schemas"])
    _drop_labels(result["paths"])
    return result


def _drop_labels(part: Any) -> None:
    """Labels are for forms; descriptions say more, and here nothing changes when a label does."""
    if isinstance(part, dict):
        for name in ("title", "x-spec-enum-id"):
            if "type" in part and isinstance(part.get(name), str):
                del part[name]
    for key, inner in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(inner, dict | list) and key not in ("example", "examples"):
            _drop_labels(inner)


def _failure(kind: str, words: Kind) -> dict[str, Any]:
    shown = {
        "type": TYPES + kind,
        "title": words.title,
        "status": words.status,
        "detail": words.meaning,
        "instance": "/api/v1/npcs",
    }
    told: dict[str, Any] = {
        "description": f"{words.title}. {words.meaning}",
        "content": {CONTENT_TYPE: {"schema": PROBLEM, "example": shown}},
    }
    if words.status in (429, 503):
        told["headers"] = RETRY_AFTER
    return told


def only_keys(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Each operation once: the members' addresses are another `server` of the same schema, and
    the older paths are described in docs/reference/rest.md."""
    return [each for each in endpoints if each[0].startswith("/api/v1/")]
