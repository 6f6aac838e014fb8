"""The schema and the API, held against each other: valid, invalid and odd requests."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode

from tenants import api_keys, wrong_keys
from tenants.api_access import PublicView
from tenants.context import in_tenant
from tenants.models import Server
from tests.conftest import _empty as empty
from tests.conftest import make_facts, make_npc
from tests.web.rows import fill

# schemathesis shuffles by itself; the requests of a failure are in its message all the same.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
GENEROUS = {
    "REGISTRATIONS_PER_ADDRESS_PER_HOUR": 1_000_000,
    "REGISTRATIONS_PER_HOUR": 1_000_000,
}
EXAMPLES = 2
"""Random requests of each operation, beside the examples and the edge cases of the schema."""


SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "openapi.yaml"


def load():
    schema = schemathesis.openapi.from_dict(yaml.safe_load(SCHEMA.read_text()))
    schema.app = get_wsgi_application()
    schema.config.generation.update(modes=list(GenerationMode))
    return schema


def is_one_of_many_lists(context):
    """All lists go through one filter backend and one pagination. Every edge of every parameter is
    tried on one of them; the others get examples and random requests."""
    path = context.operation.path
    return context.operation.method.upper() == "GET" and not (
        path == "/api/v1/npcs"
        or path.startswith(("/api/v1/servers", "/api/v1/problems", "/api/v1/health"))
    )


whole = load().exclude(is_one_of_many_lists)
brief = load().include(is_one_of_many_lists)
brief.config.phases.coverage.enabled = False
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    database=None,
)


@pytest.fixture(scope="module")
def headers(servers, django_db_blocker):
    """A row in every table, for the whole module: what one request deletes, another misses."""
    with (
        django_db_blocker.unblock(),
        override_settings(**GENEROUS),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(wrong_keys, "PER_MINUTE", 1_000_000)
        patch.setattr(PublicView, "per_minute", 1_000_000)
        Server.objects.update(rate_limit_per_minute=1_000_000, rate_limit_per_hour=60_000_000)
        api_keys.forget_all()
        with in_tenant(servers[0].server):
            npc = make_npc()
            make_facts(npc, "A good edge costs 800 zeny.")
            fill(npc)
        key = servers[0].api_key
        yield {"Authorization": f"Bearer {key}", "X-API-Key": key}
        Server.objects.update(rate_limit_per_minute=1000, rate_limit_per_hour=50_000)
        api_keys.forget_all()
        empty([each.server.schema_name for each in servers])


def fresh(case):
    """The schema's example would be a conflict from the second time on, and little tested. What a
    schema cannot say: a condition is an expression, knowledge is of an NPC or else a pack, and an
    agent is asked what it can be."""
    if isinstance(case.body, dict) and case.body.get("key") in ("smiths", "iron-for-the-smith"):
        case.body["key"] = f"key-{uuid.uuid4().hex}"
    if isinstance(case.body, dict) and "/knowledge" in case.operation.path:
        expressible(case.body, new=case.operation.method.upper() == "POST")
    if isinstance(case.body, dict) and case.operation.path.endswith("/agents/{key}/run"):
        answerable(case.body)
    return case


def answerable(body):
    """What an agent is asked is its own; where the types are right, it is what `karma` is."""
    subject, asked = body.get("subject", "everybody"), body.get("asked", {})
    if isinstance(subject, str) and 0 < len(subject) <= 120 and isinstance(asked, dict):
        body |= {"subject": "150001", "asked": {"deed": "help"}}


def expressible(body, *, new):
    """Where the types are right; what is wrong in other ways stays so."""
    condition = body.get("condition")
    if isinstance(condition, str) and len(condition) <= 300:
        body["condition"] = "hour >= 20"
    if body.get("name") == "tides":
        body["name"] = uuid.uuid4().hex
    npc, pack = body.get("npc"), body.get("pack")
    if new and "text" in body and npc is None and pack is None:
        body["npc"] = 1
    elif new and isinstance(npc, int) and isinstance(pack, int):
        body["pack"] = None


@whole.parametrize()
@bounded
def test_the_api_is_what_the_schema_says(case, headers):
    fresh(case).call_and_validate(headers=headers)


@brief.parametrize()
@bounded
def test_the_other_lists_are_what_the_schema_says(case, headers):
    case.call_and_validate(headers=headers)
