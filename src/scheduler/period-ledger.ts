import type { TimedCaller } from '../async/timed-caller.js'
import type { ScheduleRecord } from '../model/schedule-record.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { ScheduleStore } from '../port/schedule-store.js'
import { nextPeriod, periodDone, recordNameOf, recordPut } from './period-record.js'
import type { PeriodSource } from './period-source.js'

interface Parts {
  readonly schedules: Pick<ScheduleStore, 'get' | 'put' | 'due' | 'fire'>
  readonly caller: TimedCaller
  readonly name: string
  readonly source: PeriodSource
  /** Identity of the series, should it begin now. */
  readonly incarnation: string
}

/** A period, and what the clock of the store says. */
export interface NextPeriod {
  readonly period: EpochMs
  readonly now: EpochMs
}

/** Which periods of a routine are done, on the record that all instances share. */
export class PeriodLedger {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Begins the series if this store has none, or goes on with it by another schedule. */
  async put(signal: AbortSignal): Promise<void> {
    const { caller, schedules, name, source, incarnation } = this.#parts
    const puts = [recordPut(name, source, incarnation, await this.#now(signal))]
    await caller.call('put', signal, (bound) => schedules.put({ schedules: puts, signal: bound }))
  }

  /** The period that is next; null when none follows. */
  async look(signal: AbortSignal): Promise<NextPeriod | null> {
    const now = await this.#now(signal)
    const period = nextPeriod(await this.#read(signal), this.#parts.source, now)
    return period === null ? null : { period, now }
  }

  /** Puts on record that a period is done; false when the record has changed meanwhile: try again. */
  async record(period: EpochMs, lateMs: DurationMs, signal: AbortSignal): Promise<boolean> {
    const { caller, schedules } = this.#parts
    const record = await this.#read(signal)
    // An answer that got lost on its way was a success all the same.
    if (record.firedThrough !== null && record.firedThrough >= period) return true
    const fires = [periodDone(record, period, lateMs)]
    const [outcome] = await caller.call('fire', signal, (bound) => schedules.fire({ fires, signal: bound }))
    return outcome === 'fired'
  }

  async #read(signal: AbortSignal): Promise<ScheduleRecord> {
    const { caller, schedules, name } = this.#parts
    const names = [recordNameOf(name)]
    const [record] = await caller.call('get', signal, (bound) => schedules.get({ names, signal: bound }))
    if (record !== null && record !== undefined) return record
    // Somebody has removed it by hand: the series begins anew.
    await this.put(signal)
    return this.#read(signal)
  }

  async #now(signal: AbortSignal): Promise<EpochMs> {
    const { caller, schedules } = this.#parts
    return (await caller.call('due', signal, (bound) => schedules.due({ limit: 1, signal: bound }))).now
  }
}
