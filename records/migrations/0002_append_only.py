"""The audit log and its seals can be added to, never changed, by whoever writes SQL.

TRUNCATE is left to privileges (the application's role has none): tests empty their tables by it, as owner.
"""

from django.db import migrations

FORWARD = """
create function records_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'The audit log can be added to, not changed.' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_event_append_only before update or delete on records_auditevent
    for each row execute function records_refuse_change();
create trigger audit_seal_append_only before update or delete on records_auditseal
    for each row execute function records_refuse_change();
"""
BACKWARD = """
drop trigger audit_seal_append_only on records_auditseal;
drop trigger audit_event_append_only on records_auditevent;
drop function records_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
