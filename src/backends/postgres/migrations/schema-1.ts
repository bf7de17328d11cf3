/**
 * The first schema. Three parts (docs/architecture.md): `bodies`, written once; `live`, narrow, one row per unfinished job;
 * `outcomes`, appended. Counters and events are appended too, so that no row is written by every commit.
 *
 * A kind is an interned pair of queue and task. Its live jobs lie in eight lanes of one index: 0 suspects, 1 to 5 by priority,
 * 6 blocked, 7 running (there `visible_at` is the end of the lease). Its finished jobs lie on shelves 3 completed, 4 failed,
 * 5 cancelled; its counters in slots 0 blocked, 1 pending, 2 running, 3 to 5 as the shelves.
 *
 * Flags of a job: 1 holds a unique key, 2 has params in place of its payload, 4 has reported, 16 others wait for it,
 * 32 has errors, 64 was called off while it ran, 128 suspect, 256 waited for others.
 */
export const SCHEMA_1 = `
CREATE TABLE {s}.meta(version int NOT NULL);
-- The clock at the last tick of maintenance, and up to when ended leases were taken back then: a hint for claims.
CREATE TABLE {s}.clock(at bigint NOT NULL, swept bigint NOT NULL);
INSERT INTO {s}.clock VALUES (0, 0);
CREATE TABLE {s}.settings(revision bigint NOT NULL, schedules bigint NOT NULL);
INSERT INTO {s}.settings VALUES (0, 0);
-- Each number stands for a block of 1,024 jobs: one call takes one, and knows the number of each of its jobs.
CREATE SEQUENCE {s}.blocks;
-- Versions of schedules are never given twice, also when a name is used again.
CREATE SEQUENCE {s}.versions;

CREATE TABLE {s}.kinds(
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue text COLLATE "C" NOT NULL,
  task text COLLATE "C" NOT NULL,
  UNIQUE (queue, task)
);

CREATE TABLE {s}.bodies(
  seq bigint PRIMARY KEY,
  enqueued_at bigint NOT NULL,
  due_at bigint NOT NULL,
  deadline bigint,
  kind int NOT NULL,
  max_tries int,
  priority smallint NOT NULL,
  id text COLLATE "C" NOT NULL UNIQUE,
  unique_key text COLLATE "C",
  tick text,
  payload text,
  note text,
  headers text
);

CREATE TABLE {s}.live(
  seq bigint PRIMARY KEY,
  visible_at bigint NOT NULL,
  due_at bigint NOT NULL,
  lane int NOT NULL,
  fence int NOT NULL,
  settled_fence int NOT NULL,
  tries int NOT NULL,
  iterations int NOT NULL,
  flags int NOT NULL,
  priority smallint NOT NULL,
  waits int,
  worker text
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0.2, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX live_lanes ON {s}.live(lane, visible_at, seq);

CREATE TABLE {s}.outcomes(
  seq bigint PRIMARY KEY,
  finished_at bigint NOT NULL,
  shelf int NOT NULL,
  fence int NOT NULL,
  settled_fence int NOT NULL,
  tries int NOT NULL,
  iterations int NOT NULL,
  flags int NOT NULL,
  failure smallint NOT NULL,
  reason text,
  result text,
  note text
);
CREATE INDEX outcomes_shelves ON {s}.outcomes(shelf, finished_at, seq);

CREATE TABLE {s}.counters(slot int PRIMARY KEY, count bigint NOT NULL, total bigint NOT NULL);
-- Changes of counters, appended by every commit and added up by maintenance; what reads a counter adds up both.
CREATE TABLE {s}.deltas(slot int NOT NULL, count int NOT NULL, total int NOT NULL)
  WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE {s}.uniques(key text COLLATE "C" PRIMARY KEY, seq bigint NOT NULL)
  WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
CREATE TABLE {s}.params(seq bigint PRIMARY KEY, payload text, note text);
CREATE TABLE {s}.cancels(seq bigint PRIMARY KEY, reason text);
CREATE TABLE {s}.progress(seq bigint PRIMARY KEY, json text NOT NULL, note text);
CREATE TABLE {s}.errors(id bigint GENERATED ALWAYS AS IDENTITY, seq bigint NOT NULL, at bigint NOT NULL, error text NOT NULL);
CREATE INDEX errors_by_job ON {s}.errors(seq, id);
CREATE TABLE {s}.logs(
  id bigint GENERATED ALWAYS AS IDENTITY,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  level text NOT NULL,
  message text NOT NULL
);
CREATE INDEX logs_by_job ON {s}.logs(seq, id);
CREATE TABLE {s}.steps(
  id bigint GENERATED ALWAYS AS IDENTITY,
  seq bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  json text NOT NULL,
  note text,
  PRIMARY KEY (seq, key)
);
CREATE TABLE {s}.edges(
  child bigint NOT NULL,
  parent bigint NOT NULL,
  run_anyway boolean NOT NULL,
  resolved boolean NOT NULL,
  PRIMARY KEY (child, parent)
);
CREATE INDEX edges_by_parent ON {s}.edges(parent);

-- What happened, one row per commit and state, in no order: numbers are drawn before their commits.
CREATE TABLE {s}.happened(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at bigint NOT NULL, state smallint NOT NULL, seqs bigint[] NOT NULL)
  WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
-- The same in one order, which is given to committed rows by one writer at a time.
CREATE TABLE {s}.events(cursor bigint PRIMARY KEY, at bigint NOT NULL, state smallint NOT NULL, seqs bigint[] NOT NULL);
CREATE TABLE {s}.event_ends(first bigint NOT NULL, next bigint NOT NULL);
INSERT INTO {s}.event_ends VALUES (1, 1);
-- A list of a thousand numbers would be compressed at the price of twenty jobs' commits.
ALTER TABLE {s}.happened ALTER seqs SET STORAGE EXTERNAL;
ALTER TABLE {s}.events ALTER seqs SET STORAGE EXTERNAL;
-- Names of jobs that are gone, for as long as the log speaks of them.
CREATE TABLE {s}.tombstones(seq bigint PRIMARY KEY, kind int NOT NULL, id text NOT NULL);

CREATE TABLE {s}.schedules(
  name text COLLATE "C" PRIMARY KEY,
  definition text NOT NULL,
  expression text NOT NULL,
  owner text COLLATE "C",
  incarnation text NOT NULL,
  version bigint NOT NULL,
  revision bigint NOT NULL,
  paused boolean NOT NULL,
  paused_for text,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  anchor bigint NOT NULL,
  next_tick_at bigint,
  due_at bigint,
  fired_through bigint,
  last_tick_at bigint,
  fired bigint NOT NULL DEFAULT 0,
  missed bigint NOT NULL DEFAULT 0,
  overlap bigint NOT NULL DEFAULT 0,
  unwanted bigint NOT NULL DEFAULT 0,
  ended bigint NOT NULL DEFAULT 0,
  late bigint NOT NULL DEFAULT 0,
  manual bigint NOT NULL DEFAULT 0,
  unfinished text
) WITH (fillfactor = 70);
CREATE INDEX schedules_due ON {s}.schedules(due_at, name) WHERE NOT paused AND due_at IS NOT NULL;
CREATE INDEX schedules_by_owner ON {s}.schedules(owner, name);
CREATE TABLE {s}.schedule_ticks(
  id bigint GENERATED ALWAYS AS IDENTITY,
  schedule text COLLATE "C" NOT NULL,
  tick bigint NOT NULL,
  record text NOT NULL
);
CREATE INDEX schedule_ticks_by_schedule ON {s}.schedule_ticks(schedule, tick, id);

-- A row stays when its lock is free: terms only grow.
CREATE TABLE {s}.locks(name text COLLATE "C" PRIMARY KEY, holder text NOT NULL, term bigint NOT NULL, until bigint NOT NULL);
CREATE TABLE {s}.queues(
  name text COLLATE "C" PRIMARY KEY,
  paused boolean NOT NULL,
  concurrency bigint,
  completed_for_ms bigint,
  completed_max bigint,
  failed_for_ms bigint
);
CREATE TABLE {s}.topics(name text COLLATE "C" PRIMARY KEY, subscriptions text NOT NULL);
CREATE TABLE {s}.nodes(id text COLLATE "C" PRIMARY KEY, record text NOT NULL, beat_ms bigint NOT NULL, seen_at bigint NOT NULL);
`
