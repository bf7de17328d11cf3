import { isDeepStrictEqual } from 'node:util'
import type { Clock, IdMaker } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { ScheduleDefinition, ScheduleRecord } from '../model/schedule-record.js'
import { nextWithin } from '../model/tick-bounds.js'
import type { EpochMs } from '../model/units.js'
import type { SchedulePut, ScheduleStore } from '../port/schedule-store.js'
import { parseSchedule } from '../schedule/parse-schedule.js'

/** A schedule that fires between our read and our write makes us read again; more often than this something else is wrong. */
const ATTEMPTS_MAX = 20

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

/** Creates and edits schedules, and decides when they are due first. */
export class ScheduleWriter {
  readonly #clock: Clock
  readonly #ids: IdMaker

  constructor(parts: { readonly clock: Clock; readonly ids: IdMaker }) {
    this.#clock = parts.clock
    this.#ids = parts.ids
  }

  /** Makes a schedule what it should be; the same again changes nothing, also not the ticks that are owed. */
  async write(
    store: ScheduleStore,
    intent: ScheduleIntent,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly status: WriteStatus; readonly record: ScheduleRecord }> {
    const { name, definition, paused, ifExists } = intent
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const record = await read(store, name, signal)
      if (record !== null && ifExists === 'fail') throw existsError(name)
      const isSame = record !== null && isDeepStrictEqual({ ...record.definition }, { ...definition })
      const isPausedSo = paused === undefined || paused === record?.paused
      if (isSame && isPausedSo) return { status: 'unchanged', record }
      if (isSame && paused !== undefined) {
        await this.pause(store, name, paused, signal)
        const changed = await read(store, name, signal)
        if (changed !== null) return { status: 'updated', record: changed }
        continue
      }
      const [outcome] = await store.put({ schedules: [this.#put(record, intent)], signal })
      if (outcome === undefined || outcome.record === null) continue
      if (outcome.status === 'conflict' || outcome.status === 'stale-tick') continue
      return { status: outcome.status, record: outcome.record }
    }
    throw busyError(name)
  }

  /** Pauses a schedule, or lets it go on with its next tick from now. */
  async pause(
    store: ScheduleStore,
    name: string,
    paused: boolean,
    signal: AbortSignal | undefined,
  ): Promise<'changed' | 'unchanged' | 'unknown'> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const record = await read(store, name, signal)
      if (record === null) return 'unknown'
      const nextTickAt = paused ? null : this.#firstTick(record.definition, record.anchor, record.firedThrough)
      const [outcome = 'unknown'] = await store.pause({ changes: [{ name, paused, nextTickAt }], signal })
      if (outcome !== 'stale-tick') return outcome
    }
    throw busyError(name)
  }

  #put(record: ScheduleRecord | null, { name, definition, paused }: ScheduleIntent): SchedulePut {
    const now = this.#clock.now()
    const isSameExpression = record?.definition.expression === definition.expression
    const anchor = isSameExpression ? record.anchor : now
    const isResumed = record?.paused === true && paused === false
    const isSameTiming = isSameExpression && !isResumed && hasSameBounds(record.definition, definition)
    const nextTickAt = isSameTiming
      ? record.nextTickAt
      : this.#firstTick(definition, anchor, record?.firedThrough ?? null)
    if (record === null && nextTickAt === null) throw neverError(name, definition)
    return {
      name,
      definition,
      incarnation: this.#ids.next(),
      anchor,
      nextTickAt,
      paused: paused ?? record?.paused ?? false,
      version: record?.version ?? null,
    }
  }

  /** The first tick from now on; what was fired or skipped already is never due again. */
  #firstTick(definition: ScheduleDefinition, anchor: EpochMs, firedThrough: EpochMs | null): EpochMs | null {
    const { expression, timeZone } = definition
    const schedule = parseSchedule(expression, { timeZone, anchor })
    return nextWithin(schedule, definition, Math.max(this.#clock.now(), firedThrough ?? 0))
  }
}

/** A schedule that ends or begins at other instants is due at others too. Runs that are left over are the scheduler's to count. */
function hasSameBounds(a: ScheduleDefinition, b: ScheduleDefinition): boolean {
  return a.timeZone === b.timeZone && a.startAt === b.startAt && a.endAt === b.endAt && a.maxRuns === b.maxRuns
}

async function read(
  store: ScheduleStore,
  name: string,
  signal: AbortSignal | undefined,
): Promise<ScheduleRecord | null> {
  const [record = null] = await store.get({ names: [name], signal })
  return record
}

function neverError(name: string, { expression }: ScheduleDefinition): RotaError {
  const message = `schedule "${name}" would never fire: ${JSON.stringify(expression)} has no tick between startAt and endAt from now on`
  return new RotaError('SCHEDULE_INVALID', message, { facts: { name, expression } })
}

function existsError(name: string): RotaError {
  const message = `schedule "${name}" exists; leave out "ifExists" to change it, or remove it first`
  return new RotaError('SCHEDULE_EXISTS', message, { facts: { name } })
}

function busyError(name: string): RotaError {
  const message = `schedule "${name}" was changed by others ${ATTEMPTS_MAX} times while it was to be written; try again`
  return new RotaError('BUSY', message, { facts: { name } })
}
