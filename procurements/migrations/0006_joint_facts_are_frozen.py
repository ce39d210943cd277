"""What several buyers rely on: what was approved and published stays, and the lead of a group answers for its procurements."""

from django.db import migrations

# A person may be erased from a row, and an organisation merged into another; nothing else changes.
FREEZE = """
CREATE FUNCTION procurements_approval_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.notice_id, NEW.revision, NEW.verdict, NEW.comment, NEW.at)
        IS NOT DISTINCT FROM (OLD.notice_id, OLD.revision, OLD.verdict, OLD.comment, OLD.at)
        AND (NEW.by_id IS NULL OR NEW.by_id IS NOT DISTINCT FROM OLD.by_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What was said of a text is never changed: say it anew.'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_is_frozen';
END $$;
CREATE TRIGGER approval_is_frozen BEFORE UPDATE ON procurements_approval
    FOR EACH ROW EXECUTE FUNCTION procurements_approval_is_frozen();

CREATE FUNCTION procurements_published_buyer_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.version_id, NEW.position, NEW.is_lead, NEW.state, NEW.approved_at, NEW.by_mandate)
        IS NOT DISTINCT FROM (OLD.version_id, OLD.position, OLD.is_lead, OLD.state, OLD.approved_at, OLD.by_mandate)
        AND (NEW.approved_by_id IS NULL OR NEW.approved_by_id IS NOT DISTINCT FROM OLD.approved_by_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Who bought when a version was published is never changed: publish a new version.'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'published_buyer_is_frozen';
END $$;
CREATE TRIGGER published_buyer_is_frozen BEFORE UPDATE ON procurements_versionbuyer
    FOR EACH ROW WHEN (OLD.state <> '') EXECUTE FUNCTION procurements_published_buyer_is_frozen();

CREATE FUNCTION procurements_winner_of_outcome_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.outcome_id, NEW.name, NEW.value, NEW.currency, NEW.is_small, NEW.is_new)
        IS NOT DISTINCT FROM (OLD.outcome_id, OLD.name, OLD.value, OLD.currency, OLD.is_small, OLD.is_new)
        AND OLD.organisation_id IS NOT NULL AND NEW.organisation_id IS NOT NULL
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Who was chosen is never changed: correct the outcome by a new one.'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'outcomewinner_is_frozen';
END $$;
DROP TRIGGER outcomewinner_is_frozen ON procurements_outcomewinner;
CREATE TRIGGER outcomewinner_stays BEFORE DELETE ON procurements_outcomewinner
    FOR EACH ROW EXECUTE FUNCTION procurements_refuse();
CREATE TRIGGER outcomewinner_is_frozen BEFORE UPDATE ON procurements_outcomewinner
    FOR EACH ROW EXECUTE FUNCTION procurements_winner_of_outcome_is_frozen();

CREATE TRIGGER versionvolume_is_frozen BEFORE UPDATE OR DELETE ON procurements_versionvolume
    FOR EACH ROW EXECUTE FUNCTION procurements_refuse();
CREATE TRIGGER suppliermessage_is_frozen BEFORE UPDATE OR DELETE ON procurements_suppliermessage
    FOR EACH ROW EXECUTE FUNCTION procurements_refuse();
"""

# Checked at the commit: a hand-over writes both rows.
LEAD = """
CREATE FUNCTION procurements_lead_answers_for_them() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_group bigint;
BEGIN
    IF TG_TABLE_NAME = 'networks_buyergroup' THEN
        the_group := NEW.id;
    ELSE
        the_group := NEW.buyer_group_id;
    END IF;
    IF EXISTS (
        SELECT FROM procurements_procurement p JOIN networks_buyergroup g ON g.id = p.buyer_group_id
        WHERE g.id = the_group AND p.source = '' AND p.organisation_id <> g.lead_id
    ) THEN
        RAISE EXCEPTION 'The lead of a buyer group answers for its procurements.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lead_answers_for_procurements';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lead_answers_for_procurements AFTER UPDATE OF lead_id ON networks_buyergroup
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION procurements_lead_answers_for_them();
CREATE CONSTRAINT TRIGGER procurement_is_answered_for_by_the_lead
    AFTER INSERT OR UPDATE OF organisation_id, buyer_group_id ON procurements_procurement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.buyer_group_id IS NOT NULL)
    EXECUTE FUNCTION procurements_lead_answers_for_them();
"""

UNDO = """
DROP TRIGGER procurement_is_answered_for_by_the_lead ON procurements_procurement;
DROP TRIGGER lead_answers_for_procurements ON networks_buyergroup;
DROP FUNCTION procurements_lead_answers_for_them();
DROP TRIGGER suppliermessage_is_frozen ON procurements_suppliermessage;
DROP TRIGGER versionvolume_is_frozen ON procurements_versionvolume;
DROP TRIGGER outcomewinner_is_frozen ON procurements_outcomewinner;
DROP TRIGGER outcomewinner_stays ON procurements_outcomewinner;
DROP FUNCTION procurements_winner_of_outcome_is_frozen();
CREATE TRIGGER outcomewinner_is_frozen BEFORE UPDATE OR DELETE ON procurements_outcomewinner
    FOR EACH ROW EXECUTE FUNCTION procurements_refuse();
DROP TRIGGER published_buyer_is_frozen ON procurements_versionbuyer;
DROP FUNCTION procurements_published_buyer_is_frozen();
DROP TRIGGER approval_is_frozen ON procurements_approval;
DROP FUNCTION procurements_approval_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("procurements", "0005_joint"), ("networks", "0006_the_list_is_fixed")]
    operations = [migrations.RunSQL(FREEZE + LEAD, UNDO)]
