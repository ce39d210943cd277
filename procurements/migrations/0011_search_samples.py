"""Even parts of all notices in powers of two, by which very many hits are counted; counts can be left out.

`Y:4` stands in a fourth of all search rows, `Y:8` in half of these, and so on (searching.shares): the part is chosen so that four to
eight thousand rows are read, whatever the number of hits. The sixteenths of migration 0009 went by the last digits of the key, and
what follows in turn (every other notice an award) fell into the same sixteenth; they stay where they stand and are not asked for.

Rewrites a fourth of the search rows: a minute or two for a million. Frozen as every migration is.
"""

from importlib import import_module

from django.db import migrations

before = import_module("procurements.migrations.0009_search")
ASKED, PASSED, RANGES, FOUND, PLAN = before.ASKED, before.PASSED, before.RANGES, before.FOUND, before.PLAN
by_scope = before.by_scope

PARTS = """
UPDATE procurements_noticesearch SET document = document || array_to_tsvector(ARRAY(
    SELECT 'Y:' || (1 << power) FROM generate_series(2, 12) power
    WHERE ((notice_id % 4294967296) * 1640531527 % 4294967296) >> 20 < 4096 >> power))
WHERE ((notice_id % 4294967296) * 1640531527 % 4294967296) >> 20 < 1024 AND NOT document @@ '''Y:4'''::tsquery;
"""
OLD = f"""
DROP FUNCTION procurements_search({ASKED}, text[], bigint, tsquery, text, boolean, int, float8, bigint, timestamptz, timestamptz, bigint, int);
DROP FUNCTION procurements_newest({ASKED}, timestamptz, bigint, boolean, int);
DROP FUNCTION procurements_count({ASKED}, text[], bigint, text);
DROP FUNCTION procurements_many({ASKED}, text[], bigint);
"""
NEW = f"""
DROP FUNCTION procurements_search({ASKED}, tsquery, text[], bigint, int, boolean, text, boolean, int, float8, bigint, timestamptz, timestamptz, bigint, int);
DROP FUNCTION procurements_newest({ASKED}, timestamptz, bigint, boolean, int);
DROP FUNCTION procurements_count({ASKED}, text[], bigint, int, text);
DROP FUNCTION procurements_share(bigint, int);
DROP FUNCTION procurements_many({ASKED}, text[], bigint);
"""
INNER = "LANGUAGE plpgsql STABLE"  # asked by the others alone, whose settings hold

