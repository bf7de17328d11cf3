import type { Connection } from '../client/connection.js'
import type { Clock, IdMaker } from '../model/clock.js'
import { keyProblem } from '../model/names.js'
import type { PeriodSchedule } from '../scheduler/period-source.js'
import type { RoutineScheduler, ScheduledRoutine } from '../scheduler/routine-scheduler.js'
import { type RoutineWork, workOf } from '../scheduler/routine-work.js'
import type { SchedulerLogger } from '../scheduler/scheduler-event.js'

interface Parts {
  readonly connection: Connection<unknown>
  readonly clock: Clock
  readonly ids: IdMaker
  readonly name: string | undefined
  readonly logger: SchedulerLogger | undefined
}

/** The routines that a rota runs by schedules which all instances share; nothing is loaded or opened before the first is called. */
export class RoutineDesk {
  readonly #parts: Parts
  readonly #names = new Set<string>()
  #scheduler: Promise<RoutineScheduler> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** See `Rota.withSchedule`. */
  withSchedule(name: string, schedule: PeriodSchedule, routine: RoutineWork): ScheduledRoutine {
    const problem = keyProblem('withSchedule: name', name)
    if (problem !== null) throw new TypeError(problem)
    workOf(routine) // refuses at once what is none
    if (this.#names.has(name)) {
      throw new TypeError(`withSchedule: expected each name once, got ${JSON.stringify(name)} twice`)
    }
    this.#names.add(name)
    let made: ScheduledRoutine | undefined
    const run = async (signal?: AbortSignal): Promise<void> => {
      const scheduler = await this.#open()
      made ??= scheduler.withSchedule(name, schedule, routine)
      await made(signal)
    }
    return Object.defineProperties(run, { name: { value: name }, run: { value: run } }) as ScheduledRoutine
  }

  /** An opening that failed is tried again by the next who needs it. */
  #open(): Promise<RoutineScheduler> {
    this.#scheduler ??= this.#make().catch((error: unknown) => {
      this.#scheduler = undefined
      throw error
    })
    return this.#scheduler
  }

  async #make(): Promise<RoutineScheduler> {
    const { connection, ...parts } = this.#parts
    const { RoutineScheduler } = await import('../scheduler/routine-scheduler.js')
    const { locks, schedules } = await connection.open()
    return new RoutineScheduler({ ...parts, locks, schedules })
  }
}
