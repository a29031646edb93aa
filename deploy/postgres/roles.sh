#!/bin/sh
# Runs once, when the database is made: the owner migrates, the site reads and adds (docs/ledger.md).
# POSTGRES_USER stays the superuser of the container and is used by nobody else.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
	-v owner="$CRAFT_OWNER_PASSWORD" -v app="$CRAFT_APP_PASSWORD" -v db="$POSTGRES_DB" <<'SQL'
CREATE ROLE craft_owner LOGIN PASSWORD :'owner' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE craft_app LOGIN PASSWORD :'app' NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER DATABASE :"db" OWNER TO craft_owner;
ALTER SCHEMA public OWNER TO craft_owner;
REVOKE ALL ON DATABASE :"db" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"db" TO craft_app;
SQL
