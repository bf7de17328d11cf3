import { Loop } from '../async/loop.js'
import type { TickOutcome } from '../async/loop.js'
import type { Clock, Random } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { Maintenance } from '../port/maintenance.js'
import { Alarm } from '../async/alarm.js'
import type { TimedCaller } from '../async/timed-caller.js'
import type { StoreHealth } from './store-health.js'
import type { StoreTime } from './store-time.js'

/** Nodes that start together do not tidy up together. */
const START_WITHIN_MS: DurationMs = 2000

/** The least pause between two ticks, however much there is to do. */
const PAUSE_MS_MIN: DurationMs = 5

interface MaintenanceLoopDeps {
  readonly clock: Clock
  readonly random: Random
  readonly backend: { readonly maintenance: Pick<Maintenance, 'tick'> }
  readonly caller: TimedCaller
  readonly health: StoreHealth
  readonly time: StoreTime
}

/** Does the housekeeping of the store whenever the store says that it is due. Never takes more than half of the time. */
export class MaintenanceLoop {
  readonly #deps: MaintenanceLoopDeps
  readonly #loop: Loop
  readonly #alarm: Alarm
  #started = false

  constructor(deps: MaintenanceLoopDeps) {
    this.#deps = deps
    const { clock, random, health } = deps
    this.#loop = new Loop({
      clock,
      random,
      tick: (signal) => this.#next(signal),
      onError: (error, { delayMs }) => health.failed('maintenance', error, delayMs),
      errorDelayMs: 1000,
      errorDelayMaxMs: 60_000,
    })
    this.#alarm = new Alarm(clock, () => this.#loop.wake())
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#loop.run(signal)
    this.#alarm.cancel()
  }

  /** One small batch of housekeeping; how long to wait for the next. */
  async tick(signal?: AbortSignal): Promise<DurationMs> {
    const { backend, caller, clock, health } = this.#deps
    const startedAt = clock.monotonic()
    const { nextAt } = await caller.call('maintenance', signal, (bound) => backend.maintenance.tick({ signal: bound }))
    health.worked('maintenance')
    return Math.max(this.#deps.time.toLocal(nextAt) - clock.now(), clock.monotonic() - startedAt, PAUSE_MS_MIN)
  }

  async #next(signal: AbortSignal): Promise<TickOutcome> {
    const first = !this.#started
    this.#started = true
    this.#alarm.setWithin(first ? START_WITHIN_MS * this.#deps.random.next() : await this.tick(signal))
    return { nextAt: null }
  }
}
