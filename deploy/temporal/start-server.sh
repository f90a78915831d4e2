#!/bin/sh
# Temporal's server takes its database password from the environment only; this hands it what the secret file holds.
set -eu

POSTGRES_PWD="$(cat /run/secrets/temporal_postgres_password)"
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
