"""What went wrong, as RFC 9457 problem details. The one place that gives errors a status code."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from django.core import exceptions as django_errors
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions as rest_errors
from rest_framework import serializers
from rest_framework.response import Response

from aiworld import errors

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
TYPES = "/api/v1/problems/"
TOO_SLOW = "57014"  # SQLSTATE query_canceled: statement_timeout


@dataclass(frozen=True)
class Kind:
    status: int
    title: str
    meaning: str


KINDS = {
    "invalid": Kind(400, "Invalid request", "Something in the request is wrong; errors says what."),
    "unauthenticated": Kind(401, "Who are you?", "No API key or session, or one nobody knows."),
    "refused": Kind(403, "Not allowed", "You are known, but may not do this."),
    "not-found": Kind(404, "Not found", "It does not exist on this server."),
    "wrong-method": Kind(405, "Wrong method", "The Allow header says which methods there are."),
    "not-acceptable": Kind(406, "Not acceptable", "There is no answer in the form you accept."),
    "conflict": Kind(409, "Conflict", "It contradicts what is stored already."),
    "too-large": Kind(413, "Too large", "The body is larger than is read."),
    "wrong-media-type": Kind(415, "Wrong media type", "Bodies are JSON: application/json."),
    "over-quota": Kind(429, "Too many requests", "Come back after the seconds of Retry-After."),
    "internal": Kind(500, "Internal error", "A fault of the platform; its log says more."),
    "unavailable": Kind(503, "Unavailable", "Something this needs is away; try again later."),
    "timeout": Kind(504, "Too late", "There was no answer in time."),
}
OF_ERROR: dict[type[Exception], str] = {
    errors.Invalid: "invalid",
    errors.Unauthenticated: "unauthenticated",
    errors.Refused: "refused",
    errors.NotFound: "not-found",
    errors.Conflict: "conflict",
    errors.OverQuota: "over-quota",
    errors.DeadlineExceeded: "timeout",
    errors.Unavailable: "unavailable",
    errors.AIWorldError: "internal",
    rest_errors.ValidationError: "invalid",
    rest_errors.ParseError: "invalid",
    rest_errors.NotAuthenticated: "unauthenticated",
    rest_errors.AuthenticationFailed: "unauthenticated",
    rest_errors.PermissionDenied: "refused",
    rest_errors.NotFound: "not-found",
    rest_errors.MethodNotAllowed: "wrong-method",
    rest_errors.NotAcceptable: "not-acceptable",
    rest_errors.UnsupportedMediaType: "wrong-media-type",
    rest_errors.Throttled: "over-quota",
    Http404: "not-found",
    django_errors.PermissionDenied: "refused",
    django_errors.ValidationError: "invalid",
    IntegrityError: "conflict",
    DataError: "invalid",
    OperationalError: "unavailable",
    InterfaceError: "unavailable",
    Exception: "internal",
}
WORDS = {
    IntegrityError: "another row contradicts this one; read it again and decide anew",
    DataError: "a value does not fit the database",
    OperationalError: "the database is away; try again in a moment",
    InterfaceError: "the database is away; try again in a moment",
    Http404: "there is nothing at this address",
}


class BadParameters(rest_errors.ValidationError):
    """Query parameters that were wrong: name -> what is wrong with it."""


class TooLarge(rest_errors.APIException):
    status_code = 413


OF_ERROR[TooLarge] = "too-large"


@dataclass(frozen=True)
class Problem:
    kind: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    retry_after: float | None = None

    @property
    def status(self) -> int:
        return KINDS[self.kind].status

    def body(self, instance: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "type": TYPES + self.kind,
            "title": KINDS[self.kind].title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
        }
        return told | ({"errors": self.errors} if self.errors else {})

    def headers(self) -> dict[str, str]:
        told = {}
        if self.retry_after is not None:
            told["Retry-After"] = str(max(1, ceil(self.retry_after)))
        if self.status == 401:
            told["WWW-Authenticate"] = 'Bearer realm="aiworld"'
        return told


def problem_of(error: Exception) -> Problem:
    kind = next(OF_ERROR[each] for each in type(error).__mro__ if each in OF_ERROR)
    if isinstance(error, errors.AIWorldError):
        found = [_at_body([error.field], error.message)] if error.field else []
        return Problem(kind, str(error.message), found, error.retry_after)
    if isinstance(error, rest_errors.ValidationError):
        return _of_validation(error)
    if isinstance(error, rest_errors.APIException):
        return Problem(kind, str(error.detail), retry_after=getattr(error, "wait", None))
    if isinstance(error, django_errors.ValidationError):
        return Problem(kind, " ".join(error.messages))
    if isinstance(error, DatabaseError | InterfaceError):
        return _of_database(kind, error)
    words = next((WORDS[each] for each in type(error).__mro__ if each in WORDS), "")
    return Problem(kind, words or KINDS[kind].meaning)


def _of_database(kind: str, error: Exception) -> Problem:
    if getattr(error.__cause__, "sqlstate", None) == TOO_SLOW:
        return Problem("timeout", "this took too long; ask for less, with filters or page_size")
    words = next((WORDS[each] for each in type(error).__mro__ if each in WORDS), "")
    later = 1.0 if kind == "unavailable" else None
    return Problem(kind, words or KINDS[kind].meaning, retry_after=later)


def _of_validation(error: rest_errors.ValidationError) -> Problem:
    if isinstance(error, BadParameters):
        found = [
            {"parameter": name, "detail": words} for [name], words in _leaves(error.detail, [])
        ]
    else:
        found = [_at_body(path, words) for path, words in _leaves(error.detail, [])]
    places = (each.get("parameter", each.get("pointer", "")) for each in found)
    where = ", ".join(dict.fromkeys(places))
    return Problem("invalid", f"wrong: {where}; {found[0]['detail']}" if found else "", found)


def _leaves(detail: Any, path: list[str]) -> Iterator[tuple[list[str], str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _leaves(inner, path if name == "non_field_errors" else [*path, str(name)])
    elif isinstance(detail, list):
        for at, inner in enumerate(detail):
            yield from _leaves(inner, path if isinstance(inner, str) else [*path, str(at)])
    else:
        yield path, str(detail)


def _at_body(path: list[str], words: str) -> dict[str, str]:
    escaped = [part.replace("~", "~0").replace("/", "~1") for part in path]
    return {"pointer": "#" + "".join(f"/{part}" for part in escaped), "detail": str(words)}


def respond(error: Exception, context: Mapping[str, Any]) -> Response:
    """Django REST framework's EXCEPTION_HANDLER."""
    problem = problem_of(error)
    request = context.get("request")
    if problem.status == 500:
        log.error("%s failed", getattr(request, "path", "a request"), exc_info=error)
        problem = Problem("internal", KINDS["internal"].meaning)
    return response(problem, getattr(request, "path", ""))


def response(problem: Problem, instance: str) -> Response:
    return Response(
        problem.body(instance),
        status=problem.status,
        headers=problem.headers(),
        content_type=CONTENT_TYPE,
    )


class FaultSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(
        required=False, help_text="Which part of the body, as a JSON pointer."
    )
    parameter = serializers.CharField(required=False, help_text="Which query parameter.")
    detail = serializers.CharField(help_text="What is wrong with it.")


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField(help_text="Kind of problem; GET it to read what it means.")
    title = serializers.CharField(help_text="The kind in words.")
    status = serializers.IntegerField(help_text="The status code.")
    detail = serializers.CharField(help_text="What happened and what to do.")
    instance = serializers.CharField(help_text="The path that was asked.")
    errors = FaultSerializer(  # type: ignore[assignment]  # shadows what only bound forms use
        many=True, required=False, help_text="What is wrong, part by part."
    )
