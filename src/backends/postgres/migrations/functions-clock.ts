/** What everything else stands on: the one clock of the store, numbers for kinds, and the end of a job. */
export const CLOCK_FUNCTIONS = `
-- The only place where the store reads a clock.
CREATE FUNCTION {s}.clock_ms() RETURNS bigint LANGUAGE sql VOLATILE AS
$rota$ SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint $rota$;

-- Now. Leases and locks move with a clock that was set back, so that none lives longer than was promised.
CREATE FUNCTION {s}.now_ms() RETURNS bigint LANGUAGE plpgsql AS $rota$
DECLARE
  v_at bigint;
  v_now bigint;
BEGIN
  -- In one statement: the row is read before the clock, so that only a clock that was set can be behind it.
  SELECT c.at, {s}.clock_ms() INTO v_at, v_now FROM {s}.clock c;
  IF v_now < v_at - 1000 THEN
    PERFORM {s}.follow_clock();
  END IF;
  RETURN v_now;
END $rota$;

CREATE FUNCTION {s}.follow_clock() RETURNS void LANGUAGE plpgsql AS $rota$
DECLARE
  v_at bigint;
  v_now bigint;
BEGIN
  SELECT at INTO v_at FROM {s}.clock FOR UPDATE;
  v_now := {s}.clock_ms();
  IF v_now >= v_at - 1000 THEN
    RETURN;
  END IF;
  UPDATE {s}.clock SET at = v_now, swept = 0;
  UPDATE {s}.live SET visible_at = visible_at - (v_at - v_now) WHERE lane & 7 = 7;
  UPDATE {s}.locks SET until = until - (v_at - v_now);
END $rota$;

-- Numbers for pairs of queue and task, in the order of the pairs.
CREATE FUNCTION {s}.intern(p_queues text[], p_tasks text[]) RETURNS SETOF int LANGUAGE plpgsql AS $rota$
BEGIN
  INSERT INTO {s}.kinds(queue, task)
  SELECT DISTINCT p.queue, p.task FROM unnest(p_queues, p_tasks) p(queue, task)
  WHERE NOT EXISTS (SELECT 1 FROM {s}.kinds k WHERE k.queue = p.queue AND k.task = p.task)
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT k.id FROM unnest(p_queues, p_tasks) WITH ORDINALITY p(queue, task, place)
    JOIN {s}.kinds k ON k.queue = p.queue AND k.task = p.task ORDER BY p.place;
END $rota$;

-- So many jobs of a kind have left one slot and entered another; null: none.
CREATE FUNCTION {s}.count_move(p_kind int, p_from int, p_to int, p_jobs int) RETURNS void LANGUAGE sql AS $rota$
  INSERT INTO {s}.deltas(slot, count, total)
  SELECT p_kind * 8 + m.slot, m.count, m.total
  FROM (VALUES (p_from, -p_jobs, 0), (p_to, p_jobs, p_jobs)) m(slot, count, total) WHERE m.slot IS NOT NULL
$rota$;

-- Files a job that has left the live ones; whoever calls lets its children go.
CREATE FUNCTION {s}.file(p_job {s}.live, p_state int, p_now bigint, p_failure int, p_reason text, p_result text, p_note text)
RETURNS void LANGUAGE plpgsql AS $rota$
BEGIN
  INSERT INTO {s}.outcomes(seq, finished_at, shelf, fence, settled_fence, tries, iterations, flags, failure, reason, result, note)
  VALUES (p_job.seq, p_now, (p_job.lane >> 3) * 8 + p_state, p_job.fence, p_job.settled_fence, p_job.tries, p_job.iterations,
    p_job.flags & ~(1 | 64 | 128), p_failure, p_reason, p_result, p_note);
  IF p_job.flags & 1 <> 0 THEN
    DELETE FROM {s}.uniques u USING {s}.bodies b WHERE b.seq = p_job.seq AND u.key = b.unique_key AND u.seq = b.seq;
  END IF;
  IF p_job.flags & 64 <> 0 THEN
    DELETE FROM {s}.cancels WHERE seq = p_job.seq;
  END IF;
END $rota$;

-- Tells that jobs entered a state, if there are any.
CREATE FUNCTION {s}.tell(p_now bigint, p_state int, p_seqs bigint[]) RETURNS void LANGUAGE sql AS $rota$
  INSERT INTO {s}.happened(at, state, seqs) SELECT p_now, p_state, p_seqs WHERE cardinality(p_seqs) > 0
$rota$;
`
