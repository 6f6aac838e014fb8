"""How the economy does, in numbers."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aiworld.rest.bodies import StrictSerializer
from aiworld.rest.schema import example
from tenants.api_access import ServerView
from world.market import alerts, health
from world.market.health import Verdict


class PriceSerializer(StrictSerializer):
    item_id = serializers.IntegerField(help_text="Item of the game's database.")
    now = serializers.FloatField(allow_null=True, help_text="Median of one piece this week, zeny.")
    before = serializers.FloatField(allow_null=True, help_text="In the week before.")
    sales = serializers.IntegerField(help_text="Sales this week.")
    change = serializers.FloatField(
        allow_null=True, help_text="0.1: a tenth dearer. Null: too few sales to say."
    )


class OutlierSerializer(StrictSerializer):
    transaction_id = serializers.IntegerField(help_text="The transaction.")
    happened_at = serializers.DateTimeField(help_text="When.")
    item_id = serializers.IntegerField(help_text="Item of the game's database.")
    char_id = serializers.IntegerField(allow_null=True, help_text="Who sold.")
    other_char_id = serializers.IntegerField(allow_null=True, help_text="Who bought.")
    price = serializers.FloatField(help_text="Of one piece, zeny.")
    usual = serializers.FloatField(help_text="Median of the 30 days before.")
    sales = serializers.IntegerField(help_text="Of which that is the median.")
    score = serializers.FloatField(help_text="Spreads away; above 0 too dear, below too cheap.")


class CircleSerializer(StrictSerializer):
    one = serializers.IntegerField(help_text="A character.")
    other = serializers.IntegerField(help_text="The other one.")
    item_id = serializers.IntegerField(help_text="What went to and fro.")
    there = serializers.IntegerField(help_text="How often one way.")
    back = serializers.IntegerField(help_text="How often back.")
    last_at = serializers.DateTimeField(help_text="The last time.")


@example(
    since="2026-02-22T12:00:00Z",
    created=1_250_000,
    destroyed=980_000,
    moved=15_400_000,
    net=270_000,
    transactions=5_120,
    inflation=0.031,
    gini=0.72,
    verdict="calm",
    prices=[{"item_id": 501, "now": 45.0, "before": 44.0, "sales": 310, "change": 0.0227}],
    outliers=[],
    circles=[],
)
class EconomySerializer(StrictSerializer):
    since = serializers.DateTimeField(help_text="A week ago.")
    created = serializers.IntegerField(help_text="Zeny that came into the game since then.")
    destroyed = serializers.IntegerField(help_text="Zeny that left it.")
    moved = serializers.IntegerField(help_text="Zeny that went from character to character.")
    net = serializers.IntegerField(help_text="Created less destroyed.")
    transactions = serializers.IntegerField(help_text="How many there were.")
    inflation = serializers.FloatField(
        allow_null=True, help_text="Change of prices against the week before; 0.1: a tenth dearer."
    )
    gini = serializers.FloatField(allow_null=True, help_text="Inequality of earnings, 0-1.")
    verdict = serializers.ChoiceField(
        choices=[one.value for one in Verdict], help_text="In a word."
    )
    prices = PriceSerializer(many=True, help_text="Items for which most was paid.")
    outliers = OutlierSerializer(many=True, help_text="Sales far from the usual price, of a day.")
    circles = CircleSerializer(many=True, help_text="Goods that went to and fro within a day.")


class Economy(ServerView):
    """Prices, money made and destroyed, inequality, and deals that stand out with what shows it.
    Measured from transactions of the last week; nothing is done about any of it."""

    tag = "Economy and state"
    http_method_names = ["get", "head"]  # noqa: RUF012

    @extend_schema(summary="How the economy does", responses=EconomySerializer)
    def get(self, request: Request, **kwargs: object) -> Response:
        measured = health.measure()
        found = {
            **{name: getattr(measured, name) for name in FIELDS},
            "prices": measured.prices[:MOST_PRICES],
            "outliers": alerts.outliers(),
            "circles": alerts.circles(),
        }
        return Response(EconomySerializer(found).data)


FIELDS = (
    "since", "created", "destroyed", "moved", "net", "transactions", "inflation", "gini", "verdict",
)  # fmt: skip
MOST_PRICES = 100
