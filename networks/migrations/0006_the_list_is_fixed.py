"""Who asks waits for the lead; and once the competition is out, the list of who buys and who may join stands (C7)."""

from django.db import migrations

ARROWS = """
CREATE OR REPLACE FUNCTION networks_participant_follows_arrows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_lead bigint;
    fixed_at timestamptz;
BEGIN
    SELECT lead_id, list_fixed_at INTO the_lead, fixed_at FROM networks_buyergroup WHERE id = NEW.group_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state IN ('invited', 'asked') OR (NEW.state = 'committed' AND NEW.organisation_id = the_lead) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A participant begins as invited or by asking, and only the lead as committed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'participant_follows_arrows';
    END IF;
    IF NEW.group_id <> OLD.group_id THEN
        RAISE EXCEPTION 'A participant stays in its group.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'participant_follows_arrows';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('invited', 'committed'), ('invited', 'option'), ('invited', 'observer'), ('invited', 'left'),
        ('asked', 'committed'), ('asked', 'option'), ('asked', 'observer'), ('asked', 'left'),
        ('observer', 'committed'), ('observer', 'option'), ('observer', 'left'),
        ('option', 'committed'), ('option', 'observer'), ('option', 'left'),
        ('committed', 'option'), ('committed', 'observer'), ('committed', 'left'),
        ('left', 'invited'), ('left', 'asked')
    ) THEN
        RAISE EXCEPTION 'A participant cannot go from % to %.', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'participant_follows_arrows';
    END IF;
    IF fixed_at IS NOT NULL AND NEW.state IN ('committed', 'option')
        AND NOT (OLD.state = 'option' AND NEW.state = 'committed' AND NEW.called_off_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'The list of buyers is fixed: nobody can be added, and an option is used by a call-off.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_list_is_fixed';
    END IF;
    RETURN NEW;
END $$;
"""

HISTORY = """
CREATE OR REPLACE FUNCTION networks_participant_change_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO networks_participantchange (participant_id, from_state, to_state, at, by_id, message)
        VALUES (NEW.id, '', NEW.state, NEW.since, NEW.signed_by_id, NEW.message);
    ELSIF NEW.state <> OLD.state THEN
        INSERT INTO networks_participantchange (participant_id, from_state, to_state, at, by_id, message)
        VALUES (NEW.id, OLD.state, NEW.state, NEW.since, NEW.signed_by_id, NEW.message);
    END IF;
    RETURN NULL;
END $$;
"""

CUT_OFF = """
CREATE FUNCTION networks_group_keeps_its_cut_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.list_fixed_at IS NOT NULL AND NEW.list_fixed_at IS NOT NULL
        AND NEW.option_until IS DISTINCT FROM OLD.option_until
    THEN
        RAISE EXCEPTION 'The last day for options was published with the competition.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_keeps_its_cut_off';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER group_keeps_its_cut_off BEFORE UPDATE ON networks_buyergroup
    FOR EACH ROW EXECUTE FUNCTION networks_group_keeps_its_cut_off();
"""

UNDO = """
DROP TRIGGER group_keeps_its_cut_off ON networks_buyergroup;
DROP FUNCTION networks_group_keeps_its_cut_off();
"""


class Migration(migrations.Migration):
    dependencies = [("networks", "0005_buyers_together")]
    operations = [migrations.RunSQL(ARROWS + HISTORY + CUT_OFF, UNDO)]
