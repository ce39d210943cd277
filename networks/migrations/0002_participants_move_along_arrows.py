"""The rules of a buyer group that must hold whoever writes: arrows between states, a history that cannot be forgotten, a lead that is committed."""

from django.db import migrations

ARROWS = """
CREATE FUNCTION networks_participant_follows_arrows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'invited' OR (NEW.state = 'committed' AND NEW.organisation_id = (
            SELECT lead_id FROM networks_buyergroup WHERE id = NEW.group_id
        )) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A participant begins as invited, and only the lead as committed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'participant_follows_arrows';
    END IF;
    IF NEW.group_id <> OLD.group_id THEN
        RAISE EXCEPTION 'A participant stays in its group.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'participant_follows_arrows';
    END IF;
    IF NEW.state = OLD.state OR (OLD.state, NEW.state) IN (
        ('invited', 'committed'), ('invited', 'option'), ('invited', 'observer'), ('invited', 'left'),
        ('observer', 'committed'), ('observer', 'option'), ('observer', 'left'),
        ('option', 'committed'), ('option', 'observer'), ('option', 'left'),
        ('committed', 'option'), ('committed', 'observer'), ('committed', 'left'),
        ('left', 'invited')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A participant cannot go from % to %.', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'participant_follows_arrows';
END $$;
CREATE TRIGGER participant_follows_arrows BEFORE INSERT OR UPDATE ON networks_participant
    FOR EACH ROW EXECUTE FUNCTION networks_participant_follows_arrows();
"""

HISTORY = """
CREATE FUNCTION networks_participant_change_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO networks_participantchange (participant_id, from_state, to_state, at, by_id)
        VALUES (NEW.id, '', NEW.state, NEW.since, NEW.signed_by_id);
    ELSIF NEW.state <> OLD.state THEN
        INSERT INTO networks_participantchange (participant_id, from_state, to_state, at, by_id)
        VALUES (NEW.id, OLD.state, NEW.state, NEW.since, NEW.signed_by_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER participant_change_is_kept AFTER INSERT OR UPDATE ON networks_participant
    FOR EACH ROW EXECUTE FUNCTION networks_participant_change_is_kept();
"""

# Checked at the commit, so that a group and its lead can be written in two statements. The group's row is locked first:
# of a hand-over and a departure that cross, the second to commit sees what the first did, and is refused.
LEAD = """
CREATE FUNCTION networks_group_lead_is_committed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_group bigint;
    the_lead bigint;
BEGIN
    IF TG_TABLE_NAME = 'networks_buyergroup' THEN
        the_group := NEW.id;
    ELSE
        the_group := OLD.group_id;
    END IF;
    SELECT lead_id INTO the_lead FROM networks_buyergroup WHERE id = the_group FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (
        SELECT FROM networks_participant
        WHERE group_id = the_group AND organisation_id = the_lead AND state = 'committed'
    ) THEN
        RAISE EXCEPTION 'The lead of a buyer group is one of its committed participants.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_lead_is_committed';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER group_lead_is_committed AFTER INSERT OR UPDATE ON networks_buyergroup
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION networks_group_lead_is_committed();
CREATE CONSTRAINT TRIGGER group_lead_stays_committed AFTER UPDATE OR DELETE ON networks_participant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION networks_group_lead_is_committed();
"""

UNDO = """
DROP TRIGGER group_lead_stays_committed ON networks_participant;
DROP TRIGGER group_lead_is_committed ON networks_buyergroup;
DROP FUNCTION networks_group_lead_is_committed();
DROP TRIGGER participant_change_is_kept ON networks_participant;
DROP FUNCTION networks_participant_change_is_kept();
DROP TRIGGER participant_follows_arrows ON networks_participant;
DROP FUNCTION networks_participant_follows_arrows();
"""


class Migration(migrations.Migration):
    dependencies = [("networks", "0001_initial")]
    operations = [migrations.RunSQL(ARROWS + HISTORY + LEAD, UNDO)]
