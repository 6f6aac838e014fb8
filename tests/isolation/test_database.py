"""The database itself keeps servers apart: each has a role that can reach its own schema only. What
is tried here is raw SQL, as code with a hole in it would run it (docs/decisions/0009)."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from psycopg.pq import TransactionStatus

from aiworld.errors import NotFound
from npcs.models import NpcPersonality
from tenants import outbox, roles, statements
from tenants.backend.sessions import WatchfulCursor
from tenants.context import in_owner, in_schema, in_tenant, run_in_tenant
from tenants.current import PUBLIC
from tenants.grants import GRANTS
from tenants.models import Outbox, Server
from tenants.provisioning import provision, remove
from tests.conftest import make_npc
from tests.services import superuser

KEY = "prontera/Canary"
DENIED = "permission denied|must be owner|row-level security"


@pytest.fixture
def canaries(server, other_server):
    return [_with_canary(one) for one in (server, other_server)]


def _with_canary(server):
    with in_tenant(server):
        make_npc(KEY, name=server.server_id)
    return server


def run(sql, values=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def where():
    """The role and the schema of this thread's session."""
    return run("SELECT current_user::text, current_schema()::text")[0]


def canary():
    return run("SELECT name FROM npc_personalities WHERE key = %s", [KEY])[0][0]


def as_administrator(sql, values=None):
    with superuser(connection.settings_dict["NAME"]) as database:
        found = database.execute(sql, values)
        return found.fetchall() if found.description else []


ON_ANOTHER = [
    "SELECT * FROM {other}.npc_personalities",
    "SELECT count(*) FROM {other}.django_migrations",
    "TABLE {other}.conversation_turns",
    "INSERT INTO {other}.faction_nodes (key) VALUES ('x')",
    "UPDATE {other}.npc_personalities SET name = 'x'",
    "DELETE FROM {other}.npc_personalities",
    "TRUNCATE {other}.npc_personalities",
    "LOCK TABLE {other}.npc_personalities IN ACCESS SHARE MODE",
    "SELECT '{other}.npc_personalities'::regclass",
    "SELECT nextval('{other}.npc_personalities_id_seq')",
    "SELECT o.name FROM npc_personalities n JOIN {other}.npc_personalities o USING (key)",
    "COPY {other}.npc_personalities TO STDOUT",
    "ALTER TABLE {other}.npc_personalities ADD x int",
    "DROP TABLE {other}.npc_personalities",
    "CREATE TABLE {other}.x (y int)",
    "CREATE INDEX ON {other}.npc_personalities (name)",
    "CREATE TABLE {own}.x AS TABLE {other}.npc_personalities",
    "DROP SCHEMA {other} CASCADE",
    "ALTER SCHEMA {other} RENAME TO x",
    "GRANT USAGE ON SCHEMA {other} TO {own}",
    "GRANT {other} TO {own}",
    "DROP ROLE {other}",
    "DROP OWNED BY {other}",
]
ON_ITS_OWN = [
    "TRUNCATE npc_personalities",
    "ALTER TABLE npc_personalities DROP CONSTRAINT npc_personalities_pkey CASCADE",
    "ALTER TABLE npc_personalities OWNER TO {own}",
    "ALTER TABLE npc_personalities DISABLE TRIGGER ALL",
    "DROP TABLE npc_personalities",
    "DROP VIEW auth_user",
    "CREATE OR REPLACE VIEW auth_user AS TABLE public.auth_user",
    "CREATE TABLE {own}.x (y int)",
    "CREATE FUNCTION {own}.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "UPDATE django_migrations SET name = 'x'",
    "UPDATE auth_user SET username = 'x'",
    "DROP SCHEMA {own} CASCADE",
    "CREATE SCHEMA x",
    "CREATE TABLE public.x (y int)",
    "CREATE TEMP TABLE npc_personalities (name text)",
    "CREATE ROLE x",
    "CREATE EXTENSION dblink",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {other} GRANT SELECT ON TABLES TO {own}",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY npc_personalities FROM PROGRAM 'true'",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "SELECT set_config('role', 'postgres', false)",
    "ALTER TABLE public.outbox DISABLE ROW LEVEL SECURITY",
    "DROP POLICY own_rows_insert ON public.outbox",
    "SET row_security = off; INSERT INTO outbox (server_id, task, subject, created_at, attempts) "
    "SELECT id + 1, 'x', 'x', now(), 0 FROM registered_servers",
]


