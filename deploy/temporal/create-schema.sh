#!/bin/sh
# Creates Temporal's two databases and brings their tables up to this version. May run any number of times: what is
# there already is left alone. Runs in the image temporalio/admin-tools, which has no /bin/bash.
set -eu

SQL_PASSWORD="$(cat /run/secrets/temporal_postgres_password)"
export SQL_PASSWORD

prepare() {
  database="$1"
  tables="$2"
  temporal-sql-tool --db "$database" create
  temporal-sql-tool --db "$database" setup-schema -v 0.0
  temporal-sql-tool --db "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/$tables/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility
echo "Temporal's databases are ready."
