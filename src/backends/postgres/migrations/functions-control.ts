export const CONTROL_FUNCTIONS = `
-- Takes locks that are free, lapsed or one's own; in the order of the call, which sorts them.
CREATE FUNCTION {s}.acquire_locks(p_names text[], p_holders text[], p_ttls bigint[])
RETURNS TABLE(o_acquired boolean, o_holder text, o_term bigint, o_until bigint) LANGUAGE plpgsql AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
BEGIN
  FOR v_place IN 1..coalesce(cardinality(p_names), 0) LOOP
    LOOP
      INSERT INTO {s}.locks AS l (name, holder, term, until)
      VALUES (p_names[v_place], p_holders[v_place], 1, v_now + p_ttls[v_place])
      ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,
        term = CASE WHEN l.until > v_now THEN l.term ELSE l.term + 1 END
      WHERE l.until <= v_now OR l.holder = excluded.holder
      RETURNING true, l.holder, l.term, l.until INTO o_acquired, o_holder, o_term, o_until;
      EXIT WHEN FOUND;
      SELECT false, l.holder, l.term, l.until INTO o_acquired, o_holder, o_term, o_until FROM {s}.locks l WHERE l.name = p_names[v_place];
      EXIT WHEN FOUND;
    END LOOP;
    RETURN NEXT;
  END LOOP;
END $rota$;

-- Moves the end of locks that are held under their term, by so much from now; 0 frees them.
CREATE FUNCTION {s}.move_locks(p_now bigint, p_names text[], p_holders text[], p_terms bigint[], p_ttls bigint[]) RETURNS boolean[]
LANGUAGE plpgsql AS $rota$
DECLARE
  v_moved boolean[] := '{}';
BEGIN
  FOR v_place IN 1..coalesce(cardinality(p_names), 0) LOOP
    UPDATE {s}.locks SET until = p_now + p_ttls[v_place]
    WHERE name = p_names[v_place] AND holder = p_holders[v_place] AND term = p_terms[v_place] AND until > p_now;
    v_moved := v_moved || FOUND;
  END LOOP;
  RETURN v_moved;
END $rota$;

-- Keeps a node in the registry, and tells it what changed.
CREATE FUNCTION {s}.beat(p_id text, p_record text, p_beat bigint, p_queues text[], p_tasks text[], p_names text[], p_holders text[],
  p_terms bigint[], p_ttls bigint[], p_ask_names text[], p_ask_holders text[], p_ask_ttls bigint[]) RETURNS text LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
  v_kinds int[];
  v_places int[];
  v_fleet bigint[] := {s}.fleet_rooms(p_queues, false);
BEGIN
  INSERT INTO {s}.nodes(id, record, beat_ms, seen_at) VALUES (p_id, p_record, p_beat, v_now)
  ON CONFLICT (id) DO UPDATE SET record = excluded.record, beat_ms = excluded.beat_ms, seen_at = excluded.seen_at;
  SELECT array_agg(k.id), array_agg(q.place) INTO v_kinds, v_places
  FROM unnest(p_queues) WITH ORDINALITY q(queue, place) JOIN {s}.kinds k ON k.queue = q.queue WHERE k.task = ANY (p_tasks);
  RETURN json_build_object(
    'now', v_now,
    'settingsRevision', (SELECT revision FROM {s}.settings),
    'paused', ARRAY(SELECT name FROM {s}.queues WHERE paused ORDER BY name),
    'cancelRequests', ARRAY(SELECT b.id FROM {s}.cancels c JOIN {s}.live l ON l.seq = c.seq JOIN {s}.bodies b ON b.seq = c.seq
      WHERE l.worker = p_id),
    'locks', {s}.move_locks(v_now, p_names, p_holders, p_terms, p_ttls),
    'nextVisibleAt', {s}.next_visible(v_now, v_kinds, v_places, v_fleet),
    'acquired', (SELECT json_agg(json_build_object('status', CASE WHEN o_acquired THEN 'acquired' ELSE 'held' END, 'holder', o_holder,
      'term', o_term, 'until', o_until)) FROM {s}.acquire_locks(p_ask_names, p_ask_holders, p_ask_ttls)),
    'schedulesRevision', (SELECT schedules FROM {s}.settings),
    'nextTickAt', (SELECT due_at FROM {s}.schedules WHERE NOT paused AND due_at IS NOT NULL ORDER BY due_at, name LIMIT 1));
END $rota$;

CREATE FUNCTION {s}.settings_changed() RETURNS void LANGUAGE sql AS $rota$
  UPDATE {s}.settings SET revision = revision + 1
$rota$;

-- Patches of queues, as JSON objects in the order of the call; a field that is missing stays as it is.
CREATE FUNCTION {s}.put_queues(p_patches json) RETURNS SETOF {s}.queues LANGUAGE plpgsql AS $rota$
DECLARE
  v_patch json;
  v_old {s}.queues;
  v_new {s}.queues;
BEGIN
  FOR v_patch IN SELECT x FROM json_array_elements(p_patches) x LOOP
    INSERT INTO {s}.queues(name, paused) VALUES (v_patch ->> 'name', false) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      PERFORM {s}.settings_changed();
    END IF;
    SELECT * INTO v_old FROM {s}.queues WHERE name = v_patch ->> 'name' FOR UPDATE;
    v_new := json_populate_record(v_old, v_patch);
    IF v_new IS DISTINCT FROM v_old THEN
      UPDATE {s}.queues SET paused = v_new.paused, concurrency = v_new.concurrency, completed_for_ms = v_new.completed_for_ms,
        completed_max = v_new.completed_max, failed_for_ms = v_new.failed_for_ms WHERE name = v_new.name;
      PERFORM {s}.settings_changed();
    END IF;
    RETURN NEXT v_new;
  END LOOP;
END $rota$;

-- Forgets queues without jobs. Outcome of each: 0 removed, 1 not empty, 2 unknown.
CREATE FUNCTION {s}.remove_queues(p_names text[], p_key bigint) RETURNS int[] LANGUAGE plpgsql AS $rota$
DECLARE
  v_outcomes int[] := '{}';
  v_slots int[];
  v_known boolean;
  v_count bigint;
BEGIN
  -- Not while another node adds counters up.
  PERFORM pg_advisory_xact_lock(p_key);
  WHILE {s}.roll_up(100000) LOOP
  END LOOP;
  FOR v_place IN 1..coalesce(cardinality(p_names), 0) LOOP
    v_slots := ARRAY(SELECT k.id * 8 + s FROM {s}.kinds k CROSS JOIN generate_series(0, 7) s WHERE k.queue = p_names[v_place]);
    SELECT coalesce(sum(count), 0), count(*) > 0 INTO v_count, v_known FROM {s}.counters WHERE slot = ANY (v_slots);
    v_known := v_known OR EXISTS (SELECT 1 FROM {s}.queues WHERE name = p_names[v_place]);
    IF v_count > 0 OR NOT v_known THEN
      v_outcomes := v_outcomes || CASE WHEN v_known THEN 1 ELSE 2 END;
    ELSE
      DELETE FROM {s}.counters WHERE slot = ANY (v_slots);
      DELETE FROM {s}.queues WHERE name = p_names[v_place];
      PERFORM {s}.settings_changed();
      v_outcomes := v_outcomes || 0;
    END IF;
  END LOOP;
  RETURN v_outcomes;
END $rota$;

CREATE FUNCTION {s}.put_topics(p_names text[], p_subscriptions text[]) RETURNS void LANGUAGE plpgsql AS $rota$
BEGIN
  FOR v_place IN 1..coalesce(cardinality(p_names), 0) LOOP
    IF p_subscriptions[v_place] IS NULL THEN
      DELETE FROM {s}.topics WHERE name = p_names[v_place];
    ELSE
      INSERT INTO {s}.topics(name, subscriptions) VALUES (p_names[v_place], p_subscriptions[v_place])
      ON CONFLICT (name) DO UPDATE SET subscriptions = excluded.subscriptions;
    END IF;
    PERFORM {s}.settings_changed();
  END LOOP;
END $rota$;
`
