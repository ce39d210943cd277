"""The search of a million notices: columns that are counted by, indexes of what is open, and the functions that answer.

Frozen as every migration is: a change of a function is a new migration.
"""

from django.db import migrations

# What a notice counts for, as one string for each group of facets, derived from its keys: a count over thousands of hits
# groups by four short strings and takes them apart afterwards, which costs a tenth of unnesting twenty keys a hit.
COLUMNS = """
CREATE FUNCTION procurements_keys_of(keys varchar[], letters text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(key, ' ' ORDER BY key COLLATE "C"), '') FROM unnest(keys) key
    WHERE strpos(letters, left(key, 1)) > 0 AND (left(key, 2) <> 'P:' OR length(key) = 4)
$$;
ALTER TABLE procurements_noticesearch
    ADD facts text COLLATE "C" GENERATED ALWAYS AS (procurements_keys_of(keys, 'KCDIJELW')) STORED,
    ADD aims text COLLATE "C" GENERATED ALWAYS AS (procurements_keys_of(keys, 'G')) STORED,
    ADD places text COLLATE "C" GENERATED ALWAYS AS (procurements_keys_of(keys, 'N')) STORED,
    ADD subjects text COLLATE "C" GENERATED ALWAYS AS (procurements_keys_of(keys, 'P')) STORED;
UPDATE procurements_noticesearch SET is_open = false WHERE closed_at IS NOT NULL
    OR kind NOT IN ('need', 'consultation', 'prior', 'competition') OR deadline_at < now() - interval '1 day';
UPDATE procurements_noticesearch SET document = document || array_to_tsvector(ARRAY[
    'Z:' || notice_id % 16, 'M:' || left(to_char(published_at AT TIME ZONE 'UTC', 'YYYY'), 3),
    'M:' || to_char(published_at AT TIME ZONE 'UTC', 'YYYY'), 'M:' || to_char(published_at AT TIME ZONE 'UTC', 'YYYYMM')]
    || CASE WHEN deadline_at IS NULL THEN '{}'::text[] ELSE ARRAY['T:' || left(to_char(deadline_at AT TIME ZONE 'UTC', 'YYYY'), 3),
        'T:' || to_char(deadline_at AT TIME ZONE 'UTC', 'YYYY'), 'T:' || to_char(deadline_at AT TIME ZONE 'UTC', 'YYYYMM')] END);
CREATE INDEX notice_search_open ON procurements_noticesearch USING gin (document) WHERE is_open AND is_head;
CREATE INDEX notice_search_open_deadline ON procurements_noticesearch
    ((coalesce(deadline_at, 'infinity'::timestamptz)), (-notice_id)) WHERE is_open AND is_head;
CREATE INDEX notice_search_open_published ON procurements_noticesearch (published_at DESC, notice_id DESC)
    WHERE is_open AND is_head;
CREATE INDEX notice_search_closed_published ON procurements_noticesearch (published_at DESC, notice_id DESC)
    WHERE NOT is_open AND is_head;
CREATE AGGREGATE procurements_together(tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '');
CREATE FUNCTION procurements_folded(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(word, 'åäæöøéèüá', 'aaaooeeua')
$$;
CREATE INDEX search_word_folded ON procurements_searchword USING gin (procurements_folded(word) gin_trgm_ops);
"""
FORGET = """
DROP INDEX search_word_folded;
DROP FUNCTION procurements_folded(text);
DROP AGGREGATE procurements_together(tsvector);
DROP INDEX notice_search_open, notice_search_open_deadline, notice_search_open_published, notice_search_closed_published;
ALTER TABLE procurements_noticesearch DROP facts, DROP aims, DROP places, DROP subjects;
DROP FUNCTION procurements_keys_of(varchar[], text);
"""

SCOPES = {
    "open": "s.is_open AND s.is_head AND s.closed_at IS NULL AND (s.deadline_at IS NULL OR s.deadline_at > p_at)",
    "closed": "s.is_head AND (NOT s.is_open OR s.closed_at IS NOT NULL OR s.deadline_at <= p_at)",
    "all": "true",
}
RANGES = """(p_value_from IS NULL OR s.value_euro >= p_value_from) AND (p_value_to IS NULL OR s.value_euro <= p_value_to)
        AND (p_deadline_from IS NULL OR s.deadline_at >= p_deadline_from) AND (p_deadline_to IS NULL OR s.deadline_at < p_deadline_to)
        AND (p_since IS NULL OR s.published_at >= p_since) AND (p_until IS NULL OR s.published_at < p_until)"""