@pytest.mark.parametrize("attack", ON_ANOTHER + ON_ITS_OWN)
def test_the_database_refuses(canaries, attack):
    one, other = canaries
    sql = attack.format(own=one.schema_name, other=other.schema_name)
    with in_tenant(one):
        with pytest.raises(ProgrammingError, match=DENIED), transaction.atomic():
            run(sql)
        assert canary() == one.server_id
    with in_tenant(other):
        assert canary() == other.server_id


@pytest.mark.parametrize("path", ["{other}", "{other}, public", "public"])
def test_another_path_leads_nowhere(canaries, path):
    one, other = canaries
    path = path.format(other=other.schema_name)
    with in_tenant(one), transaction.atomic():
        with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
            run(f"SET LOCAL search_path = {path}; SELECT name FROM npc_personalities")
        assert canary() == one.server_id


MOVES = [
    "SET ROLE {other}",
    "SET LOCAL ROLE {other}",
    "RESET ROLE",
    "SET ROLE NONE",
    "SET search_path = {other}, public",
    "SELECT 1; SET ROLE {other}; SET search_path = {other}, public",
    "DO $$ BEGIN PERFORM set_config('role', '{other}', false); END $$",
    "RESET search_path",
    "SET ROLE aiworld_owner",
]


@pytest.mark.parametrize("transactional", [True, False])
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_statement_that_goes_elsewhere_does_not_take_the_next_one_along(
    canaries, move, transactional
):
    """A login may become each role it is a member of, so SET ROLE itself cannot be refused."""
    one, other = canaries
    with in_tenant(one):
        if transactional:
            with transaction.atomic():
                run(move.format(other=other.schema_name))
                assert (*where(), canary()) == (one.schema_name, one.schema_name, one.server_id)
        else:
            run(move.format(other=other.schema_name))
        assert (*where(), canary()) == (one.schema_name, one.schema_name, one.server_id)


def read():
    return NpcPersonality.objects.get(key=KEY).name


def read_by_hand():
    sql = "SELECT name FROM npc_personalities WHERE key = %(key)s"
    return statements.rows(sql, {"key": KEY})[0][0]


@pytest.mark.parametrize("how", [canary, read, read_by_hand])
class TestWhatIsUndone:
    """PostgreSQL takes role and path back with the transaction that set them."""

    def test_a_rollback(self, canaries, how):
        one, other = canaries
        with in_tenant(other):
            how()
        with in_tenant(one):
            with pytest.raises(RuntimeError), transaction.atomic():
                how()
                raise RuntimeError
            assert (where()[0], how()) == (one.schema_name, one.server_id)

    def test_a_savepoint(self, canaries, how):
        one, other = canaries
        with in_tenant(one), transaction.atomic():
            how()
            with in_tenant(other), pytest.raises(RuntimeError), transaction.atomic():
                how()
                raise RuntimeError
            assert (where()[0], how()) == (one.schema_name, one.server_id)

    def test_the_commit_of_a_transaction_that_failed(self, canaries, how):
        """PostgreSQL answers it with a rollback, and says no error."""
        one, other = canaries
        with in_tenant(other):
            how()
        with in_tenant(one):
            with transaction.atomic():
                how()
                with pytest.raises(ProgrammingError):
                    run("SELECT nonsense")
                status = connection.connection.pgconn.transaction_status
                assert status == TransactionStatus.INERROR
            assert (where()[0], how()) == (one.schema_name, one.server_id)

    def test_an_error_outside_of_a_transaction(self, canaries, how):
        one, other = canaries
        for server in (other, one):
            with in_tenant(server):
                with pytest.raises(ProgrammingError):
                    run("SELECT nonsense")
                assert (where()[0], how()) == (server.schema_name, server.server_id)


def test_contexts_nest_and_each_has_its_role(canaries):
    one, other = canaries
    login = connection.settings_dict["USER"]
    with in_tenant(one):
        with in_tenant(other), in_schema():
            assert where() == (f"{login}_app", "public")
            with in_owner(PUBLIC):
                assert where() == (f"{login}_owner", "public")
                with in_tenant(one):
                    assert where() == (one.schema_name, one.schema_name)
        assert where() == (one.schema_name, one.schema_name)
        with in_owner():
            assert where() == (f"{login}_owner", one.schema_name)
    assert where() == (f"{login}_app", "public")


