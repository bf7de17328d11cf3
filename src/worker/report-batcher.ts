import { encode } from '../codec/encode.js'
import type { Clock } from '../model/clock.js'
import type { EncodedValue, LogLine } from '../model/job.js'
import { PARKED_STEP } from '../model/steps.js'
import type { DurationMs } from '../model/units.js'
import type { JobStore } from '../port/job-store.js'
import { Alarm } from '../async/alarm.js'
import type { TimedCaller } from '../async/timed-caller.js'
import { AttemptReport } from './attempt-report.js'
import type { Attempt } from './attempt.js'

/** How often what handlers tell is sent on while they run; fast enough for somebody who watches. */
const INTERVAL_MS: DurationMs = 250

/** Sends progress and log lines of running attempts, those of all attempts together. */
export class ReportBatcher {
  readonly #clock: Clock
  readonly #jobs: Pick<JobStore, 'report'>
  readonly #caller: TimedCaller
  readonly #itemsMax: number
  readonly #alarm: Alarm
  readonly #failed: (error: unknown) => void
  #waiting = new Set<Attempt>()
  /** The calls under way: the end of an attempt must not overtake what it has told, which nobody would take any more. */
  readonly #sending = new Map<Attempt, Promise<void>>()

  /** `failed` hears of reports that could not be sent while their attempts run; they are kept and sent again. */
  constructor(deps: {
    readonly clock: Clock
    readonly jobs: Pick<JobStore, 'report'>
    readonly caller: TimedCaller
    readonly itemsMax: number
    readonly failed: (error: unknown) => void
  }) {
    this.#clock = deps.clock
    this.#jobs = deps.jobs
    this.#caller = deps.caller
    this.#itemsMax = deps.itemsMax
    this.#failed = deps.failed
    this.#alarm = new Alarm(deps.clock, () => {
      this.flush([...this.#waiting]).catch((error: unknown) => {
        this.#failed(error)
        if (this.#waiting.size > 0) this.#alarm.setWithin(4 * INTERVAL_MS)
      })
    })
  }

  addLine(attempt: Attempt, level: LogLine['level'], message: string): void {
    this.#reportOf(attempt)?.addLine({ at: this.#clock.now(), level, message })
  }

  setProgress(attempt: Attempt, value: EncodedValue): void {
    this.#reportOf(attempt)?.setProgress(value)
  }

  /** Says why the job of an attempt goes on waiting without having run: in its log, and where it is found without reading that. */
  park(attempt: Attempt, reason: string): void {
    this.addLine(attempt, 'warn', reason)
    this.#reportOf(attempt)?.setStep(PARKED_STEP, encode(reason))
  }

  /** Whether there may be something to wait for before these attempts end. */
  owes(attempts: readonly Attempt[]): boolean {
    return this.#sending.size > 0 || attempts.some((attempt) => attempt.report !== null)
  }

  /** Sends what these attempts have told, after what is on its way. Rejects when the store could not take it; what was told is kept then. */
  async flush(attempts: readonly Attempt[], signal?: AbortSignal): Promise<void> {
    if (this.#sending.size > 0) await Promise.all(attempts.map(async (attempt) => this.#sending.get(attempt)))
    const telling = attempts.filter((attempt) => attempt.report !== null)
    for (let from = 0; from < telling.length; from += this.#itemsMax) {
      await this.#send(telling.slice(from, from + this.#itemsMax), signal)
    }
  }

  /** Forgets what an attempt has told: nobody will take it any more. */
  drop(attempt: Attempt): void {
    attempt.report = null
    this.#waiting.delete(attempt)
  }

  /** What an attempt has told by now, to be sent with its completion; from here on it waits for what becomes of that. */
  async hold(attempt: Attempt): Promise<AttemptReport | null> {
    await this.#sending.get(attempt)
    this.#waiting.delete(attempt)
    return attempt.report
  }

  close(): void {
    this.#alarm.cancel()
    this.#waiting.clear()
  }

  #reportOf(attempt: Attempt): AttemptReport | null {
    if (attempt.phase !== 'running') return null
    attempt.report ??= new AttemptReport()
    if (attempt.completion !== null) return attempt.report
    this.#waiting.add(attempt)
    this.#alarm.setWithin(INTERVAL_MS)
    return attempt.report
  }

  /** What is told while the call is under way starts a report of its own. */
  async #send(attempts: readonly Attempt[], signal: AbortSignal | undefined): Promise<void> {
    const sent = attempts.map((attempt) => ({ attempt, report: attempt.report as AttemptReport }))
    for (const { attempt } of sent) this.drop(attempt)
    const reports = sent.map(({ attempt, report }) => report.toReport(attempt.lease.receipt))
    const call = this.#caller.call('report', signal, (signal) => this.#jobs.report({ reports, signal }))
    const ended = call.then(
      () => undefined,
      () => {
        for (const { attempt, report } of sent) this.#putBack(attempt, report)
      },
    )
    for (const attempt of attempts) this.#sending.set(attempt, ended)
    await ended
    for (const attempt of attempts) this.#sending.delete(attempt)
    await call
  }

  #putBack(attempt: Attempt, report: AttemptReport): void {
    if (attempt.phase === 'over') return
    attempt.report = attempt.report === null ? report : report.followedBy(attempt.report)
    if (attempt.completion === null) this.#waiting.add(attempt)
  }
}
