import { SETTINGS, FUNCTIONS_1 } from './functions.js'
import { PUBLIC_FUNCTIONS } from './functions-public.js'
import { SETTLE_PARAMS } from './functions-settle.js'

/**
 * What a transaction of a user holds, nobody else waits for. A pair of queue and task may have several numbers: nothing else lets two
 * transactions put the same one on record without the one waiting for the other. Programs of version 1 go on: their calls are still there.
 */
const TABLES = `
-- The oldest version whose programs can work with this schema.
ALTER TABLE {s}.meta ADD COLUMN oldest int NOT NULL DEFAULT 1;
ALTER TABLE {s}.kinds DROP CONSTRAINT kinds_queue_task_key;
CREATE INDEX kinds_by_name ON {s}.kinds(queue, task);
`

const KINDS = `
-- Numbers for pairs of queue and task, in the order of the pairs. Those that come here commit at once and take turns, so that they find
-- each other's; a transaction of a user does not, and what it has added is added once more.
CREATE OR REPLACE FUNCTION {s}.intern(p_queues text[], p_tasks text[]) RETURNS SETOF int LANGUAGE plpgsql AS $rota$
BEGIN
  PERFORM 1 FROM unnest(p_queues, p_tasks) p(queue, task)
  WHERE NOT EXISTS (SELECT 1 FROM {s}.kinds k WHERE k.queue = p.queue AND k.task = p.task);
  IF FOUND THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('{q}.kinds', 0));
    INSERT INTO {s}.kinds(queue, task)
    SELECT DISTINCT p.queue, p.task FROM unnest(p_queues, p_tasks) p(queue, task)
    WHERE NOT EXISTS (SELECT 1 FROM {s}.kinds k WHERE k.queue = p.queue AND k.task = p.task)
    ORDER BY 1, 2;
  END IF;
  RETURN QUERY SELECT (SELECT min(k.id) FROM {s}.kinds k WHERE k.queue = p.queue AND k.task = p.task)
    FROM unnest(p_queues, p_tasks) WITH ORDINALITY p(queue, task, place) ORDER BY p.place;
END $rota$;

-- The number of one pair, in a transaction that may stay open: it waits for nobody, and nobody waits for it.
CREATE FUNCTION {s}.intern_here(p_queue text, p_task text) RETURNS int LANGUAGE plpgsql AS $rota$
DECLARE
  v_id int := (SELECT min(id) FROM {s}.kinds WHERE queue = p_queue AND task = p_task);
BEGIN
  IF v_id IS NULL THEN
    INSERT INTO {s}.kinds(queue, task) VALUES (p_queue, p_task) RETURNING id INTO v_id;
  END IF;
  RETURN v_id;
END $rota$;
`

const PARENTS = `
-- Notes on a job that another waits for it; how it ended, or null while it is live. From the second child on it is only kept from ending,
-- so that several transactions may add children to one job, and its lease can be extended meanwhile.
CREATE OR REPLACE FUNCTION {s}.mark_parent(p_seq bigint) RETURNS int LANGUAGE plpgsql AS $rota$
DECLARE
  v_state int;
BEGIN
  -- Whoever moves the job between two looks is waited for by the first or seen by the second; a job that is reopened needs a third.
  FOR v_look IN 1..3 LOOP
    PERFORM 1 FROM {s}.live WHERE seq = p_seq AND flags & 16 <> 0 FOR KEY SHARE;
    IF FOUND THEN
      RETURN NULL;
    END IF;
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
`

