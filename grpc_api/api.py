"""REST: what this platform speaks."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aiworld import __version__
from aiworld.rest.bodies import StrictSerializer
from aiworld.rest.schema import example
from grpc_api.servicers.catalogue import features
from grpc_api.servicers.server import PROTOCOL_VERSION
from tenants.api_access import PublicView


@example(
    name="AI World",
    version="0.1.0",
    api_version="v1",
    protocol_version=1,
    features=["Dialogue.Talk", "Server.Handshake"],
)
class InfoSerializer(StrictSerializer):
    name = serializers.CharField(help_text="Always AI World.")
    version = serializers.CharField(help_text="Of the platform.")
    api_version = serializers.CharField(help_text="Of this API.")
    protocol_version = serializers.IntegerField(help_text="What a map-server has to speak.")
    features = serializers.ListField(
        child=serializers.CharField(), help_text="Every gRPC call there is."
    )


class Info(PublicView):
    """Versions, and every gRPC call that is there."""

    tag = "Platform"

    @extend_schema(summary="What this platform speaks", responses=InfoSerializer)
    def get(self, request: Request) -> Response:
        return Response(
            {
                "name": "AI World",
                "version": __version__,
                "api_version": "v1",
                "protocol_version": PROTOCOL_VERSION,
                "features": features(),
            }
        )
