-- What `manage.py sqlroles` prints for the login and the database of compose.yaml.
DO $do$
DECLARE
    one record;
BEGIN
    -- The roles. The login role has no right of its own (NOINHERIT) and may become the others.
    IF to_regrole('"aiworld"') IS NULL THEN
        CREATE ROLE "aiworld" LOGIN NOINHERIT;
    END IF;
    IF to_regrole('"aiworld_owner"') IS NULL THEN
        CREATE ROLE "aiworld_owner" NOLOGIN CREATEROLE;
    END IF;
    IF to_regrole('"aiworld_app"') IS NULL THEN
        CREATE ROLE "aiworld_app" NOLOGIN;
    END IF;
    IF to_regrole('"aiworld_servers"') IS NULL THEN
        CREATE ROLE "aiworld_servers" NOLOGIN;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'aiworld' AND (NOT rolcanlogin OR rolinherit
               OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)) THEN
        ALTER ROLE "aiworld" LOGIN NOINHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS
            NOREPLICATION;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_auth_members
                   WHERE roleid = '"aiworld_owner"'::regrole AND member = '"aiworld"'::regrole
                   AND set_option AND NOT inherit_option) THEN
        GRANT "aiworld_owner" TO "aiworld" WITH INHERIT FALSE, SET TRUE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_auth_members
                   WHERE roleid = '"aiworld_app"'::regrole AND member = '"aiworld"'::regrole
                   AND set_option AND NOT inherit_option) THEN
        GRANT "aiworld_app" TO "aiworld" WITH INHERIT FALSE, SET TRUE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_auth_members
                   WHERE roleid = '"aiworld_servers"'::regrole AND member = '"aiworld_owner"'::regrole
                   AND admin_option) THEN
        GRANT "aiworld_servers" TO "aiworld_owner" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
    END IF;

    -- Extensions only a superuser may make.
    CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
    CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
    CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

    -- The database and all that is ours in it belong to the owner. Rows of a database that was
    -- made before there were roles are handed over here.
    IF EXISTS (SELECT FROM pg_database
               WHERE datname = 'aiworld' AND datdba <> '"aiworld_owner"'::regrole) THEN
        ALTER DATABASE "aiworld" OWNER TO "aiworld_owner";
    END IF;
    IF has_database_privilege('aiworld_app', 'aiworld', 'TEMPORARY') THEN
        REVOKE TEMPORARY ON DATABASE "aiworld" FROM PUBLIC;
    END IF;
    IF has_schema_privilege('aiworld_app', 'public', 'CREATE') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
    -- Before PostgreSQL 15 `public` was the superuser's.
    IF NOT has_schema_privilege('aiworld_owner', 'public', 'CREATE') THEN
        GRANT CREATE ON SCHEMA public TO "aiworld_owner" WITH GRANT OPTION;
    END IF;
    FOR one IN
        SELECT nspname FROM pg_namespace
        WHERE nspname ~ '^server_[0-9a-f]{16}$' AND nspowner <> '"aiworld_owner"'::regrole
    LOOP
        EXECUTE format('ALTER SCHEMA %I OWNER TO "aiworld_owner"', one.nspname);
    END LOOP;
    FOR one IN
        SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE (nspname = 'public' OR nspname ~ '^server_[0-9a-f]{16}$') AND relkind IN ('r', 'p', 'v', 'm', 'S')
        AND relowner <> '"aiworld_owner"'::regrole
        -- Not what belongs to an extension, and a sequence of a column goes with its table.
        AND NOT EXISTS (SELECT FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                        AND (d.deptype = 'e' OR relkind = 'S' AND d.deptype IN ('a', 'i')))
    LOOP
        EXECUTE format('ALTER TABLE %I.%I OWNER TO "aiworld_owner"', one.nspname, one.relname);
    END LOOP;
END
$do$;
