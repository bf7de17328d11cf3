import type { ScheduleSummary, SchedulerEvent } from '../scheduler/scheduler-event.js'
import type { LogPrinter } from './log-printer.js'
import { isoInstant } from './render/instant.js'

/** Schedules that are logged one by one when a scheduler starts; a store may have a hundred thousand. */
const LOGGED_MAX = 100

/** Writes what a scheduler tells; ticks that were skipped, and trouble, are written by the scheduler itself, to the same log. */
export class SchedulerLog {
  readonly #log: LogPrinter
  readonly #url: string
  /** Schedules that were on record at the start and have been told of; Infinity once that is over. */
  #registered = 0
  /** The term of a leadership that is told of after the schedules on record, also when it came while they were being read. */
  #untold: number | null = null

  constructor(parts: { readonly log: LogPrinter; readonly url: string }) {
    this.#log = parts.log
    this.#url = parts.url
  }

  write(event: SchedulerEvent): void {
    const log = this.#log
    switch (event.type) {
      case 'election-started':
        return log.tell({ name: event.name, url: this.#url }, `Starting leader election as ${event.name}`)
      case 'schedule-added':
        return this.#added(event)
      case 'schedule-changed':
        return this.#item('Updated item', event)
      case 'schedule-paused':
        return this.#item('Paused item', event)
      case 'schedule-resumed':
        return this.#item('Resumed item', event)
      case 'schedule-removed':
        return log.tell({ schedule: event.schedule }, `Removed item ${event.schedule}`)
      case 'schedules-loaded':
        return this.#loaded(event)
      case 'became-leader':
        this.#untold = event.term
        return this.#registered === Infinity ? this.#tellLeader() : undefined
      case 'lost-leadership':
        this.#tellLeader()
        return event.reason === 'stopped' ? log.tell({ term: event.term }, 'Gave up leadership') : undefined
      case 'fired': {
        this.#tellLeader()
        const { schedule, tick, lateMs, jobId } = event
        return log.info({ schedule, tick: isoInstant(tick), lateMs, job: jobId }, 'scheduler: fired')
      }
      default:
    }
  }

  #tellLeader(): void {
    if (this.#untold !== null) this.#log.tell({ term: this.#untold }, 'Became leader, tasks will be scheduled')
    this.#untold = null
  }

  #added(event: ScheduleSummary): void {
    this.#registered += 1
    if (this.#registered > LOGGED_MAX && this.#registered < Infinity) return
    this.#item('Registered a new item', event)
  }

  #loaded({ count, areMore }: { readonly count: number; readonly areMore: boolean }): void {
    if (count > LOGGED_MAX) this.#log.tell({ count: count - LOGGED_MAX }, `Registered ${count - LOGGED_MAX} more items`)
    this.#log.tell({ count }, `Loaded ${count}${areMore ? ' or more' : ''} scheduled task(s)`)
    this.#registered = Infinity
    this.#tellLeader()
  }

  #item(did: string, { paused, nextTickAt, ...summary }: ScheduleSummary): void {
    const { schedule, queue, expression, timeZone, task } = summary
    const facts = { schedule, queue, expression, timeZone, task, paused, nextTickAt: isoInstant(nextTickAt) }
    const end = paused && did !== 'Paused item' ? ' (paused)' : ''
    this.#log.tell(facts, `${did} ${schedule} on queue ${queue}: ${expression}${end}`)
  }
}
