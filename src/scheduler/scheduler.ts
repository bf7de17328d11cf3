import { Alarm } from '../async/alarm.js'
import { Loop, type LoopOptions, type TickOutcome } from '../async/loop.js'
import { Service } from '../async/service.js'
import { isCallTimeout, TimedCaller } from '../async/timed-caller.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { BeatResult } from '../port/control-store.js'
import type { Wakeup } from '../port/wakeups.js'
import { CROWD_MIN, CrowdAhead } from './crowd-ahead.js'
import { Election } from './election.js'
import { ElectionBeat } from './election-beat.js'
import { fireAll } from './fire-all.js'
import { overdueSchedules } from './overdue-schedules.js'
import { ScheduleCache } from './schedule-cache.js'
import { ScheduleWatch } from './schedule-watch.js'
import type { SchedulerEvent } from './scheduler-event.js'
import { type ResolvedSchedulerOptions, resolveSchedulerOptions, type SchedulerOptions } from './scheduler-options.js'
import { runRound } from './tick-round.js'
import { UnreadableSchedules } from './unreadable-schedules.js'
import { UpcomingSchedules } from './upcoming-schedules.js'

/** How long a stop waits for the call under way. */
const GRACE_MS: DurationMs = 5_000

/** A follower fires what is so long overdue: the leader should have. */
const FOLLOW_MS: DurationMs = 1_000

/** The two hands of a clock drift apart by far less within a beat, unless the wall clock is set or the machine sleeps. */
const STEP_MS: DurationMs = 1_000

/**
 * Fires schedules: sleeps until the next tick is due, makes its job, and goes on. Any number of schedulers may run on one
 * store; each tick happens once (law 7). One of them leads and fires; the others look a second after each tick whether it did,
 * and fire what is still due.
 */
export class Scheduler implements AsyncDisposable {
  /** Who it is in the registry: its name and an id, or else an id alone. */
  readonly id: string
  readonly #options: ResolvedSchedulerOptions
  readonly #caller: TimedCaller
  readonly #service: Service
  readonly #rounds: Loop
  readonly #election: Election
  readonly #beat: ElectionBeat
  readonly #watch: ScheduleWatch
  readonly #watching: Loop
  readonly #hinted: Alarm
  readonly #cache = new ScheduleCache()
  readonly #unreadable = new UnreadableSchedules()
  readonly #upcoming = new UpcomingSchedules()
  readonly #crowd: CrowdAhead
  readonly #loops = new AbortController()
  #running: Promise<unknown> = Promise.resolve()
  #isRunning = false
  #fired = 0
  /** The tick that is waited for, by this process's clock. */
  #nextTickAt: EpochMs = Infinity
  #lookedAt = -Infinity
  #wallAhead: DurationMs
  #unsubscribe = (): void => undefined

