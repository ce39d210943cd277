from django.db import migrations

# What the public has read stays as it was: a correction is a new row, with its reason.
TABLES = ("versionasset", "versionstage", "versiondocument", "answer", "outcome", "outcomewinner")
FREEZE = "\n".join(
    f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE ON procurements_{table} "
    "FOR EACH ROW EXECUTE FUNCTION procurements_refuse();"
    for table in TABLES
)
THAW = "\n".join(f"DROP TRIGGER {table}_is_frozen ON procurements_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("procurements", "0003_workbench")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
