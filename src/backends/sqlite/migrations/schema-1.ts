/**
 * The first schema. Three parts (docs/architecture.md): `bodies`, written once; what is live (`ready`, `leases`, `blocked`), narrow;
 * `outcomes`, appended. Everything that few jobs have lies in a side table that a flag of the narrow row tells of (job-flags.ts).
 */
export const SCHEMA_1 = `
-- One row: what every transaction reads and most write.
CREATE TABLE state(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  next_seq INTEGER NOT NULL,            -- never given twice, so that a receipt never fits another job
  next_event INTEGER NOT NULL,
  commits INTEGER NOT NULL,             -- the order of finishing
  settings_revision INTEGER NOT NULL,
  next_version INTEGER NOT NULL,        -- of schedules: never given twice, also when a name is used again
  clock_at INTEGER NOT NULL,            -- the clock at the last commit: a step back is seen by it
  lease_end INTEGER,                    -- no lease ends before this instant; null: none is out
  ready_through INTEGER NOT NULL        -- later bodies are arrivals: pending, and not yet in "ready" (arrivals.ts)
);
INSERT INTO state VALUES (1, 1, 1, 0, 0, 1, 0, NULL, 0);

-- Pairs of queue and task; lanes, shelves and counters are numbered by them.
CREATE TABLE kinds(id INTEGER PRIMARY KEY, queue TEXT NOT NULL, task TEXT NOT NULL, UNIQUE (queue, task));

CREATE TABLE bodies(
  seq INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  enqueued_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  deadline INTEGER,
  max_tries INTEGER,
  id TEXT NOT NULL UNIQUE,
  unique_key TEXT,
  tick TEXT,
  payload TEXT,
  note TEXT,
  headers TEXT
);

-- What waits for a worker, clustered in the order of claims.
CREATE TABLE ready(
  lane INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  settled_fence INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  iterations INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  PRIMARY KEY (lane, visible_at, seq)
) WITHOUT ROWID;

-- What runs; as small as that, so ended leases are found by a scan.
CREATE TABLE leases(
  seq INTEGER PRIMARY KEY,
  lane INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,          -- the end of the lease
  due_at INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  settled_fence INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  iterations INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  worker TEXT NOT NULL
);

-- What waits for other jobs.
CREATE TABLE blocked(seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, waits INTEGER NOT NULL, flags INTEGER NOT NULL);

CREATE TABLE outcomes(
  seq INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  fin INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  settled_fence INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  iterations INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  failure INTEGER NOT NULL,
  reason TEXT
);
CREATE INDEX outcomes_by_shelf ON outcomes(shelf, fin);

CREATE TABLE counters(slot INTEGER PRIMARY KEY, count INTEGER NOT NULL, total INTEGER NOT NULL);

-- Side tables: where a flag is set.
CREATE TABLE uniques(key TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE places(seq INTEGER PRIMARY KEY, lane INTEGER NOT NULL, visible_at INTEGER NOT NULL);
CREATE TABLE params(seq INTEGER PRIMARY KEY, payload TEXT, note TEXT);
CREATE TABLE results(seq INTEGER PRIMARY KEY, json TEXT NOT NULL, note TEXT);
CREATE TABLE cancels(seq INTEGER PRIMARY KEY, reason TEXT);
CREATE TABLE progress(seq INTEGER PRIMARY KEY, json TEXT NOT NULL, note TEXT);
CREATE TABLE errors(id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, error TEXT NOT NULL);
CREATE INDEX errors_by_job ON errors(seq);
CREATE TABLE logs(id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, level TEXT NOT NULL, bytes INTEGER NOT NULL, message TEXT NOT NULL);
CREATE INDEX logs_by_job ON logs(seq);
CREATE TABLE steps(seq INTEGER NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, note TEXT, UNIQUE (seq, key));
CREATE TABLE edges(
  child INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  run_anyway INTEGER NOT NULL,
  resolved INTEGER NOT NULL,
  PRIMARY KEY (child, parent)
) WITHOUT ROWID;
CREATE INDEX edges_by_parent ON edges(parent, resolved);

-- One row per commit and state, not one per job: cheap enough to be always on.
CREATE TABLE events(cursor INTEGER PRIMARY KEY, at INTEGER NOT NULL, state INTEGER NOT NULL, jobs TEXT NOT NULL);
-- Names of jobs that are gone, for as long as the log speaks of them.
CREATE TABLE tombstones(seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL);

-- What moves with every tick; as small as that, because thousands may move at one instant.
CREATE TABLE schedules(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  owner TEXT,
  incarnation TEXT NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  paused INTEGER NOT NULL,
  paused_for TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  anchor INTEGER NOT NULL,
  next_tick_at INTEGER,
  due_at INTEGER,
  fired_through INTEGER,
  last_tick_at INTEGER,
  fired INTEGER NOT NULL,
  missed INTEGER NOT NULL,              -- this and the next three: why ticks were skipped
  overlap INTEGER NOT NULL,
  unwanted INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  late INTEGER NOT NULL,
  manual INTEGER NOT NULL,
  unfinished TEXT,                      -- JSON list of ids
  last_record INTEGER,                  -- its latest in schedule_ticks
  record_before INTEGER                 -- what that was before the latest firing
);
-- What moves with edits only.
CREATE TABLE definitions(schedule INTEGER PRIMARY KEY, definition TEXT NOT NULL);
-- Ties in the order of the table, so that what is due together lies together.
CREATE INDEX schedules_due ON schedules(due_at) WHERE paused = 0 AND due_at IS NOT NULL;
CREATE INDEX schedules_by_owner ON schedules(owner, name);

-- What became of ticks, appended in the order of the firings: kept together by schedule, each of them would write a page of its own.
CREATE TABLE schedule_ticks(
  id INTEGER PRIMARY KEY,               -- a version of the schedule
  before INTEGER,                       -- the record of the same schedule before it, which may be gone
  tick INTEGER NOT NULL,
  at INTEGER NOT NULL,
  outcome INTEGER NOT NULL,             -- 0: skipped, 1: fired, 2: by hand
  reason TEXT,
  late_ms INTEGER NOT NULL,
  job_id TEXT,
  count INTEGER NOT NULL
);

-- A row stays when its lock is free: terms only grow.
CREATE TABLE locks(name TEXT PRIMARY KEY, holder TEXT NOT NULL, term INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE queues(
  name TEXT PRIMARY KEY,
  paused INTEGER NOT NULL,
  concurrency INTEGER,
  completed_for_ms INTEGER,
  completed_max INTEGER,
  failed_for_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE topics(name TEXT PRIMARY KEY, subscriptions TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE nodes(id TEXT PRIMARY KEY, record TEXT NOT NULL, beat_ms INTEGER NOT NULL, seen_at INTEGER NOT NULL) WITHOUT ROWID;
`