  constructor(given: SchedulerOptions) {
    const options = resolveSchedulerOptions(given)
    const { backend, callTimeoutMs, clock, holder, name, node, random, tell } = options
    this.id = node.id
    this.#options = options
    this.#wallAhead = clock.now() - clock.monotonic()
    const caller = new TimedCaller(clock, callTimeoutMs)
    this.#caller = caller
    this.#crowd = new CrowdAhead({ clock, schedules: backend.schedules, cache: this.#cache, upcoming: this.#upcoming })
    const onError: LoopOptions['onError'] = (error, { failures, delayMs: retryInMs }) =>
      tell({ type: 'store-error', error, failures, retryInMs })
    const loop = { clock, random, onError }
    this.#rounds = new Loop({ ...loop, tick: (signal) => this.#round(signal), errorDelayMaxMs: 5_000 })
    this.#watching = new Loop({ ...loop, tick: (signal) => this.#watch.tick(signal) })
    this.#watch = new ScheduleWatch({
      clock,
      tell,
      list: (page, signal) =>
        caller.call('list schedules', signal, async (bound) => {
          const records = await backend.schedules.list({ ...page, signal: bound })
          for (const { name, dueAt, paused } of records) if (!paused) this.#upcoming.add(name, dueAt)
          // The round before it could not know of a crowd.
          if (records.length >= CROWD_MIN && this.#election.leads()) this.#rounds.wake()
          return records
        }),
      wake: () => this.#watching.wake(),
    })
    this.#election = new Election({ clock, holder, name, tell: (event) => this.#tellOfElection(event) })
    this.#beat = new ElectionBeat({
      ...{ backend, caller, election: this.#election, loop, node },
      elected: () => this.#rounds.wake(),
      learned: (beat) => this.#learned(beat),
    })
    this.#hinted = new Alarm(clock, () => this.#rounds.wake())
    this.#service = new Service({
      clock,
      what: `scheduler "${name}"`,
      start: async () => this.#start(),
      drain: () => this.#stop(),
      graceMs: GRACE_MS,
    })
  }

  /** Jobs that this scheduler has made. */
  get fired(): number {
    return this.#fired
  }

  /** Whether it leads all schedulers of its store now. */
  get leads(): boolean {
    return this.#election.leads()
  }

  /** Begins to fire. Resolves at once; a store that is down is waited for. */
  start(): Promise<void> {
    return this.#service.start()
  }

  /**
   * Fires nothing more; resolves when the call under way has ended or was called off, and another scheduler can lead.
   * Any number of calls stop it once.
   */
  async stop(): Promise<void> {
    await this.#service.stop()
  }

  /** Resolves when it has stopped, whoever asked for it. */
  get stopped(): Promise<void> {
    return this.#service.stopped
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /**
   * Fires what is due now, once; says when the next look is worth it, by this process's clock. While it runs and does not lead,
   * due is what has been due for a second.
   */
  async tick(signal?: AbortSignal): Promise<TickOutcome> {
    const { backend, clock, pollMs, tell } = this.#options
    const leads = this.#election.leads()
    const follows = this.#isRunning && !leads
    this.#lookedAt = clock.monotonic()
    const schedules = overdueSchedules(backend.schedules, follows ? FOLLOW_MS : 0, ({ schedulesRevision }) => {
      // Whatever tells which schedules are due tells also whether any was edited.
      if (this.#isRunning) this.#watch.heard(schedulesRevision)
    })
    const { inspector, limits } = backend
    const view = { schedules, inspector, limits, classify: (error: unknown) => backend.classify(error) }
    if (!leads) this.#crowd.drop()
    const prepared = this.#crowd.take()
    if (prepared.length > 0) {
      // What the store refuses of them stays due, and the round that follows tells of it.
      const { jobs } = await this.#caller.call('fire', signal, (bound) => fireAll(view, prepared, tell, bound))
      this.#upcoming.addFires(prepared)
      this.#fired += jobs
      return { nextAt: clock.now() }
    }
    const parts = { backend: view, cache: this.#cache, unreadable: this.#unreadable, upcoming: this.#upcoming, tell }
    const { jobs, nextTickAt, now } = await this.#caller.call('fire', signal, (bound) => runRound(parts, bound))
    // The two clocks may differ; what counts is how long it is until then.
    const aheadMs = clock.now() - now
    this.#fired += jobs
    if (follows && jobs > 0) this.#beat.suspect()
    this.#nextTickAt = nextTickAt === null ? Infinity : nextTickAt + aheadMs
    const lookAt = leads && nextTickAt !== null ? await this.#prepare(nextTickAt, now, signal) : nextTickAt
    const nextAt: EpochMs | null = lookAt === null ? null : lookAt + aheadMs
    const { shared, wakeups } = backend.capabilities
    const everyChangeIsHinted = wakeups === 'shared' || (wakeups === 'local' && !shared)
    if (everyChangeIsHinted) return { nextAt }
    return { nextAt: Math.min(nextAt ?? Infinity, clock.now() + pollMs) }
  }

  #prepare(nextTickAt: EpochMs, now: EpochMs, signal: AbortSignal | undefined): Promise<EpochMs> {
    return this.#caller.call('read schedules', signal, (bound) => this.#crowd.prepare(nextTickAt, now, bound))
  }

  #start(): void {
    const { backend, name, tell } = this.#options
    const { signal } = this.#loops
    this.#isRunning = true
    tell({ type: 'election-started', name })
    this.#unsubscribe = backend.wakeups?.subscribe((hint) => this.#hint(hint)) ?? this.#unsubscribe
    this.#running = Promise.all([this.#rounds.run(signal), this.#beat.run(signal), this.#watching.run(signal)])
  }

  async #stop(): Promise<void> {
    this.#unsubscribe()
    this.#loops.abort(new Error(`scheduler "${this.#options.name}" has stopped`))
    await this.#running
    this.#hinted.cancel()
    this.#watch.stop()
    await this.#beat.leave()
  }

  /** A leader that cannot look or fire lets another one lead; one schedule that the store refuses is no reason for that. */
  async #round(signal: AbortSignal): Promise<TickOutcome> {
    try {
      const outcome = await this.tick(signal)
      this.#beat.standAgain()
      return outcome
    } catch (error) {
      const kind = this.#options.backend.classify(error)
      if (!signal.aborted && (isCallTimeout(error) || (kind !== 'mistake' && kind !== 'unknown')))
        await this.#beat.resign()
      throw error
    }
  }

  /** A leader that is in doubt asks again at once: as a rule it was only its clock that was set. */
  #tellOfElection(event: SchedulerEvent): void {
    this.#options.tell(event)
    if (event.type === 'lost-leadership' && event.reason === 'in-doubt') this.#beat.suspect()
  }

  #learned({ nextTickAt, now, schedulesRevision }: BeatResult): void {
    const { clock } = this.#options
    this.#watch.heard(schedulesRevision)
    const ahead = clock.now() - clock.monotonic()
    const wasSet = Math.abs(ahead - this.#wallAhead) > STEP_MS
    this.#wallAhead = ahead
    const graceMs = this.#election.leads() ? 0 : FOLLOW_MS
    // A hint was lost, or a clock was set: there is a tick before the one that is waited for.
    const isSooner = nextTickAt !== null && nextTickAt + graceMs - now < this.#nextTickAt - clock.now()
    if (wasSet || isSooner) this.#rounds.wake()
  }

  /** A follower looks once a second at most: the leader's every fire is hinted at too. */
  #hint({ kind }: Wakeup): void {
    if (kind !== 'schedules' && kind !== 'resync') return
    const sinceMs = this.#options.clock.monotonic() - this.#lookedAt
    if (this.#election.leads() || sinceMs >= FOLLOW_MS) this.#rounds.wake()
    else this.#hinted.setWithin(FOLLOW_MS - sinceMs)
  }
}
