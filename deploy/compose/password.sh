#!/bin/sh
# Run once, when the database is made, after roles.sql.
set -eu
password=$(sed -n 's/^POSTGRES_PASSWORD=//p' "${AIWORLD_SECRETS:-/run/secrets/aiworld}")
[ -n "$password" ] || { echo "no POSTGRES_PASSWORD in the secret" >&2; exit 1; }
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB" -v password="$password" <<'SQL'
ALTER ROLE aiworld PASSWORD :'password';
SQL
