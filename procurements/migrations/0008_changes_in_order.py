from django.db import migrations

# `changed` orders what is published by when others can see it. A clock cannot: a transaction that began earlier may end
# later, and whoever had read on by then would never see its rows. The number of a transaction below the horizon belongs to one that
# has ended, so nothing can come in between any more; a reader stops there. After a restore the numbers begin anew: the base is
# raised then (procurements.changing.keep_counting).
# A reader within the writing transaction sees its own rows.
CHANGES = """
CREATE FUNCTION procurements_change_number() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT coalesce((SELECT base FROM procurements_changeepoch), 0) + pg_current_xact_id()::text::bigint
$$;
CREATE FUNCTION procurements_change_horizon() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT base FROM procurements_changeepoch), 0)
        + pg_snapshot_xmin(pg_current_snapshot())::text::bigint
$$;
CREATE FUNCTION procurements_own_change() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT base FROM procurements_changeepoch), 0)
        + pg_current_xact_id_if_assigned()::text::bigint
$$;
CREATE FUNCTION procurements_number_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.changed := procurements_change_number();
    ELSIF (NEW.version_id, NEW.closed_at, NEW.keys, NEW.changed)
            IS DISTINCT FROM (OLD.version_id, OLD.closed_at, OLD.keys, OLD.changed) THEN
        NEW.changed := procurements_change_number();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER noticesearch_numbers_changes BEFORE INSERT OR UPDATE ON procurements_noticesearch
    FOR EACH ROW EXECUTE FUNCTION procurements_number_change();
INSERT INTO procurements_changeepoch (id, base) VALUES (1, 0) ON CONFLICT DO NOTHING;
"""
FORGET = """
DROP TRIGGER noticesearch_numbers_changes ON procurements_noticesearch;
DROP FUNCTION procurements_number_change();
DROP FUNCTION procurements_own_change();
DROP FUNCTION procurements_change_horizon();
DROP FUNCTION procurements_change_number();
"""
FROZEN = {
    "versiontext": "UPDATE OR DELETE",
    "lotresult": "UPDATE OR DELETE",
    "settledcontract": "UPDATE OR DELETE",
    "contractwinner": "DELETE",  # the winner moves when two organisations are merged
}


class Migration(migrations.Migration):
    dependencies = [("procurements", "0007_open_data")]

    operations = [
        migrations.RunSQL(CHANGES, FORGET),
        migrations.RunSQL(
            "".join(
                f"CREATE TRIGGER {table}_is_frozen BEFORE {what} ON procurements_{table}"
                " FOR EACH ROW EXECUTE FUNCTION procurements_refuse();"
                for table, what in FROZEN.items()
            ),
            "".join(f"DROP TRIGGER {table}_is_frozen ON procurements_{table};" for table in FROZEN),
        ),
    ]
