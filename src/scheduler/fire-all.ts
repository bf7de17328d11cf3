import { RotaError } from '../model/errors.js'
import type { Backend } from '../port/backend.js'
import type { Fire } from '../port/schedule-store.js'
import { batchFires } from './fire-batches.js'
import type { SchedulerEvent } from './scheduler-event.js'

/** What came of firing. */
export interface FireAllOutcome {
  /** Jobs that were made. */
  readonly jobs: number
  /** Schedules that went on, by us or by another scheduler. */
  readonly moved: number
  /** What the store said about the first schedule that it refused; the others were fired all the same. */
  readonly refusal: { readonly error: unknown } | null
}

/** Fires schedules in as few writes as the store allows; one that the store refuses does not hold up the others. */
export async function fireAll(
  backend: Pick<Backend, 'schedules' | 'limits' | 'classify'>,
  fires: readonly Fire[],
  tell: (event: SchedulerEvent) => void,
  signal: AbortSignal | undefined,
): Promise<FireAllOutcome> {
  let jobs = 0
  let moved = 0
  let refusal: FireAllOutcome['refusal'] = null
  const queue = [...batchFires(fires, backend.limits)]
  for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
    try {
      const outcomes = await backend.schedules.fire({ fires: batch, impatient: true, signal })
      const [busy] = batch.filter((_, index) => outcomes[index] === 'busy')
      if (busy !== undefined) refusal ??= { error: busyError(busy) }
      moved += outcomes.filter((outcome) => outcome !== 'busy').length
      // Superseded: another scheduler was faster, or somebody edited it; the next round sees what is left.
      const ours = batch.filter((_, index) => outcomes[index] === 'fired')
      jobs += ours.reduce((sum, fire) => sum + fire.jobs.length, 0)
      for (const fire of ours) report(fire, tell)
    } catch (error) {
      const kind = backend.classify(error)
      if (signal?.aborted === true || (kind !== 'mistake' && kind !== 'unknown')) throw error
      if (batch.length > 1) queue.unshift(...batch.map((fire) => [fire]))
      else refusal ??= { error }
    }
  }
  return { jobs, moved, refusal }
}

function busyError({ name }: Fire): RotaError {
  const message = `schedule "${name}" was not fired: an open transaction holds a job or a key that it needs; it is tried again`
  return new RotaError('BUSY', message, { facts: { schedule: name } })
}

function report({ name: schedule, ticks }: Fire, tell: (event: SchedulerEvent) => void): void {
  for (const { outcome, reason, tick, count, jobId, lateMs } of ticks) {
    if (outcome === 'fired' && jobId !== null) tell({ type: 'fired', schedule, tick, lateMs, jobId })
    else if (reason !== null) tell({ type: 'skipped', schedule, tick, count, reason })
  }
}
