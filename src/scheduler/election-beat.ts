import { Alarm } from '../async/alarm.js'
import { Loop, type LoopOptions, type TickOutcome } from '../async/loop.js'
import type { Stopwatch } from '../async/stopwatch.js'
import { isCallTimeout, type TimedCaller } from '../async/timed-caller.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { Backend } from '../port/backend.js'
import type { BeatResult, NodeRecord } from '../port/control-store.js'
import type { LockRenewal } from '../port/lock-store.js'
import { type Answer, type Ask, Election, RENEW_MS } from './election.js'

/** How often a scheduler says that it is there, and looks for a hint that was lost (law 9). */
const BEAT_MS: DurationMs = 10_000

/** The least between two beats for which there is a reason of the moment. */
const BEAT_MS_MIN: DurationMs = 1_000

interface Parts {
  readonly backend: Pick<Backend, 'control' | 'locks' | 'schedules'>
  readonly caller: TimedCaller
  readonly loop: Pick<LoopOptions, 'clock' | 'random' | 'onError'>
  readonly election: Election
  readonly node: Pick<NodeRecord, 'id' | 'host' | 'pid'>
  /** It leads from now on. */
  readonly elected: () => void
  readonly learned: (beat: BeatResult) => void
}

/**
 * One call in ten seconds, every three for the leader: says that this scheduler is there, stands for election or renews its lead, and
 * hears what changed. It goes by elapsed time: a clock that is set back must neither silence the node nor hide a schedule for hours.
 */
export class ElectionBeat {
  readonly #parts: Parts
  readonly #loop: Loop
  readonly #alarm: Alarm
  /** Rings when the lead may have lapsed, however long a call takes. */
  readonly #doubt: Alarm
  readonly #startedAt: EpochMs
  #sinceBeat: Stopwatch = () => Infinity

  constructor(parts: Parts) {
    this.#parts = parts
    const { clock } = parts.loop
    const tick: LoopOptions['tick'] = (signal) => this.tick(signal)
    this.#loop = new Loop({ ...parts.loop, tick, errorDelayMs: BEAT_MS_MIN, errorDelayMaxMs: BEAT_MS })
    this.#alarm = new Alarm(clock, () => this.#loop.wake())
    this.#doubt = new Alarm(clock, () => this.#lapsed())
    this.#startedAt = clock.now()
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#loop.run(signal)
    this.#alarm.cancel()
    this.#doubt.cancel()
  }

  /** There is reason to think that nobody leads: asks soon, and not again and again. */
  suspect(): void {
    this.#alarm.setWithin(Math.max(0, BEAT_MS_MIN - this.#sinceBeat()))
  }

  /** One beat. */
  async tick(signal?: AbortSignal): Promise<TickOutcome> {
    const { backend, caller, election, learned } = this.#parts
    const ask = election.ask()
    this.#sinceBeat = ask.sentFor
    // Of the answer that comes too late nobody knows whether it holds: the leader has to hear before its lead lapses.
    const withinMs = election.leads() ? Math.max(1, election.leaseLeftMs) : Infinity
    const beat = { node: this.#record(), locks: ask.locks, acquire: ask.acquire }
    try {
      const call = async (bound: AbortSignal): Promise<BeatResult> => backend.control.beat({ ...beat, signal: bound })
      const result = await caller.call('beat', signal, call, withinMs)
      const answer = await this.#complete(ask, result, signal)
      const term = election.heard(ask, answer)
      if (term !== null) await this.#takeOffice(ask, term, signal)
      this.#doubt.cancel()
      if (election.leads()) this.#doubt.setWithin(election.leaseLeftMs)
      this.#alarm.cancel()
      this.#alarm.setWithin(election.nextBeatMs(BEAT_MS, answer))
      learned(result)
    } catch (error) {
      if (isCallTimeout(error)) election.doubt()
      throw error
    }
    return { nextAt: null }
  }

  /** This scheduler cannot do what a leader does: lets another one lead, until `standAgain`. */
  async resign(): Promise<void> {
    const lock = this.#parts.election.resign('unfit')
    if (lock !== null) await this.#release(lock)
  }

  /** This scheduler can do again what a leader does. */
  standAgain(): void {
    if (this.#parts.election.standAgain()) this.suspect()
  }

  /** Frees the lead at once, and takes the node out of the registry; a store that is down forgets both by itself. */
  async leave(): Promise<void> {
    const { backend, caller, election, node } = this.#parts
    const lock = election.resign('stopped')
    if (lock !== null) await this.#release(lock)
    const leave = async (signal: AbortSignal): Promise<void> => backend.control.leave({ nodeId: node.id, signal })
    await caller.call('leave', undefined, leave, BEAT_MS_MIN).catch(() => undefined)
  }

  /** Reads what is due before it leads: one that cannot is no leader at all, not half of one. */
  async #takeOffice(ask: Ask, term: number, signal: AbortSignal | undefined): Promise<void> {
    const { backend, caller, elected, election } = this.#parts
    try {
      await caller.call('read schedules', signal, async (bound) => backend.schedules.due({ limit: 1, signal: bound }))
    } catch (error) {
      await this.#release(election.lockOf(term))
      throw error
    }
    if (election.takeOffice(ask, term)) elected()
  }

  /** A store whose beat takes no locks is asked for them by themselves. */
  async #complete(ask: Ask, result: BeatResult, signal: AbortSignal | undefined): Promise<Answer> {
    const { now, locks, acquired } = result
    if (acquired !== undefined || ask.acquire.length === 0) return { now, locks, acquired: acquired ?? [] }
    const { backend, caller } = this.#parts
    const call = async (bound: AbortSignal): Promise<Answer['acquired']> =>
      backend.locks.acquire({ locks: ask.acquire, signal: bound })
    return { now, locks, acquired: await caller.call('acquire', signal, call) }
  }

  #lapsed(): void {
    if (!this.#parts.election.leads()) this.suspect()
  }

  /** A lock that is not released lapses. */
  async #release(lock: LockRenewal): Promise<void> {
    const { backend, caller } = this.#parts
    const call = async (bound: AbortSignal): Promise<unknown> => backend.locks.release({ locks: [lock], signal: bound })
    await caller.call('release', undefined, call, RENEW_MS).catch(() => undefined)
  }

  #record(): NodeRecord {
    const idle = { kind: 'scheduler', queues: [], tasks: [], running: 0, beatMs: BEAT_MS } as const
    return { ...this.#parts.node, ...idle, startedAt: this.#startedAt }
  }
}
