#!/bin/bash
# Makes the cluster, user and database that POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB name, once; then runs the server.
set -euo pipefail

user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  case ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256} in
    trust) method=trust ;;
    *)
      method=scram-sha-256
      : "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD, or POSTGRES_HOST_AUTH_METHOD=trust}"
      ;;
  esac
  initdb --username="$user" --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-unused}") \
    --auth-local=trust --auth-host="$method" --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  echo "host all all all $method" >>"$PGDATA/pg_hba.conf"
  if [ "$database" != postgres ]; then
    # Single-user mode: nobody can reach the server before everything is there, so that an answer means ready.
    printf 'CREATE DATABASE "%s"\n' "${database//\"/\"\"}" | postgres --single -j postgres >/dev/null
  fi
fi

exec "$@" -c listen_addresses='*'
