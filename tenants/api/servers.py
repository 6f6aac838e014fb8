"""A server by itself: registering it, its keys, what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aiworld.addresses import client_address
from aiworld.errors import NotFound
from aiworld.rest.bodies import RowSerializer, StrictSerializer
from aiworld.rest.schema import example
from tenants import api_keys, key_ring
from tenants.api_access import NO_SERVER, PublicView, ServerView, bounded, check_claim
from tenants.api_rows import Rows, answer_once
from tenants.context import in_schema
from tenants.models import ApiKey, Server, Tier
from tenants.registration import register

KEEP_IT = "Store the API key now: it is shown this once and cannot be read again."
UNSEEN = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069"
NAME = rf"^[^{UNSEEN}]*[^\s{UNSEEN}][^{UNSEEN}]*$"
EMAIL = (
    r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}$"
)
FIELDS = {
    "server_name": "name",
    "contact_email": "contact_email",
    "billing_tier": "billing_tier",
    "max_concurrent_npcs": "max_concurrent_npcs",
    "rate_limit_per_minute": "rate_limit_per_minute",
}


@example(
    server_name="Midgard Online",
    contact_email="owner@example.org",
    billing_tier="free",
    max_concurrent_npcs=500,
    rate_limit_per_minute=1000,
)
class RegistrationSerializer(StrictSerializer):
    server_name = serializers.CharField(
        max_length=80,
        validators=[RegexValidator(NAME, "Only characters that can be seen.")],
        help_text="What people call the server. Unique here.",
    )
    contact_email = serializers.CharField(
        max_length=254,
        validators=[RegexValidator(EMAIL, "This is no e-mail address.")],
        help_text="The owner's address; it gets an invitation to own the server in the portal.",
    )
    billing_tier = serializers.ChoiceField(
        choices=Tier.choices, default=Tier.FREE, help_text="Plan; it bounds the limits."
    )
    max_concurrent_npcs = serializers.IntegerField(
        min_value=1, max_value=100_000, default=500, help_text="NPCs that may talk at once."
    )
    rate_limit_per_minute = serializers.IntegerField(
        min_value=1, max_value=1_000_000, default=1000, help_text="Calls a minute."
    )


@example(
    message="Server registered.",
    server_id="server-5f2b6c1d9e8a7f30",
    api_key="sk-1a2b3c4d5e6f-only-shown-once",
    schema_name="server_5f2b6c1d9e8a7f30",
    warning=KEEP_IT,
    max_concurrent_npcs=500,
    rate_limit_per_minute=1000,
)
class RegisteredSerializer(StrictSerializer):
    message = serializers.CharField(help_text="What was done.")
    server_id = serializers.CharField(help_text="For ai_sidecar_game_server_id.")
    api_key = serializers.CharField(help_text="For ai_sidecar_api_key. Shown this once.")
    schema_name = serializers.CharField(help_text="Where its tables are.")
    warning = serializers.CharField(help_text="What to do with the key.")
    max_concurrent_npcs = serializers.IntegerField(help_text="NPCs that may talk at once.")
    rate_limit_per_minute = serializers.IntegerField(help_text="Calls a minute.")


class Register(PublicView):
    """Makes a game server with a schema and a key of its own. Nobody has to be signed in; the
    contact address is invited to own it in the portal. A server that nobody used within a week is
    removed. With an `Idempotency-Key` a repeat within ten minutes gets the same key again, later a
    409."""

    tag, idempotent = "Servers", True

    @extend_schema(
        summary="Register a game server",
        request=RegistrationSerializer,
        responses={201: RegisteredSerializer},
    )
    def post(self, request: Request) -> Response:
        asked = RegistrationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        address = client_address(request)
        chosen = {FIELDS[name]: value for name, value in asked.validated_data.items()}

        def make() -> Response:
            made = register(chosen, address=address, link=_link(request))
            return Response(_registered(made.server, made.api_key), status=201)

        with in_schema():
            return answer_once(request, f"register:{address}", make, secret=True)


def _registered(server: Server, api_key: str) -> dict[str, Any]:
    return {
        "message": "Server registered.",
        "server_id": server.server_id,
        "api_key": api_key,
        "schema_name": server.schema_name,
        "warning": KEEP_IT,
        "max_concurrent_npcs": server.max_concurrent_npcs,
        "rate_limit_per_minute": server.rate_limit_per_minute,
    }


def _link(request: Request) -> Callable[[str], str]:
    return lambda token: request.build_absolute_uri(reverse("portal:invitation", args=[token]))


class ServerKeyView(ServerView):
    """About the server itself: its row and its keys are in `public`, and so is this."""

    @contextmanager
    def unit(self) -> Iterator[None]:
        with in_schema(), bounded():
            yield


@example(server_id="server-5f2b6c1d9e8a7f30", overlap="24h")
class RotationSerializer(StrictSerializer):
    server_id = serializers.CharField(
        required=False, max_length=40, help_text="If it is sent, it must be the key's own server."
    )
    overlap = serializers.ChoiceField(
        choices=list(key_ring.OVERLAPS),
        default="24h",
        help_text="How long the old key goes on working.",
    )


@example(
    message="Key rotated.",
    server_id="server-5f2b6c1d9e8a7f30",
    api_key="sk-6f5e4d3c2b1a-only-shown-once",
    warning=KEEP_IT,
    old_key_works_until="2026-03-02T12:00:00Z",
)
class RotatedSerializer(StrictSerializer):
    message = serializers.CharField(help_text="What was done.")
    server_id = serializers.CharField(help_text="The server.")
    api_key = serializers.CharField(help_text="The new key. Shown this once.")
    warning = serializers.CharField(help_text="What to do with the key.")
    old_key_works_until = serializers.DateTimeField(help_text="Until then both keys work.")


class RotateKeys(ServerKeyView):
    """A new key in the place of the one that is sent, which goes on working for `overlap`. With an
    `Idempotency-Key` a repeat within ten minutes gets the same key again, later a 409."""

    tag, idempotent = "Servers", True

    @extend_schema(
        summary="Rotate the key",
        request=RotationSerializer,
        responses={200: RotatedSerializer},
    )
    def post(self, request: Request) -> Response:
        asked = RotationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        server = self.access.server
        check_claim(server, asked.validated_data.get("server_id", ""), NO_SERVER, NotFound)
        overlap = key_ring.OVERLAPS[asked.validated_data["overlap"]]
        address = client_address(request)

        def make() -> Response:
            old = ApiKey.objects.select_related("server").get(
                digest=api_keys.digest(self.access.key)
            )
            made = key_ring.rotate(old, overlap=overlap, by=None, address=address)
            old.refresh_from_db(fields=["expires_at", "revoked_at"])
            return Response(_rotated(server, made.key, old))

        return answer_once(request, server.server_id, make, secret=True)


def _rotated(server: Server, api_key: str, old: ApiKey) -> dict[str, Any]:
    return {
        "message": "Key rotated.",
        "server_id": server.server_id,
        "api_key": api_key,
        "warning": KEEP_IT,
        "old_key_works_until": old.expires_at or old.revoked_at,
    }


OWN = {
    "server_id": "server-5f2b6c1d9e8a7f30",
    "name": "Midgard Online",
    "schema_name": "server_5f2b6c1d9e8a7f30",
    "status": "active",
    "billing_tier": "free",
    "language": "en",
    "code_page": "cp1252",
    "rathena_mode": "renewal",
    "max_concurrent_npcs": 500,
    "rate_limit_per_minute": 1000,
    "rate_limit_per_hour": 50_000,
    "rate_limit_per_player": 30,
    "created_at": "2026-03-01T12:00:00Z",
    "last_handshake_at": "2026-03-02T09:30:00Z",
}


@example(**OWN)
class ServerSerializer(RowSerializer):
    class Meta:
        model = Server
        fields = tuple(OWN)
        read_only_fields = fields


class OwnServer(ServerKeyView):
    """Which server the key, or the address, stands for, and its limits."""

    tag = "Servers"

    @extend_schema(summary="Your server", responses=ServerSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        server = Server.objects.get(pk=self.access.server.pk)
        return Response(ServerSerializer(server).data)


KEY = {
    "id": 4,
    "name": "map-server",
    "prefix": "1a2b3c4d5e6f",
    "created_at": "2026-03-01T12:00:00Z",
    "expires_at": None,
    "revoked_at": None,
    "last_used_at": "2026-03-02T09:30:00Z",
}


@example(**KEY)
class KeySerializer(RowSerializer):
    class Meta:
        model = ApiKey
        fields = tuple(KEY)
        read_only_fields = fields


class Keys(ServerKeyView, Rows):
    """The server's API keys: what they are called, and when they were used. Never the keys."""

    tag, one, many = "Servers", "an API key", "API keys"
    queryset = ApiKey.objects.all()
    serializer_class = KeySerializer
    http_method_names = ["get", "head"]

    def get_queryset(self) -> QuerySet[ApiKey]:
        # The schema is made without anybody asking.
        access = getattr(self, "access", None)
        rows: QuerySet[ApiKey] = super().get_queryset().filter(server=access and access.server.pk)
        return rows
