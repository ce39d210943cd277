#!/bin/sh
# Run once on the primary, as its administrator: the role that a replica copies and follows with, and the line that lets it in.
# Repeating it changes nothing but the password.
set -eu
run() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres "$@"; }
run --set replica_password="$REPLICA_PASSWORD" <<'SQL'
select 'create role arena_replica login replication'
where not exists (select from pg_roles where rolname = 'arena_replica') \gexec
alter role arena_replica password :'replica_password';
alter system set wal_keep_size = '1GB';
SQL
line="host replication arena_replica all scram-sha-256"
grep -qxF "$line" "$PGDATA/pg_hba.conf" || echo "$line" >> "$PGDATA/pg_hba.conf"
run --command 'select pg_reload_conf()' --output /dev/null