def test_a_cursor_of_one_server_brings_no_row_of_another(canaries):
    one, other = canaries
    with in_tenant(one), transaction.atomic():
        make_npc("prontera/Second", name=one.server_id)
        rows = NpcPersonality.objects.order_by("key").iterator(chunk_size=1)
        seen = [next(rows).name]
        with in_tenant(other):
            seen += [row.name for row in rows]
            assert canary() == other.server_id
    assert seen == [one.server_id] * 2


def test_entering_is_one_round_trip_for_role_and_path(canaries, monkeypatch):
    sent = []
    execute = WatchfulCursor.execute

    def spy(self, query, *args, **options):
        sent.append(query)
        return execute(self, query, *args, **options)

    monkeypatch.setattr(WatchfulCursor, "execute", spy)
    for server in canaries * 2:
        sent.clear()
        with in_tenant(server):
            canary(), canary()
        assert len(sent) == 3 and server.schema_name in sent[0] and "role" in sent[0].lower()


def test_a_transaction_may_begin_with_its_isolation(canaries):
    one, other = canaries
    with in_tenant(other):
        canary()
    with in_tenant(one), transaction.atomic():
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        assert (canary(), run("SHOW transaction_isolation")) == (
            one.server_id,
            [("repeatable read",)],
        )


@pytest.fixture
def eight(canaries):
    return canaries + [
        _with_canary(provision(name=f"Isle {n} {uuid.uuid4().hex}", contact_email="o@x.io").server)
        for n in range(6)
    ]


def test_eight_servers_read_two_thousand_times_each_and_see_themselves(eight):
    def ten_times(server):
        return [read_by_hand() for _ in range(10)] == [server.server_id] * 10

    def in_a_thread(first):
        try:
            seen = []
            for server in islice(cycle(eight), first, first + 8 * 50):
                with in_tenant(server):
                    seen.append(ten_times(server))
            return seen
        finally:
            connection.close()

    async def units():
        every = islice(cycle(eight), 8 * 100)
        return await asyncio.gather(*(run_in_tenant(one, ten_times, one) for one in every))

    seen = asyncio.run(units())
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(in_a_thread, (0, 5)):
            seen += found
    assert len(seen) == 8 * 200 and all(seen)


class TestPool:
    def test_a_connection_comes_back_as_nobody_and_nowhere(self, canaries):
        for server in canaries:
            with in_tenant(server):
                run("SET ROLE aiworld_owner")
                canary()
                connection.close()
        login = connection.settings_dict["USER"]
        pool = connection.pool
        held = [pool.getconn() for _ in range(2)]
        try:
            for session in held:
                [found] = session.execute(
                    "SELECT current_user, current_setting('search_path')"
                ).fetchall()
                assert found == (login, '"$user", public')
        finally:
            for session in held:
                pool.putconn(session)

    def test_even_one_that_was_not_reset_is_entered_anew(self, canaries):
        one, other = canaries
        with in_tenant(other):
            canary()
        connection.connection.execute(f"SET ROLE {other.schema_name}")
        with in_tenant(one):
            assert (*where(), canary()) == (one.schema_name, one.schema_name, one.server_id)


@pytest.fixture
def login():
    """A session of the application before anybody entered anything."""
    conn = connection.settings_dict
    with psycopg.connect(
        host=conn["HOST"], port=conn["PORT"], user=conn["USER"], dbname=conn["NAME"]
    ) as session:
        session.autocommit = True
        yield session


class TestLogin:
    def test_by_itself_it_reads_no_table_at_all(self, canaries, login):
        rights = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
        tables = "relkind IN ('r', 'p', 'v') AND relnamespace IN (SELECT oid FROM pg_namespace "
        tables += "WHERE nspname = 'public' OR nspname LIKE 'server\\_%%')"
        found = login.execute(
            f"SELECT relname, has_table_privilege(oid, %s) FROM pg_class WHERE {tables}", [rights]
        ).fetchall()
        assert len(found) > 60 and not [name for name, may in found if may]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute(f"SELECT * FROM {canaries[0].schema_name}.npc_personalities")

    def test_it_is_nothing_and_owns_nothing(self, server, login):
        [found] = as_administrator(
            "SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication "
            "FROM pg_roles WHERE rolname = %s",
            [connection.settings_dict["USER"]],
        )
        assert not any(found)
        assert owned_by(connection.settings_dict["USER"]) == []


