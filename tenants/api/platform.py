"""What is told of the platform: whether it is well, its figures, what its problems mean."""

from __future__ import annotations

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from aiworld.addresses import client_address
from aiworld.errors import NotFound, Refused
from aiworld.rest.bodies import StrictSerializer
from aiworld.rest.problems import KINDS, TYPES
from aiworld.rest.schema import example
from tenants import diagnosis, health, metrics
from tenants.api_access import PublicView
from tenants.diagnosis import services

FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
ONLY_OPERATORS = "metrics are for operators: scrape from this machine, or send METRICS_TOKEN"
STATUSES = ["ok", "failing"]


def is_operator(request: Request) -> bool:
    """METRICS_TOKEN, an operator's session, or a process on this machine. What a proxy forwards
    also comes from this machine, so a forwarded request does not count as local."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    if expected and scheme.lower() == "bearer":
        return hmac.compare_digest(token.strip().encode(), expected.encode())
    if getattr(request._request.user, "is_superuser", False):
        return True
    forwarded = any(name in request.headers for name in FORWARDED)
    local = ipaddress.ip_address(client_address(request)).is_loopback
    return local and (not forwarded or settings.TRUSTED_PROXY_COUNT > 0)


@example(
    status="ok", checks={"database": "ok", "cache": "ok", "live": "ok", "queue": "ok"}
)  # fmt: skip
class HealthSerializer(StrictSerializer):
    status = serializers.ChoiceField(choices=STATUSES, help_text="ok, if all parts are.")
    checks = serializers.DictField(
        child=serializers.CharField(), help_text="Part -> ok, or the kind of error."
    )


class Health(PublicView):
    """Each part is asked for two seconds at most. The status code is 503 if one fails."""

    tag = "Platform"

    @extend_schema(
        summary="Is it well?",
        responses={200: HealthSerializer, 503: HealthSerializer},
    )
    def get(self, request: Request) -> Response:
        checks = health.checks()
        well = all(outcome == health.OK for outcome in checks.values())
        body = {"status": STATUSES[not well], "checks": checks}
        return Response(body, status=200 if well else 503)


class FindingSerializer(StrictSerializer):
    check = serializers.CharField(help_text="Which part.")
    state = serializers.ChoiceField(
        choices=["ok", "warning", "failing"], help_text="warning: it goes on, but not for ever."
    )
    outcome = serializers.CharField(help_text="ok, or what is wrong.")
    advice = serializers.CharField(help_text="What to do about it.", allow_blank=True)
    seen = serializers.CharField(help_text="Versions, numbers: what was found.", allow_blank=True)


@example(
    status="failing",
    findings=[
        {
            "check": "cache",
            "state": "failing",
            "outcome": "ConnectionError",
            "advice": services.ADVICE["cache"],
            "seen": "",
        }
    ],
)
class DiagnosisSerializer(StrictSerializer):
    status = serializers.ChoiceField(
        choices=["ok", "warning", "failing"], help_text="The worst of the findings."
    )
    findings = FindingSerializer(
        many=True, required=False, help_text="For operators only: each part and what to do."
    )


class DetailedHealth(PublicView):
    """What is wrong and what to do, for operators: METRICS_TOKEN as a bearer token, an operator's
    session, or a request from the machine itself. Everybody else gets the summary. The same as
    `manage.py doctor` prints."""

    tag = "Platform"

    @extend_schema(
        summary="What is wrong, and what to do",
        responses={200: DiagnosisSerializer, 503: DiagnosisSerializer},
    )
    def get(self, request: Request) -> Response:
        if not is_operator(request):  # looking into everything is too dear for strangers
            well = all(outcome == health.OK for outcome in health.checks().values())
            return Response({"status": STATUSES[not well]}, status=200 if well else 503)
        found = diagnosis.examine()
        state = diagnosis.worst(found)
        findings = [vars(finding) for finding in found]
        body = {"status": state, "findings": findings}
        return Response(body, status=503 if state == "failing" else 200)


class PrometheusRenderer(BaseRenderer):
    media_type = "text/plain"
    format = "prometheus"


class Metrics(PublicView):
    """Prometheus' text format. For operators: METRICS_TOKEN as a bearer token, or a scrape from
    the machine itself. No figure is of a single server."""

    tag, problems = "Platform", ("refused",)

    @extend_schema(
        summary="Figures for Prometheus",
        responses={(200, "text/plain"): OpenApiResponse(OpenApiTypes.STR, description="Figures.")},
    )
    def get(self, request: Request) -> HttpResponse:
        if not is_operator(request):
            raise Refused(ONLY_OPERATORS)
        return HttpResponse(
            metrics.exposition(metrics.collect()), content_type=metrics.CONTENT_TYPE
        )


@example(
    type=f"{TYPES}over-quota",
    title=KINDS["over-quota"].title,
    status=KINDS["over-quota"].status,
    meaning=KINDS["over-quota"].meaning,
)
class KindSerializer(StrictSerializer):
    type = serializers.CharField(help_text="As in a problem's type.")
    title = serializers.CharField(help_text="As in a problem's title.")
    status = serializers.IntegerField(help_text="Its status code.")
    meaning = serializers.CharField(help_text="What it means, and what to do.")


class ProblemKind(PublicView):
    """What the `type` of a problem leads to."""

    tag = "Platform"

    @extend_schema(summary="What a problem means", responses=KindSerializer)
    def get(self, request: Request, kind: str) -> Response:
        found = KINDS.get(kind)
        if found is None:
            raise NotFound("there is no such kind of problem")
        return Response({"type": TYPES + kind, **vars(found)})


class Nothing(PublicView):
    """Every other address below /api/: a problem, not a page."""

    tag = "Platform"

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound("there is nothing at this address; /api/v1/docs shows what there is")
