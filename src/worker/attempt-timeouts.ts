import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { DurationMs } from '../model/units.js'
import type { Attempt } from './attempt.js'
import { Deadlines } from './deadlines.js'

/** Stops attempts that take longer than their task allows: the signal first, and when it is not heeded in time, without the handler. */
export class AttemptTimeouts {
  readonly #graceMs: DurationMs
  readonly #running: Deadlines<Attempt>
  readonly #stopped: Deadlines<Attempt>

  /** `ignored` hears of attempts whose handler still runs `graceMs` after its signal was aborted. */
  constructor(clock: Clock, graceMs: DurationMs, ignored: (attempt: Attempt) => void) {
    this.#graceMs = graceMs
    this.#stopped = new Deadlines(clock, ignored)
    this.#running = new Deadlines(clock, (attempt) => {
      attempt.stop(timedOut(attempt))
      this.#stopped.add(attempt, graceMs)
    })
  }

  /** From here on the time of an attempt counts. */
  watch(attempt: Attempt): void {
    const { timeoutMs } = attempt.task
    if (timeoutMs !== null) this.#running.add(attempt, timeoutMs)
  }

  /** Its handler has ended. */
  unwatch(attempt: Attempt): void {
    const { timeoutMs } = attempt.task
    if (timeoutMs === null) return
    this.#running.delete(attempt, timeoutMs)
    this.#stopped.delete(attempt, this.#graceMs)
  }

  close(): void {
    this.#running.clear()
    this.#stopped.clear()
  }
}

function timedOut({ task, lease }: Attempt): RotaError {
  const { timeoutMs } = task
  const message = `job ${lease.job.id} of task "${task.name}" took longer than its time-out of ${String(timeoutMs)} ms; raise it or split the work`
  return new RotaError('TIMEOUT', message, { facts: { id: lease.job.id, task: task.name, timeoutMs } })
}
