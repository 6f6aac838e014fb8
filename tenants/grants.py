"""What a server's role may do in `public`, all of it: a table that is not named here it cannot
read. Who works in no server (the platform, its tasks) may read and write every table of `public`.

Read by tenants.roles; tests/isolation compares it with the database's catalogue."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from aiworld.database_roles import Roles


@dataclass(frozen=True, kw_only=True)
class Grant:
    table: str
    rights: tuple[str, ...]
    rows: str = ""
    """Which rows, as SQL; empty: all of them. The server's role is `current_user`."""


OWN = "(SELECT id FROM public.registered_servers WHERE schema_name = current_user)"
GRANTS = (
    Grant(table="registered_servers", rights=("SELECT",), rows="schema_name = current_user"),
    # Work is written down in the transaction that makes it necessary.
    Grant(table="outbox", rights=("INSERT",), rows=f"server_id = {OWN}"),
    # The server's log says what kind of row was changed.
    Grant(table="django_content_type", rights=("SELECT",)),
)

PEOPLE = """
CREATE VIEW {schema}.auth_user WITH (security_barrier) AS
SELECT id, ''::varchar(128) AS password, NULL::timestamptz AS last_login, false AS is_superuser,
       username, first_name, last_name, ''::varchar(254) AS email, false AS is_staff, is_active,
       date_joined
FROM public.auth_user person
WHERE EXISTS (SELECT FROM public.memberships m JOIN public.registered_servers s
              ON s.id = m.server_id WHERE m.user_id = person.id AND s.schema_name = {name})
   OR EXISTS (SELECT FROM {schema}.django_admin_log l WHERE l.user_id = person.id)
"""
"""Accounts as a server sees them: names of its members and of whom its log knows, no secrets. It
stands before `public.auth_user` on the search path, on which a server's role has no right."""


def sharing_sql(roles: Roles, tables: Collection[str]) -> str:
    """Statements for the owner, where `public` has these tables. What was granted before and is
    not declared now is taken back."""
    app, servers = (f'"{name}"' for name in (roles.app, roles.servers))
    statements = [
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {EVERYTHING} ON TABLES TO {app}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        f"GRANT {EVERYTHING} ON ALL TABLES IN SCHEMA public TO {app}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        f"GRANT USAGE ON SCHEMA public TO {app}, {servers}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {servers}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {servers}",
        DROP_POLICIES,
    ]
    for grant in GRANTS:
        if grant.table in tables:
            statements += _granting(grant, app, servers)
    return ";\n".join(statements)


def _granting(grant: Grant, app: str, servers: str) -> list[str]:
    table = f'public."{grant.table}"'
    granted = [f"GRANT {', '.join(grant.rights)} ON {table} TO {servers}"]
    if grant.rows:
        granted += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY all_rows ON {table} TO {app} USING (true)",
            *(
                f"CREATE POLICY own_rows_{right.lower()} ON {table} FOR {right} TO {servers} "
                f"{CLAUSES[right].format(rows=grant.rows)}"
                for right in grant.rights
            ),
        ]
    return granted


EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
CLAUSES = {
    "SELECT": "USING ({rows})",
    "INSERT": "WITH CHECK ({rows})",
    "UPDATE": "USING ({rows}) WITH CHECK ({rows})",
    "DELETE": "USING ({rows})",
}
DROP_POLICIES = """
DO $do$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP POLICY %I ON public.%I', one.policyname, one.tablename);
    END LOOP;
    FOR one IN SELECT relname FROM pg_class
               WHERE relnamespace = 'public'::regnamespace AND relrowsecurity LOOP
        EXECUTE format('ALTER TABLE public.%I DISABLE ROW LEVEL SECURITY', one.relname);
    END LOOP;
END
$do$"""
