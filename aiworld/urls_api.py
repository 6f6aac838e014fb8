"""The REST API, mounted twice: at /api/v1/ for API keys, which say which server is meant, and at
/s/<server id>/api/v1/ for its members' sessions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.urls import include, path, re_path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

import agents.api
import npcs.api
import quests.api
import tenants.api
import world.api
from aiworld.rest.bodies import AlwaysJSON
from grpc_api.api import Info
from tenants.api import (
    DetailedHealth,
    Health,
    Metrics,
    Nothing,
    OwnServer,
    ProblemKind,
    Register,
    RotateKeys,
)

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class YamlOrJson(AlwaysJSON):
    """YAML, unless ?format=json or the Accept header asks for JSON."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        yaml, json = renderers
        asked = request.query_params.get("format") or request.headers.get("accept", "")
        chosen = json if "json" in asked else yaml
        return chosen, str(chosen.media_type)


@cache
def _schema() -> dict[str, Any]:
    generator: Any = SchemaGenerator
    made: dict[str, Any] = generator().get_schema(request=None, public=True)
    return made


class SchemaView(SpectacularAPIView):
    """Made once in each process: it takes most of a second."""

    renderer_classes = [OpenApiYamlRenderer2, OpenApiJsonRenderer2]
    content_negotiation_class = YamlOrJson

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(_schema())


class Docs(SpectacularSwaggerSplitView):
    template_name = "rest/docs.html"
    url = "/api/v1/schema?format=json"

    def finalize_response(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Swagger UI's own style sheet has its icons inside, as data."""
        response: Response = super().finalize_response(request, *args, **kwargs)
        response["Content-Security-Policy"] = CONTENT_POLICY
        return response


def _rows() -> list[Any]:
    router = SimpleRouter(trailing_slash=False, use_regex_path=False)
    for app in (npcs.api, world.api, quests.api, agents.api, tenants.api):
        for prefix, view in app.ROUTES:
            router.register(prefix, view, basename=prefix.replace("/", "-").split("<")[0])
    return router.urls


of_a_server = [
    path("server", OwnServer.as_view(), name="own-server"),
    path("players/<int:char_id>/standing", npcs.api.Standing.as_view(), name="player-standing"),
    path("players/<int:char_id>/data", npcs.api.PlayerData.as_view(), name="player-data"),
    path("economy", world.api.Economy.as_view(), name="economy"),
    *_rows(),
    path("agents", agents.api.Agents.as_view(), name="agents"),
    path("agents/<slug:key>", agents.api.Agent.as_view(), name="agent"),
    path("agents/<slug:key>/run", agents.api.RunAgent.as_view(), name="run-agent"),
    path("agents/runs/<int:pk>/undo", agents.api.UndoRun.as_view(), name="undo-run"),
]

v1 = [
    path("health", Health.as_view(), name="rest-health"),
    path("health/detailed", DetailedHealth.as_view(), name="rest-health-detailed"),
    path("metrics", Metrics.as_view(), name="rest-metrics"),
    path("info", Info.as_view(), name="rest-info"),
    path("problems/<slug:kind>", ProblemKind.as_view(), name="rest-problem"),
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", Docs.as_view(), name="rest-docs"),
    path("servers/register", Register.as_view(), name="rest-register"),
    path("servers/rotate-keys", RotateKeys.as_view(), name="rest-rotate-keys"),
    *of_a_server,
]
older = [
    path("admin/servers/register", Register.as_view()),
    path("admin/servers/rotate-keys", RotateKeys.as_view()),
]
"""Where clients of earlier versions knock. Before the admin site's own addresses."""

urlpatterns = [
    path("api/v1/", include((v1, "rest"))),
    path("s/<slug:server_id>/api/v1/", include((of_a_server, "rest-of-server"))),
    re_path(r"^(s/[^/]+/)?api/", Nothing.as_view()),
    *older,
]
