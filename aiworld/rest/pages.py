"""Pages of a list, by the place of the last row instead of a number: the thousandth page costs what
the first does, and rows that come in between shift nothing."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from aiworld.errors import NotFound
from aiworld.rest.filters import MAX_ID
from aiworld.rest.problems import BadParameters

DEFAULT_SIZE = 50
MOST = 200
LONGEST_CURSOR = 400


class Pages(BasePagination):
    """A view's `orderings` are columns that are never null, the first one its default; a minus
    before it turns it round."""

    next_link: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        size = _size(request)
        ordering = _ordering(request, view)
        column, down = ordering.lstrip("-"), ordering.startswith("-")
        sign, beyond = ("-", "lt") if down else ("", "gt")
        rows = queryset.order_by(*dict.fromkeys((f"{sign}{column}", f"{sign}pk")))
        if cursor := request.query_params.get("cursor"):
            value, pk = _unpacked(cursor, ordering, queryset.model)
            rows = rows.filter(
                Q(**{f"{column}__{beyond}": value}) | Q(**{column: value, f"pk__{beyond}": pk})
            )
        page = list(rows[: size + 1])
        if len(page) > size:
            here = request.build_absolute_uri()
            packed = _packed(page[size - 1], ordering)
            self.next_link = replace_query_param(here, "cursor", packed)
        return page[:size]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_link, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": "string",
                    "format": "uri",
                    "nullable": True,
                    "description": "Address of the next page; null on the last one.",
                    "example": None,
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orderings = getattr(view, "orderings", ())
        told = [
            _parameter("cursor", "Where the page begins; taken from next.", CURSOR),
            _parameter("page_size", f"Rows of a page, {DEFAULT_SIZE} unless told.", SIZE),
        ]
        if orderings:
            both = [f"{sign}{each.lstrip('-')}" for each in orderings for sign in ("", "-")]
            words = f"Column to sort by, {orderings[0]} unless told; - turns it round."
            told.append(_parameter("ordering", words, {"type": "string", "enum": both}))
        return told


CURSOR = {
    "type": "string",
    "maxLength": LONGEST_CURSOR,
    "minLength": 1,
    "pattern": "^[A-Za-z0-9_=-]+$",
}
SIZE = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_SIZE}


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def _size(request: Request) -> int:
    asked = request.query_params.get("page_size", str(DEFAULT_SIZE))
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked[:9]) <= MOST):
        raise BadParameters({"page_size": [f"This must be a whole number from 1 to {MOST}."]})
    return int(asked)


def _ordering(request: Request, view: Any) -> str:
    asked = request.query_params.get("ordering", view.orderings[0])
    if asked.removeprefix("-") not in {each.lstrip("-") for each in view.orderings}:
        known = ", ".join(each.lstrip("-") for each in view.orderings)
        raise BadParameters({"ordering": [f"This must be one of {known}, or one with a minus."]})
    return str(asked)


def _packed(row: Model, ordering: str) -> str:
    value = getattr(row, ordering.lstrip("-"))
    told = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([ordering, told, row.pk]).encode()).decode()


def _unpacked(cursor: str, ordering: str, model: type[Model]) -> tuple[Any, int]:
    try:
        made_for, told, pk = json.loads(base64.urlsafe_b64decode(cursor[:LONGEST_CURSOR]))
        column = ordering.lstrip("-")
        field: Any = model._meta.pk if column == "pk" else model._meta.get_field(column)
        value = field.to_python(told)
        honest = made_for == ordering and type(pk) is int and abs(pk) <= MAX_ID
        if honest and value is not None and "\x00" not in str(value):
            return value, pk
    except (ValueError, TypeError, ValidationError, FieldDoesNotExist, RecursionError):
        pass
    raise NotFound("there is no such page: the cursor is of another list or order", field="cursor")