# Roughly how many hits, by a part that holds some two thousand notices: 0 where they are few enough to be counted one by one.
MANY = f"""
CREATE FUNCTION procurements_many({ASKED}, p_required text[], p_most bigint) RETURNS bigint {INNER} AS $f$
DECLARE bound bigint; everything bigint; part int; one tsquery; hits bigint;
BEGIN
    SELECT min(notices), max(notices) FILTER (WHERE key = 'total') INTO bound, everything
    FROM procurements_keycount WHERE scope = p_scope AND key = ANY (p_required);
    IF bound <= p_most THEN RETURN 0; END IF;
    part := 2 ^ least(12, greatest(4, floor(log(2, greatest(everything, 1) / 2000.0))));
    one := p_query && ('''Y:' || part || '''')::tsquery;
    {by_scope(f"SELECT count(*) * part INTO hits FROM procurements_noticesearch s WHERE s.document @@ one AND <scope> AND {RANGES};")}
    RETURN CASE WHEN hits > p_most THEN hits ELSE 0 END;
END $f$;
"""
# One in how many is read, so that at most about `p_read` are; 1 for all.
SHARE = """
CREATE FUNCTION procurements_share(many bigint, p_read int) RETURNS int LANGUAGE sql IMMUTABLE AS $f$
    SELECT CASE WHEN many = 0 THEN 1 ELSE (2 ^ least(12, greatest(2, ceil(log(2, many / p_read::numeric)))))::int END
$f$;
"""
SAMPLED = "CASE WHEN times = 1 THEN p_query ELSE p_query && ('''Y:' || times || '''')::tsquery END"
# A generic plan expects a hit or two, which it would sort to group them; there are thousands.
COUNT = f"""
CREATE FUNCTION procurements_count({ASKED}, p_required text[], p_most bigint, p_read int, p_group text) {FOUND} {PLAN} SET enable_sort = off AS $f$
DECLARE times int := procurements_share(procurements_many({PASSED}, p_required, p_most), p_read); asked tsquery := {SAMPLED};
BEGIN
    {by_scope(f'''RETURN QUERY SELECT 'c'::"char", {before.GROUP}, count(*) * times, times, NULL::float8
        FROM procurements_noticesearch s WHERE s.document @@ asked AND <scope> AND {RANGES} GROUP BY 2;''')}
    RETURN QUERY SELECT 't'::"char", NULL::text, 0::bigint, times, NULL::float8;
END $f$;
"""
# Rows are found again by where they lie: within one statement that place is theirs, and looking it up by key costs four times as much.
# The months bound the time; the interval of nothing keeps PostgreSQL from reading half of the index of times beside them.
NEWEST = f"""
CREATE FUNCTION procurements_newest({ASKED}, p_moment timestamptz, p_id bigint, p_back boolean, p_size int)
    RETURNS TABLE (id bigint, published timestamptz, tid tid) {INNER} AS $f$
DECLARE months int; asked tsquery; found tid[]; moment timestamptz := coalesce(p_moment, 'infinity');
    from_month timestamp := date_trunc('month', least(moment, p_at + interval '31 days') AT TIME ZONE 'UTC');
BEGIN
    FOREACH months IN ARRAY ARRAY[2, 5, 14, 50, 0] LOOP
        asked := p_query && CASE WHEN months > 0 THEN (
            SELECT string_agg('''M:' || to_char(from_month + CASE WHEN p_back THEN number ELSE -number END * interval '1 month', 'YYYYMM') || '''', '|')
            FROM generate_series(0, months - 1) number)::tsquery ELSE ''::tsquery END;
        IF p_back THEN
            {by_scope(f"SELECT array_agg(x.i) INTO found FROM (SELECT s.ctid AS i FROM procurements_noticesearch s WHERE s.document @@ asked AND <scope> AND {RANGES} AND (s.published_at + interval '0', s.notice_id) > (moment, p_id) ORDER BY s.published_at, s.notice_id LIMIT p_size) x;")}
        ELSE
            {by_scope(f"SELECT array_agg(x.i) INTO found FROM (SELECT s.ctid AS i FROM procurements_noticesearch s WHERE s.document @@ asked AND <scope> AND {RANGES} AND (s.published_at + interval '0', s.notice_id) < (moment, p_id) ORDER BY s.published_at DESC, s.notice_id DESC LIMIT p_size) x;")}
        END IF;
        EXIT WHEN cardinality(found) >= p_size;
    END LOOP;
    RETURN QUERY SELECT s.notice_id, s.published_at, s.ctid FROM procurements_noticesearch s WHERE s.ctid = ANY (found);
END $f$;
"""
HITS = f"""m AS MATERIALIZED (SELECT s.ctid AS tid, s.notice_id AS id, s.published_at, s.deadline_at,
            CASE WHEN p_counts THEN s.facts END AS facts, CASE WHEN p_counts THEN s.aims END AS aims,
            CASE WHEN p_counts THEN s.places END AS places, CASE WHEN p_counts THEN s.subjects END AS subjects
        FROM procurements_noticesearch s WHERE s.document @@ <query> AND <scope> AND {RANGES})"""
ALL, SOME = HITS.replace("<query>", "p_query"), HITS.replace("<query>", "sampled")
# Of the commonest page, the newest, no other rows are put in order than those that can stand on it.
LIKELY = """(SELECT * FROM m WHERE p_order <> 'newest' OR p_place IS NOT NULL UNION ALL
                (SELECT * FROM m WHERE p_order = 'newest' AND p_place IS NULL ORDER BY m.published_at DESC, m.id DESC LIMIT p_size)) m"""
