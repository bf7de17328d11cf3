import type { DurationMs, EpochMs } from '../model/units.js'
import { offsetReader } from './zone-offset.js'
import type { OffsetReader } from './zone-offset.js'

/** A moment at which a zone's wall clock is set: from the first instant that has the new offset. */
export interface ZoneChange {
  readonly at: EpochMs
  readonly before: DurationMs
  readonly after: DurationMs
}

/** What is known of a zone in one stretch of time. */
interface Block {
  /** The offset in the millisecond before the block: a change at its very beginning is one of its own. */
  readonly offsetBefore: DurationMs
  readonly changes: readonly ZoneChange[]
}

/** 397 days; a power of two, so that finding the block of an instant is one division. */
const BLOCK_MS = 2 ** 35

/** Since 1970 no zone was changed twice within so short a time: the closest are a week apart (America/Boa_Vista 2000, Asia/Gaza 2040). */
const PROBE_MS = 5 * 86_400_000

/** No change of a clock is larger: a day, where a zone crosses the date line (Pacific/Apia 2011). */
export const CHANGE_MS_MAX: DurationMs = 25 * 3_600_000

/** More blocks than any program needs that does not walk through millennia. */
const BLOCKS_MAX = 500
const ZONES_MAX = 1000

const zones = new Map<string, Zone>()

/** The zone of an IANA name, the same object each time; null when the runtime does not know the name. */
export function findZone(name: string): Zone | null {
  const known = zones.get(name)
  if (known !== undefined) return known
  // Without asking the runtime: its zone data takes 13 ms to load, and most schedules need none.
  const isUtc = name === 'UTC'
  if (!isUtc && offsetReader(name) === null) return null
  if (zones.size === ZONES_MAX) zones.clear()
  const zone = new Zone(name, isUtc ? 0 : null)
  zones.set(name, zone)
  return zone
}

/** A clock that is always so far ahead of UTC, named as in `+02:00`. */
export function fixedZone(offset: DurationMs): Zone {
  const minutes = Math.abs(offset) / 60_000
  const digits = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'))
  return new Zone(offset === 0 ? 'UTC' : `${offset < 0 ? '-' : '+'}${digits.join(':')}`, offset)
}

/** The offsets of a zone, looked up once per stretch of time and then kept. */
export class Zone {
  readonly name: string
  readonly #blocks = new Map<number, Block>()
  readonly #fixed: Block | null
  #lastIndex = NaN
  #last: Block | null = null

  /** `fixedOffset` is null for a zone whose offsets the runtime knows. */
  constructor(name: string, fixedOffset: DurationMs | null) {
    this.name = name
    this.#fixed = fixedOffset === null ? null : { offsetBefore: fixedOffset, changes: [] }
  }

  /** How far the wall clock is ahead of UTC. */
  offsetAt(at: EpochMs): DurationMs {
    const { offsetBefore, changes } = this.#block(Math.floor(at / BLOCK_MS))
    let offset = offsetBefore
    for (const change of changes) {
      if (change.at > at) break
      offset = change.after
    }
    return offset
  }

  /** The first change later than `after` and not later than `until`; null when there is none. */
  nextChange(after: EpochMs, until: EpochMs): ZoneChange | null {
    if (this.#fixed !== null) return null
    const end = Math.floor(until / BLOCK_MS)
    for (let index = Math.floor(after / BLOCK_MS); index <= end; index++) {
      for (const change of this.#block(index).changes) {
        if (change.at > until) return null
        if (change.at > after) return change
      }
    }
    return null
  }

  /** The last change not later than `until` and later than `after`; null when there is none. */
  lastChange(until: EpochMs, after: EpochMs): ZoneChange | null {
    if (this.#fixed !== null) return null
    const start = Math.floor(after / BLOCK_MS)
    for (let index = Math.floor(until / BLOCK_MS); index >= start; index--) {
      const { changes } = this.#block(index)
      for (let one = changes.length - 1; one >= 0; one--) {
        const change = changes[one]
        if (change === undefined || change.at > until) continue
        return change.at > after ? change : null
      }
    }
    return null
  }

  #block(index: number): Block {
    if (this.#fixed !== null) return this.#fixed
    if (index === this.#lastIndex && this.#last !== null) return this.#last
    let block = this.#blocks.get(index)
    if (block === undefined) {
      if (this.#blocks.size === BLOCKS_MAX) this.#blocks.clear()
      block = readBlock(this.name, index * BLOCK_MS)
      this.#blocks.set(index, block)
    }
    this.#lastIndex = index
    this.#last = block
    return block
  }
}

/** The last reader made: blocks of one zone are often read in a row. */
let lastReader: { readonly name: string; readonly read: OffsetReader } | null = null

function readBlock(name: string, start: EpochMs): Block {
  if (lastReader?.name !== name) {
    const read = offsetReader(name)
    if (read === null) throw new Error(`the runtime forgot the zone ${name}`)
    lastReader = { name, read }
  }
  const { read } = lastReader
  const changes: ZoneChange[] = []
  const end = start + BLOCK_MS - 1
  const offsetBefore = read(start - 1)
  let before = offsetBefore
  for (let from = start - 1; from < end; from += PROBE_MS) {
    const to = Math.min(from + PROBE_MS, end)
    const after = read(to)
    if (after !== before) changes.push({ at: findChange(read, from, to, before), before, after })
    before = after
  }
  return { offsetBefore, changes }
}

/** Halves the stretch until the first instant with another offset is found; zones change on whole seconds. */
function findChange(read: OffsetReader, from: EpochMs, to: EpochMs, before: DurationMs): EpochMs {
  let low = Math.floor(from / 1000)
  let high = Math.ceil(to / 1000)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (read(middle * 1000) === before) low = middle
    else high = middle
  }
  return high * 1000
}
