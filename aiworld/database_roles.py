"""The database's roles, and the SQL that makes them (docs/decisions/0009).

`make up` runs it on the embedded PostgreSQL at every start; on another one its superuser does, with
`manage.py sqlroles | psql`. Each part looks first, so running it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

SERVER_SCHEMA = r"^server_[0-9a-f]{16}$"
"""Name of a server's schema and of the role that may enter it. Generated, never input."""


@dataclass(frozen=True)
class Roles:
    login: str
    """Who processes log in as. Has no right of its own; may only become one of the others."""

    @property
    def owner(self) -> str:
        """Owns every table and makes the servers' roles. Migrations and provisioning run as it."""
        return f"{self.login}_owner"

    @property
    def app(self) -> str:
        """Reads and writes the tables of `public`, outside of any server."""
        return f"{self.login}_app"

    @property
    def servers(self) -> str:
        """What every server's role is a member of: has what a server may do in `public`."""
        return f"{self.login}_servers"


def preparing_sql(login: str, database: str) -> str:
    """For the superuser, connected to `database`."""
    roles = Roles(login)
    names = {
        "login": roles.login,
        "owner": roles.owner,
        "app": roles.app,
        "servers": roles.servers,
        "database": database,
    }
    if not all(_plain(name) for name in names.values()):
        raise ValueError(f"names of database and role may have a-z, 0-9, _ and -: {names}")
    sql = SQL
    for name, value in names.items():
        sql = sql.replace(f"<{name}>", value)
    return sql.replace("<schema>", SERVER_SCHEMA)


def _plain(name: str) -> bool:
    return name.replace("_", "").replace("-", "").isalnum() and name.isascii() and len(name) <= 63


SQL = """\
DO $do$
DECLARE
    one record;
BEGIN
    -- The roles. The login role has no right of its own (NOINHERIT) and may become the others.
    IF to_regrole('"<login>"') IS NULL THEN
        CREATE ROLE "<login>" LOGIN NOINHERIT;
    END IF;
    IF to_regrole('"<owner>"') IS NULL THEN
        CREATE ROLE "<owner>" NOLOGIN CREATEROLE;
    END IF;
    IF to_regrole('"<app>"') IS NULL THEN
        CREATE ROLE "<app>" NOLOGIN;
    END IF;
    IF to_regrole('"<servers>"') IS NULL THEN
        CREATE ROLE "<servers>" NOLOGIN;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '<login>' AND (NOT rolcanlogin OR rolinherit
               OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)) THEN
        ALTER ROLE "<login>" LOGIN NOINHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS
            NOREPLICATION;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_auth_members
                   WHERE roleid = '"<owner>"'::regrole AND member = '"<login>"'::regrole
                   AND set_option AND NOT inherit_option) THEN
        GRANT "<owner>" TO "<login>" WITH INHERIT FALSE, SET TRUE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_auth_members
                   WHERE roleid = '"<app>"'::regrole AND member = '"<login>"'::regrole
                   AND set_option AND NOT inherit_option) THEN
        GRANT "<app>" TO "<login>" WITH INHERIT FALSE, SET TRUE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_auth_members
                   WHERE roleid = '"<servers>"'::regrole AND member = '"<owner>"'::regrole
                   AND admin_option) THEN
        GRANT "<servers>" TO "<owner>" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
    END IF;

    -- Extensions only a superuser may make.
    CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
    CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
    CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

    -- The database and all that is ours in it belong to the owner. Rows of a database that was
    -- made before there were roles are handed over here.
    IF EXISTS (SELECT FROM pg_database
               WHERE datname = '<database>' AND datdba <> '"<owner>"'::regrole) THEN
        ALTER DATABASE "<database>" OWNER TO "<owner>";
    END IF;
    IF has_database_privilege('<app>', '<database>', 'TEMPORARY') THEN
        REVOKE TEMPORARY ON DATABASE "<database>" FROM PUBLIC;
    END IF;
    IF has_schema_privilege('<app>', 'public', 'CREATE') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
    -- Before PostgreSQL 15 `public` was the superuser's.
    IF NOT has_schema_privilege('<owner>', 'public', 'CREATE') THEN
        GRANT CREATE ON SCHEMA public TO "<owner>" WITH GRANT OPTION;
    END IF;
    FOR one IN
        SELECT nspname FROM pg_namespace
        WHERE nspname ~ '<schema>' AND nspowner <> '"<owner>"'::regrole
    LOOP
        EXECUTE format('ALTER SCHEMA %I OWNER TO "<owner>"', one.nspname);
    END LOOP;
    FOR one IN
        SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE (nspname = 'public' OR nspname ~ '<schema>') AND relkind IN ('r', 'p', 'v', 'm', 'S')
        AND relowner <> '"<owner>"'::regrole
        -- Not what belongs to an extension, and a sequence of a column goes with its table.
        AND NOT EXISTS (SELECT FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                        AND (d.deptype = 'e' OR relkind = 'S' AND d.deptype IN ('a', 'i')))
    LOOP
        EXECUTE format('ALTER TABLE %I.%I OWNER TO "<owner>"', one.nspname, one.relname);
    END LOOP;
END
$do$;
"""
