import { Loop } from '../async/loop.js'
import type { TickOutcome } from '../async/loop.js'
import type { Clock, Random } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { BeatResult, ControlStore, NodeRecord } from '../port/control-store.js'
import { Alarm } from '../async/alarm.js'
import { TimedCaller } from '../async/timed-caller.js'
import type { StoreHealth } from './store-health.js'
import type { StoreTime } from './store-time.js'

/** How often a node says that it is there (law 9). */
export const BEAT_MS: DurationMs = 10_000

/** The least between two beats that hints ask for: a thousand cancels in a row are heard of together. */
const BEAT_MS_MIN: DurationMs = 50

/** A worker that stops waits no longer for its good-bye: the store forgets it by itself in half a minute. */
const LEAVE_MS: DurationMs = 1000

interface NodeBeatDeps {
  readonly clock: Clock
  readonly random: Random
  readonly control: Pick<ControlStore, 'beat' | 'leave'>
  readonly caller: TimedCaller
  readonly health: StoreHealth
  readonly node: Omit<NodeRecord, 'running' | 'beatMs'>
  readonly running: () => number
  /** null where the store goes by the clock of this machine. */
  readonly time: StoreTime | null
  readonly learned: (result: BeatResult) => void
}

/** Keeps this node in the registry and hears what changed: pauses, cancels, the clock of the store. */
export class NodeBeat {
  readonly #deps: NodeBeatDeps
  readonly #loop: Loop
  readonly #alarm: Alarm
  #beatAt = -Infinity

  constructor(deps: NodeBeatDeps) {
    this.#deps = deps
    const { clock, random, health } = deps
    this.#loop = new Loop({
      clock,
      random,
      tick: (signal) => this.#spaced(signal),
      onError: (error, { delayMs }) => health.failed('beat', error, delayMs),
      errorDelayMs: 500,
      errorDelayMaxMs: BEAT_MS,
    })
    this.#alarm = new Alarm(clock, () => this.#loop.wake())
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#loop.run(signal)
    this.#alarm.cancel()
  }

  /** Something has changed: beat now. */
  wake(): void {
    this.#loop.wake()
  }

  /** One beat. */
  async tick(signal?: AbortSignal): Promise<void> {
    const { caller, clock, control, health, learned, node, running, time } = this.#deps
    const sentAt = clock.now()
    const beat = { ...node, running: running(), beatMs: BEAT_MS }
    const result = await caller.call('beat', signal, (bound) => control.beat({ node: beat, locks: [], signal: bound }))
    this.#beatAt = clock.monotonic()
    health.worked('beat')
    // Half of the way there, half of it back.
    time?.synchronise(result.now, Math.round((sentAt + clock.now()) / 2))
    learned(result)
  }

  /** Takes the node out of the registry; a store that is down forgets it by itself. */
  async leave(): Promise<void> {
    const { clock, control, node } = this.#deps
    try {
      await new TimedCaller(clock, LEAVE_MS).call('beat', undefined, (signal) =>
        control.leave({ nodeId: node.id, signal }),
      )
    } catch (error) {
      this.#deps.health.failed('beat', error, 0)
    }
  }

  async #spaced(signal: AbortSignal): Promise<TickOutcome> {
    const sinceMs = this.#deps.clock.monotonic() - this.#beatAt
    if (sinceMs >= BEAT_MS_MIN) await this.tick(signal)
    // Elapsed time and not an instant: a clock that is set back must not silence the node.
    this.#alarm.setWithin(sinceMs >= BEAT_MS_MIN ? BEAT_MS : BEAT_MS_MIN - sinceMs)
    return { nextAt: null }
  }
}
