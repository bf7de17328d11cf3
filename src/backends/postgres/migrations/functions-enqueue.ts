import { JOB_PARAMS } from './job-params.js'

const BODIES = `INSERT INTO {s}.bodies(seq, enqueued_at, due_at, deadline, kind, max_tries, priority, id, unique_key, tick, payload, note, headers)
  SELECT v_base + j.place, p_now, coalesce(j.due_at, p_now + j.due_in, p_now), j.deadline, j.kind, j.max_tries, j.priority, j.id,
    j.unique_key, j.tick, j.payload, j.note, j.headers
  FROM unnest(p_kinds, p_priorities, p_due_at, p_due_in, p_deadlines, p_max_tries, p_ids, p_keys, p_ticks, p_payloads, p_notes, p_headers)
    WITH ORDINALITY j(kind, priority, due_at, due_in, deadline, max_tries, id, unique_key, tick, payload, note, headers, place)`

/** Stores bodies and all that belongs to them in one statement, for jobs that wait for no others. */
const STORE = (bodies: string, more: string): string => `
  WITH stored AS (${bodies} RETURNING seq, due_at, kind, priority, unique_key),
  placed AS (
    INSERT INTO {s}.live(seq, visible_at, due_at, lane, fence, settled_fence, tries, iterations, flags, priority)
    SELECT seq, due_at, due_at, kind * 8 + priority, 0, 0, 0, 0, CASE WHEN unique_key IS NULL THEN 0 ELSE 1 END, priority FROM stored),${more}
  counted AS (
    INSERT INTO {s}.deltas(slot, count, total) SELECT kind * 8 + 1, count(*), count(*) FROM stored GROUP BY kind),
  told AS (
    INSERT INTO {s}.happened(at, state, seqs) SELECT p_now, 1, array_agg(seq ORDER BY seq) FROM stored HAVING count(*) > 0)
  SELECT count(*) INTO v_stored FROM stored`

