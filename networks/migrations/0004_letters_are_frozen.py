"""The rules of letters of intent that must hold whoever writes: what was answered is never changed, and who leaves takes its letter along."""

from django.db import migrations

# What may still change in a letter that was answered: that it ends, and that a person is erased from it.
LETTERS = """
CREATE FUNCTION networks_letter_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NULL AND OLD.declined_at IS NULL AND OLD.ended_at IS NULL THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE'
        AND (NEW.participant_id, NEW.number, NEW.sent_at, NEW.sign_by, NEW.signed_at, NEW.signer_name, NEW.signer_title,
             NEW.budget, NEW.currency, NEW.language, NEW.text, NEW.declined_at, NEW.reason)
        IS NOT DISTINCT FROM
            (OLD.participant_id, OLD.number, OLD.sent_at, OLD.sign_by, OLD.signed_at, OLD.signer_name, OLD.signer_title,
             OLD.budget, OLD.currency, OLD.language, OLD.text, OLD.declined_at, OLD.reason)
        AND (OLD.ended_at IS NULL OR NEW.ended_at IS NOT DISTINCT FROM OLD.ended_at)
        AND (NEW.sent_by_id IS NULL OR NEW.sent_by_id IS NOT DISTINCT FROM OLD.sent_by_id)
        AND (NEW.signed_by_id IS NULL OR NEW.signed_by_id IS NOT DISTINCT FROM OLD.signed_by_id)
        AND (NEW.declined_by_id IS NULL OR NEW.declined_by_id IS NOT DISTINCT FROM OLD.declined_by_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A letter that was answered is never changed: send a new one.'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'letter_is_frozen';
END $$;
CREATE TRIGGER letter_is_frozen BEFORE UPDATE OR DELETE ON networks_letter
    FOR EACH ROW EXECUTE FUNCTION networks_letter_is_frozen();

CREATE FUNCTION networks_volume_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM networks_letter
        WHERE id IN (OLD.letter_id, NEW.letter_id)
        AND (signed_at IS NOT NULL OR declined_at IS NOT NULL OR ended_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'A letter that was answered is never changed: send a new one.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'volume_is_frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER volume_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON networks_lettervolume
    FOR EACH ROW EXECUTE FUNCTION networks_volume_is_frozen();

CREATE FUNCTION networks_item_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.group_id, NEW.name, NEW.unit) IS DISTINCT FROM (OLD.group_id, OLD.name, OLD.unit)
        AND EXISTS (SELECT FROM networks_lettervolume WHERE item_id = OLD.id)
    THEN
        RAISE EXCEPTION 'What a signed letter names keeps its name and its unit.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'item_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER item_is_frozen BEFORE UPDATE ON networks_groupitem
    FOR EACH ROW EXECUTE FUNCTION networks_item_is_frozen();
"""

LEAVING = """
CREATE FUNCTION networks_participant_takes_its_letters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE networks_letter SET ended_at = NEW.since WHERE participant_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER participant_takes_its_letters AFTER UPDATE ON networks_participant
    FOR EACH ROW WHEN (NEW.state = 'left' AND OLD.state <> 'left')
    EXECUTE FUNCTION networks_participant_takes_its_letters();
"""

UNDO = """
DROP TRIGGER participant_takes_its_letters ON networks_participant;
DROP FUNCTION networks_participant_takes_its_letters();
DROP TRIGGER item_is_frozen ON networks_groupitem;
DROP FUNCTION networks_item_is_frozen();
DROP TRIGGER volume_is_frozen ON networks_lettervolume;
DROP FUNCTION networks_volume_is_frozen();
DROP TRIGGER letter_is_frozen ON networks_letter;
DROP FUNCTION networks_letter_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("networks", "0003_letters")]
    operations = [migrations.RunSQL(LETTERS + LEAVING, UNDO)]
