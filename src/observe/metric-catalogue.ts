/** One metric: what it is called for ever, and what it says. */
export interface Metric {
  /** The OpenTelemetry name. Prometheus writes `_` for `.`, adds `_seconds` for the unit `s`, and `_total` to counters. */
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** UCUM: `s` for seconds, `{job}` for a number of jobs; empty for a plain yes or no. */
  readonly unit: string
  /** Every attribute that it can have. Their values come from small sets: see `TALLIES_MAX`. */
  readonly attributes: readonly string[]
  readonly description: string
  /** Upper bounds of the buckets of a histogram. */
  readonly buckets?: readonly number[]
}

/** 1 ms, which the quickest store needs, to 1 h, after which it does not matter how long exactly. Fifteen are what dashboards can bear. */
const SECONDS = Object.freeze([0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600])

/** A worker asks for 1,000 jobs at a time at most. */
const ITEMS = Object.freeze([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])

/**
 * All metrics of rota. Names, units and attributes are a promise (docs/metrics.md): what is here may gain, never change.
 *
 * Attributes are names that a program gives to a few things (`queue`, `task`, `schedule`) and words of a fixed set. No job id, no
 * host, no error text: those are in logs, spans and the store. The lateness of ticks has no `schedule`: fifteen buckets for each
 * would be the most of what rota exports, and the store keeps every single tick (`rota task cron history`).
 */
export const METRICS = {
  fired: counter('rota.scheduler.fired', '{tick}', ['schedule'], 'Ticks for which this process made a job.'),
  skipped: counter(
    'rota.scheduler.skipped',
    '{tick}',
    ['schedule', 'reason'],
    'Ticks that got no job, as their schedule says: missed, overlap, paused or ended.',
  ),
  late: counter(
    'rota.scheduler.late',
    '{tick}',
    ['schedule'],
    'Ticks that were fired more than a second after their instant.',
  ),
  lateness: histogram('rota.scheduler.lateness', 's', [], 'How long after its instant a tick was fired.', SECONDS),
  schedulerErrors: counter(
    'rota.scheduler.errors',
    '{error}',
    ['reason'],
    'Calls to the store that failed (store), and schedules that cannot be read (schedule).',
  ),
  leader: gauge('rota.scheduler.leader', '', [], 'Whether this process leads the schedulers: 1 or 0.'),
  schedules: gauge(
    'rota.scheduler.schedules',
    '{schedule}',
    [],
    'Schedules on record, paused ones too, as this process sees them.',
  ),
  terms: counter('rota.scheduler.terms', '{term}', [], 'How often this process became the leader.'),

  started: counter('rota.worker.started', '{attempt}', ['queue', 'task'], 'Attempts that were started.'),
  settled: counter(
    'rota.worker.settled',
    '{attempt}',
    ['queue', 'task', 'outcome'],
    'Leases that ended as the store has recorded: complete, retry, snooze, release, again, fail or cancel.',
  ),
  failed: counter(
    'rota.worker.failed',
    '{attempt}',
    ['queue', 'task', 'reason'],
    'Attempts that failed: retried, or the end of their job as exhausted, terminated or expired.',
  ),
  leasesLost: counter(
    'rota.worker.leases.lost',
    '{lease}',
    ['queue', 'task'],
    'Leases that were lost: another worker may run the job too.',
  ),
  running: gauge('rota.worker.running', '{attempt}', [], 'Handlers that run now.'),
  waiting: gauge('rota.worker.waiting', '{job}', [], 'Jobs that were claimed ahead and have not started.'),
  runDuration: histogram(
    'rota.worker.run.duration',
    's',
    ['queue', 'task'],
    'How long attempts ran, failed ones too.',
    SECONDS,
  ),
  waitDuration: histogram(
    'rota.worker.wait.duration',
    's',
    ['queue'],
    'How long jobs waited from when they were due until they started.',
    SECONDS,
  ),
  batchSize: histogram(
    'rota.worker.batch.size',
    '{job}',
    ['call'],
    'Jobs that one call to the store was about: claim or settle.',
    ITEMS,
  ),
  storeErrors: counter(
    'rota.worker.store.errors',
    '{error}',
    ['call'],
    'Calls to the store that failed: claim, settle, extend, report, beat or maintenance.',
  ),
  stalls: counter(
    'rota.worker.stalls',
    '{stall}',
    [],
    'Times that the event loop stood still for longer than a third of a lease.',
  ),

  enqueued: counter('rota.client.enqueued', '{job}', ['queue', 'task'], 'Jobs that this process has stored.'),
  duplicates: counter(
    'rota.client.duplicates',
    '{job}',
    ['queue', 'task'],
    'Jobs that were there already, by their id or unique key.',
  ),

  queueJobs: gauge('rota.queue.jobs', '{job}', ['queue', 'state'], 'Jobs on record, by the state on record.'),
  queueLag: gauge('rota.queue.lag', 's', ['queue'], 'How long the oldest job that could start has been waiting.'),
} as const satisfies Record<string, Metric>

function counter(name: string, unit: string, attributes: readonly string[], description: string): Metric {
  return { name, kind: 'counter', unit, attributes, description }
}

function gauge(name: string, unit: string, attributes: readonly string[], description: string): Metric {
  return { name, kind: 'gauge', unit, attributes, description }
}

function histogram(
  name: string,
  unit: string,
  attributes: readonly string[],
  description: string,
  buckets: readonly number[],
): Metric {
  return { name, kind: 'histogram', unit, attributes, description, buckets }
}
