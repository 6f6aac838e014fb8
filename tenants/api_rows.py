"""Rows of a server over REST: to read, or to change too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rest_framework.mixins import (
    CreateModelMixin,
    DestroyModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from tenants import idempotency
from tenants.api_access import ServerView
from tenants.idempotency import Answer

KEY = "Idempotency-Key"


class Rows(ServerView, ListModelMixin, RetrieveModelMixin, GenericViewSet):  # type: ignore[type-arg]
    """A view says its `queryset`, `serializer_class`, `filterset_class`, `orderings`, and for its
    readers `tag`, `one` and `many`."""

    http_method_names = ["get", "head", "post", "patch", "delete"]
    lookup_value_converter = "int"
    orderings: tuple[str, ...] = ("-pk",)
    tag = one = many = ""

    @property
    def who(self) -> str:
        return self.access.who


class NewRows(CreateModelMixin):
    idempotent = True

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        scope = self.access.server.server_id  # type: ignore[attr-defined]
        make = super().create
        return answer_once(request, scope, lambda: make(request, *args, **kwargs))


class EditableRows(NewRows, UpdateModelMixin, DestroyModelMixin, Rows):
    """All of it. PUT is left out: PATCH says what is meant to change."""


def answer_once(
    request: Request, scope: str, make: Callable[[], Response], *, secret: bool = False
) -> Response:
    """`make()`; for a repeat with the same Idempotency-Key, what it answered first."""
    key = request.headers.get(KEY)
    if key is None:
        return make()

    def answer() -> Answer:
        made = make()
        return Answer(made.status_code, made.data)

    body = json.dumps(request.data, sort_keys=True)
    said = idempotency.once(
        key,
        scope=scope,
        request=f"{request.method} {request.path} {body}".encode(),
        secret=secret,
        answer=answer,
    )
    headers = {"Idempotent-Replayed": "true"} if said.repeated else {}
    return Response(said.body, status=said.status, headers=headers)
