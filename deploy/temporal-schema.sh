#!/bin/sh
# Makes Temporal's two databases and brings their tables to this version's; harmless to repeat.
set -eu
SQL_PASSWORD="$(cat /run/secrets/postgres_password)"
export SQL_PASSWORD

make_database() {
    temporal-sql-tool --database "$1" create-database
    # The table of versions alone; update-schema does the rest.
    temporal-sql-tool --database "$1" setup-schema --version 0.0
    temporal-sql-tool --database "$1" update-schema --schema-name "$2"
}

make_database temporal postgresql/v12/temporal
make_database temporal_visibility postgresql/v12/visibility
