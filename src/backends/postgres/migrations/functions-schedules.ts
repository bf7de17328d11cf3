import { JOB_PARAMS, PUT_JOBS_OF } from './job-params.js'

export const SCHEDULE_FUNCTIONS = `
-- Those who watch all schedules list them again after this.
CREATE FUNCTION {s}.schedules_changed() RETURNS void LANGUAGE sql AS $rota$
  UPDATE {s}.settings SET schedules = schedules + 1
$rota$;

-- Creates or edits one schedule. p_check: 0 whatever is there, 1 must find none, 2 must find p_version.
-- Status: 0 created, 1 updated, 2 unchanged, 3 conflict, 4 stale tick.
CREATE FUNCTION {s}.put_schedule(p_now bigint, p_name text, p_definition text, p_expression text, p_owner text, p_incarnation text,
  p_anchor bigint, p_next bigint, p_due bigint, p_paused boolean, p_check int, p_version bigint) RETURNS int LANGUAGE plpgsql AS $rota$
DECLARE
  v_old {s}.schedules;
BEGIN
  LOOP
    SELECT * INTO v_old FROM {s}.schedules WHERE name = p_name FOR UPDATE;
    IF p_check = 1 AND FOUND OR p_check = 2 AND (NOT FOUND OR v_old.version <> p_version) THEN
      RETURN 3;
    END IF;
    IF v_old.name IS NOT NULL THEN
      IF v_old.definition = p_definition THEN
        RETURN 2;
      ELSIF p_next <= v_old.fired_through THEN
        RETURN 4;
      END IF;
      UPDATE {s}.schedules SET definition = p_definition, expression = p_expression, owner = p_owner, paused = p_paused,
        paused_for = CASE WHEN p_paused THEN paused_for END, next_tick_at = p_next, due_at = p_due,
        anchor = CASE WHEN expression = p_expression THEN anchor ELSE p_anchor END, revision = revision + 1,
        version = nextval('{q}.versions'), updated_at = p_now
      WHERE name = p_name;
      PERFORM {s}.schedules_changed();
      RETURN 1;
    END IF;
    INSERT INTO {s}.schedules(name, definition, expression, owner, incarnation, version, revision, paused, created_at, updated_at, anchor,
      next_tick_at, due_at)
    VALUES (p_name, p_definition, p_expression, p_owner, p_incarnation, nextval('{q}.versions'), 1, p_paused, p_now, p_now, p_anchor,
      p_next, p_due)
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
      PERFORM {s}.schedules_changed();
      RETURN 0;
    END IF;
  END LOOP;
END $rota$;

-- The whole call; what is on record afterwards is read by the same statement that called this, and therefore after it.
CREATE FUNCTION {s}.put_schedules(p_names text[], p_definitions text[], p_expressions text[], p_owners text[], p_incarnations text[],
  p_anchors bigint[], p_next bigint[], p_due bigint[], p_paused boolean[], p_checks int[], p_versions bigint[])
RETURNS TABLE(o_status int, o_record {s}.schedules) LANGUAGE plpgsql AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
BEGIN
  FOR v_place IN 1..coalesce(cardinality(p_names), 0) LOOP
    o_status := {s}.put_schedule(v_now, p_names[v_place], p_definitions[v_place], p_expressions[v_place], p_owners[v_place],
      p_incarnations[v_place], p_anchors[v_place], p_next[v_place], p_due[v_place], p_paused[v_place], p_checks[v_place], p_versions[v_place]);
    SELECT * INTO o_record FROM {s}.schedules WHERE name = p_names[v_place];
    RETURN NEXT;
  END LOOP;
END $rota$;

-- p_owned: only schedules of p_owner. True: removed.
CREATE FUNCTION {s}.remove_schedules(p_names text[], p_owned boolean, p_owner text) RETURNS boolean[] LANGUAGE plpgsql AS $rota$
DECLARE
  v_removed boolean[] := '{}';
  v_found boolean;
BEGIN
  FOR v_place IN 1..coalesce(cardinality(p_names), 0) LOOP
    DELETE FROM {s}.schedules WHERE name = p_names[v_place] AND (NOT p_owned OR owner IS NOT DISTINCT FROM p_owner);
    v_found := FOUND;
    IF v_found THEN
      DELETE FROM {s}.schedule_ticks WHERE schedule = p_names[v_place];
      PERFORM {s}.schedules_changed();
    END IF;
    v_removed := v_removed || v_found;
  END LOOP;
  RETURN v_removed;
END $rota$;

-- Outcome of each: 0 changed, 1 unchanged, 2 unknown, 3 stale tick.
CREATE FUNCTION {s}.pause_schedules(p_names text[], p_paused boolean[], p_next bigint[], p_due bigint[]) RETURNS int[]
LANGUAGE plpgsql AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
  v_old {s}.schedules;
  v_outcomes int[] := '{}';
  v_outcome int;
BEGIN
  FOR v_place IN 1..coalesce(cardinality(p_names), 0) LOOP
    SELECT * INTO v_old FROM {s}.schedules WHERE name = p_names[v_place] FOR UPDATE;
    v_outcome := CASE WHEN NOT FOUND THEN 2 WHEN v_old.paused = p_paused[v_place] THEN 1
      WHEN NOT p_paused[v_place] AND p_next[v_place] <= v_old.fired_through THEN 3 ELSE 0 END;
    IF v_outcome = 0 THEN
      UPDATE {s}.schedules SET paused = p_paused[v_place], paused_for = NULL, version = nextval('{q}.versions'), updated_at = v_now,
        next_tick_at = CASE WHEN p_paused[v_place] THEN next_tick_at ELSE p_next[v_place] END,
        due_at = CASE WHEN p_paused[v_place] THEN due_at ELSE p_due[v_place] END
      WHERE name = p_names[v_place];
      PERFORM {s}.schedules_changed();
    END IF;
    v_outcomes := v_outcomes || v_outcome;
  END LOOP;
  RETURN v_outcomes;
END $rota$;

-- Advances schedules that are still the ones that were read, and makes the jobs of their ticks; gives the places of those.
-- p_moves: one JSON array of objects, in the order of the call; p_owners: the place of the firing that each job belongs to.
CREATE FUNCTION {s}.fire_schedules(p_moves json, p_owners int[], ${JOB_PARAMS},
  OUT o_places int[], OUT o_status smallint[], OUT o_holders text[], OUT o_hints int[]) LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
  v_cancel record;
  v_paused boolean;
  v_hints int[];
BEGIN
  PERFORM set_config('lock_timeout', '200ms', true);
  PERFORM 1 FROM {s}.schedules WHERE name IN (SELECT m ->> 'name' FROM json_array_elements(p_moves) m) ORDER BY name FOR UPDATE;
  WITH moved AS (
    UPDATE {s}.schedules s SET version = nextval('{q}.versions'), updated_at = v_now,
      fired_through = coalesce(f.tick, s.fired_through), next_tick_at = f.next, due_at = f.due,
      last_tick_at = coalesce(f.last, s.last_tick_at), fired = s.fired + f.fired, missed = s.missed + f.missed,
      overlap = s.overlap + f.overlap, unwanted = s.unwanted + f.unwanted, ended = s.ended + f.ended, late = s.late + f.late,
      manual = s.manual + f.manual, unfinished = f.unfinished, paused = s.paused OR f.pause_for IS NOT NULL,
      paused_for = coalesce(f.pause_for, s.paused_for)
    FROM json_to_recordset(p_moves) f(place int, name text, incarnation text, version bigint, tick bigint, next bigint, due bigint,
      last bigint, fired bigint, missed bigint, overlap bigint, unwanted bigint, ended bigint, late bigint, manual bigint,
      unfinished text, pause_for text)
    WHERE s.name = f.name AND s.incarnation = f.incarnation AND s.version = f.version
      AND (f.tick IS NULL OR s.fired_through IS NULL OR s.fired_through < f.tick)
    RETURNING f.place, f.pause_for)
  SELECT array_agg(place ORDER BY place), count(pause_for) > 0 INTO o_places, v_paused FROM moved;
  IF o_places IS NULL THEN
    RETURN;
  END IF;
  IF v_paused THEN
    PERFORM {s}.schedules_changed();
  END IF;
  INSERT INTO {s}.schedule_ticks(schedule, tick, record)
  SELECT m ->> 'name', (t ->> 'tick')::bigint, t::text
  FROM json_array_elements(p_moves) m CROSS JOIN json_array_elements(m -> 'ticks') t WHERE (m ->> 'place')::int = ANY (o_places);
  -- Once in a while is enough: what is read is cut at the same length.
  DELETE FROM {s}.schedule_ticks t USING (
    SELECT s.name, (SELECT o.tick FROM {s}.schedule_ticks o WHERE o.schedule = s.name ORDER BY o.tick DESC LIMIT 1 OFFSET 1000) AS last
    FROM {s}.schedules s JOIN json_array_elements(p_moves) m ON s.name = m ->> 'name' WHERE s.version % 64 = 0) old
  WHERE t.schedule = old.name AND t.tick <= old.last;
  FOR v_cancel IN
    SELECT c.id, m -> 'cancel' ->> 'reason' AS reason
    FROM json_array_elements(p_moves) m CROSS JOIN json_array_elements_text(m -> 'cancel' -> 'ids') c(id)
    WHERE (m ->> 'place')::int = ANY (o_places)
  LOOP
    v_hints := v_hints || (SELECT x.o_hints FROM {s}.cancel_one(v_now, v_cancel.id, v_cancel.reason) x);
  END LOOP;
  SELECT p.o_status, p.o_holders, v_hints || p.o_hints INTO o_status, o_holders, o_hints
  FROM ${PUT_JOBS_OF('j.owner = ANY (o_places)')};
END $rota$;
`