ASKED = """p_scope text, p_query tsquery, p_at timestamptz, p_value_from bigint, p_value_to bigint,
    p_deadline_from timestamptz, p_deadline_to timestamptz, p_since timestamptz, p_until timestamptz"""
PASSED = "p_scope, p_query, p_at, p_value_from, p_value_to, p_deadline_from, p_deadline_to, p_since, p_until"
# A generic plan is made once a connection; a bitmap of a million rows must stay exact, or every hit is looked at again.
PLAN = """LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET max_parallel_workers_per_gather = 0
    SET work_mem = '64MB' SET jit = off"""
FOUND = 'RETURNS TABLE (what "char", key text, n bigint, seg int, place float8)'
EPOCH = "round(date_part('epoch', {}) * 1e6)"
MOMENT = "(timestamptz 'epoch' + {} * interval '1 microsecond')"
RANKED = 500  # candidates, the newest; a rank of all hits costs a hundred times as much


def by_scope(statement: str) -> str:
    """The statement for each scope, with its condition written out, so that the index of what is open serves."""
    first, *rest = (f"p_scope = '{scope}' THEN {statement.replace('<scope>', where)}" for scope, where in SCOPES.items())
    return f"IF {first}" + "".join(f" ELSIF {each}" for each in rest) + " END IF;"


# Roughly how many hits: 0 where it is certain that they are few enough to be counted one by one.
MANY = f"""
CREATE FUNCTION procurements_many({ASKED}, p_required text[], p_most bigint) RETURNS bigint {PLAN} AS $f$
DECLARE bound bigint; hits bigint; one tsquery := p_query && '''Z:3'''::tsquery;
BEGIN
    SELECT min(notices) INTO bound FROM procurements_keycount WHERE scope = p_scope AND key = ANY (p_required);
    IF bound <= p_most THEN RETURN 0; END IF;
    {by_scope(f"SELECT count(*) * 16 INTO hits FROM procurements_noticesearch s WHERE s.document @@ one AND <scope> AND {RANGES};")}
    RETURN CASE WHEN hits > p_most THEN hits ELSE 0 END;
END $f$;
"""

SETS = """g AS (SELECT m.facts, m.aims, m.places, m.subjects, grouping(m.facts, m.aims, m.places, m.subjects) AS which, count(*) AS n
        FROM m GROUP BY GROUPING SETS ((m.facts), (m.aims), (m.places), (m.subjects), ()))"""
COUNTS = """SELECT (CASE g.which WHEN 15 THEN 't' ELSE 'c' END)::"char", coalesce(g.facts, g.aims, g.places, g.subjects),
        (g.n * {times})::bigint, {times}::int, NULL::float8 FROM g"""
GROUP = "CASE p_group WHEN 'facts' THEN s.facts WHEN 'aims' THEN s.aims WHEN 'places' THEN s.places ELSE s.subjects END"
SAMPLE = "CASE WHEN many > 100000 THEN '''Z:3''' ELSE '''Z:3'' | ''Z:11''' END"

# One group of facets alone: what a facet's choices would give without its own choice.
ONE = f"""
CREATE FUNCTION procurements_count({ASKED}, p_required text[], p_most bigint, p_group text) {FOUND} {PLAN} AS $f$
DECLARE many bigint := procurements_many({PASSED}, p_required, p_most); asked tsquery := p_query; times int := 1;
BEGIN
    IF many > 0 THEN asked := p_query && ({SAMPLE})::tsquery; times := CASE WHEN many > 100000 THEN 16 ELSE 8 END; END IF;
    {by_scope(f'''RETURN QUERY SELECT 'c'::"char", {GROUP}, count(*) * times, times, NULL::float8
        FROM procurements_noticesearch s WHERE s.document @@ asked AND <scope> AND {RANGES} GROUP BY 2;''')}
END $f$;
"""

