import { dueAtOf, jitterOffset } from '../model/due-at.js'
import type { ScheduleRecord } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'
import type { Fire } from '../port/schedule-store.js'
import { dueTicks, type DueTicks, type ZonedTicks } from './due-ticks.js'
import { selectTicks } from './missed-policy.js'
import { replaced, withoutOverlap } from './overlap-policy.js'
import { asksForRuns, type RunFacts } from './run-facts.js'
import { TickLedger, type Verdict } from './tick-ledger.js'

/** Jobs of one fire: one schedule that has much to make up for does not hold up the others. */
const JOBS_MAX = 100

/** Unfinished jobs that are kept on record; more than a few has only a schedule that lets them overlap. */
const UNFINISHED_MAX = 200

/**
 * Decides what becomes of the ticks of a schedule that are due at `now`: which get a job, which are skipped and why, and when
 * the next one is. Every tick is decided once, in its order; what is not decided here stays due. Without a tick it decides what
 * a look at the jobs has shown. Null when there is nothing to decide.
 */
export function decideFire(record: ScheduleRecord, source: ZonedTicks, now: EpochMs, facts: RunFacts): Fire | null {
  const offsetMs = jitterOffset(record)
  const due = dueTicks(record, source, now - offsetMs)
  if (due === null) return isDue(record, now) ? goOn(record, now, facts, noTick(record.nextTickAt)) : null
  const [first] = due.ticks
  if (first === undefined) return goOn(record, now, facts, noTick(due.next))
  const { maxRuns, missed, overlap, pauseOnFailure } = record.definition
  const runsLeft = maxRuns === null ? Infinity : Math.max(0, maxRuns - record.fired)
  const selection = selectTicks(due, missed, now - offsetMs)
  const pauses = pauseOnFailure && facts.failed !== null
  const allowed = pauses ? [] : withoutOverlap(selection.wanted, overlap, facts)
  const fired = allowed.slice(0, Math.min(JOBS_MAX, runsLeft))
  const leftOver = runsLeft > JOBS_MAX ? allowed[JOBS_MAX] : undefined
  const decided = leftOver === undefined ? selection.decided : selection.decided.filter((tick) => tick < leftOver)

  const verdicts = new Map<EpochMs, Verdict>()
  for (const tick of selection.wanted) verdicts.set(tick, pauses ? 'paused' : 'overlap')
  for (const tick of allowed) verdicts.set(tick, 'ended')
  for (const tick of fired) verdicts.set(tick, 'fire')
  const ledger = new TickLedger(record, now, offsetMs, facts)
  for (const tick of decided) ledger.write(tick, verdicts.get(tick) ?? 'missed')

  return goOn(record, now, facts, {
    tick: decided.at(-1) ?? first,
    nextTickAt: fired.length >= runsLeft ? null : nextAfter(decided, due),
    jobs: ledger.jobs,
    ticks: ledger.records,
    cancel: replaced(record, facts, fired),
  })
}

type Decision = Pick<Fire, 'tick' | 'nextTickAt' | 'jobs' | 'ticks' | 'cancel'>

/** A look at the jobs of a schedule of which no tick is due. */
function noTick(nextTickAt: EpochMs | null): Decision {
  return { tick: null, nextTickAt, jobs: [], ticks: [], cancel: undefined }
}

/** The schedule as it goes on after a decision. */
function goOn(record: ScheduleRecord, now: EpochMs, facts: RunFacts, decision: Decision): Fire {
  const { name, incarnation, version, definition } = record
  const { tick, nextTickAt, jobs, ticks, cancel } = decision
  const unfinished = asksForRuns(definition) ? runsAfter(facts, jobs) : null
  const dueAt = dueAtOf({ name, incarnation, definition, unfinished }, nextTickAt, now)
  const pauseFor = definition.pauseOnFailure ? (facts.failed ?? undefined) : undefined
  return { name, incarnation, version, tick, nextTickAt, dueAt, cancel, jobs, unfinished, pauseFor, ticks }
}

function runsAfter({ unfinished }: RunFacts, jobs: Fire['jobs']): readonly string[] {
  return [...unfinished, ...jobs.map(({ id }) => id)].slice(-UNFINISHED_MAX)
}

function isDue({ dueAt }: ScheduleRecord, now: EpochMs): boolean {
  return dueAt !== null && dueAt <= now
}

function nextAfter(decided: readonly EpochMs[], { ticks, next }: DueTicks): EpochMs | null {
  return ticks[decided.length] ?? next
}
