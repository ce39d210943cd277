from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

# What the application may add to but never change. TRUNCATE is given on no table.
APPEND_ONLY = ["records_auditevent", "records_auditseal"]
IMMUTABLE = ["procurements_noticeversion"]


class Command(BaseCommand):
    help = "Gives the application's database role its rights; run by the owner after every migration. Harmless when repeated."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        quote, tables = connection.ops.quote_name, set(connection.introspection.table_names())
        role = quote(settings.APP_ROLE)
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_roles where rolname = %s", [settings.APP_ROLE])
            if not cursor.fetchone():
                self.stdout.write(f"There is no database role {settings.APP_ROLE}; nothing was granted.")
                return
            cursor.execute(f"grant usage on schema public to {role}")
            cursor.execute(f"revoke all on all tables in schema public from {role}")
            cursor.execute(f"grant select, insert, update, delete on all tables in schema public to {role}")
            cursor.execute(f"grant usage, select on all sequences in schema public to {role}")
            for table in sorted(tables.intersection(APPEND_ONLY + IMMUTABLE)):
                cursor.execute(f"revoke update, delete on {quote(table)} from {role}")
        self.stdout.write(f"The role {settings.APP_ROLE} has its rights on {len(tables)} tables.")
