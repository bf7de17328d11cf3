import { JOB_PARAMS, PUT_JOBS_OF } from './job-params.js'

/**
 * Settlements as arrays. Codes: 1 complete, 2 retry, 3 snooze, 4 release, 5 again, 6 fail without a try, 7 fail with one, 8 cancel.
 * `p_values` and `p_value_notes`: the result or the next params; `p_texts`: the error or the reason; `p_plain`: places of
 * completions that come first under their receipt; `p_owners`: the place of the settlement that each follow-up belongs to.
 */
export const SETTLE_PARAMS = `p_seqs bigint[], p_fences int[], p_codes smallint[], p_again_at bigint[], p_again_in bigint[], p_values text[],
  p_value_notes text[], p_texts text[], p_failures smallint[], p_plain boolean, p_owners int[], ${JOB_PARAMS}`

export const SETTLE_FUNCTIONS = `
-- Resolves the edges to jobs that have ended, or are about to be deleted. Those that fail with them pass that on at once.
CREATE FUNCTION {s}.release_children(p_now bigint, p_parents bigint[], p_completed boolean[]) RETURNS int[] LANGUAGE plpgsql AS $rota$
DECLARE
  v_at int := 1;
  v_edge record;
  v_job {s}.live;
  v_pending bigint[] := '{}';
  v_stranded bigint[] := '{}';
  v_hints int[];
BEGIN
  WHILE v_at <= cardinality(p_parents) LOOP
    FOR v_edge IN
      WITH resolved AS (UPDATE {s}.edges SET resolved = true WHERE parent = p_parents[v_at] AND NOT resolved RETURNING child, run_anyway)
      SELECT * FROM resolved ORDER BY child
    LOOP
      IF p_completed[v_at] OR v_edge.run_anyway THEN
        UPDATE {s}.live SET waits = waits - 1 WHERE seq = v_edge.child AND lane & 7 = 6 RETURNING * INTO v_job;
        CONTINUE WHEN NOT FOUND OR v_job.waits > 0;
        UPDATE {s}.live SET waits = NULL, lane = (lane & ~7) + priority, due_at = greatest(due_at, p_now), visible_at = greatest(due_at, p_now)
        WHERE seq = v_edge.child;
        v_pending := v_pending || v_edge.child;
        v_hints := v_hints || (v_job.lane >> 3);
        PERFORM {s}.count_move(v_job.lane >> 3, 0, 1, 1);
      ELSE
        DELETE FROM {s}.live WHERE seq = v_edge.child AND lane & 7 = 6 RETURNING * INTO v_job;
        CONTINUE WHEN NOT FOUND;
        PERFORM {s}.file(v_job, 4, p_now, 4, NULL, NULL, NULL), {s}.count_move(v_job.lane >> 3, 0, 4, 1);
        v_stranded := v_stranded || v_edge.child;
        IF v_job.flags & 16 <> 0 THEN
          p_parents := p_parents || v_edge.child;
          p_completed := p_completed || false;
        END IF;
      END IF;
    END LOOP;
    v_at := v_at + 1;
  END LOOP;
  PERFORM {s}.tell(p_now, 1, v_pending), {s}.tell(p_now, 4, v_stranded);
  RETURN v_hints;
END $rota$;

-- Plain completions, which are nearly all: files them together, and gives the places of those that were not lost.
CREATE FUNCTION {s}.complete_plain(p_now bigint, p_seqs bigint[], p_fences int[], p_codes smallint[], p_values text[], p_value_notes text[],
  OUT o_places int[], OUT o_hints int[]) LANGUAGE plpgsql AS $rota$
BEGIN
  WITH gone AS (
    DELETE FROM {s}.live l
    USING unnest(p_seqs, p_fences, p_codes, p_values, p_value_notes) WITH ORDINALITY s(seq, fence, code, result, note, place)
    WHERE s.code = 1 AND l.seq = s.seq AND l.fence = s.fence AND l.lane & 7 = 7 AND l.flags & (16 | 64) = 0
    RETURNING l.seq, l.lane, l.fence, l.tries, l.iterations, l.flags, s.result, s.note, s.place),
  filed AS (
    INSERT INTO {s}.outcomes(seq, finished_at, shelf, fence, settled_fence, tries, iterations, flags, failure, result, note)
    SELECT seq, p_now, (lane & ~7) + 3, fence, fence, tries, iterations, flags & ~(1 | 128), 0, result, note FROM gone),
  freed AS (
    DELETE FROM {s}.uniques u USING gone g JOIN {s}.bodies b ON b.seq = g.seq
    WHERE g.flags & 1 <> 0 AND u.key = b.unique_key AND u.seq = b.seq),
  counted AS (
    INSERT INTO {s}.deltas(slot, count, total)
    SELECT g.slot + m.slot, m.sign * g.jobs, m.entered * g.jobs FROM (SELECT lane & ~7 AS slot, count(*) AS jobs FROM gone GROUP BY lane) g
    CROSS JOIN (VALUES (2, -1, 0), (3, 1, 1)) m(slot, sign, entered)),
  told AS (
    INSERT INTO {s}.happened(at, state, seqs) SELECT p_now, 3, array_agg(seq ORDER BY place) FROM gone HAVING count(*) > 0)
  SELECT array_agg(place), array_agg(DISTINCT lane >> 3) INTO o_places, o_hints FROM gone;
END $rota$;

-- Records how one attempt ended, whatever that brings with it. o_won: its follow-ups are to be made.
CREATE FUNCTION {s}.settle_one(p_now bigint, p_seq bigint, p_fence int, p_code int, p_again bigint, p_value text, p_value_note text,
  p_text text, p_failure int, OUT o_settled boolean, OUT o_won boolean, OUT o_hints int[]) LANGUAGE plpgsql AS $rota$
DECLARE
  v_job {s}.live;
  v_state int;
BEGIN
  o_won := false;
  SELECT * INTO v_job FROM {s}.live WHERE seq = p_seq FOR UPDATE;
  IF NOT FOUND THEN
    SELECT settled_fence = p_fence INTO o_settled FROM {s}.outcomes WHERE seq = p_seq;
    o_settled := coalesce(o_settled, false);
    RETURN;
  END IF;
  IF v_job.lane & 7 <> 7 OR v_job.fence <> p_fence THEN
    o_settled := v_job.settled_fence = p_fence AND p_fence > 0;
    RETURN;
  END IF;
  o_settled := true;
  v_job.settled_fence := p_fence;
  o_hints := ARRAY[v_job.lane >> 3];
  IF v_job.flags & 64 <> 0 THEN
    DELETE FROM {s}.live WHERE seq = p_seq;
    o_hints := o_hints || {s}.end_called_off(v_job, p_now);
    RETURN;
  END IF;
  o_won := true;
  IF p_code IN (2, 6, 7) AND p_text IS NOT NULL THEN
    PERFORM {s}.note_error(p_now, p_seq, p_text, v_job.flags & 32 <> 0);
    v_job.flags := v_job.flags | 32;
  END IF;
  IF p_code IN (2, 7) THEN
    v_job.tries := v_job.tries + 1;
  END IF;
  IF p_code IN (1, 6, 7, 8) THEN
    v_state := CASE p_code WHEN 1 THEN 3 WHEN 8 THEN 5 ELSE 4 END;
    DELETE FROM {s}.live WHERE seq = p_seq;
    PERFORM {s}.file(v_job, v_state, p_now, CASE WHEN v_state = 4 THEN p_failure ELSE 0 END,
        CASE WHEN p_code = 8 THEN p_text END, p_value, p_value_note),
      {s}.count_move(v_job.lane >> 3, 2, v_state, 1), {s}.tell(p_now, v_state, ARRAY[p_seq]);
    IF v_job.flags & 16 <> 0 THEN
      o_hints := o_hints || {s}.release_children(p_now, ARRAY[p_seq], ARRAY[v_state = 3]);
    END IF;
    RETURN;
  END IF;
  IF p_code = 5 THEN
    INSERT INTO {s}.params(seq, payload, note) VALUES (p_seq, p_value, p_value_note)
    ON CONFLICT (seq) DO UPDATE SET payload = excluded.payload, note = excluded.note;
    v_job.tries := 0;
    v_job.iterations := v_job.iterations + 1;
    v_job.flags := v_job.flags | 2;
  END IF;
  -- What was learned about the job clears it of suspicion; to be given back teaches nothing.
  IF p_code <> 4 THEN
    v_job.flags := v_job.flags & ~128;
    v_job.due_at := p_again;
  END IF;
  UPDATE {s}.live SET visible_at = v_job.due_at, due_at = v_job.due_at, settled_fence = p_fence, tries = v_job.tries,
    iterations = v_job.iterations, flags = v_job.flags, worker = NULL,
    lane = (lane & ~7) + CASE WHEN v_job.flags & 128 <> 0 THEN 0 ELSE priority END
  WHERE seq = p_seq;
  PERFORM {s}.count_move(v_job.lane >> 3, 2, 1, 1), {s}.tell(p_now, 1, ARRAY[p_seq]);
END $rota$;

CREATE FUNCTION {s}.note_error(p_now bigint, p_seq bigint, p_error text, p_more boolean) RETURNS void LANGUAGE plpgsql AS $rota$
BEGIN
  INSERT INTO {s}.errors(seq, at, error) VALUES (p_seq, p_now, p_error);
  IF p_more THEN
    DELETE FROM {s}.errors WHERE seq = p_seq AND id <= (SELECT id FROM {s}.errors WHERE seq = p_seq ORDER BY id DESC LIMIT 1 OFFSET 10);
  END IF;
END $rota$;

-- Outcomes by place: 1 settled, 0 lost; null: all settled.
CREATE FUNCTION {s}.settle_all(p_now bigint, ${SETTLE_PARAMS}, OUT o_outcomes smallint[], OUT o_hints int[]) LANGUAGE plpgsql AS $rota$
DECLARE
  v_now bigint := p_now;
  v_count int := coalesce(cardinality(p_seqs), 0);
  v_done int[];
  v_won boolean[];
  v_one record;
  v_put record;
  v_touched int[];
BEGIN
  IF v_count = 0 THEN
    RETURN;
  END IF;
  IF p_plain THEN
    SELECT * INTO v_done, v_touched FROM {s}.complete_plain(p_now, p_seqs, p_fences, p_codes, p_values, p_value_notes);
    -- The end of a lease lets somebody start another job only where there is a limit.
    PERFORM 1 FROM {s}.queues WHERE concurrency IS NOT NULL;
    IF FOUND THEN
      o_hints := v_touched;
    END IF;
  END IF;
  IF coalesce(cardinality(v_done), 0) = v_count AND p_owners IS NULL THEN
    RETURN;
  END IF;
  o_outcomes := array_fill(0::smallint, ARRAY[v_count]);
  v_won := array_fill(false, ARRAY[v_count]);
  FOR v_at IN 1..coalesce(cardinality(v_done), 0) LOOP
    o_outcomes[v_done[v_at]] := 1;
    v_won[v_done[v_at]] := true;
  END LOOP;
  FOR v_place IN 1..v_count LOOP
    IF p_seqs[v_place] IS NOT NULL AND NOT v_won[v_place] THEN
      SELECT * INTO v_one FROM {s}.settle_one(p_now, p_seqs[v_place], p_fences[v_place], abs(p_codes[v_place]),
        coalesce(p_again_at[v_place], p_now + p_again_in[v_place]), p_values[v_place], p_value_notes[v_place],
        p_texts[v_place], p_failures[v_place]);
      o_outcomes[v_place] := v_one.o_settled::int;
      v_won[v_place] := v_one.o_won;
      o_hints := o_hints || v_one.o_hints;
    END IF;
  END LOOP;
  IF p_owners IS NOT NULL THEN
    SELECT p.* INTO v_put FROM ${PUT_JOBS_OF('v_won[j.owner]')};
    o_hints := o_hints || v_put.o_hints;
  END IF;
END $rota$;

CREATE FUNCTION {s}.settle_jobs(${SETTLE_PARAMS}, OUT o_outcomes smallint[], OUT o_hints int[]) LANGUAGE plpgsql {settings} AS $rota$
BEGIN
  SELECT * INTO o_outcomes, o_hints FROM {s}.settle_all({s}.now_ms(), p_seqs, p_fences, p_codes, p_again_at, p_again_in, p_values,
    p_value_notes, p_texts, p_failures, p_plain, p_owners, p_kinds, p_priorities, p_due_at, p_due_in, p_deadlines, p_max_tries, p_ids,
    p_keys, p_ticks, p_payloads, p_notes, p_headers, p_parents);
END $rota$;

-- Moves the ends of leases; places that are not told are lost.
CREATE FUNCTION {s}.extend_leases(p_seqs bigint[], p_fences int[], p_lease bigint) RETURNS TABLE(seq bigint, fence int, called_off boolean)
LANGUAGE plpgsql {settings} AS $rota$
#variable_conflict use_column
DECLARE
  v_now bigint := {s}.now_ms();
BEGIN
  -- In one order for all callers, so that no two wait for each other.
  PERFORM 1 FROM {s}.live l WHERE l.seq = ANY (p_seqs) ORDER BY l.seq FOR UPDATE;
  RETURN QUERY UPDATE {s}.live l SET visible_at = v_now + p_lease
    FROM unnest(p_seqs, p_fences) r(seq, fence) WHERE l.seq = r.seq AND l.fence = r.fence AND l.lane & 7 = 7
    RETURNING l.seq, l.fence, l.flags & 64 <> 0;
END $rota$;

-- What one running attempt tells; false: its lease is not live.
CREATE FUNCTION {s}.record_report(p_seq bigint, p_fence int, p_report json) RETURNS boolean LANGUAGE plpgsql AS $rota$
DECLARE
  v_kept bigint := 0;
  v_line record;
BEGIN
  UPDATE {s}.live SET flags = flags | 4 WHERE seq = p_seq AND fence = p_fence AND lane & 7 = 7;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF p_report -> 'progress' IS NOT NULL THEN
    INSERT INTO {s}.progress(seq, json, note) VALUES (p_seq, p_report -> 'progress' ->> 'json', p_report -> 'progress' ->> 'note')
    ON CONFLICT (seq) DO UPDATE SET json = excluded.json, note = excluded.note;
  END IF;
  INSERT INTO {s}.steps(seq, key, json, note)
  SELECT DISTINCT ON (x ->> 'key') p_seq, x ->> 'key', x -> 'value' ->> 'json', x -> 'value' ->> 'note'
  FROM json_array_elements(p_report -> 'steps') WITH ORDINALITY s(x, place) ORDER BY x ->> 'key', place DESC
  ON CONFLICT (seq, key) DO UPDATE SET json = excluded.json, note = excluded.note;
  IF json_array_length(p_report -> 'logs') > 0 THEN
    INSERT INTO {s}.logs(seq, at, level, message)
    SELECT p_seq, (x ->> 'at')::bigint, x ->> 'level', x ->> 'message' FROM json_array_elements(p_report -> 'logs') x;
    FOR v_line IN SELECT id, octet_length(message) AS bytes FROM {s}.logs WHERE seq = p_seq ORDER BY id DESC LOOP
      v_kept := v_kept + v_line.bytes;
      IF v_kept > 65536 THEN
        DELETE FROM {s}.logs WHERE seq = p_seq AND id <= v_line.id;
        EXIT;
      END IF;
    END LOOP;
  END IF;
  RETURN true;
END $rota$;

CREATE FUNCTION {s}.record_reports(p_seqs bigint[], p_fences int[], p_reports text[]) RETURNS boolean[] LANGUAGE sql {settings} AS $rota$
  SELECT array_agg(coalesce({s}.record_report(r.seq, r.fence, r.report::json), false) ORDER BY r.place)
  FROM unnest(p_seqs, p_fences, p_reports) WITH ORDINALITY r(seq, fence, report, place)
$rota$;
`