def owned_by(role):
    return as_administrator(
        "SELECT classid::regclass::text, objid FROM pg_shdepend "
        "WHERE refobjid = %s::regrole AND refclassid = 'pg_authid'::regclass AND deptype = 'o'",
        [f'"{role}"'],
    )


class TestRoles:
    def test_a_server_has_no_attribute_owns_nothing_and_cannot_log_in(self, server):
        [found] = as_administrator(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolcanlogin"
            " FROM pg_roles WHERE rolname = %s",
            [server.schema_name],
        )
        assert not any(found)
        assert owned_by(server.schema_name) == []

    def test_each_reaches_its_own_schema_and_no_other(self, server, other_server):
        reached = as_administrator(
            "SELECT rolname, nspname FROM pg_roles, pg_namespace "
            "WHERE rolname LIKE 'server\\_%' AND nspname LIKE 'server\\_%' AND "
            "(has_schema_privilege(rolname, nspname, 'USAGE') "
            " OR has_schema_privilege(rolname, nspname, 'CREATE'))"
        )
        names = {server.schema_name, other_server.schema_name}
        assert {(name, name) for name in names} <= set(reached)
        assert all(role == schema for role, schema in reached)

    def test_all_tables_are_the_owners(self, server):
        owners = as_administrator(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class c "
            "WHERE relkind IN ('r', 'p', 'v', 'S') AND (relnamespace = 'public'::regnamespace "
            "OR relnamespace::regnamespace::text LIKE 'server\\_%')"
        )
        assert owners == [(f"{connection.settings_dict['USER']}_owner",)]

    def test_a_partition_made_later_is_the_servers_too(self, server):
        sql = "SELECT has_table_privilege(current_user, 'economic_transactions_default', 'INSERT')"
        with in_tenant(server):
            assert run(sql) == [(True,)]

    def test_granting_again_changes_nothing(self, server):
        before = granted()
        with in_owner(PUBLIC):
            roles.share()
            roles.make(server.schema_name)
        assert granted() == before

    @pytest.mark.parametrize(
        "schema",
        [
            "pg_catalog", "information_schema", "x','beta", "a::1", "server_", "-- x", "",
            "server_0123456789abcdeF", "server_0123456789abcdef ", "server_0123456789abcdef\n",
            "SERVER_0123456789abcdef", "sеrver_0123456789abcdef", "server_0123456789abcde\u202e",
            "server_" + "0" * 64, "aiworld_owner", "postgres", "zz_aiworld_template",
            "x'; create table public.pwned(i int);--",
        ],
    )  # fmt: skip
    def test_a_name_that_was_not_generated_is_entered_by_nobody(self, committed, schema):
        with in_tenant(Server(schema_name=schema)), pytest.raises(ValidationError):
            run("SELECT 1")
        with in_owner(PUBLIC), pytest.raises(ValidationError):
            roles.make(schema)
        assert where()[1] == "public"


class TestGone:
    @pytest.fixture
    def doomed(self, committed):
        return _with_canary(provision(name="Doomed", contact_email="o@example.org").server)

    def test_a_removed_server_takes_its_role_along_and_cannot_be_entered(self, doomed):
        with in_tenant(doomed):
            run("SELECT lo_create(0)")  # even what it owns by itself does not keep it alive
        remove(doomed)
        known = "SELECT FROM pg_roles WHERE rolname = %s"
        assert as_administrator(known, [doomed.schema_name]) == []
        for _ in range(2):
            with in_tenant(doomed), pytest.raises(NotFound, match="is no server"):
                run("SELECT count(*) FROM registered_servers")
        assert where()[1] == "public"

    def test_who_is_inside_when_it_is_removed_reads_nothing_more(self, doomed):
        with in_tenant(doomed):
            assert canary() == doomed.server_id
            with ThreadPoolExecutor(1) as other:
                other.submit(_remove_and_close, doomed).result()
            tables = ("npc_personalities", "registered_servers", "auth_user", "api_keys")
            for table in tables * 2:
                with pytest.raises((ProgrammingError, NotFound)):
                    run(f"SELECT * FROM {table}")
        connection.close()

    @pytest.mark.parametrize("missing", ["schema", "role"])
    def test_a_schema_or_a_role_that_is_missing_is_refused(self, doomed, missing):
        """Statements would fall through to `public`."""
        name = doomed.schema_name
        if missing == "schema":
            as_administrator(f"ALTER SCHEMA {name} RENAME TO elsewhere")
        else:
            as_administrator(f"ALTER ROLE {name} RENAME TO elsewhere")
        connection.close()  # a session that nobody has entered yet
        try:
            with in_tenant(doomed), pytest.raises(NotFound, match="its schema or its role"):
                run("SELECT count(*) FROM registered_servers")
            with in_tenant(doomed), pytest.raises(NotFound), transaction.atomic():
                Outbox.objects.exists()
        finally:
            as_administrator(f"ALTER {missing} elsewhere RENAME TO {name}")
        with in_tenant(doomed):
            assert canary() == doomed.server_id