# The newest hits beyond a place, by the months of their publication: of very many hits only a few are read.
NEWEST = f"""
CREATE FUNCTION procurements_newest({ASKED}, p_moment timestamptz, p_id bigint, p_back boolean, p_size int)
    RETURNS TABLE (id bigint, published timestamptz) {PLAN} AS $f$
DECLARE months int; asked tsquery; found bigint[]; moment timestamptz := coalesce(p_moment, 'infinity');
    from_month timestamp := date_trunc('month', least(moment, p_at + interval '31 days') AT TIME ZONE 'UTC');
BEGIN
    FOREACH months IN ARRAY ARRAY[2, 5, 14, 50, 0] LOOP
        asked := p_query && CASE WHEN months > 0 THEN (
            SELECT string_agg('''M:' || to_char(from_month + CASE WHEN p_back THEN number ELSE -number END * interval '1 month', 'YYYYMM') || '''', '|')
            FROM generate_series(0, months - 1) number)::tsquery ELSE ''::tsquery END;
        IF p_back THEN
            {by_scope(f"SELECT array_agg(x.i) INTO found FROM (SELECT s.notice_id AS i FROM procurements_noticesearch s WHERE s.document @@ asked AND <scope> AND {RANGES} AND (s.published_at, s.notice_id) > (moment, p_id) ORDER BY s.published_at, s.notice_id LIMIT p_size) x;")}
        ELSE
            {by_scope(f"SELECT array_agg(x.i) INTO found FROM (SELECT s.notice_id AS i FROM procurements_noticesearch s WHERE s.document @@ asked AND <scope> AND {RANGES} AND (s.published_at, s.notice_id) < (moment, p_id) ORDER BY s.published_at DESC, s.notice_id DESC LIMIT p_size) x;")}
        END IF;
        EXIT WHEN cardinality(found) >= p_size;
    END LOOP;
    RETURN QUERY SELECT s.notice_id, s.published_at FROM procurements_noticesearch s WHERE s.notice_id = ANY (found);
END $f$;
"""

SIGN = "CASE WHEN p_back THEN -1 ELSE 1 END"
BEYOND = f"""(p_place IS NULL OR ({SIGN} * y.seg, {SIGN} * y.place, {SIGN} * -y.id) > ({SIGN} * p_seg, {SIGN} * p_place, {SIGN} * -p_id))
        ORDER BY {SIGN} * y.seg, {SIGN} * y.place, {SIGN} * -y.id LIMIT p_size"""
# A month old, the bonus of the new is a third of what it was; of very old ones `exp` would be too small to be a number.
RANK = """-(ts_rank(d.document, p_rank)::float8
        * (1 + exp(-least(100, greatest(0, date_part('epoch', p_clock) - date_part('epoch', d.published_at)) / 2592000))))"""
PLACE = f"CASE WHEN p_order = 'deadline' THEN coalesce({EPOCH.format('m.deadline_at')}, 'Infinity') ELSE -{EPOCH.format('m.published_at')} END"
HITS = f"""m AS MATERIALIZED (SELECT s.notice_id AS id, s.published_at, s.deadline_at, s.facts, s.aims, s.places, s.subjects
        FROM procurements_noticesearch s WHERE s.document @@ p_query AND <scope> AND {RANGES})"""
LOW = "(SELECT w.published_at, w.id FROM w ORDER BY w.published_at, w.id LIMIT 1)"

