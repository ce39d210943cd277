from django.db import migrations

# What was published stays as it was (architecture, part 2.3): nobody may rewrite it, not even the owner by mistake.
FREEZE = """
CREATE FUNCTION procurements_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was published is never changed: write a new version (% on %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER noticeversion_is_frozen BEFORE UPDATE OR DELETE ON procurements_noticeversion
    FOR EACH ROW EXECUTE FUNCTION procurements_refuse();
CREATE TRIGGER lot_is_frozen BEFORE UPDATE OR DELETE ON procurements_lot
    FOR EACH ROW EXECUTE FUNCTION procurements_refuse();
CREATE TRIGGER versionbuyer_is_frozen BEFORE DELETE ON procurements_versionbuyer
    FOR EACH ROW EXECUTE FUNCTION procurements_refuse();
CREATE TRIGGER winner_is_frozen BEFORE DELETE ON procurements_winner
    FOR EACH ROW EXECUTE FUNCTION procurements_refuse();
"""
THAW = """
DROP TRIGGER winner_is_frozen ON procurements_winner;
DROP TRIGGER versionbuyer_is_frozen ON procurements_versionbuyer;
DROP TRIGGER lot_is_frozen ON procurements_lot;
DROP TRIGGER noticeversion_is_frozen ON procurements_noticeversion;
DROP FUNCTION procurements_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("procurements", "0001_initial")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
