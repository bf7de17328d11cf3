import { countTicks } from '../../model/tick-counts.js'
import type { Fire, FireOutcome, ScheduleStore } from '../../port/schedule-store.js'
import { arrayOf, jsonOf } from './arrays.js'
import { changedBy, type PutAnswer } from './enqueue.js'
import { jobColumns, jobParams } from './job-columns.js'
import { isBusy } from './settle.js'
import type { Store } from './store.js'

type FireParams = Parameters<ScheduleStore['fire']>[0]

interface FireAnswer extends PutAnswer {
  readonly o_places: readonly number[] | null
}

const FIRE = `SELECT row_to_json(o)::text FROM {s}.fire_schedules($1::json, $2::int[], ${jobParams(3)}) o`

/** Advances schedules and makes the jobs of their ticks; see `ScheduleStore.fire`. */
export async function fireSchedules(store: Store, call: FireParams): Promise<readonly FireOutcome[]> {
  const outcomes: FireOutcome[] = []
  // A schedule that comes twice in a call meets itself as the first firing has left it.
  const fireThem = call.impatient === true ? fireFree : fireRound
  for (const round of rounds(call.fires)) outcomes.push(...(await fireThem(store, call, round)))
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

/**
 * Fires those that nobody makes wait. A round that meets a lock is undone after 200 ms: then those that touch nobody's job or key go
 * together, and the others are halved until it is known who must wait.
 */
async function fireFree(store: Store, call: FireParams, fires: readonly Fire[]): Promise<readonly FireOutcome[]> {
  try {
    return await fireRound(store, call, fires)
  } catch (error) {
    if (!isBusy(error)) throw error
  }
  if (fires.length === 1) return ['busy']
  const touching = fires.map(mayWait)
  const middle = Math.ceil(fires.length / 2)
  const isMixed = new Set(touching).size > 1
  const isFirst = (_fire: Fire, at: number): boolean => (isMixed ? touching[at] === false : at < middle)
  const parts = [fires.filter(isFirst), fires.filter((fire, at) => !isFirst(fire, at))]
  const outcomes = new Map<Fire, FireOutcome>()
  for (const part of parts) {
    const said = await fireFree(store, call, part)
    for (const [at, fire] of part.entries()) outcomes.set(fire, said[at] ?? 'busy')
  }
  return fires.map((fire) => outcomes.get(fire) ?? 'busy')
}

/** It calls jobs off, or makes one that others may hold the key of, or that waits for others. */
function mayWait({ cancel, jobs }: Fire): boolean {
  if ((cancel?.ids.length ?? 0) > 0) return true
  return jobs.some(({ uniqueKey, parents }) => uniqueKey !== null || parents.length > 0)
}

async function fireRound(store: Store, call: FireParams, fires: readonly Fire[]): Promise<readonly FireOutcome[]> {
  const jobs = fires.flatMap((fire) => fire.jobs)
  const owners = fires.flatMap((fire, at) => fire.jobs.map(() => at + 1))
  const kinds = await store.kinds.intern(call, jobs)
  const values = [jsonOf(fires.map(moveOf)), arrayOf(owners), ...jobColumns(jobs, kinds)]
  const { impatient = false } = call
  const { o_places, o_hints } = await store.json<FireAnswer>(call, FIRE, values, { impatient })
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
