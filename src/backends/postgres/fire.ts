import { countTicks } from '../../model/tick-counts.js'
import type { Call } from '../../port/call.js'
import type { Fire } from '../../port/schedule-store.js'
import { arrayOf, jsonOf } from './arrays.js'
import { changedBy, type PutAnswer } from './enqueue.js'
import { jobColumns, jobParams } from './job-columns.js'
import type { Store } from './store.js'

const FIRE = `SELECT row_to_json(o)::text FROM {s}.fire_schedules($1::json, $2::int[], ${jobParams(3)}) o`

/** Advances schedules and makes the jobs of their ticks; see `ScheduleStore.fire`. */
export async function fireSchedules(
  store: Store,
  call: Call,
  fires: readonly Fire[],
): Promise<readonly ('fired' | 'superseded')[]> {
  const outcomes: ('fired' | 'superseded')[] = []
  // A schedule that comes twice in a call meets itself as the first firing has left it.
  for (const round of rounds(fires)) outcomes.push(...(await fireRound(store, call, round)))
  return outcomes
}

/** The same firings in groups in which no schedule comes twice. */
function* rounds(fires: readonly Fire[]): Generator<readonly Fire[]> {
  let round: Fire[] = []
  let names = new Set<string>()
  for (const fire of fires) {
    if (names.has(fire.name)) {
      yield round
      round = []
      names = new Set()
    }
    round.push(fire)
    names.add(fire.name)
  }
  if (round.length > 0) yield round
}

async function fireRound(
  store: Store,
  call: Call,
  fires: readonly Fire[],
): Promise<readonly ('fired' | 'superseded')[]> {
  const jobs = fires.flatMap((fire) => fire.jobs)
  const owners = fires.flatMap((fire, at) => fire.jobs.map(() => at + 1))
  const kinds = await store.kinds.intern(call, jobs)
  const values = [jsonOf(fires.map(moveOf)), arrayOf(owners), ...jobColumns(jobs, kinds)]
  const { o_places, o_hints } = await store.json<PutAnswer & { o_places: number[] | null }>(call, FIRE, values)
  const fired = new Set(o_places)
  if (fired.size > 0) {
    const made = changedBy(fires.filter((_fire, at) => fired.has(at + 1)).flatMap((fire) => fire.jobs))
    const touched = store.kinds.queuesOf(o_hints)
    const queues = touched === null ? null : [...touched, ...(made.queues ?? [])]
    const cancels = fires.some(({ cancel }) => (cancel?.ids.length ?? 0) > 0)
    store.wakeups.committed({ queues, kinds: cancels ? ['schedules', 'events', 'cancel'] : ['schedules', 'events'] })
  }
  return fires.map((_fire, at) => (fired.has(at + 1) ? 'fired' : 'superseded'))
}

function moveOf(fire: Fire, at: number): object {
  const {
    name,
    incarnation,
    version,
    tick,
    nextTickAt,
    dueAt = nextTickAt,
    cancel,
    ticks,
    unfinished = null,
    pauseFor,
  } = fire
  const { fired, missed, overlap, paused, ended, late, manual, lastFired } = countTicks(ticks)
  return {
    ...{ place: at + 1, name, incarnation, version, tick, next: nextTickAt, due: dueAt, last: lastFired },
    ...{ fired, missed, overlap, unwanted: paused, ended, late, manual, ticks },
    unfinished: unfinished === null ? null : JSON.stringify(unfinished),
    pause_for: pauseFor ?? null,
    cancel: { ids: cancel?.ids ?? [], reason: cancel?.reason ?? null },
  }
}
