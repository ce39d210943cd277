#!/bin/sh
# What the service `replica` runs (deploy/replica.yml): the first time a copy of the primary, then a server that follows it.
# PGHOST, PGUSER and PGPASSWORD say where the primary is and who asks; they are written down beside the copy.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  pg_basebackup --pgdata "$PGDATA" --write-recovery-conf --wal-method stream --checkpoint fast --no-password
fi
exec docker-entrypoint.sh postgres -c hot_standby=on
