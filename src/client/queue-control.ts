import { checkName } from '../model/names.js'
import { checkOptionNames } from '../model/option-names.js'
import type { DurationInput } from '../model/policy.js'
import type { QueueRecord, QueueSettings } from '../port/control-store.js'
import { parseDuration } from '../time/duration.js'
import type { Connection } from './connection.js'

/** Settings of a queue that take effect while the fleet runs; what is left out stays as it is. */
export interface QueueChanges {
  /** Jobs of the queue that may run at one time over the whole fleet; null: no limit. */
  readonly concurrency?: number | null
  /** How long completed jobs stay; null: 1 day. */
  readonly completedFor?: DurationInput | null
  /** How many completed jobs stay; null: 100,000. The smaller of the two rules wins. */
  readonly completedMax?: number | null
  /** How long failed and cancelled jobs stay; null: 14 days. */
  readonly failedFor?: DurationInput | null
}

/** What every call about queues takes beside its own parameters. */
export interface ControlOptions {
  readonly signal?: AbortSignal | undefined
}

/** Pauses queues, resumes them, and changes how they behave. */
export class QueueControl<Tx> {
  readonly #connection: Connection<Tx>

  constructor(connection: Connection<Tx>) {
    this.#connection = connection
  }

  /** Stops the queue everywhere: nothing of it is started, within 10 s at most. What runs goes on, nothing is lost. */
  async pause(queue: string, options: ControlOptions = {}): Promise<QueueRecord> {
    return this.#put(queue, { paused: true }, options)
  }

  /** Lets a paused queue go on. */
  async resume(queue: string, options: ControlOptions = {}): Promise<QueueRecord> {
    return this.#put(queue, { paused: false }, options)
  }

  /** Changes the settings of a queue; one that was not known is made. */
  async set(queue: string, changes: QueueChanges, options: ControlOptions = {}): Promise<QueueRecord> {
    return this.#put(queue, settingsOf(queue, changes), options)
  }

  /** Every queue that has settings or ever had a job, by name. */
  async list(options: ControlOptions = {}): Promise<readonly QueueRecord[]> {
    const { control } = await this.#connection.open(options.signal)
    return control.listQueues({ signal: options.signal })
  }

  /** Forgets the settings of a queue without jobs. */
  async remove(queue: string, options: ControlOptions = {}): Promise<'removed' | 'not-empty' | 'unknown'> {
    checkName('queue', queue)
    const { control } = await this.#connection.open(options.signal)
    const [outcome = 'unknown'] = await control.removeQueues({ names: [queue], signal: options.signal })
    return outcome
  }

  async #put(name: string, changes: Partial<QueueSettings>, options: ControlOptions): Promise<QueueRecord> {
    checkName('queue', name)
    const { control } = await this.#connection.open(options.signal)
    const [record] = await control.putQueues({ queues: [{ name, ...changes }], signal: options.signal })
    if (record === undefined) throw new Error(`queue "${name}": expected the store to answer with its record, got none`)
    return record
  }
}

const CHANGE_NAMES: ReadonlySet<string> = new Set<keyof QueueChanges>([
  'completedFor',
  'completedMax',
  'concurrency',
  'failedFor',
])

function settingsOf(queue: string, changes: QueueChanges): Partial<QueueSettings> {
  const { concurrency, completedFor, completedMax, failedFor } = changes
  const what = `queue "${queue}"`
  checkOptionNames(what, changes, CHANGE_NAMES)
  return {
    ...(concurrency === undefined ? {} : { concurrency: checkCount(concurrency, `${what}: concurrency`, 1) }),
    ...(completedFor === undefined ? {} : { completedForMs: lengthOf(completedFor, `${what}: completedFor`) }),
    ...(completedMax === undefined ? {} : { completedMax: checkCount(completedMax, `${what}: completedMax`, 0) }),
    ...(failedFor === undefined ? {} : { failedForMs: lengthOf(failedFor, `${what}: failedFor`) }),
  }
}

function lengthOf(given: DurationInput | null, what: string): number | null {
  return given === null ? null : parseDuration(given, what)
}

function checkCount(count: number | null, what: string, min: number): number | null {
  if (count === null || (Number.isSafeInteger(count) && count >= min)) return count
  throw new TypeError(`${what}: expected a whole number of at least ${min} or null, got ${String(count)}`)
}
