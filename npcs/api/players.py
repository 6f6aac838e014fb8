"""A player's standing and rights: muted, opted out, handed over, erased."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aiworld.addresses import client_address
from aiworld.rest.bodies import StrictSerializer
from aiworld.rest.schema import example
from npcs import standing
from npcs.models import PlayerStanding
from npcs.rights.erasing import erase
from npcs.rights.exporting import FORMAT, export
from npcs.standing import LONGEST_MUTE, MAX_REASON
from tenants.api_access import ServerView
from tenants.models import Role

MOST_MINUTES = int(LONGEST_MUTE.total_seconds()) // 60
STANDS = {
    "char_id": 150_001,
    "player_name": "Aline",
    "told_at": "2026-03-01T12:00:00Z",
    "opted_out_at": None,
    "muted_until": "2026-03-01T13:00:00Z",
    "muted_by": "gm",
    "mute_reason": "spam",
}
EXPORTED = OpenApiExample(
    "Example",
    value={
        "format": FORMAT,
        "server": "server-0123456789abcdef",
        "char_id": 150_001,
        "exported_at": "2026-03-01T12:00:00Z",
        "tables": {"npc_memories": [{"id": 7, "npc_id": 3, "text": "My sister Mira is ill."}]},
    },
    response_only=True,
)


@example(**STANDS)
class StandingSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    class Meta:
        model = PlayerStanding
        fields = tuple(STANDS)
        read_only_fields = fields


@example(opted_out=True, mute_minutes=60, reason="spam")
class StandingChangeSerializer(StrictSerializer):
    opted_out = serializers.BooleanField(
        required=False, help_text="True: the NPCs' scripts only; false: AI again."
    )
    mute_minutes = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_MINUTES, help_text="0 ends a mute."
    )
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_REASON, help_text="Of the mute."
    )


@example(erased=42)
class ErasedSerializer(StrictSerializer):
    erased = serializers.IntegerField(help_text="Rows that were deleted, in all tables.")


class Standing(ServerView):
    """Whether a player is muted, has opted out to the NPCs' scripts, and was told that NPCs are AI;
    everything empty for who was never met."""

    tag = "Players"
    http_method_names = ["get", "patch", "head"]  # noqa: RUF012

    @extend_schema(summary="Read a player's standing", responses=StandingSerializer)
    def get(self, request: Request, char_id: int, **kwargs: Any) -> Response:
        return Response(StandingSerializer(standing.of(char_id)).data)

    @extend_schema(
        summary="Mute a player, or opt them out",
        request=StandingChangeSerializer,
        responses=StandingSerializer,
    )
    def patch(self, request: Request, char_id: int, **kwargs: Any) -> Response:
        asked = StandingChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        chosen, who = asked.validated_data, _person(request)
        if "opted_out" in chosen:
            standing.opt_out(char_id, out=chosen["opted_out"], by=who)
        if "mute_minutes" in chosen:
            standing.mute(
                char_id,
                minutes=chosen["mute_minutes"],
                by=who or self.access.who,
                reason=chosen.get("reason", ""),
            )
        return self.get(request, char_id)


class PlayerData(ServerView):
    """All that this server keeps of one character, in every table; no vectors."""

    tag = "Players"
    reading = Role.EDITOR
    http_method_names = ["get", "delete", "head"]  # noqa: RUF012

    @extend_schema(
        summary="Export a player's data", responses=OpenApiTypes.OBJECT, examples=[EXPORTED]
    )
    def get(self, request: Request, char_id: int, **kwargs: Any) -> Response:
        address = client_address(request)
        return Response(export(char_id, by=_person(request), via=self.access.who, address=address))

    @extend_schema(
        summary="Erase a player",
        description="There is no way back. What is left of a running mute has no name.",
        responses={200: ErasedSerializer},
    )
    def delete(self, request: Request, char_id: int, **kwargs: Any) -> Response:
        address = client_address(request)
        gone = erase(char_id, by=_person(request), via=self.access.who, address=address)
        return Response({"erased": sum(gone.values())})


def _person(request: Request) -> User | None:
    """None: a key asks."""
    return request.user if isinstance(request.user, User) else None
