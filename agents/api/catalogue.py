"""REST: every agent with the owner's choice, running one, taking a run back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agents import choices, days, overview, runner, undoing
from agents.api.rows import RUN, RunSerializer
from agents.catalogue import AGENTS, spec_of
from agents.models import AgentRun
from agents.runner import SUBJECT, Order
from agents.spec import EVERYBODY, AgentSpec
from aiworld.errors import Invalid
from aiworld.loops import wait_for
from aiworld.rest.bodies import Document, StrictSerializer
from aiworld.rest.schema import example
from tenants.api_access import Access, ServerView
from tenants.context import in_tenant

TAG = "Agents"
KEY = OpenApiParameter(
    "key", OpenApiTypes.STR, OpenApiParameter.PATH, description="Key of the agent.",
    examples=[OpenApiExample("Example", value="karma")],
)  # fmt: skip
AGENT = {
    "key": "karma",
    "group": "economy and society",
    "purpose": "Weighs what a player did and moves the karma.",
    "may_change": "The karma of one player, by 1,000 points a day at most.",
    "calls": ["Society.UpdateKarma"],
    "asks_model": True,
    "is_on": True,
    "every_seconds": 86_400,
    "most_a_day": 500,
    "ask_model": False,
    "used_today": 12,
}


@example(**AGENT)
class AgentSerializer(StrictSerializer):
    key = serializers.CharField(read_only=True, help_text="Name in addresses and figures.")
    group = serializers.CharField(read_only=True, help_text="Kind of agent.")
    purpose = serializers.CharField(read_only=True, help_text="What it is for.")
    may_change = serializers.CharField(read_only=True, help_text="What it may change.")
    calls = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="gRPC calls that are runs of it."
    )
    asks_model = serializers.BooleanField(
        read_only=True, help_text="Whether a language model can decide for it."
    )
    is_on = serializers.BooleanField(read_only=True, help_text="Whether it runs at all.")
    every_seconds = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="How often it runs by itself; null: never."
    )
    most_a_day = serializers.IntegerField(read_only=True, help_text="Runs in a day, UTC.")
    ask_model = serializers.BooleanField(
        read_only=True, help_text="Whether the owner lets it ask the language model."
    )
    used_today = serializers.IntegerField(read_only=True, help_text="How often it ran today, UTC.")


@example(agents=[AGENT])
class AgentsSerializer(StrictSerializer):
    agents = AgentSerializer(many=True, read_only=True, help_text="In the catalogue's order.")


@example(subject="150001", asked={"deed": "help", "weight": 0.5}, ask_model=True)
class OrderSerializer(StrictSerializer):
    subject = serializers.CharField(
        default=EVERYBODY, max_length=SUBJECT,
        help_text="What it runs over: a character id, a key, a map; everybody.",
    )  # fmt: skip
    asked = Document(default=dict, help_text="What it is given, as its reference says.")
    ask_model = serializers.BooleanField(
        default=True, help_text="No: by rules, whatever the owner chose."
    )


@example(**RUN, changes=2)
class DoneSerializer(RunSerializer):
    changes = serializers.IntegerField(
        source="changes.count", read_only=True, help_text="Rows it changed."
    )

    class Meta(RunSerializer.Meta):
        fields = (*RUN, "changes")
        read_only_fields = fields


class Agents(ServerView):
    """Every agent with what the owner chose for it."""

    tag = TAG
    http_method_names = ["get", "head"]  # noqa: RUF012

    @extend_schema(summary="List agents", operation_id="agents_list", responses=AgentsSerializer)
    def get(self, request: Request, **kwargs: object) -> Response:
        chosen = choices.all_chosen()
        runs = days.runs_today()
        return Response({"agents": [told(spec, chosen[spec.key], runs) for spec in AGENTS]})


class Agent(ServerView):
    """One agent with what the owner chose for it."""

    tag = TAG
    http_method_names = ["get", "head"]  # noqa: RUF012

    @extend_schema(summary="Read an agent", parameters=[KEY], responses=AgentSerializer)
    def get(self, request: Request, key: str, **kwargs: object) -> Response:
        return Response(told(spec_of(key), choices.chosen(key), days.runs_today()))


def told(spec: AgentSpec, choice: choices.Chosen, runs: Mapping[str, int]) -> dict[str, Any]:
    return {
        "key": spec.key,
        "group": spec.group,
        "purpose": str(spec.purpose),
        "may_change": str(spec.may_change),
        "calls": list(spec.calls),
        "asks_model": spec.asks_model,
        "is_on": choice.is_on,
        "every_seconds": int(choice.every.total_seconds()) if choice.every else None,
        "most_a_day": choice.most_a_day,
        "ask_model": choice.ask_model,
        "used_today": overview.used_today(spec, runs),
    }


class RunAgent(ServerView):
    """One run, now. With an `Idempotency-Key` header a repeat gets the first run's result."""

    tag = TAG
    http_method_names = ["post"]  # noqa: RUF012

    @contextmanager
    def unit(self) -> Iterator[None]:
        """No transaction: a model may think in between."""
        with in_tenant(self.access.server):
            yield

    @extend_schema(
        summary="Run an agent", parameters=[KEY], request=OrderSerializer, responses=DoneSerializer
    )
    def post(self, request: Request, key: str, **kwargs: object) -> Response:
        spec_of(key)
        body = OrderSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        done = wait_for(
            runner.run(
                ordered(key, body.validated_data, request, self.access),
                seconds=float(settings.REQUEST_TIMEOUT),
                with_model=body.validated_data["ask_model"],
            )
        )
        return Response(DoneSerializer(AgentRun.objects.get(pk=done.run_id)).data)


def ordered(key: str, wanted: dict[str, Any], request: Request, access: Access) -> Order:
    """Raises Invalid."""
    if not isinstance(wanted["asked"], dict):
        raise Invalid("asked is an object", field="asked")
    subject, once = wanted["subject"], request.headers.get("Idempotency-Key", "")
    char_id = int(subject) if subject.isascii() and subject.isdecimal() else None
    if char_id is not None and not 0 < char_id < 2**63:
        raise Invalid("there is no such character id", field="subject")
    return Order(
        agent=key, subject=subject, params=wanted["asked"], by=access.who, char_id=char_id,
        cause=AgentRun.Cause.CALL if access.key else AgentRun.Cause.PERSON,
        window=f"rest:{once[:90]}" if once else f"now:{timezone.now().isoformat()}",
    )  # fmt: skip


@example(rows=2, still_paid=0)
class UndoneSerializer(StrictSerializer):
    rows = serializers.IntegerField(read_only=True, help_text="Rows that were put back.")
    still_paid = serializers.IntegerField(
        read_only=True, help_text="Rewards for it that players have and keep, until reversed."
    )
    left_standing = serializers.IntegerField(
        read_only=True, help_text="Runs that it called and that cannot be taken back."
    )


class UndoRun(ServerView):
    """All that a run changed is put back, and what the runs changed that it called, or nothing;
    a run that it called and that has not begun never will. A run whose `undoable` is false says in
    `final` why it stays. Again it changes nothing more."""

    tag = TAG
    http_method_names = ["post"]  # noqa: RUF012

    @extend_schema(summary="Take a run back", request=None, responses=UndoneSerializer)
    def post(self, request: Request, pk: int, **kwargs: object) -> Response:
        by = request.user if isinstance(request.user, User) else None
        rows = undoing.undo(pk, by=by)
        told = {"still_paid": undoing.still_paid(pk), "left_standing": undoing.left_standing(pk)}
        return Response({"rows": rows, **told})
