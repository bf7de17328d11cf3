export const MAINTENANCE_FUNCTIONS = `
-- Gives committed events their place in the log, so many at most; one at a time, and each when the one before has committed. True: there
-- may be more.
CREATE FUNCTION {s}.order_events(p_limit int) RETURNS boolean LANGUAGE plpgsql AS $rota$
DECLARE
  v_next bigint;
  v_rows bigint;
BEGIN
  PERFORM 1 FROM {s}.happened LIMIT 1;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT next INTO v_next FROM {s}.event_ends FOR UPDATE;
  WITH moved AS (
    DELETE FROM {s}.happened WHERE id <= (SELECT max(h.id) FROM (SELECT id FROM {s}.happened ORDER BY id LIMIT p_limit) h)
    RETURNING id, at, state, seqs)
  INSERT INTO {s}.events(cursor, at, state, seqs)
  SELECT v_next + row_number() OVER (ORDER BY id) - 1, at, state, seqs FROM moved;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  UPDATE {s}.event_ends SET next = v_next + v_rows WHERE v_rows > 0;
  RETURN v_rows >= p_limit;
END $rota$;

-- Forgets events older than p_before, and all but the last p_most, so many at most; gives the time of the oldest that stays, or p_before
-- while there are more than p_most.
CREATE FUNCTION {s}.prune_events(p_before bigint, p_most bigint, p_limit int) RETURNS bigint LANGUAGE plpgsql AS $rota$
DECLARE
  v_last bigint;
BEGIN
  SELECT max(e.cursor) INTO v_last FROM (SELECT cursor, at FROM {s}.events ORDER BY cursor LIMIT p_limit) e
  WHERE e.at <= p_before OR e.cursor < (SELECT next FROM {s}.event_ends) - p_most;
  IF v_last IS NOT NULL THEN
    DELETE FROM {s}.tombstones t USING {s}.events e, unnest(e.seqs) gone(seq)
    WHERE e.cursor <= v_last AND e.state = 6 AND t.seq = gone.seq;
    DELETE FROM {s}.events WHERE cursor <= v_last;
    UPDATE {s}.event_ends SET first = greatest(first, v_last + 1);
  END IF;
  RETURN (SELECT CASE WHEN e.cursor < (SELECT next FROM {s}.event_ends) - p_most THEN least(e.at, p_before) ELSE e.at END
    FROM {s}.events e ORDER BY e.cursor LIMIT 1);
END $rota$;

-- Adds appended changes up, so many at most. Only under the lock of maintenance. True: there may be more.
CREATE FUNCTION {s}.roll_up(p_limit int) RETURNS boolean LANGUAGE sql AS $rota$
  WITH moved AS (DELETE FROM {s}.deltas WHERE ctid = ANY (ARRAY(SELECT ctid FROM {s}.deltas LIMIT p_limit)) RETURNING slot, count, total),
  added AS (
    INSERT INTO {s}.counters AS c (slot, count, total) SELECT slot, sum(count), sum(total) FROM moved GROUP BY slot
    ON CONFLICT (slot) DO UPDATE SET count = c.count + excluded.count, total = c.total + excluded.total)
  SELECT count(*) >= p_limit FROM moved
$rota$;

-- Removes finished jobs of one queue that have stayed long enough, the oldest first; when the next one has.
CREATE FUNCTION {s}.prune_shelves(p_now bigint, p_queue text, p_state int, p_for bigint, p_most bigint, p_limit int,
  OUT o_pruned int, OUT o_next bigint) LANGUAGE plpgsql AS $rota$
DECLARE
  v_shelves int[] := ARRAY(SELECT id * 8 + p_state FROM {s}.kinds WHERE queue = p_queue);
  v_excess bigint := 0;
  v_seqs bigint[];
  v_flags int;
  v_due int;
BEGIN
  IF p_most IS NOT NULL THEN
    SELECT coalesce(sum(c.count), 0) - p_most INTO v_excess FROM {s}.counters c WHERE c.slot = ANY (v_shelves);
  END IF;
  SELECT array_agg(o.seq), bit_or(o.flags) INTO v_seqs, v_flags FROM (
    SELECT h.seq, h.flags, h.finished_at, row_number() OVER (ORDER BY h.finished_at, h.seq) AS place
    FROM unnest(v_shelves) s(shelf) CROSS JOIN LATERAL (SELECT seq, flags, finished_at FROM {s}.outcomes WHERE shelf = s.shelf
      ORDER BY finished_at, seq LIMIT p_limit) h
    ORDER BY h.finished_at, h.seq LIMIT p_limit) o
  WHERE o.place <= v_excess OR o.finished_at + p_for <= p_now;
  v_due := coalesce(cardinality(v_seqs), 0);
  IF v_due > 0 THEN
    -- Whoever makes a job that waits for one of these holds it until his transaction ends, and keeps nobody's house waiting.
    v_seqs := ARRAY(SELECT seq FROM {s}.outcomes WHERE seq = ANY (v_seqs) ORDER BY seq FOR UPDATE SKIP LOCKED);
  END IF;
  o_pruned := coalesce(cardinality(v_seqs), 0);
  IF o_pruned > 0 THEN
    INSERT INTO {s}.deltas(slot, count, total)
    SELECT shelf, -count(*), 0 FROM {s}.outcomes WHERE seq = ANY (v_seqs) GROUP BY shelf;
    PERFORM {s}.remove_jobs(p_now, v_seqs, v_flags);
  END IF;
  SELECT min(h.finished_at) + CASE WHEN v_excess > o_pruned THEN 0 ELSE p_for END INTO o_next
  FROM unnest(v_shelves) s(shelf) CROSS JOIN LATERAL (SELECT finished_at FROM {s}.outcomes WHERE shelf = s.shelf
    ORDER BY finished_at, seq LIMIT 1) h;
  IF v_due > 0 AND o_pruned = 0 THEN
    o_next := greatest(o_next, p_now + 1000);
  END IF;
END $rota$;

-- One small batch of everything that is due; p_rows: of rows that are only added up or moved, which is quicker. Whoever finds another node
-- at it takes back leases only.
CREATE FUNCTION {s}.tick(p_limit int, p_rows int, p_key bigint, OUT o_now bigint, OUT o_next bigint, OUT o_pruned int, OUT o_reclaimed int,
  OUT o_busy boolean, OUT o_hints int[]) LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_kinds int[] := ARRAY(SELECT id FROM {s}.kinds);
  v_rule record;
  v_one record;
  v_event bigint;
  v_more boolean;
BEGIN
  o_now := {s}.now_ms();
  o_pruned := 0;
  SELECT s.o_swept, s.o_hints INTO o_reclaimed, o_hints FROM {s}.sweep(o_now, -1, v_kinds, p_limit) s;
  o_next := (SELECT min((SELECT visible_at FROM {s}.live WHERE lane = k.kind * 8 + 7 ORDER BY visible_at, seq LIMIT 1)) FROM unnest(v_kinds) k(kind));
  o_busy := EXISTS (SELECT 1 FROM {s}.deltas);
  IF NOT pg_try_advisory_xact_lock(p_key) THEN
    RETURN;
  END IF;
  UPDATE {s}.clock SET at = greatest(at, o_now), swept = CASE WHEN o_reclaimed < p_limit THEN o_now ELSE swept END;
  v_more := {s}.roll_up(p_rows);
  FOR v_rule IN
    SELECT k.queue, r.state, r.most, r.stay FROM (SELECT DISTINCT queue FROM {s}.kinds) k LEFT JOIN {s}.queues q ON q.name = k.queue
    CROSS JOIN LATERAL (VALUES
      (3, coalesce(q.completed_max, 100000), coalesce(q.completed_for_ms, 86400000)),
      (4, NULL, coalesce(q.failed_for_ms, 14 * 86400000::bigint)),
      (5, NULL, coalesce(q.failed_for_ms, 14 * 86400000::bigint))) r(state, most, stay)
  LOOP
    SELECT * INTO v_one FROM {s}.prune_shelves(o_now, v_rule.queue, v_rule.state, v_rule.stay, v_rule.most, p_limit - o_pruned);
    o_pruned := o_pruned + v_one.o_pruned;
    o_next := least(o_next, v_one.o_next);
  END LOOP;
  v_more := {s}.order_events(p_rows) OR v_more;
  v_event := {s}.prune_events(o_now - 3600000, 100000, p_limit);
  o_next := least(o_next, v_event + 3600000, CASE WHEN v_more THEN o_now END);
  DELETE FROM {s}.nodes WHERE abs(o_now - seen_at) >= 3 * beat_ms;
END $rota$;

-- Compares everything that is kept twice. In one snapshot, because the function is stable.
CREATE FUNCTION {s}.verify() RETURNS SETOF text LANGUAGE sql STABLE {settings} AS $rota$
  WITH counted AS (
    SELECT slot, count(*) AS jobs FROM (
      SELECT (lane & ~7) + CASE lane & 7 WHEN 7 THEN 2 WHEN 6 THEN 0 ELSE 1 END AS slot FROM {s}.live
      UNION ALL SELECT shelf FROM {s}.outcomes) x GROUP BY slot),
  kept AS (
    SELECT slot, sum(count) AS jobs, sum(total) AS total
    FROM (SELECT slot, count, total FROM {s}.counters UNION ALL SELECT slot, count, total FROM {s}.deltas) x GROUP BY slot)
  SELECT format('counter of kind %s, slot %s says %s, a recount %s', coalesce(k.slot, c.slot) >> 3, coalesce(k.slot, c.slot) & 7,
    coalesce(k.jobs, 0), coalesce(c.jobs, 0))
  FROM kept k FULL JOIN counted c ON c.slot = k.slot WHERE coalesce(k.jobs, 0) <> coalesce(c.jobs, 0)
  UNION ALL
  SELECT format('counter of slot %s says %s now and %s ever', slot, jobs, total) FROM kept WHERE total < jobs
  UNION ALL
  SELECT format('job "%s" is in %s states', b.id, count(x.seq)) FROM {s}.bodies b
  LEFT JOIN (SELECT seq FROM {s}.live UNION ALL SELECT seq FROM {s}.outcomes) x ON x.seq = b.seq GROUP BY b.seq HAVING count(x.seq) <> 1
  UNION ALL
  SELECT format('job %s has no body', x.seq) FROM (SELECT seq FROM {s}.live UNION ALL SELECT seq FROM {s}.outcomes) x
  WHERE NOT EXISTS (SELECT 1 FROM {s}.bodies b WHERE b.seq = x.seq)
  UNION ALL
  SELECT format('job "%s" is in lane %s, which is not its own', b.id, l.lane) FROM {s}.live l JOIN {s}.bodies b ON b.seq = l.seq
  WHERE l.lane >> 3 <> b.kind OR (l.lane & 7 IN (1, 2, 3, 4, 5) AND l.lane & 7 <> b.priority) OR (l.lane & 7 = 7) <> (l.worker IS NOT NULL)
    OR (l.flags & 128 <> 0 AND l.lane & 7 NOT IN (0, 7))
  UNION ALL
  SELECT format('unique key of job "%s" is not held by it', b.id) FROM {s}.live l JOIN {s}.bodies b ON b.seq = l.seq
  WHERE b.unique_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {s}.uniques u WHERE u.key = b.unique_key AND u.seq = b.seq)
  UNION ALL
  SELECT format('unique key "%s" is held by nobody', u.key) FROM {s}.uniques u WHERE NOT EXISTS (
    SELECT 1 FROM {s}.live l JOIN {s}.bodies b ON b.seq = l.seq WHERE l.seq = u.seq AND b.unique_key = u.key AND l.flags & 1 <> 0)
  UNION ALL
  SELECT format('job %s waits for %s jobs, its edges say %s', l.seq, l.waits, e.edges) FROM {s}.live l CROSS JOIN LATERAL (
    SELECT count(*) AS edges FROM {s}.edges WHERE child = l.seq AND NOT resolved) e
  WHERE l.lane & 7 = 6 AND (l.waits < 1 OR l.waits IS DISTINCT FROM e.edges::int) OR l.lane & 7 <> 6 AND l.waits IS NOT NULL
  UNION ALL
  SELECT format('job %s waits for job %s, which has ended or is gone', e.child, e.parent) FROM {s}.edges e
  WHERE NOT e.resolved AND NOT EXISTS (SELECT 1 FROM {s}.live l WHERE l.seq = e.parent)
  UNION ALL
  SELECT format('%s rows of %s belong to nobody', count(*), x.place) FROM (
    SELECT 'params' AS place, seq FROM {s}.params UNION ALL SELECT 'progress', seq FROM {s}.progress
    UNION ALL SELECT 'cancels', seq FROM {s}.cancels UNION ALL SELECT 'errors', seq FROM {s}.errors
    UNION ALL SELECT 'logs', seq FROM {s}.logs UNION ALL SELECT 'steps', seq FROM {s}.steps) x
  WHERE NOT EXISTS (SELECT 1 FROM {s}.bodies b WHERE b.seq = x.seq) GROUP BY x.place
$rota$;
`
