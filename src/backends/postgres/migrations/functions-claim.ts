import { LIST_END } from '../text-lists.js'

/**
 * Lends the first jobs of lanes, `lanes`, `heads` and `shares` being arrays, at most `limit`. Before the head of a lane lie only rows
 * that are gone, which nobody need look at again. Not a function: rows that pass through one
 * more function cost 2 microseconds each. A row that was locked here does not move, so it is found by its place.
 *
 * What is told of the jobs is gathered by column: a row of twelve columns for each costs the server and the driver 5 microseconds more.
 */
const LEND = (lanes: string, heads: string, shares: string, limit: string): string => `
  WITH picked AS (
    SELECT h.place FROM unnest(${lanes}, ${heads}, ${shares}) a(lane, head, jobs) CROSS JOIN LATERAL (
      SELECT ctid AS place, seq, visible_at FROM {s}.live WHERE lane = a.lane AND visible_at >= a.head AND visible_at <= v_now
      ORDER BY visible_at, seq LIMIT a.jobs FOR UPDATE SKIP LOCKED) h
    ORDER BY h.visible_at, h.seq LIMIT ${limit}),
  lent AS (
    UPDATE {s}.live l SET lane = l.lane | 7, visible_at = v_now + p_lease, fence = l.fence + 1, worker = p_worker
    FROM picked WHERE l.ctid = picked.place RETURNING l.*),
  counted AS (
    INSERT INTO {s}.deltas(slot, count, total)
    SELECT g.slot + m.slot, m.sign * g.jobs, m.entered * g.jobs FROM (SELECT lane & ~7 AS slot, count(*) AS jobs FROM lent GROUP BY lane) g
    CROSS JOIN (VALUES (1, -1, 0), (2, 1, 1)) m(slot, sign, entered)),
  told AS (
    INSERT INTO {s}.happened(at, state, seqs)
    SELECT v_now, 2, array_agg(seq ORDER BY due_at, seq) FROM lent HAVING count(*) > 0)
  SELECT count(*), array_agg(ARRAY[x.seq, x.fence, x.due_at, x.lane >> 3, x.priority, x.tries, x.iterations, x.flags, x.enqueued_at]),
    string_agg(x.id, ${LIST_END}), string_agg(coalesce(x.payload, ''), ${LIST_END}), string_agg(x.extras, ',')
  INTO v_rows, v_numbers, v_ids, v_payloads, v_extras
  FROM (
    SELECT lent.*, b.id, b.enqueued_at,
      CASE WHEN lent.flags & 2 = 0 THEN b.payload ELSE (SELECT m.payload FROM {s}.params m WHERE m.seq = lent.seq) END AS payload,
      CASE WHEN lent.flags & 2 <> 0 OR b.note IS NOT NULL OR b.headers IS NOT NULL OR b.deadline IS NOT NULL OR b.max_tries IS NOT NULL
          OR b.tick IS NOT NULL THEN json_build_array(lent.seq,
            CASE WHEN lent.flags & 2 = 0 THEN b.note ELSE (SELECT m.note FROM {s}.params m WHERE m.seq = lent.seq) END,
            b.headers, b.deadline, b.max_tries, b.tick)::text END AS extras
    FROM lent JOIN {s}.bodies b ON b.seq = lent.seq ORDER BY lent.due_at, lent.seq) x`

/** Adds what was lent just now to what the claim tells. */
const TELL_LENT = `IF v_rows > 0 THEN
      o_numbers := o_numbers || v_numbers;
      o_ids := concat_ws(${LIST_END}, o_ids, v_ids);
      o_payloads := concat_ws(${LIST_END}, o_payloads, v_payloads);
      o_extras := coalesce(o_extras || ',' || v_extras, o_extras, v_extras);
      v_left := v_left - v_rows;
    END IF;`

