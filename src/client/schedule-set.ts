import type { ScheduleRecord } from '../model/schedule-record.js'
import type { ScheduleStore } from '../port/schedule-store.js'
import type { DeclareOutcome } from './declared-schedule.js'
import type { ScheduleIntent, ScheduleWriter, WriteStatus } from './schedule-writer.js'

/** Schedules of one call: a payload of 256 KiB each makes 25 MB. */
const CALL_MAX = 100

/** The most schedules that a store lists at a time. */
const PAGE_MAX = 1_000

/** The schedules of one owner as they should be. */
export interface ScheduleSet {
  readonly owner: string
  readonly intents: readonly ScheduleIntent[]
}

/**
 * Makes the stored set of one owner equal to the given one: adds, edits, and then removes what it no longer has. Refuses before
 * anything is written. Two programs that declare one owner's set at a time end with the set of the one that was later.
 */
export async function declareSet(
  store: ScheduleStore,
  writer: ScheduleWriter,
  { owner, intents }: ScheduleSet,
  signal: AbortSignal | undefined,
): Promise<DeclareOutcome> {
  const names = intents.map(({ name }) => name)
  const records: (ScheduleRecord | null)[] = []
  for (const page of pages(names)) records.push(...(await store.get({ names: page, signal })))
  writer.check(intents, records)
  const done: Record<WriteStatus, string[]> = { created: [], updated: [], unchanged: [] }
  for (const page of pages(intents)) {
    for (const { status, record } of await writer.write(store, page, signal)) done[status].push(record.name)
  }
  const wanted = new Set(names)
  const obsolete = (await namesOf(store, owner, signal)).filter((name) => !wanted.has(name))
  const removed: string[] = []
  for (const page of pages(obsolete)) {
    const outcomes = await store.remove({ names: page, owner, signal })
    removed.push(...page.filter((_, at) => outcomes[at] === 'removed'))
  }
  return { ...done, removed }
}

async function namesOf(store: ScheduleStore, owner: string, signal: AbortSignal | undefined): Promise<string[]> {
  const names: string[] = []
  for (let after: string | null = null; ;) {
    const page: readonly ScheduleRecord[] = await store.list({ after, limit: PAGE_MAX, owner, signal })
    names.push(...page.map(({ name }) => name))
    after = page.at(-1)?.name ?? null
    if (page.length < PAGE_MAX) return names
  }
}

function* pages<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += CALL_MAX) yield all.slice(at, at + CALL_MAX)
}
