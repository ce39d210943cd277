#!/bin/sh
# Run once by the postgres image, on an empty volume: the database and its two roles. The owner migrates; the app works
# and cannot change the audit log (`manage.py grant_app_role` gives it its rights, `manage.py prepare` calls that).
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
  --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
create role arena_owner login password :'owner_password';
create role arena_app login password :'app_password';
create database arena owner arena_owner;
revoke all on database arena from public;
grant connect on database arena to arena_app;
SQL