# Page, total and counts in one reading of the hits, up to p_most of them; of more, an even sample is counted.
# A page's rows: 'i', id, segment and place in the order; 'w': where the ranked hits end, and the others follow, newest first.
SEARCH = f"""
CREATE FUNCTION procurements_search({ASKED}, p_required text[], p_most bigint, p_rank tsquery, p_order text, p_back boolean,
    p_seg int, p_place float8, p_id bigint, p_clock timestamptz, p_low timestamptz, p_low_id bigint, p_size int)
    {FOUND} {PLAN} AS $f$
DECLARE many bigint := procurements_many({PASSED}, p_required, p_most); sampled tsquery; times int; top timestamptz := 'infinity';
    ids bigint[]; lowest timestamptz := p_low; lowest_id bigint := p_low_id;
BEGIN
    IF p_low IS NOT NULL THEN top := p_clock; END IF;
    IF many = 0 AND p_order <> 'relevance' THEN
        {by_scope(f'''RETURN QUERY WITH {HITS}, {SETS} {COUNTS.format(times=1)}
            UNION ALL (SELECT 'i'::"char", NULL, y.id, 0, y.place FROM (SELECT m.id, 0 AS seg, {PLACE} AS place FROM m) y WHERE {BEYOND});''')}
        RETURN;
    ELSIF many = 0 THEN
        {by_scope(f'''RETURN QUERY WITH {HITS}, {SETS},
            w AS MATERIALIZED (SELECT m.id, m.published_at FROM m
                WHERE m.published_at <= top AND (p_low IS NULL OR (m.published_at, m.id) >= (p_low, p_low_id))
                ORDER BY m.published_at DESC, m.id DESC LIMIT CASE WHEN p_low IS NULL THEN {RANKED} ELSE {2 * RANKED} END),
            low AS MATERIALIZED (SELECT coalesce(p_low, (SELECT l.published_at FROM {LOW} l)) AS at, coalesce(p_low_id, (SELECT l.id FROM {LOW} l)) AS id)
            {COUNTS.format(times=1)}
            UNION ALL SELECT 'w'::"char", NULL, low.id, 0, {EPOCH.format('low.at')} FROM low WHERE low.id IS NOT NULL
            UNION ALL (SELECT 'i'::"char", NULL, y.id, y.seg, y.place FROM (
                SELECT w.id, 0 AS seg, {RANK} AS place FROM w JOIN procurements_noticesearch d ON d.notice_id = w.id
                UNION ALL SELECT m.id, 1, -{EPOCH.format('m.published_at')} FROM m, low WHERE (m.published_at, m.id) < (low.at, low.id)) y
                WHERE {BEYOND});''')}
        RETURN;
    END IF;
    sampled := p_query && ({SAMPLE})::tsquery;
    times := CASE WHEN many > 100000 THEN 16 ELSE 8 END;
    {by_scope(f'''RETURN QUERY WITH {HITS.replace('p_query', 'sampled')}, {SETS} {COUNTS.format(times='times')};''')}
    IF p_order = 'deadline' THEN
        RETURN QUERY SELECT 'i'::"char", NULL, f.n, 0, f.place FROM procurements_walk({PASSED}, p_order, p_back, p_place, p_id, p_size) f;
        RETURN;
    END IF;
    IF p_order = 'relevance' THEN
        IF p_low IS NULL THEN
            SELECT array_agg(f.id), min(f.published) INTO ids, lowest FROM procurements_newest({PASSED}, NULL, {2**62}, false, {RANKED}) f;
            SELECT min(s.notice_id) INTO lowest_id FROM procurements_noticesearch s WHERE s.notice_id = ANY (ids) AND s.published_at = lowest;
        ELSIF p_seg = 0 OR p_back THEN
            SELECT array_agg(f.id) INTO ids FROM procurements_newest({PASSED}, top + interval '1 microsecond', 0, false, {2 * RANKED}) f
            WHERE (f.published, f.id) >= (p_low, p_low_id);
        END IF;
        RETURN QUERY SELECT 'w'::"char", NULL::text, lowest_id, 0, {EPOCH.format('lowest')};
        RETURN QUERY SELECT 'i'::"char", NULL::text, y.id, y.seg, y.place FROM (
            SELECT d.notice_id AS id, 0 AS seg, {RANK} AS place FROM procurements_noticesearch d WHERE d.notice_id = ANY (ids)
            UNION ALL SELECT f.id, 1, -{EPOCH.format('f.published')} FROM procurements_newest({PASSED},
                CASE WHEN p_seg = 1 THEN {MOMENT.format('-p_place')} ELSE lowest END, CASE WHEN p_seg = 1 THEN p_id ELSE lowest_id END, p_back AND p_seg = 1, p_size) f
            WHERE (f.published, f.id) < (lowest, lowest_id)) y WHERE {BEYOND};
        RETURN;
    END IF;
    RETURN QUERY SELECT 'i'::"char", NULL::text, f.id, 0, -{EPOCH.format('f.published')} FROM procurements_newest({PASSED},
        CASE WHEN p_place IS NOT NULL THEN {MOMENT.format('-p_place')} END, coalesce(p_id, {2**62}), p_back, p_size) f;
END $f$;
"""

