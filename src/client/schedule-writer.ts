import { isDeepStrictEqual } from 'node:util'
import type { Clock, IdMaker } from '../model/clock.js'
import { dueAtOf } from '../model/due-at.js'
import type { ScheduleDefinition, ScheduleRecord } from '../model/schedule-record.js'
import type { ScheduleStore, SchedulePut } from '../port/schedule-store.js'
import { busyError, existsError, neverError, ownedError } from './schedule-errors.js'
import { firstTick, hasSameTiming } from './schedule-timing.js'

/** A schedule that fires between our read and our write makes us read again; more often than this something else is wrong. */
const ATTEMPTS_MAX = 20

/**
 * The end of a UUID: 48 bits, 32 of them drawn anew, tell one series of a name from its other ones. It stands in the id of every
 * job and of every record, of which thousands may be written at one instant.
 */
const INCARNATION_LENGTH = 12

/** What a write did. */
export type WriteStatus = 'created' | 'updated' | 'unchanged'

/** One schedule as it should be. */
export interface ScheduleIntent {
  readonly name: string
  readonly definition: ScheduleDefinition
  /** undefined: as it is, and not for a new one. */
  readonly paused: boolean | undefined
  readonly ifExists: 'update' | 'fail'
}

/** A schedule after its write, and what that did. */
export interface WrittenSchedule {
  readonly status: WriteStatus
  readonly record: ScheduleRecord
}

/** Creates and edits schedules, and decides when they are due first. */
export class ScheduleWriter {
  readonly #clock: Clock
  readonly #ids: IdMaker

  constructor(parts: { readonly clock: Clock; readonly ids: IdMaker }) {
    this.#clock = parts.clock
    this.#ids = parts.ids
  }

  /**
   * Makes schedules what they should be, each by itself, those that have to be written in one call; outcome *i* belongs to intent
   * *i*. The same again changes nothing, also not the ticks that are owed.
   */
  async write(
    store: ScheduleStore,
    intents: readonly ScheduleIntent[],
    signal: AbortSignal | undefined,
  ): Promise<readonly WrittenSchedule[]> {
    const written = new Map<string, WrittenSchedule>()
    let left = intents
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt === ATTEMPTS_MAX) throw busyError(left[0]?.name ?? '')
      const puts: SchedulePut[] = []
      const records = await store.get({ names: left.map(({ name }) => name), signal })
      for (const [at, intent] of left.entries()) {
        const record = records[at] ?? null
        const outcome = await this.#withoutPut(store, record, intent, signal)
        if (outcome === null) puts.push(this.#put(record, intent))
        else if (outcome !== 'again') written.set(intent.name, outcome)
      }
      const outcomes = puts.length === 0 ? [] : await store.put({ schedules: puts, signal })
      for (const { status, record } of outcomes) {
        if (status === 'conflict' || status === 'stale-tick' || record === null) continue
        written.set(record.name, { status, record })
      }
      left = left.filter(({ name }) => !written.has(name))
    }
    return intents.flatMap(({ name }) => written.get(name) ?? [])
  }

  /** Refuses a set of which one could not be written, before any is: `SCHEDULE_OWNED`, `SCHEDULE_INVALID`. */
  check(intents: readonly ScheduleIntent[], records: readonly (ScheduleRecord | null)[]): void {
    const owner = intents[0]?.definition.owner ?? null
    const foreign = records.filter((record) => record !== null && record.definition.owner !== owner)
    if (foreign.length > 0) throw ownedError(foreign as readonly ScheduleRecord[], owner)
    for (const [at, intent] of intents.entries()) if (records[at] == null) this.#put(null, intent)
  }

  /** Pauses a schedule, or lets it go on with its next tick from now. */
  async pause(
    store: ScheduleStore,
    name: string,
    paused: boolean,
    signal: AbortSignal | undefined,
  ): Promise<'changed' | 'unchanged' | 'unknown'> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const [record = null] = await store.get({ names: [name], signal })
      if (record === null) return 'unknown'
      const now = this.#clock.now()
      const nextTickAt = paused ? null : firstTick(record, now, record)
      const dueAt = dueAtOf(record, nextTickAt, now)
      const [outcome = 'unknown'] = await store.pause({ changes: [{ name, paused, nextTickAt, dueAt }], signal })
      if (outcome !== 'stale-tick') return outcome
    }
    throw busyError(name)
  }

  /** Does what can be done without a put; null when it takes one, `again` when the schedule has gone meanwhile. */
  async #withoutPut(
    store: ScheduleStore,
    record: ScheduleRecord | null,
    { name, definition, paused, ifExists }: ScheduleIntent,
    signal: AbortSignal | undefined,
  ): Promise<WrittenSchedule | 'again' | null> {
    if (record === null) return null
    if (ifExists === 'fail') throw existsError(name)
    if (record.definition.owner !== definition.owner) throw ownedError([record], definition.owner)
    if (!isDeepStrictEqual({ ...record.definition }, { ...definition })) return null
    if (paused === undefined || paused === record.paused) return { status: 'unchanged', record }
    await this.pause(store, name, paused, signal)
    const [changed = null] = await store.get({ names: [name], signal })
    return changed === null ? 'again' : { status: 'updated', record: changed }
  }

  #put(record: ScheduleRecord | null, { name, definition, paused }: ScheduleIntent): SchedulePut {
    const now = this.#clock.now()
    const incarnation = record?.incarnation ?? this.#ids.next().slice(-INCARNATION_LENGTH)
    const isSameExpression = record?.definition.expression === definition.expression
    const anchor = isSameExpression ? record.anchor : now
    const schedule = { name, incarnation, definition, anchor, unfinished: record?.unfinished ?? null }
    const isResumed = record?.paused === true && paused === false
    const isSameTiming = record !== null && !isResumed && hasSameTiming(record.definition, definition)
    const nextTickAt = isSameTiming ? record.nextTickAt : firstTick(schedule, now, record)
    if (record === null && nextTickAt === null) throw neverError(name, definition)
    return {
      name,
      definition,
      incarnation,
      anchor,
      nextTickAt,
      dueAt: dueAtOf(schedule, nextTickAt, now),
      paused: paused ?? record?.paused ?? false,
      version: record?.version ?? null,
    }
  }
}
