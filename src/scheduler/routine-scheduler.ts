import { TimedCaller } from '../async/timed-caller.js'
import type { Clock, IdMaker, Random } from '../model/clock.js'
import { instanceIdOf } from '../model/instance-name.js'
import { keyProblem } from '../model/names.js'
import { checkOptionNames } from '../model/option-names.js'
import type { DurationInput } from '../model/policy.js'
import type { DurationMs } from '../model/units.js'
import type { LockStore } from '../port/lock-store.js'
import type { ScheduleStore } from '../port/schedule-store.js'
import { parseDuration } from '../time/duration.js'
import { uuidMaker } from '../time/ids.js'
import { systemRandom } from '../time/random.js'
import { systemClock } from '../time/system-clock.js'
import { type PeriodSchedule, readPeriods } from './period-source.js'
import type { SchedulerLogger } from './scheduler-event.js'
import { PeriodLedger } from './period-ledger.js'
import type { RoutineEvent } from './routine-event.js'
import { type RoutineWork, workOf } from './routine-work.js'
import { ScheduledRun } from './scheduled-run.js'

/** The few roles of a store that are needed here: those of any backend, or of anything that keeps their laws. */
export interface RoutineStores {
  readonly locks: Pick<LockStore, 'acquire' | 'renew' | 'release'>
  readonly schedules: Pick<ScheduleStore, 'get' | 'put' | 'due' | 'fire'>
}

/** What serialises routines over all instances. */
export interface RoutineSchedulerOptions extends RoutineStores {
  /** What people call this instance; locks show it. @defaultValue an id */
  readonly name?: string | undefined
  /** How long one call to the store may take. @defaultValue `'15 seconds'` */
  readonly callTimeout?: DurationInput | undefined
  /** Hears of periods that are done, of locks that are lost, and of trouble with the store. */
  readonly onEvent?: ((event: RoutineEvent) => void) | undefined
  /** Where it writes what people should read; a pino logger fits. @defaultValue nowhere */
  readonly logger?: SchedulerLogger | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  readonly ids?: IdMaker | undefined
}

/** A routine that follows a schedule; nothing happens until it is called. `routine(signal)` and `routine.run(signal)` are the same. */
export interface ScheduledRoutine {
  (signal?: AbortSignal): Promise<void>
  run(signal?: AbortSignal): Promise<void>
  readonly name: string
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof RoutineSchedulerOptions>([
  'callTimeout',
  'clock',
  'ids',
  'locks',
  'logger',
  'name',
  'onEvent',
  'random',
  'schedules',
])

/**
 * Runs routines of this process by schedules that it shares with all other instances: of each period of each routine there is one run,
 * wherever it happens. Takes the locks and the schedules of any backend, or of any other store that keeps their laws.
 */
export class RoutineScheduler {
  readonly #stores: RoutineStores
  readonly #clock: Clock
  readonly #random: Random
  readonly #ids: IdMaker
  readonly #name: string | undefined
  readonly #callTimeoutMs: DurationMs
  readonly #tell: (event: RoutineEvent) => void
  readonly #names = new Set<string>()

  /** The stores must be open, and are not closed. Throws a `TypeError` for wrong options. */
  constructor(options: RoutineSchedulerOptions) {
    checkOptionNames('Scheduler', options, OPTION_NAMES)
    const { locks, schedules, name, clock = systemClock, random = systemRandom } = options
    checkRole('locks', locks, ['acquire', 'renew', 'release'])
    checkRole('schedules', schedules, ['get', 'put', 'due', 'fire'])
    if (name !== undefined) refuse(keyProblem('Scheduler: name', name))
    this.#stores = { locks, schedules }
    this.#clock = clock
    this.#random = random
    this.#ids = options.ids ?? uuidMaker(clock, random)
    this.#name = name
    this.#callTimeoutMs = parseDuration(options.callTimeout ?? '15 seconds', 'Scheduler: callTimeout', { minMs: 1 })
    this.#tell = makeTell(options)
  }

  /**
   * Makes a routine that runs another one by a schedule, until its signal aborts; then it resolves as soon as the run under way has ended.
   * All instances on one store take turns: for each period one of them runs it, under a lock that is kept alive for as long as that takes.
   * What it throws is thrown, the period is not on record as done, and whoever comes next does it.
   *
   * Of elapsed time (`interval`, `every`, `rate`) the first period begins at once, of a time on the wall clock at that time. Of periods
   * that passed while nobody ran, only the last is made up for. A period counts as done when the routine resolves, also after an
   * abort: throw to give up. When the lock is lost, because this process stood still or the store was away for more than 30 seconds,
   * the signal aborts with a `RotaError` of code `LEASE_LOST` and the period is not on record as done.
   *
   * ```ts
   * const scheduler = new Scheduler({ locks: backend.locks, schedules: backend.schedules })
   * const maintain = scheduler.withSchedule('db maintenance', monthly({ day: 1 }), async (signal) => vacuum(signal))
   * await maintain(signal)
   * ```
   *
   * @param name free text of 1 to 128 characters, no control characters; it stands for the schedule on all instances, so here only once
   * @param schedule in the zone of this process unless it names one; expressions of EventBridge are in UTC
   */
  withSchedule(name: string, schedule: PeriodSchedule, routine: RoutineWork): ScheduledRoutine {
    refuse(keyProblem('withSchedule: name', name))
    const source = readPeriods(schedule)
    const work = workOf(routine)
    if (this.#names.has(name)) {
      throw new TypeError(`withSchedule: expected each name once, got ${JSON.stringify(name)} twice`)
    }
    this.#names.add(name)
    const { locks, schedules } = this.#stores
    const caller = new TimedCaller(this.#clock, this.#callTimeoutMs)
    const parts = { locks, caller, clock: this.#clock, random: this.#random, name, work, tell: this.#tell }
    const run = (signal: AbortSignal = new AbortController().signal): Promise<void> => {
      const ledger = new PeriodLedger({ schedules, caller, name, source, incarnation: this.#ids.next() })
      return new ScheduledRun({ ...parts, ledger, holder: instanceIdOf(this.#name, this.#ids.next()) }).run(signal)
    }
    return Object.defineProperties(run, { name: { value: name }, run: { value: run } }) as ScheduledRoutine
  }
}

/** Hands events to the listener and the ones that people should see to the logger. Neither can hurt a routine. */
function makeTell({ onEvent, logger }: RoutineSchedulerOptions): (event: RoutineEvent) => void {
  return (event) => {
    try {
      onEvent?.(event)
      const { type, ...facts } = event
      if (type === 'lock-lost') logger?.warn(facts, 'withSchedule: the lock of a routine was lost')
      if (type === 'store-error') logger?.error(facts, 'withSchedule: the store failed')
    } catch {
      // A listener's fault is not the scheduler's, and there is nobody else to tell.
    }
  }
}

function checkRole(role: string, store: unknown, calls: readonly string[]): void {
  const missing = calls.find((call) => typeof (store as Record<string, unknown> | undefined)?.[call] !== 'function')
  if (missing === undefined) return
  throw new TypeError(`Scheduler: ${role}: expected the ${role} of a backend, got ${typeof store} without ${missing}()`)
}

function refuse(problem: string | null): void {
  if (problem !== null) throw new TypeError(problem)
}