def _remove_and_close(server):
    remove(server)
    connection.close()


def granted():
    """What servers' roles may do in `public`, as the catalogue says it."""
    return set(
        as_administrator(
            """
            SELECT relname, privilege_type FROM pg_class, aclexplode(relacl)
            WHERE relnamespace = 'public'::regnamespace
            AND (grantee = 0 OR grantee = ANY(SELECT oid FROM pg_roles
                 WHERE rolname LIKE '%\\_servers' OR rolname LIKE 'server\\_%'))
            UNION ALL
            SELECT relname || '.' || attname, privilege_type
            FROM pg_class c JOIN pg_attribute ON attrelid = c.oid, aclexplode(attacl)
            WHERE relnamespace = 'public'::regnamespace
            """
        )
    )


class TestPublic:
    def test_what_is_granted_is_what_is_declared(self, server):
        assert granted() == {(grant.table, right) for grant in GRANTS for right in grant.rights}
        secured = as_administrator(
            "SELECT tablename, cmd FROM pg_policies WHERE '{aiworld_servers}'::name[] && roles"
        )
        declared = {(one.table, right) for one in GRANTS if one.rows for right in one.rights}
        assert set(secured) == declared
        tables = as_administrator("SELECT relname FROM pg_class WHERE relrowsecurity")
        assert {name for (name,) in tables} == {grant.table for grant in GRANTS if grant.rows}

    def test_every_other_table_is_closed_to_a_server(self, server):
        tables = {row[0] for row in as_administrator(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )}  # fmt: skip
        closed = tables - {grant.table for grant in GRANTS}
        assert {"api_keys", "auth_user", "django_session", "memberships"} <= closed
        with in_tenant(server):
            for table in closed:
                with pytest.raises(ProgrammingError, match="permission denied"):
                    run(f"SELECT * FROM public.{table}")

    def test_a_new_table_is_open_to_the_platform_and_closed_to_servers(self, server):
        with transaction.atomic():
            with in_owner(PUBLIC):
                run("CREATE TABLE newcomer (id int GENERATED BY DEFAULT AS IDENTITY)")
            with in_schema():
                run("INSERT INTO newcomer DEFAULT VALUES")
                assert run("SELECT id FROM newcomer") == [(1,)]
            denied = pytest.raises(ProgrammingError, match=DENIED)
            with in_tenant(server), denied, transaction.atomic():
                run("SELECT * FROM newcomer")
            transaction.set_rollback(True)

    def test_a_server_sees_its_own_row(self, server, other_server):
        assert Server.objects.count() >= 2
        with in_tenant(server):
            assert list(Server.objects.all()) == [server]

    def test_a_server_makes_work_for_itself_alone_and_sees_nobodys(self, server, other_server):
        with in_tenant(server):
            outbox.add("npcs.tasks.follow_up", 1)
            values = {"server": other_server.pk, "task": "x", "subject": "1", "now": "now"}
            with pytest.raises(ProgrammingError, match="row-level"), transaction.atomic():
                statements.rows(outbox.ADD, values)
            with pytest.raises(ProgrammingError, match=DENIED):
                Outbox.objects.count()
        assert Outbox.objects.get().server == server

    def test_a_server_knows_names_of_its_people_and_no_secrets(self, server, owner, stranger):
        users = get_user_model().objects
        with in_tenant(server):
            [known] = users.all()
            assert (known.username, known.password, known.email) == ("owner", "", "")
        assert users.get(username="owner").has_usable_password()
