/** How much of each lane a claim takes. */
export const SHARE_FUNCTIONS = `
-- How many jobs the fleet may start of each queue, by its settings; null: as many as it likes. Claims of a queue with a limit
-- go one after the other from here to their commit.
CREATE FUNCTION {s}.fleet_rooms(p_queues text[], p_lock boolean) RETURNS bigint[] LANGUAGE plpgsql AS $rota$
DECLARE
  v_rooms bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_queues)]);
  v_queue record;
BEGIN
  IF p_lock THEN
    PERFORM 1 FROM {s}.queues WHERE name = ANY (p_queues) AND concurrency IS NOT NULL AND NOT paused ORDER BY name FOR UPDATE;
  END IF;
  FOR v_queue IN
    SELECT array_position(p_queues, q.name) AS place, q.name, q.paused, q.concurrency FROM {s}.queues q
    WHERE q.name = ANY (p_queues) AND (q.paused OR q.concurrency IS NOT NULL)
  LOOP
    v_rooms[v_queue.place] := CASE WHEN v_queue.paused THEN 0 ELSE greatest(0, v_queue.concurrency - (
      SELECT count(*) FROM {s}.kinds k JOIN {s}.live l ON l.lane = k.id * 8 + 7 WHERE k.queue = v_queue.name)) END;
  END LOOP;
  RETURN v_rooms;
END $rota$;

-- The same turns where each queue has one lane, and as if each had enough jobs: nobody need look first. null: a queue has more lanes.
CREATE FUNCTION {s}.even_shares(p_queues int[], p_rooms bigint[], p_limit int) RETURNS int[] LANGUAGE plpgsql AS $rota$
DECLARE
  v_lanes int := cardinality(p_queues);
  v_shares int[];
BEGIN
  IF (SELECT count(DISTINCT q) FROM unnest(p_queues) q) < v_lanes THEN
    RETURN NULL;
  END IF;
  SELECT array_agg(least(p_limit / v_lanes + CASE WHEN t.turn <= p_limit % v_lanes THEN 1 ELSE 0 END, coalesce(p_rooms[t.queue], p_limit))::int
    ORDER BY t.place) INTO v_shares
  FROM (SELECT q.queue, q.place, row_number() OVER (ORDER BY q.queue) AS turn FROM unnest(p_queues) WITH ORDINALITY q(queue, place)) t;
  RETURN v_shares;
END $rota$;

-- Divides a claim of so many jobs over lanes of one priority: queues take turns, one job each; within a queue the oldest comes first.
CREATE FUNCTION {s}.share(p_now bigint, p_lanes int[], p_queues int[], p_heads bigint[], p_rooms bigint[], p_limit int)
RETURNS int[]
LANGUAGE plpgsql AS $rota$
DECLARE
  v_lanes int := cardinality(p_lanes);
  v_queues int := (SELECT count(DISTINCT q) FROM unnest(p_queues) q);
  v_depth int := p_limit;
  v_shares int[];
BEGIN
  IF v_lanes = 1 THEN
    RETURN ARRAY[least(p_limit, coalesce(p_rooms[p_queues[1]], p_limit))];
  END IF;
  IF p_limit > 2 * v_lanes THEN
    v_depth := 3 * p_limit / (2 * v_lanes) + 1;
  END IF;
  LOOP
    IF v_queues = 1 THEN
      SELECT array_agg(s.jobs ORDER BY s.place) INTO v_shares FROM (
        SELECT l.place, count(taken.place)::int AS jobs
        FROM generate_series(1, v_lanes) l(place) LEFT JOIN (
          SELECT a.place FROM unnest(p_lanes, p_heads) WITH ORDINALITY a(lane, head, place)
          CROSS JOIN LATERAL (SELECT visible_at, seq FROM {s}.live WHERE lane = a.lane AND visible_at >= a.head AND visible_at <= p_now
            ORDER BY visible_at, seq LIMIT v_depth) h
          ORDER BY h.visible_at, h.seq LIMIT least(p_limit, coalesce(p_rooms[p_queues[1]], p_limit))) taken ON taken.place = l.place
        GROUP BY l.place) s;
    ELSE
    SELECT array_agg(s.jobs ORDER BY s.place) INTO v_shares FROM (
      SELECT l.place, count(taken.lane)::int AS jobs
      FROM generate_series(1, v_lanes) l(place) LEFT JOIN (
        SELECT ranked.lane, ranked.place FROM (
          SELECT h.lane, a.place, a.queue, row_number() OVER (PARTITION BY a.queue ORDER BY h.visible_at, h.seq) AS turn
          FROM unnest(p_lanes, p_queues, p_heads) WITH ORDINALITY a(lane, queue, head, place)
          CROSS JOIN LATERAL (SELECT lane, visible_at, seq FROM {s}.live WHERE lane = a.lane AND visible_at >= a.head AND visible_at <= p_now
            ORDER BY visible_at, seq LIMIT v_depth) h) ranked
        WHERE ranked.turn <= coalesce(p_rooms[ranked.queue], p_limit)
        ORDER BY ranked.turn, ranked.queue LIMIT p_limit) taken ON taken.place = l.place
      GROUP BY l.place) s;
    END IF;
    -- A lane of which everything that was looked at is taken may have more that comes before what others gave.
    EXIT WHEN v_depth >= p_limit OR NOT v_depth = ANY (v_shares);
    v_depth := p_limit;
  END LOOP;
  RETURN v_shares;
END $rota$;
`