export const ENQUEUE_FUNCTIONS = `
-- Stores new jobs. Status of each: 0 inserted, 1 its id is on record, 2 its key is held; null: all inserted.
-- Hints are kinds of which a job became claimable by the way.
CREATE FUNCTION {s}.put_jobs(p_now bigint, ${JOB_PARAMS},
  OUT o_status smallint[], OUT o_holders text[], OUT o_hints int[]) LANGUAGE plpgsql AS $rota$
DECLARE
  v_jobs int := coalesce(cardinality(p_ids), 0);
  v_base bigint;
  v_stored int;
BEGIN
  IF v_jobs = 0 THEN
    RETURN;
  END IF;
  v_base := nextval('{q}.blocks') * 1024;
  IF p_parents IS NULL AND p_keys IS NULL THEN
    ${STORE(`${BODIES} ON CONFLICT (id) DO NOTHING`, '')};
  ELSE
    ${BODIES} ON CONFLICT (id) DO NOTHING;
    GET DIAGNOSTICS v_stored = ROW_COUNT;
  END IF;
  IF v_stored < v_jobs THEN
    SELECT array_agg(CASE WHEN b.seq IS NULL THEN 1 ELSE 0 END ORDER BY p.place) INTO o_status
    FROM generate_series(1, v_jobs) p(place) LEFT JOIN {s}.bodies b ON b.seq = v_base + p.place;
  END IF;
  IF p_parents IS NOT NULL THEN
    SELECT * INTO o_status, o_holders, o_hints FROM {s}.place_family(p_now, v_base, v_jobs, p_parents, o_status);
    RETURN;
  END IF;
  IF p_keys IS NULL THEN
    RETURN;
  END IF;
  SELECT * INTO o_status, o_holders FROM {s}.take_keys(v_base, v_jobs, o_status);
  INSERT INTO {s}.live(seq, visible_at, due_at, lane, fence, settled_fence, tries, iterations, flags, priority)
  SELECT b.seq, b.due_at, b.due_at, b.kind * 8 + b.priority, 0, 0, 0, 0, CASE WHEN b.unique_key IS NULL THEN 0 ELSE 1 END, b.priority
  FROM {s}.bodies b WHERE b.seq > v_base AND b.seq <= v_base + v_jobs;
  INSERT INTO {s}.deltas(slot, count, total)
  SELECT b.kind * 8 + 1, count(*), count(*) FROM {s}.bodies b WHERE b.seq > v_base AND b.seq <= v_base + v_jobs GROUP BY b.kind;
  PERFORM {s}.tell(p_now, 1, ARRAY(SELECT b.seq FROM {s}.bodies b WHERE b.seq > v_base AND b.seq <= v_base + v_jobs));
END $rota$;

-- Stores jobs of which none is on record, none has a key that is held, and none waits for others, which is nearly always so; raises
-- unique_violation else. Without speculation and another look at what was stored it costs two thirds of put_jobs.
CREATE FUNCTION {s}.put_new_jobs(p_now bigint, ${JOB_PARAMS}) RETURNS void LANGUAGE plpgsql AS $rota$
DECLARE
  v_base bigint := nextval('{q}.blocks') * 1024;
  v_stored int;
BEGIN
  ${STORE(
    BODIES,
    `
  keyed AS (
    INSERT INTO {s}.uniques(key, seq) SELECT unique_key, seq FROM stored WHERE unique_key IS NOT NULL ORDER BY unique_key, seq),`,
  )};
END $rota$;

-- Takes the unique keys of jobs that were just stored, in one order for all callers; whoever finds its key held is forgotten.
CREATE FUNCTION {s}.take_keys(p_base bigint, p_jobs int, INOUT p_status smallint[], OUT o_holders text[])
LANGUAGE plpgsql AS $rota$
DECLARE
  v_job record;
  v_holder text;
  v_taken int;
BEGIN
  INSERT INTO {s}.uniques(key, seq)
  SELECT b.unique_key, b.seq FROM {s}.bodies b
  WHERE b.seq > p_base AND b.seq <= p_base + p_jobs AND b.unique_key IS NOT NULL
  ORDER BY b.unique_key, b.seq
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_taken = ROW_COUNT;
  IF v_taken = (SELECT count(*) FROM {s}.bodies b WHERE b.seq > p_base AND b.seq <= p_base + p_jobs AND b.unique_key IS NOT NULL) THEN
    RETURN;
  END IF;
  FOR v_job IN
    SELECT b.seq, b.unique_key FROM {s}.bodies b
    WHERE b.seq > p_base AND b.seq <= p_base + p_jobs AND b.unique_key IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM {s}.uniques u WHERE u.key = b.unique_key AND u.seq = b.seq)
    ORDER BY b.unique_key, b.seq
  LOOP
    v_holder := {s}.take_key(v_job.unique_key, v_job.seq);
    IF v_holder IS NOT NULL THEN
      DELETE FROM {s}.bodies WHERE seq = v_job.seq;
      p_status := coalesce(p_status, array_fill(0::smallint, ARRAY[p_jobs]));
      o_holders := coalesce(o_holders, array_fill(NULL::text, ARRAY[p_jobs]));
      p_status[v_job.seq - p_base] := 2;
      o_holders[v_job.seq - p_base] := v_holder;
    END IF;
  END LOOP;
END $rota$;

-- Takes one key, or gives the id of the job that holds it.
CREATE FUNCTION {s}.take_key(p_key text, p_seq bigint) RETURNS text LANGUAGE plpgsql AS $rota$
DECLARE
  v_holder text;
BEGIN
  LOOP
    INSERT INTO {s}.uniques(key, seq) VALUES (p_key, p_seq) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      RETURN NULL;
    END IF;
    SELECT b.id INTO v_holder FROM {s}.uniques u JOIN {s}.bodies b ON b.seq = u.seq WHERE u.key = p_key AND u.seq <> p_seq;
    IF FOUND THEN
      RETURN v_holder;
    END IF;
    PERFORM 1 FROM {s}.uniques u WHERE u.key = p_key AND u.seq = p_seq;
    IF FOUND THEN
      RETURN NULL;
    END IF;
  END LOOP;
END $rota$;

-- Places jobs of which some wait for others, one by one in their order.
CREATE FUNCTION {s}.place_family(p_now bigint, p_base bigint, p_jobs int, p_parents text[], INOUT p_status smallint[],
  OUT o_holders text[], OUT o_hints int[]) LANGUAGE plpgsql AS $rota$
DECLARE
  v_body {s}.bodies;
  v_holder text;
  v_place int;
BEGIN
  FOR v_body IN SELECT * FROM {s}.bodies b WHERE b.seq > p_base AND b.seq <= p_base + p_jobs ORDER BY b.seq LOOP
    v_place := v_body.seq - p_base;
    v_holder := NULL;
    IF p_parents[v_place] IS NOT NULL THEN
      PERFORM {s}.refuse_unknown_parents(v_body, p_base + p_jobs, p_parents[v_place]::json);
    END IF;
    IF v_body.unique_key IS NOT NULL THEN
      v_holder := {s}.take_key(v_body.unique_key, v_body.seq);
    END IF;
    IF v_holder IS NOT NULL THEN
      DELETE FROM {s}.bodies WHERE seq = v_body.seq;
      p_status := coalesce(p_status, array_fill(0::smallint, ARRAY[p_jobs]));
      o_holders := coalesce(o_holders, array_fill(NULL::text, ARRAY[p_jobs]));
      p_status[v_place] := 2;
      o_holders[v_place] := v_holder;
    ELSE
      PERFORM {s}.place_child(p_now, v_body, p_parents[v_place]::json);
    END IF;
  END LOOP;
END $rota$;

CREATE FUNCTION {s}.refuse_unknown_parents(p_body {s}.bodies, p_last bigint, p_parents json) RETURNS void LANGUAGE plpgsql AS $rota$
DECLARE
  v_parent text;
BEGIN
  FOR v_parent IN SELECT x ->> 'id' FROM json_array_elements(p_parents) x LOOP
    -- The bodies of one call are stored together: a larger number of the same call stands later in it.
    PERFORM 1 FROM {s}.bodies WHERE id = v_parent AND (seq < p_body.seq OR seq > p_last);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'parent unknown' USING ERRCODE = 'RT001', DETAIL = json_build_object('id', p_body.id, 'parent', v_parent)::text;
    END IF;
  END LOOP;
END $rota$;

-- A new job is blocked, or pending when all parents have completed, or failed when one of them ended otherwise.
CREATE FUNCTION {s}.place_child(p_now bigint, p_body {s}.bodies, p_parents json) RETURNS void LANGUAGE plpgsql AS $rota$
DECLARE
  v_parent record;
  v_ended int;
  v_waits int := 0;
  v_stranded boolean := false;
  v_flags int := CASE WHEN p_body.unique_key IS NULL THEN 0 ELSE 1 END;
  v_job {s}.live;
BEGIN
  FOR v_parent IN
    SELECT b.seq, x ->> 'otherwise' = 'run' AS anyway FROM json_array_elements(p_parents) x JOIN {s}.bodies b ON b.id = x ->> 'id'
  LOOP
    v_flags := v_flags | 256;
    v_ended := {s}.mark_parent(v_parent.seq);
    INSERT INTO {s}.edges(child, parent, run_anyway, resolved)
    VALUES (p_body.seq, v_parent.seq, v_parent.anyway, v_ended IS NOT NULL);
    IF v_ended IS NULL THEN
      v_waits := v_waits + 1;
    ELSIF v_ended <> 3 AND NOT v_parent.anyway THEN
      v_stranded := true;
    END IF;
  END LOOP;
  IF v_stranded THEN
    v_job := ROW(p_body.seq, 0, 0, p_body.kind * 8, 0, 0, 0, 0, v_flags, p_body.priority, NULL, NULL);
    PERFORM {s}.file(v_job, 4, p_now, 4, NULL, NULL, NULL), {s}.tell(p_now, 4, ARRAY[p_body.seq]),
      {s}.count_move(p_body.kind, NULL, 4, 1);
  ELSE
    INSERT INTO {s}.live(seq, visible_at, due_at, lane, fence, settled_fence, tries, iterations, flags, priority, waits)
    VALUES (p_body.seq, p_body.due_at, p_body.due_at, p_body.kind * 8 + CASE WHEN v_waits > 0 THEN 6 ELSE p_body.priority END,
      0, 0, 0, 0, v_flags, p_body.priority, nullif(v_waits, 0));
    PERFORM {s}.tell(p_now, CASE WHEN v_waits > 0 THEN 0 ELSE 1 END, ARRAY[p_body.seq]),
      {s}.count_move(p_body.kind, NULL, CASE WHEN v_waits > 0 THEN 0 ELSE 1 END, 1);
  END IF;
END $rota$;

-- Notes on a job that another waits for it; how it ended, or null while it is live.
CREATE FUNCTION {s}.mark_parent(p_seq bigint) RETURNS int LANGUAGE plpgsql AS $rota$
DECLARE
  v_state int;
BEGIN
  -- Whoever moves the job between the two looks is waited for by the first or seen by the second; a job that is reopened needs a third.
  FOR v_look IN 1..3 LOOP
    UPDATE {s}.live SET flags = flags | 16 WHERE seq = p_seq;
    IF FOUND THEN
      RETURN NULL;
    END IF;
    UPDATE {s}.outcomes SET flags = flags | 16 WHERE seq = p_seq RETURNING shelf & 7 INTO v_state;
    IF FOUND THEN
      RETURN v_state;
    END IF;
  END LOOP;
  RAISE EXCEPTION 'job % was deleted while another one was made to wait for it', p_seq USING ERRCODE = '40001';
END $rota$;

-- Stores jobs in a transaction of their own.
CREATE FUNCTION {s}.put_alone(p_now bigint, ${JOB_PARAMS}, OUT o_status smallint[], OUT o_holders text[], OUT o_hints int[])
LANGUAGE plpgsql AS $rota$
BEGIN
  -- The subtransaction takes a number of a transaction, which few jobs are not worth. What is surely held need not be stored first.
  IF cardinality(p_ids) >= 4 AND p_parents IS NULL AND NOT EXISTS (SELECT 1 FROM {s}.uniques WHERE key = ANY (p_keys)) THEN
    BEGIN
      PERFORM {s}.put_new_jobs(p_now, p_kinds, p_priorities, p_due_at, p_due_in, p_deadlines, p_max_tries, p_ids, p_keys, p_ticks,
        p_payloads, p_notes, p_headers, p_parents);
      RETURN;
    EXCEPTION WHEN unique_violation THEN
      NULL;
    END;
  END IF;
  SELECT * INTO o_status, o_holders, o_hints FROM {s}.put_jobs(p_now, p_kinds, p_priorities, p_due_at, p_due_in, p_deadlines,
    p_max_tries, p_ids, p_keys, p_ticks, p_payloads, p_notes, p_headers, p_parents);
END $rota$;

-- The call of the port. Alone it waits for nobody longer than 20 ms, in which a connection is of no use to others; a transaction of the
-- user has a limit of its own, and there no subtransaction is used. p_impatient: where a key is held by an open transaction nothing is
-- stored, and o_busy says so.
CREATE FUNCTION {s}.enqueue_jobs(p_alone boolean, p_impatient boolean, ${JOB_PARAMS}, OUT o_status smallint[], OUT o_holders text[],
  OUT o_hints int[], OUT o_busy boolean) LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
BEGIN
  o_busy := false;
  IF NOT p_alone THEN
    SELECT * INTO o_status, o_holders, o_hints FROM {s}.put_jobs(v_now, p_kinds, p_priorities, p_due_at, p_due_in, p_deadlines,
      p_max_tries, p_ids, p_keys, p_ticks, p_payloads, p_notes, p_headers, p_parents);
    RETURN;
  END IF;
  PERFORM set_config('lock_timeout', '20ms', true);
  IF NOT p_impatient THEN
    SELECT * INTO o_status, o_holders, o_hints FROM {s}.put_alone(v_now, p_kinds, p_priorities, p_due_at, p_due_in, p_deadlines,
      p_max_tries, p_ids, p_keys, p_ticks, p_payloads, p_notes, p_headers, p_parents);
    RETURN;
  END IF;
  BEGIN
    SELECT * INTO o_status, o_holders, o_hints FROM {s}.put_alone(v_now, p_kinds, p_priorities, p_due_at, p_due_in, p_deadlines,
      p_max_tries, p_ids, p_keys, p_ticks, p_payloads, p_notes, p_headers, p_parents);
  EXCEPTION WHEN lock_not_available THEN
    o_busy := true;
  END;
END $rota$;
`
