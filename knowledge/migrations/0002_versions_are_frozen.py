"""What was published stays as it was: neither a mistake nor a curious hand rewrites a version."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION knowledge_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published version of an article is never changed or deleted.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'article_version_is_frozen';
END $$;
CREATE TRIGGER article_version_is_frozen BEFORE UPDATE OR DELETE ON knowledge_articleversion
    FOR EACH ROW EXECUTE FUNCTION knowledge_version_is_frozen();
"""
UNDO = """
DROP TRIGGER article_version_is_frozen ON knowledge_articleversion;
DROP FUNCTION knowledge_version_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, UNDO)]
