import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from aiworld.errors import Conflict
from npcs.models import NpcPersonality
from tenants import partitions
from tenants.context import in_schema, in_tenant
from tenants.models import Server
from tenants.provisioning import provision, remove

TABLES = [
    "npc_personalities",
    "npc_memories",
    "npc_relationships",
    "npc_knowledge",
    "conversations",
    "dialogue_embeddings",
    "npc_decisions_log",
    "information_sharing_log",
    "player_profiles",
    "reputation_scores",
    "faction_nodes",
    "player_interaction_graph",
    "world_events",
    "world_state_snapshots",
    "economic_transactions",
    "quests_dynamic",
    "quest_templates",
    "agent_performance_metrics",
    "llm_request_cache",
    "ml_model_predictions",
]
SHARED = ["registered_servers", "llm_response_cache", "ml_model_cache"]


def tables_of(schema):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = %s AND c.relkind IN ('r', 'p')
            """,
            [schema],
        )
        return {row[0] for row in cursor.fetchall()}


def test_a_server_gets_the_twenty_tables(server):
    assert len(TABLES) == 20
    assert set(TABLES) <= tables_of(server.schema_name)


def test_public_has_the_three_shared_tables_and_none_of_a_server(server):
    public = tables_of("public")
    assert set(SHARED) <= public
    assert not set(TABLES) & public


def test_every_table_of_a_server_is_commented(server):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace "
            "AND relname = ANY(%s) AND obj_description(oid, 'pg_class') IS NULL",
            [server.schema_name, TABLES],
        )
        assert cursor.fetchall() == []


def test_every_column_of_a_server_is_commented(server):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = %s::regnamespace AND c.relname = ANY(%s) AND a.attnum > 0 "
            "AND NOT a.attisdropped AND a.attname <> 'id' "
            "AND col_description(c.oid, a.attnum) IS NULL",
            [server.schema_name, TABLES],
        )
        assert cursor.fetchall() == []


def test_a_name_can_be_given_once(server):
    with pytest.raises(Conflict):
        provision(name=server.name, contact_email="a@example.org")


def test_wrong_fields_leave_no_schema(committed):
    with pytest.raises(ValidationError):
        provision(name="Broken", contact_email="no address")
    assert not Server.objects.filter(name="Broken").exists()


def test_a_failure_half_way_leaves_nothing(committed, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("disk full")

    monkeypatch.setattr(partitions, "ensure", fail)
    before = schemas()
    with pytest.raises(RuntimeError):
        provision(name="Half", contact_email="a@example.org")
    assert schemas() == before
    assert not Server.objects.filter(name="Half").exists()


def schemas():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def test_a_removed_server_is_gone(committed):
    made = provision(name="Gone", contact_email="a@example.org").server
    schema = made.schema_name
    remove(made)
    assert schema not in schemas()
    assert not Server.objects.filter(name="Gone").exists()


@pytest.mark.parametrize(
    "schema", ["public", "pg_catalog", "x','beta", "a::1", "server_", "server_0123456789abcdeF"]
)
def test_the_database_refuses_schema_names_that_were_not_generated(committed, schema):
    with in_schema(), pytest.raises(IntegrityError), transaction.atomic():
        Server.objects.bulk_create(
            [
                Server(
                    name="x",
                    contact_email="a@b.co",
                    schema_name=schema,
                    server_id="server-" + "0" * 16,
                )
            ]
        )


def test_rows_of_one_server_are_not_seen_by_another(npc, other_server):
    with in_tenant(other_server):
        assert NpcPersonality.objects.count() == 0


def test_outside_of_a_server_there_are_no_npcs(npc):
    with in_schema(), pytest.raises(Exception, match="does not exist"), transaction.atomic():
        NpcPersonality.objects.count()


def test_partitions_cover_three_months_and_old_ones_go(server):
    today = timezone.now().date()
    assert partitions.ensure(server.schema_name, today) == []
    old = today.replace(year=today.year - 2)
    made = partitions.ensure(server.schema_name, old)
    assert len(made) == 3 * len(partitions.RETENTION_DAYS)
    assert sorted(partitions.drop_expired(server.schema_name, today)) == sorted(made)