export const CLAIM_FUNCTIONS = `
-- Takes back leases that ended between two instants, of some kinds. Their jobs wait among the suspects from here on.
CREATE FUNCTION {s}.sweep(p_now bigint, p_from bigint, p_kinds int[], p_limit int, OUT o_swept int, OUT o_hints int[])
LANGUAGE plpgsql AS $rota$
DECLARE
  v_seqs bigint[];
  v_back bigint[];
  v_job {s}.live;
BEGIN
  v_seqs := ARRAY(
    SELECT l.seq FROM unnest(p_kinds) k(kind) CROSS JOIN LATERAL (
      SELECT seq FROM {s}.live WHERE lane = k.kind * 8 + 7 AND visible_at > p_from AND visible_at <= p_now
      ORDER BY visible_at, seq LIMIT p_limit FOR UPDATE SKIP LOCKED) l
    LIMIT p_limit);
  o_swept := cardinality(v_seqs);
  IF o_swept = 0 THEN
    RETURN;
  END IF;
  -- A job that had lost a lease before was alone with its worker; the neighbours of the others are suspects, not culprits.
  WITH back AS (
    UPDATE {s}.live SET lane = lane & ~7, due_at = visible_at, fence = fence + 1, worker = NULL,
      tries = tries + (flags & 128) / 128, flags = flags | 128
    WHERE seq = ANY (v_seqs) AND flags & 64 = 0 RETURNING seq, lane),
  counted AS (
    INSERT INTO {s}.deltas(slot, count, total)
    SELECT lane + m.slot, m.sign * count(*), m.entered * count(*)
    FROM back CROSS JOIN (VALUES (2, -1, 0), (1, 1, 1)) m(slot, sign, entered) GROUP BY lane, m.slot, m.sign, m.entered)
  SELECT array_agg(seq), array_agg(DISTINCT lane >> 3) INTO v_back, o_hints FROM back;
  PERFORM {s}.tell(p_now, 1, v_back);
  -- A cancel that was acknowledged must not start again.
  FOR v_job IN DELETE FROM {s}.live WHERE seq = ANY (v_seqs) AND flags & 64 <> 0 RETURNING * LOOP
    v_job.fence := v_job.fence + 1;
    o_hints := o_hints || (v_job.lane >> 3) || {s}.end_called_off(v_job, p_now);
  END LOOP;
END $rota$;

-- Ends a running job that was called off, and lets its children go; gives the kinds that became claimable by it.
CREATE FUNCTION {s}.end_called_off(p_job {s}.live, p_now bigint) RETURNS int[] LANGUAGE plpgsql AS $rota$
BEGIN
  PERFORM {s}.file(p_job, 5, p_now, 0, (SELECT reason FROM {s}.cancels WHERE seq = p_job.seq), NULL, NULL),
    {s}.count_move(p_job.lane >> 3, 2, 5, 1), {s}.tell(p_now, 5, ARRAY[p_job.seq]);
  IF p_job.flags & 16 = 0 THEN
    RETURN NULL;
  END IF;
  RETURN {s}.release_children(p_now, ARRAY[p_job.seq], ARRAY[false]);
END $rota$;

-- The call of the port. Numbers of each lease, and its texts in lists; o_extras: what few jobs have, as JSON. p_floors: instants before which nothing alive was found in lanes
-- lately; a snapshot that somebody holds open keeps what is gone in the index, and every claim would walk over all of it. It is a
-- hint that misses what came late: whoever passes it leaves it out once a second. It is given when the walk was long. p_settled: what the settlements of an exchange came to; it is
-- an argument so that they are recorded first, in the same statement.
CREATE FUNCTION {s}.claim_jobs(p_worker text, p_lease bigint, p_queues text[], p_limits bigint[], p_tasks text[], p_limit int,
  p_suspects boolean, p_lowest boolean, p_floor_lanes int[], p_floors bigint[], p_settled json,
  OUT o_numbers bigint[], OUT o_ids text, OUT o_payloads text, OUT o_extras text, OUT o_answer json) LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
  v_swept bigint;
  v_limited boolean;
  v_walked bigint := 0;
  v_all_lanes int[];
  v_all_heads bigint[];
  v_lease bigint;
  v_priorities int[];
  v_priority int;
  v_left int := p_limit;
  v_kinds int[];
  v_kind_queues int[];
  v_rooms bigint[] := p_limits;
  v_fleet bigint[];
  v_lanes int[];
  v_lane_queues int[];
  v_heads bigint[];
  v_some_heads bigint[];
  v_some_lanes int[];
  v_some_queues int[];
  v_shares int[];
  v_is_even boolean;
  v_rows int;
  v_numbers bigint[];
  v_ids text;
  v_payloads text;
  v_extras text;
  v_hints int[];
  v_next bigint;
  v_more boolean := false;
  v_alone boolean := false;
BEGIN
  SELECT array_agg(k.id), array_agg(q.place) INTO v_kinds, v_kind_queues
  FROM unnest(p_queues) WITH ORDINALITY q(queue, place) JOIN {s}.kinds k ON k.queue = q.queue WHERE k.task = ANY (p_tasks);
  IF v_kinds IS NOT NULL THEN
    SELECT c.swept, EXISTS (SELECT 1 FROM {s}.queues WHERE name = ANY (p_queues) AND (paused OR concurrency IS NOT NULL))
    INTO v_swept, v_limited FROM {s}.clock c;
    PERFORM 1 FROM unnest(v_kinds) k(kind)
    WHERE EXISTS (SELECT 1 FROM {s}.live WHERE lane = k.kind * 8 + 7 AND visible_at > v_swept AND visible_at <= v_now);
    IF FOUND THEN
      SELECT s.o_hints, s.o_swept = 100 INTO v_hints, v_more FROM {s}.sweep(v_now, v_swept, v_kinds, 100) s;
    END IF;
    IF v_limited THEN
      v_fleet := {s}.fleet_rooms(p_queues, true);
      v_rooms := ARRAY(SELECT least(r.room, r.fleet) FROM unnest(p_limits, v_fleet) WITH ORDINALITY r(room, fleet, place) ORDER BY r.place);
    END IF;
    -- The lanes whose first job is due: a step of the index each, whatever lies behind.
    v_walked := pg_stat_get_xact_tuples_returned('{q}.live_lanes'::regclass);
    SELECT array_agg(x.lane), array_agg(x.queue), array_agg(x.head) INTO v_all_lanes, v_lane_queues, v_all_heads FROM (
      SELECT l.lane, l.queue,
        (SELECT visible_at FROM {s}.live WHERE lane = l.lane AND visible_at >= l.floor ORDER BY visible_at, seq LIMIT 1) AS head
      FROM (
        SELECT k.kind * 8 + p.priority AS lane, k.queue, coalesce(f.floor, -9223372036854775808) AS floor
        FROM unnest(v_kinds, v_kind_queues) k(kind, queue) CROSS JOIN generate_series(0, 5) p(priority)
        LEFT JOIN unnest(p_floor_lanes, p_floors) f(lane, floor) ON f.lane = k.kind * 8 + p.priority
        WHERE v_rooms[k.queue] > 0 OFFSET 0) l OFFSET 0) x;
    v_walked := pg_stat_get_xact_tuples_returned('{q}.live_lanes'::regclass) - v_walked;
    SELECT array_agg(x.lane), array_agg(x.queue), array_agg(x.head), array_agg(DISTINCT x.lane & 7)
    INTO v_lanes, v_lane_queues, v_heads, v_priorities
    FROM unnest(v_all_lanes, v_lane_queues, v_all_heads) x(lane, queue, head) WHERE x.head <= v_now;
  END IF;
  IF p_suspects AND v_priorities[1] = 0 THEN
    SELECT array_agg(a.lane), array_agg(a.head) INTO v_some_lanes, v_some_heads
    FROM unnest(v_lanes, v_heads) a(lane, head) WHERE a.lane & 7 = 0;
    ${LEND('v_some_lanes', 'v_some_heads', 'array_fill(1, ARRAY[cardinality(v_some_lanes)])', '1')};
    ${TELL_LENT}
    v_alone := v_rows > 0;
    v_more := v_more OR v_alone;
  END IF;
  IF v_lanes IS NOT NULL AND NOT v_alone THEN
    FOR v_step IN 1..cardinality(v_priorities) LOOP
      v_priority := v_priorities[CASE WHEN p_lowest THEN cardinality(v_priorities) + 1 - v_step ELSE v_step END];
      CONTINUE WHEN v_priority = 0;
      SELECT array_agg(a.lane), array_agg(a.queue), array_agg(a.head) INTO v_some_lanes, v_some_queues, v_some_heads
      FROM unnest(v_lanes, v_lane_queues, v_heads) a(lane, queue, head)
      WHERE a.lane & 7 = v_priority AND v_rooms[a.queue] > 0;
      CONTINUE WHEN v_some_lanes IS NULL;
      v_shares := {s}.even_shares(v_some_queues, v_rooms, v_left);
      LOOP
        v_is_even := v_shares IS NOT NULL;
        IF NOT v_is_even THEN
          v_shares := {s}.share(v_now, v_some_lanes, v_some_queues, v_some_heads, v_rooms, v_left);
        END IF;
        ${LEND('v_some_lanes', 'v_some_heads', 'v_shares', 'v_left')};
        ${TELL_LENT}
        IF cardinality(v_shares) = 1 THEN
          v_shares[1] := v_rows;
        ELSIF v_is_even AND v_rows < (SELECT sum(s) FROM unnest(v_shares) s) THEN
          SELECT array_agg((SELECT count(*) FROM generate_series(1, v_rows) r(place) WHERE v_numbers[r.place][4] = a.lane >> 3)::int ORDER BY a.place)
          INTO v_shares FROM unnest(v_some_lanes) WITH ORDINALITY a(lane, place);
        END IF;
        FOR v_place IN 1..cardinality(v_shares) LOOP
          v_rooms[v_some_queues[v_place]] := v_rooms[v_some_queues[v_place]] - v_shares[v_place];
          v_fleet[v_some_queues[v_place]] := v_fleet[v_some_queues[v_place]] - v_shares[v_place];
        END LOOP;
        -- A lane that had less than its turns leaves them to the others.
        EXIT WHEN NOT v_is_even OR v_left <= 0 OR cardinality(v_shares) = 1;
        v_shares := NULL;
      END LOOP;
      EXIT WHEN v_left <= 0;
    END LOOP;
  END IF;
  v_rows := coalesce(array_length(o_numbers, 1), 0);
  IF v_left = 0 AND p_limit >= 100 THEN
    -- Surely more, or another look to see that there is not: cheaper than to walk over what was just taken.
    v_next := v_now;
  ELSIF v_kinds IS NOT NULL THEN
    v_next := {s}.next_job(v_now, v_kinds, v_kind_queues, v_fleet, v_rooms, p_suspects, v_left = 0 OR v_more);
    IF v_rows > 0 OR v_alone THEN
      v_next := least(v_next, v_now + p_lease);
    ELSIF v_next IS NULL OR v_next > v_now THEN
      v_rows := pg_stat_get_xact_tuples_returned('{q}.live_lanes'::regclass);
      SELECT min(x.head), v_all_lanes || array_agg(x.lane), v_all_heads || array_agg(x.head) INTO v_lease, v_all_lanes, v_all_heads FROM (
        SELECT l.lane, (SELECT visible_at FROM {s}.live WHERE lane = l.lane AND visible_at > l.floor ORDER BY visible_at, seq LIMIT 1) AS head
        FROM (
          SELECT k.kind * 8 + 7 AS lane, greatest(v_now, f.floor - 1) AS floor FROM unnest(v_kinds) k(kind)
          LEFT JOIN unnest(p_floor_lanes, p_floors) f(lane, floor) ON f.lane = k.kind * 8 + 7 OFFSET 0) l OFFSET 0) x
      WHERE x.head IS NOT NULL;
      v_walked := v_walked + pg_stat_get_xact_tuples_returned('{q}.live_lanes'::regclass) - v_rows;
      v_next := least(v_next, v_lease);
    END IF;
  END IF;
  o_answer := json_build_object('now', v_now, 'next', v_next, 'hints', v_hints, 'settled', p_settled,
    'floors', CASE WHEN v_walked > 5000 THEN json_build_array(v_all_lanes,
      ARRAY(SELECT CASE WHEN x.lane & 7 = 7 THEN x.head ELSE least(x.head, v_now) END FROM unnest(v_all_lanes, v_all_heads) x(lane, head))) END);
END $rota$;

-- When a waiting job of these kinds becomes visible next. p_full: the claim ended before the lanes did, so their heads tell; one that
-- took all that was due need not walk over what it has just taken.
CREATE FUNCTION {s}.next_job(p_now bigint, p_kinds int[], p_queues int[], p_fleet bigint[], p_rooms bigint[], p_suspects boolean,
  p_full boolean) RETURNS bigint LANGUAGE sql AS $rota$
  SELECT min(CASE WHEN p_full OR p_rooms[k.queue] <= 0
      THEN (SELECT visible_at FROM {s}.live WHERE lane = k.kind * 8 + p.priority ORDER BY visible_at, seq LIMIT 1)
      ELSE (SELECT visible_at FROM {s}.live WHERE lane = k.kind * 8 + p.priority AND visible_at > p_now ORDER BY visible_at, seq LIMIT 1)
    END)
  FROM unnest(p_kinds, p_queues) k(kind, queue) CROSS JOIN generate_series(CASE WHEN p_suspects THEN 0 ELSE 1 END, 5) p(priority)
  WHERE coalesce(p_fleet[k.queue], 1) > 0
$rota$;

-- The same with the ends of leases, for a beat.
CREATE FUNCTION {s}.next_visible(p_now bigint, p_kinds int[], p_queues int[], p_fleet bigint[]) RETURNS bigint LANGUAGE sql AS $rota$
  SELECT least({s}.next_job(p_now, p_kinds, p_queues, p_fleet, p_fleet, true, true), (
    SELECT min((SELECT visible_at FROM {s}.live WHERE lane = k.kind * 8 + 7 ORDER BY visible_at, seq LIMIT 1)) FROM unnest(p_kinds) k(kind)))
$rota$;
`
