#!/bin/bash
# Makes the cluster, user and database that POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB name, once; then runs the server.
# It speaks TLS by a certificate of its own; with POSTGRES_FORCE_TLS it speaks nothing else, as RDS does by rds.force_ssl.
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
  echo "host${POSTGRES_FORCE_TLS:+ssl} all all all $method" >>"$PGDATA/pg_hba.conf"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost \
    -keyout "$PGDATA/server.key" -out "$PGDATA/server.crt" 2>/dev/null
  if [ "$database" != postgres ]; then
    # Single-user mode: nobody can reach the server before everything is there, so that an answer means ready.
    printf 'CREATE DATABASE "%s"\n' "${database//\"/\"\"}" | postgres --single -j postgres >/dev/null
  fi
fi

exec "$@" -c listen_addresses='*' -c ssl=on