SHOWN = f"""SELECT 'i'::"char", NULL::text, y.id, y.seg, y.place FROM"""
SEARCH = f"""
CREATE FUNCTION procurements_search({ASKED}, p_rank tsquery, p_required text[], p_most bigint, p_read int, p_counts boolean,
    p_order text, p_back boolean, p_seg int, p_place float8, p_id bigint, p_clock timestamptz, p_low timestamptz, p_low_id bigint,
    p_size int) {FOUND} {PLAN} AS $f$
DECLARE times int := procurements_share(procurements_many({PASSED}, p_required, p_most), p_read); sampled tsquery := {SAMPLED};
    top timestamptz := CASE WHEN p_low IS NULL THEN 'infinity' ELSE p_clock END;
    ids tid[]; lowest timestamptz := p_low; lowest_id bigint := p_low_id;
BEGIN
    IF times = 1 AND p_order <> 'relevance' THEN
        {by_scope(f'''RETURN QUERY WITH {ALL}, {before.SETS} {before.COUNTS.format(times=1)}
            UNION ALL ({SHOWN} (SELECT m.id, 0 AS seg, {before.PLACE} AS place FROM {LIKELY}) y WHERE {before.BEYOND});''')}
        RETURN;
    ELSIF times = 1 THEN
        {by_scope(f'''RETURN QUERY WITH {ALL}, {before.SETS},
            w AS MATERIALIZED (SELECT m.tid, m.id, m.published_at FROM m
                WHERE m.published_at <= top AND (p_low IS NULL OR (m.published_at, m.id) >= (p_low, p_low_id))
                ORDER BY m.published_at DESC, m.id DESC LIMIT CASE WHEN p_low IS NULL THEN {before.RANKED} ELSE {2 * before.RANKED} END),
            low AS MATERIALIZED (SELECT p_low AS at, p_low_id AS id WHERE p_low IS NOT NULL
                UNION ALL (SELECT w.published_at, w.id FROM w WHERE p_low IS NULL ORDER BY 1, 2 LIMIT 1))
            {before.COUNTS.format(times=1)}
            UNION ALL SELECT 'w'::"char", NULL, low.id, 0, {before.EPOCH.format('low.at')} FROM low
            UNION ALL ({SHOWN} (
                SELECT w.id, 0 AS seg, {before.RANK} AS place FROM w JOIN procurements_noticesearch d ON d.ctid = w.tid
                UNION ALL SELECT m.id, 1, -{before.EPOCH.format('m.published_at')} FROM m, low WHERE (m.published_at, m.id) < (low.at, low.id)
                    AND (p_place IS NOT NULL OR p_size > (SELECT count(*) FROM w))) y
                WHERE {before.BEYOND});''')}
        RETURN;
    END IF;
    {by_scope(f'''RETURN QUERY WITH {SOME}, {before.SETS} {before.COUNTS.format(times='times')};''')}
    IF p_order = 'deadline' THEN
        RETURN QUERY SELECT 'i'::"char", NULL, f.n, 0, f.place FROM procurements_walk({PASSED}, p_order, p_back, p_place, p_id, p_size) f;
        RETURN;
    ELSIF p_order = 'relevance' THEN
        IF p_low IS NULL THEN
            SELECT array_agg(f.tid), min(f.published) INTO ids, lowest FROM procurements_newest({PASSED}, NULL, {2**62}, false, {before.RANKED}) f;
            SELECT min(s.notice_id) INTO lowest_id FROM procurements_noticesearch s WHERE s.ctid = ANY (ids) AND s.published_at = lowest;
        ELSIF p_seg = 0 OR p_back THEN
            SELECT array_agg(f.tid) INTO ids FROM procurements_newest({PASSED}, top + interval '1 microsecond', 0, false, {2 * before.RANKED}) f
            WHERE (f.published, f.id) >= (p_low, p_low_id);
        END IF;
        RETURN QUERY SELECT 'w'::"char", NULL::text, lowest_id, 0, {before.EPOCH.format('lowest')};
        RETURN QUERY SELECT 'i'::"char", NULL::text, y.id, y.seg, y.place FROM (
            SELECT d.notice_id AS id, 0 AS seg, {before.RANK} AS place FROM procurements_noticesearch d WHERE d.ctid = ANY (ids)
            UNION ALL SELECT f.id, 1, -{before.EPOCH.format('f.published')} FROM procurements_newest({PASSED},
                CASE WHEN p_seg = 1 THEN {before.MOMENT.format('-p_place')} ELSE lowest END, CASE WHEN p_seg = 1 THEN p_id ELSE lowest_id END, p_back AND p_seg = 1, p_size) f
            WHERE (p_place IS NOT NULL OR p_size > cardinality(ids)) AND (f.published, f.id) < (lowest, lowest_id)) y WHERE {before.BEYOND};
        RETURN;
    END IF;
    RETURN QUERY SELECT 'i'::"char", NULL::text, f.id, 0, -{before.EPOCH.format('f.published')} FROM procurements_newest({PASSED},
        CASE WHEN p_place IS NOT NULL THEN {before.MOMENT.format('-p_place')} END, coalesce(p_id, {2**62}), p_back, p_size) f;
END $f$;
"""


class Migration(migrations.Migration):
    dependencies = [("procurements", "0010_fields_of_eforms")]

    operations = [
        migrations.RunSQL(PARTS, migrations.RunSQL.noop),
        migrations.RunSQL(
            OLD + MANY + SHARE + COUNT + NEWEST + SEARCH, NEW + before.MANY + before.ONE + before.NEWEST + before.SEARCH
        ),
    ]
