"""Who asks over REST, and for which server: an API key says both; a member's session says who, and
the path says which. Who asks is found out in `public`; only the query itself runs in the server."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aiworld.addresses import client_address
from aiworld.errors import NotFound, Refused, Unauthenticated
from tenants import api_keys, quotas, wrong_keys
from tenants.context import in_schema, in_tenant
from tenants.members import rank
from tenants.models import Membership, Role, Server

NO_KEY = "no API key: send it as Authorization: Bearer sk-..., or as x-api-key"
OTHER_SERVER = "this key does not belong to that server id"
NO_SERVER = "there is no such server, or you do not belong to it"
LOOKS_ONLY = "a viewer looks only; ask the server's owner for the role of editor"


@dataclass(frozen=True)
class Access:
    """Somebody at a server's door."""

    server: Server
    role: Role
    who: str
    """As histories and logs call them."""
    key: str = ""
    """The API key, if one was shown."""


class ByKey(BaseAuthentication):
    """Keys act as editors."""

    def authenticate(self, request: Request) -> tuple[Any, Access] | None:
        key = key_of(request)
        if not key:
            return None
        server = wrong_keys.admit(key, address=client_address(request))
        check_claim(server, request.headers.get("x-server-id", ""), OTHER_SERVER, Refused)
        check_claim(server, _path_server(request) or server.server_id, NO_SERVER, NotFound)
        who = f"API key {key.split('-')[1]}"
        return AnonymousUser(), Access(server, Role.EDITOR, who, key)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="aiworld"'


class ByMembership(SessionAuthentication):
    """A session counts below /s/<server id>/ only, with Django's CSRF token for what changes."""

    def authenticate(self, request: Request) -> tuple[Any, Access] | None:
        server_id = _path_server(request)
        found = super().authenticate(request) if server_id else None
        if not server_id or found is None:
            return None
        user = found[0]
        server, role = _place_of(user, server_id)
        if server.status != Server.Status.ACTIVE:
            raise Refused(f"server {server.server_id} is suspended; its owner can resume it")
        return user, Access(server, role, user.get_username())


def key_of(request: Request) -> str:
    """Empty if none is shown. Raises Unauthenticated for two different ones."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    header = request.headers.get("x-api-key", "").strip()
    if bearer and header and bearer != header:
        raise Unauthenticated("two different API keys: send one")
    if not (bearer or header).isprintable():
        raise Unauthenticated(api_keys.UNKNOWN)
    return bearer or header


def check_claim(server: Server, claimed: str, words: str, error: type[Refused | NotFound]) -> None:
    """The same words after the same work, whether the server they claim to be exists or not."""
    if claimed and not hmac.compare_digest(claimed.encode(), server.server_id.encode()):
        raise error(words)


def _path_server(request: Request) -> str:
    return str((request.parser_context or {}).get("kwargs", {}).get("server_id", ""))


def _place_of(user: User, server_id: str) -> tuple[Server, Role]:
    """One statement, whether the server does not exist or is not theirs."""
    if user.is_superuser:
        server = Server.objects.filter(server_id=server_id).first()
        role = Role.OWNER
    else:
        rows = Membership.objects.select_related("server")
        row = rows.filter(user=user, server__server_id=server_id).first()
        server, role = (row.server, Role(row.role)) if row else (None, Role.VIEWER)
    if server is None:
        raise NotFound(NO_SERVER)
    return server, role


class MethodFirst(APIView):
    """A method that does not exist here is refused as that, whoever asks."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        method = str(request.method)
        if method.lower() not in self.http_method_names or not hasattr(self, method.lower()):
            raise MethodNotAllowed(method)
        super().initial(request, *args, **kwargs)


class PublicView(MethodFirst):
    """For everybody; each address gets `per_minute` answers of a kind."""

    authentication_classes = ()
    permission_classes = ()
    per_minute = 300

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        name = f"rest:{type(self).__name__}:{client_address(request)}"
        quotas.take_for(name, limit=self.per_minute, per_seconds=quotas.MINUTE)


class ServerView(MethodFirst):
    """For a server's keys and members. Authentication happens in `public`; what follows it, in the
    server, as one transaction with a deadline."""

    authentication_classes = (ByKey, ByMembership)
    permission_classes = ()
    reading: Role = Role.VIEWER
    writing: Role = Role.EDITOR
    access: Access

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with in_schema(), ExitStack() as self._unit:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not isinstance(request.auth, Access):
            raise Unauthenticated(NO_KEY)
        self.access = request.auth
        needed = self.reading if request.method in SAFE_METHODS else self.writing
        if rank(self.access.role) < rank(needed):
            raise Refused(LOOKS_ONLY)
        quotas.take(self.access.server)
        self._unit.enter_context(self.unit())

    def handle_exception(self, exc: Exception) -> Response:
        if connection.in_atomic_block:
            transaction.set_rollback(True)
        return super().handle_exception(exc)

    @contextmanager
    def unit(self) -> Iterator[None]:
        with in_tenant(self.access.server), bounded():
            yield


@contextmanager
def bounded() -> Iterator[None]:
    """One transaction. A statement that outlasts REQUEST_TIMEOUT is cancelled by PostgreSQL."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            milliseconds = str(int(settings.REQUEST_TIMEOUT * 1000))
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [milliseconds])
        yield


class ByKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ByKey
    name = ["bearer", "apiKey"]  # noqa: RUF012

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        words = "A key of the server, sk-...; the key says which server is meant."
        header = {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": words}
        return [{"type": "http", "scheme": "bearer", "description": words}, header]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [{name: []} for name in self.name]


class ByMembershipScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ByMembership
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        words = "A member's session, below /s/{server_id}/ only; with X-CSRFToken for changes."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": words}
