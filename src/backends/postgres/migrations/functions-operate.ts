export const OPERATE_FUNCTIONS = `
-- Calls one job off: 0 cancelled, 1 requested, 2 finished, 3 unknown.
CREATE FUNCTION {s}.cancel_one(p_now bigint, p_id text, p_reason text, OUT o_outcome int, OUT o_hints int[]) LANGUAGE plpgsql AS $rota$
DECLARE
  v_seq bigint;
  v_job {s}.live;
BEGIN
  SELECT seq INTO v_seq FROM {s}.bodies WHERE id = p_id;
  IF NOT FOUND THEN
    o_outcome := 3;
    RETURN;
  END IF;
  SELECT * INTO v_job FROM {s}.live WHERE seq = v_seq FOR UPDATE;
  IF NOT FOUND THEN
    o_outcome := 2;
  ELSIF v_job.lane & 7 = 7 THEN
    o_outcome := 1;
    INSERT INTO {s}.cancels(seq, reason) VALUES (v_seq, p_reason) ON CONFLICT DO NOTHING;
    UPDATE {s}.live SET flags = flags | 64 WHERE seq = v_seq;
  ELSE
    o_outcome := 0;
    DELETE FROM {s}.live WHERE seq = v_seq;
    PERFORM {s}.file(v_job, 5, p_now, 0, p_reason, NULL, NULL), {s}.tell(p_now, 5, ARRAY[v_seq]),
      {s}.count_move(v_job.lane >> 3, CASE WHEN v_job.lane & 7 = 6 THEN 0 ELSE 1 END, 5, 1);
    IF v_job.flags & 16 <> 0 THEN
      o_hints := {s}.release_children(p_now, ARRAY[v_seq], ARRAY[false]);
    END IF;
  END IF;
END $rota$;

CREATE FUNCTION {s}.cancel_jobs(p_ids text[], p_reason text, OUT o_outcomes int[], OUT o_hints int[]) LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
  v_one record;
BEGIN
  FOR v_place IN 1..coalesce(cardinality(p_ids), 0) LOOP
    SELECT * INTO v_one FROM {s}.cancel_one(v_now, p_ids[v_place], p_reason);
    o_outcomes := o_outcomes || v_one.o_outcome;
    o_hints := o_hints || v_one.o_hints;
  END LOOP;
END $rota$;

-- Makes jobs due at once. Outcome of each: 0 retried, 1 pending, 2 running, 3 duplicate, 4 unknown.
CREATE FUNCTION {s}.retry_jobs(p_ids text[], OUT o_outcomes int[], OUT o_hints int[]) LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
  v_body {s}.bodies;
  v_job {s}.live;
  v_outcome int;
BEGIN
  FOR v_place IN 1..coalesce(cardinality(p_ids), 0) LOOP
    SELECT * INTO v_body FROM {s}.bodies WHERE id = p_ids[v_place];
    IF NOT FOUND THEN
      v_outcome := 4;
    ELSE
      SELECT * INTO v_job FROM {s}.live WHERE seq = v_body.seq FOR UPDATE;
      IF NOT FOUND THEN
        v_outcome := {s}.reopen(v_now, v_body);
      ELSIF v_job.lane & 7 = 7 THEN
        v_outcome := 2;
      ELSIF v_job.lane & 7 = 6 OR v_job.visible_at <= v_now THEN
        v_outcome := 1;
      ELSE
        v_outcome := 0;
        UPDATE {s}.live SET visible_at = v_now, due_at = v_now WHERE seq = v_body.seq;
      END IF;
    END IF;
    IF v_outcome = 0 THEN
      o_hints := o_hints || v_body.kind;
    END IF;
    o_outcomes := o_outcomes || v_outcome;
  END LOOP;
END $rota$;

-- Makes a finished job pending again, under a larger fence and with all its tries.
CREATE FUNCTION {s}.reopen(p_now bigint, p_body {s}.bodies) RETURNS int LANGUAGE plpgsql AS $rota$
DECLARE
  v_old {s}.outcomes;
BEGIN
  SELECT * INTO v_old FROM {s}.outcomes WHERE seq = p_body.seq FOR UPDATE;
  IF NOT FOUND THEN
    -- Somebody reopened or deleted it in this instant.
    PERFORM 1 FROM {s}.bodies WHERE seq = p_body.seq;
    RETURN CASE WHEN FOUND THEN 1 ELSE 4 END;
  END IF;
  IF p_body.unique_key IS NOT NULL AND {s}.take_key(p_body.unique_key, p_body.seq) IS NOT NULL THEN
    RETURN 3;
  END IF;
  DELETE FROM {s}.outcomes WHERE seq = p_body.seq;
  INSERT INTO {s}.live(seq, visible_at, due_at, lane, fence, settled_fence, tries, iterations, flags, priority)
  VALUES (p_body.seq, p_now, p_now, p_body.kind * 8 + p_body.priority, v_old.fence + 1, v_old.settled_fence, 0, v_old.iterations,
    v_old.flags | CASE WHEN p_body.unique_key IS NULL THEN 0 ELSE 1 END, p_body.priority);
  PERFORM {s}.count_move(p_body.kind, v_old.shelf & 7, 1, 1), {s}.tell(p_now, 1, ARRAY[p_body.seq]);
  RETURN 0;
END $rota$;

-- Removes jobs. Outcome of each: 0 deleted, 1 running, 2 unknown.
CREATE FUNCTION {s}.delete_jobs(p_ids text[], OUT o_outcomes int[], OUT o_hints int[]) LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
  v_seq bigint;
  v_lane int;
  v_flags int;
  v_outcome int;
BEGIN
  FOR v_place IN 1..coalesce(cardinality(p_ids), 0) LOOP
    v_outcome := 2;
    SELECT seq INTO v_seq FROM {s}.bodies WHERE id = p_ids[v_place];
    IF FOUND THEN
      SELECT lane, flags INTO v_lane, v_flags FROM {s}.live WHERE seq = v_seq FOR UPDATE;
      IF NOT FOUND THEN
        SELECT shelf, flags INTO v_lane, v_flags FROM {s}.outcomes WHERE seq = v_seq FOR UPDATE;
        IF FOUND THEN
          v_outcome := 0;
          PERFORM {s}.count_move(v_lane >> 3, v_lane & 7, NULL, 1);
        END IF;
      ELSIF v_lane & 7 = 7 THEN
        v_outcome := 1;
      ELSE
        v_outcome := 0;
        PERFORM {s}.count_move(v_lane >> 3, CASE WHEN v_lane & 7 = 6 THEN 0 ELSE 1 END, NULL, 1);
      END IF;
    END IF;
    IF v_outcome = 0 THEN
      IF v_flags & 16 <> 0 THEN
        o_hints := o_hints || {s}.release_children(v_now, ARRAY[v_seq], ARRAY[false]);
      END IF;
      PERFORM {s}.remove_jobs(v_now, ARRAY[v_seq], v_flags);
    END IF;
    o_outcomes := o_outcomes || v_outcome;
  END LOOP;
END $rota$;

-- Removes what is on record of jobs, whoever calls having counted them out. p_flags: whatever any of them has.
CREATE FUNCTION {s}.remove_jobs(p_now bigint, p_seqs bigint[], p_flags int) RETURNS void LANGUAGE plpgsql AS $rota$
BEGIN
  INSERT INTO {s}.tombstones(seq, kind, id) SELECT seq, kind, id FROM {s}.bodies WHERE seq = ANY (p_seqs);
  IF p_flags & 1 <> 0 THEN
    DELETE FROM {s}.uniques u USING {s}.bodies b WHERE b.seq = ANY (p_seqs) AND u.key = b.unique_key AND u.seq = b.seq;
  END IF;
  DELETE FROM {s}.live WHERE seq = ANY (p_seqs);
  DELETE FROM {s}.outcomes WHERE seq = ANY (p_seqs);
  DELETE FROM {s}.bodies WHERE seq = ANY (p_seqs);
  IF p_flags & 2 <> 0 THEN
    DELETE FROM {s}.params WHERE seq = ANY (p_seqs);
  END IF;
  IF p_flags & 32 <> 0 THEN
    DELETE FROM {s}.errors WHERE seq = ANY (p_seqs);
  END IF;
  IF p_flags & 4 <> 0 THEN
    DELETE FROM {s}.progress WHERE seq = ANY (p_seqs);
    DELETE FROM {s}.logs WHERE seq = ANY (p_seqs);
    DELETE FROM {s}.steps WHERE seq = ANY (p_seqs);
  END IF;
  IF p_flags & 256 <> 0 THEN
    DELETE FROM {s}.edges WHERE child = ANY (p_seqs);
  END IF;
  IF p_flags & 16 <> 0 THEN
    DELETE FROM {s}.edges WHERE parent = ANY (p_seqs);
  END IF;
  PERFORM {s}.tell(p_now, 6, p_seqs);
END $rota$;

-- The first numbers of running jobs of some kinds. All that runs is read, which is little; the planner would walk over all that waits,
-- in the order of the numbers, if it were shown that this order is asked for.
CREATE FUNCTION {s}.running_jobs(p_kinds int[], p_after bigint, p_limit int) RETURNS SETOF bigint LANGUAGE sql STABLE {settings} AS $rota$
  SELECT l.seq FROM unnest(p_kinds) k(kind) CROSS JOIN LATERAL (
    SELECT seq FROM {s}.live WHERE lane = k.kind * 8 + 7 ORDER BY visible_at, seq OFFSET 0) l
  WHERE l.seq > p_after ORDER BY l.seq LIMIT p_limit
$rota$;
`