const LEASES = `
-- Moves the ends of leases but of those whose jobs somebody holds. State of each: 0 extended, 1 extended and called off, 2 held; places
-- that are not told are lost.
CREATE FUNCTION {s}.keep_leases(p_seqs bigint[], p_fences int[], p_lease bigint) RETURNS TABLE(o_seq bigint, o_fence int, o_state int)
LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_now bigint := {s}.now_ms();
  v_free bigint[];
  v_live bigint[];
BEGIN
  v_live := ARRAY(SELECT l.seq FROM unnest(p_seqs, p_fences) r(seq, fence) JOIN {s}.live l ON l.seq = r.seq
    WHERE l.fence = r.fence AND l.lane & 7 = 7);
  -- In one order for all callers, so that no two wait for each other.
  v_free := ARRAY(SELECT l.seq FROM {s}.live l WHERE l.seq = ANY (v_live) ORDER BY l.seq FOR NO KEY UPDATE SKIP LOCKED);
  RETURN QUERY UPDATE {s}.live l SET visible_at = v_now + p_lease
    FROM unnest(p_seqs, p_fences) r(seq, fence)
    WHERE l.seq = r.seq AND l.fence = r.fence AND l.lane & 7 = 7 AND (cardinality(v_free) = cardinality(v_live) OR l.seq = ANY (v_free))
    RETURNING l.seq, l.fence, (l.flags & 64) / 64;
  IF cardinality(v_free) < cardinality(v_live) THEN
    RETURN QUERY SELECT r.seq, r.fence, 2 FROM unnest(p_seqs, p_fences) r(seq, fence) WHERE r.seq = ANY (v_live) AND r.seq <> ALL (v_free);
  END IF;
END $rota$;

-- Plain releases, such as those of a worker that stops: gives them back together, and says how many were not lost.
CREATE FUNCTION {s}.release_plain(p_now bigint, p_seqs bigint[], p_fences int[], OUT o_released int, OUT o_hints int[])
LANGUAGE plpgsql AS $rota$
BEGIN
  WITH back AS (
    UPDATE {s}.live l SET visible_at = l.due_at, settled_fence = l.fence, worker = NULL,
      lane = (l.lane & ~7) + CASE WHEN l.flags & 128 <> 0 THEN 0 ELSE l.priority END
    FROM unnest(p_seqs, p_fences) s(seq, fence)
    WHERE l.seq = s.seq AND l.fence = s.fence AND l.lane & 7 = 7 AND l.flags & 64 = 0
    RETURNING l.seq, l.lane & ~7 AS slot),
  counted AS (
    INSERT INTO {s}.deltas(slot, count, total)
    SELECT g.slot + m.slot, m.sign * g.jobs, m.entered * g.jobs FROM (SELECT slot, count(*) AS jobs FROM back GROUP BY slot) g
    CROSS JOIN (VALUES (2, -1, 0), (1, 1, 1)) m(slot, sign, entered)),
  told AS (
    INSERT INTO {s}.happened(at, state, seqs) SELECT p_now, 1, array_agg(seq ORDER BY seq) FROM back HAVING count(*) > 0)
  SELECT count(*), array_agg(DISTINCT slot >> 3) INTO o_released, o_hints FROM back;
END $rota$;

-- settle_jobs for whoever commits at once: what it must wait for it gives up after 20 ms, and everything with it.
CREATE FUNCTION {s}.settle_alone(${SETTLE_PARAMS}, OUT o_outcomes smallint[], OUT o_hints int[]) LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_timeout text := current_setting('lock_timeout');
  v_now bigint := {s}.now_ms();
  v_released int;
  v_hints int[];
BEGIN
  PERFORM set_config('lock_timeout', '20ms', true);
  IF 4 = ALL (p_codes) THEN
    SELECT * INTO v_released, v_hints FROM {s}.release_plain(v_now, p_seqs, p_fences);
  END IF;
  -- Those that were released just now say so when it is repeated.
  IF v_released IS DISTINCT FROM cardinality(p_codes) THEN
    SELECT * INTO o_outcomes, o_hints FROM {s}.settle_all(v_now, p_seqs, p_fences, p_codes, p_again_at, p_again_in, p_values,
    p_value_notes, p_texts, p_failures, p_plain, p_owners, p_kinds, p_priorities, p_due_at, p_due_in, p_deadlines, p_max_tries, p_ids,
    p_keys, p_ticks, p_payloads, p_notes, p_headers, p_parents);
  END IF;
  o_hints := o_hints || v_hints;
  -- A claim that follows in the same statement has its own bounds.
  PERFORM set_config('lock_timeout', v_timeout, true);
END $rota$;

-- Which of these jobs somebody holds.
CREATE FUNCTION {s}.held_jobs(p_seqs bigint[]) RETURNS bigint[] LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_free bigint[] := ARRAY(SELECT seq FROM {s}.live WHERE seq = ANY (p_seqs) ORDER BY seq FOR UPDATE SKIP LOCKED);
BEGIN
  RETURN ARRAY(SELECT seq FROM {s}.live WHERE seq = ANY (p_seqs) AND seq <> ALL (v_free));
END $rota$;
`

/** The function for triggers and other languages, which runs in transactions of users. */
const ENQUEUE = PUBLIC_FUNCTIONS.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION').replace(
  'ARRAY(SELECT {s}.intern(ARRAY[enqueue.queue], ARRAY[enqueue.task]))',
  'ARRAY[{s}.intern_here(enqueue.queue, enqueue.task)]',
)

/** Gives the jobs of a pair with several numbers the first of them. */
const ONE_NUMBER = `
CREATE TEMP TABLE rota_twins ON COMMIT DROP AS
  SELECT id, first, (first - id) * 8 AS move FROM (SELECT id, min(id) OVER (PARTITION BY queue, task) AS first FROM {s}.kinds) k WHERE id <> first;
UPDATE {s}.bodies b SET kind = t.first FROM rota_twins t WHERE b.kind = t.id;
UPDATE {s}.tombstones b SET kind = t.first FROM rota_twins t WHERE b.kind = t.id;
UPDATE {s}.live l SET lane = l.lane + t.move FROM rota_twins t WHERE l.lane >> 3 = t.id;
UPDATE {s}.outcomes o SET shelf = o.shelf + t.move FROM rota_twins t WHERE o.shelf >> 3 = t.id;
UPDATE {s}.deltas d SET slot = d.slot + t.move FROM rota_twins t WHERE d.slot >> 3 = t.id;
INSERT INTO {s}.deltas(slot, count, total) SELECT c.slot + t.move, c.count, c.total FROM {s}.counters c JOIN rota_twins t ON c.slot >> 3 = t.id;
DELETE FROM {s}.counters c USING rota_twins t WHERE c.slot >> 3 = t.id;
DELETE FROM {s}.kinds k USING rota_twins t WHERE k.id = t.id;
DROP INDEX {s}.kinds_by_name;
ALTER TABLE {s}.kinds ADD CONSTRAINT kinds_queue_task_key UNIQUE (queue, task);
`

const NEW = ['intern_here', 'keep_leases', 'settle_alone', 'release_plain', 'held_jobs']

export const STEP_2 = {
  up: `${TABLES}${KINDS}${PARENTS}${LEASES}${ENQUEUE}`.replaceAll('{settings}', SETTINGS),
  down: `${NEW.map((name) => `DROP FUNCTION {s}.${name};\n`).join('')}${FUNCTIONS_1.replaceAll('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION')}
${ONE_NUMBER}ALTER TABLE {s}.meta DROP COLUMN oldest;
`,
  oldest: 1,
}