# In the order of an index, row by row: where (nearly) every row is a hit. CASE keeps the other indexes out of it.
MATCHES = f"(p_query IS NULL OR CASE WHEN s.notice_id IS NOT NULL THEN s.document @@ p_query END) AND {RANGES}"
UNTIL = "coalesce(s.deadline_at, 'infinity'::timestamptz)"
AFTER = f"CASE WHEN p_place = 'Infinity' THEN 'infinity'::timestamptz ELSE {MOMENT.format('p_place')} END"
BEFORE = f"CASE WHEN p_place IS NULL OR p_order = 'deadline' THEN 'infinity'::timestamptz ELSE {MOMENT.format('-p_place')} END"
SHOWN_DEADLINE = f"""SELECT 'i'::"char", NULL::text, s.notice_id, 0, coalesce({EPOCH.format('s.deadline_at')}, 'Infinity') FROM procurements_noticesearch s"""
SHOWN_PUBLISHED = f"""SELECT 'i'::"char", NULL::text, s.notice_id, 0, -{EPOCH.format('s.published_at')} AS place FROM procurements_noticesearch s"""
FURTHER = "(s.published_at, s.notice_id) < (moment, last) ORDER BY s.published_at DESC, s.notice_id DESC LIMIT p_size"
NEARER = "(s.published_at, s.notice_id) > (moment, last) ORDER BY s.published_at, s.notice_id LIMIT p_size"

# What is over, and still in the index of what is open until the task takes it out: few, found by their deadline.
LATELY = f"(SELECT s.* FROM procurements_noticesearch s WHERE s.is_open AND s.is_head AND {UNTIL} <= p_at OFFSET 0) s"


def walk(end: str) -> str:
    closed = f"""RETURN QUERY (SELECT * FROM (
            ({SHOWN_PUBLISHED} WHERE NOT s.is_open AND s.is_head AND {MATCHES} AND {end})
            UNION ALL ({SHOWN_PUBLISHED.replace('procurements_noticesearch s', LATELY)} WHERE {MATCHES} AND {end})) y
            ORDER BY {SIGN} * y.place, {SIGN} * -y.notice_id LIMIT p_size);"""
    return f"""IF p_scope = 'open' THEN RETURN QUERY {SHOWN_PUBLISHED} WHERE {SCOPES['open']} AND {MATCHES} AND {end};
        ELSIF p_scope = 'closed' THEN {closed}
        ELSE RETURN QUERY {SHOWN_PUBLISHED} WHERE {MATCHES} AND {end}; END IF;"""


WALK = f"""
CREATE FUNCTION procurements_walk({ASKED}, p_order text, p_back boolean, p_place float8, p_id bigint, p_size int) {FOUND} {PLAN} AS $f$
DECLARE moment timestamptz := {BEFORE}; last bigint := coalesce(p_id, {2**62});
BEGIN
    IF p_order = 'deadline' AND NOT p_back THEN
        RETURN QUERY {SHOWN_DEADLINE} WHERE s.is_open AND s.is_head AND s.closed_at IS NULL AND {UNTIL} > p_at AND {MATCHES}
            AND ({UNTIL}, -s.notice_id) > (CASE WHEN p_place IS NULL THEN p_at ELSE {AFTER} END, coalesce(-p_id, {2**62})) ORDER BY {UNTIL}, -s.notice_id LIMIT p_size;
    ELSIF p_order = 'deadline' THEN
        RETURN QUERY {SHOWN_DEADLINE} WHERE s.is_open AND s.is_head AND s.closed_at IS NULL AND {UNTIL} > p_at AND {MATCHES}
            AND ({UNTIL}, -s.notice_id) < ({AFTER}, -p_id) ORDER BY {UNTIL} DESC, -s.notice_id DESC LIMIT p_size;
    ELSIF p_back THEN {walk(NEARER)}
    ELSE {walk(FURTHER)}
    END IF;
END $f$;
"""
FUNCTIONS = ["many", "count", "newest", "walk", "search"]


class Migration(migrations.Migration):
    dependencies = [("procurements", "0008_changes_in_order"), ("taxonomy", "0001_extensions")]

    operations = [
        migrations.RunSQL(COLUMNS, FORGET),
        migrations.RunSQL(
            MANY + ONE + NEWEST + WALK + SEARCH,
            "".join(f"DROP FUNCTION procurements_{name};" for name in reversed(FUNCTIONS)),
        ),
    ]
