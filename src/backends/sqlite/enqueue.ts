import { dueAt, type NewJob } from '../../model/job.js'
import type { EnqueueOutcome } from '../../port/job-store.js'
import { findParents, placeChild } from './flow-edges.js'
import { FLAG } from './job-flags.js'
import { laneOf, STATE } from './lanes.js'
import type { Kind } from './kinds.js'
import {
  DELETE_BODY,
  HOLDER_OF,
  insertFullBodies,
  insertPlainBodies,
  rowsOfInsert,
  SEQS_BETWEEN,
  takeKeysOf,
} from './statements/enqueue.js'
import type { SqlValue } from './client-types.js'
import type { Transaction } from './transaction.js'

/** Stores new jobs: their bodies, many rows to a statement. That is all that an arrival is (arrivals.ts); those with parents get their places at once. */
export function enqueueJobs(tx: Transaction, jobs: readonly NewJob[]): readonly EnqueueOutcome[] {
  if (jobs.length === 0) return []
  const first = tx.takeSeqs(jobs.length)
  const kinds = internKinds(tx, jobs)
  const stored = insertBodies(tx, jobs, kinds, first)
  // A job whose parents have failed ends at once and gives its key back to the next one, so then each has its turn.
  const inTurn = jobs.some(({ parents }) => parents.length > 0)
  const holders = inTurn ? null : takeKeys(tx, keysOf(jobs, first, stored))
  const arrivals = new Arrivals(tx)
  const outcomes = jobs.map((job, index): EnqueueOutcome => {
    const seq = first + index
    if (stored !== null && !stored.has(seq)) return { status: 'duplicate', id: job.id, by: 'id' }
    const parents = job.parents.length === 0 ? [] : findParents(tx, job, seq)
    const holder = (inTurn ? takeKeys(tx, keysOf([job], seq, stored)) : holders)?.get(seq)
    if (holder !== undefined) return { status: 'duplicate', id: holder, by: 'unique' }
    const kind = kinds[index] as Kind
    if (parents.length === 0) {
      arrivals.add(seq, kind, job.priority)
    } else {
      // Here, so that a parent in this call is found in its place; a child has one of its own.
      arrivals.tell()
      tx.readyArrivals(seq)
      tx.passArrival(seq)
      placeChild(tx, { job, seq, parents, kind: kind.id, flags: flagsOf(job), dueAt: dueOf(tx, job) })
    }
    return { status: 'inserted', id: job.id }
  })
  arrivals.tell()
  return outcomes
}

/** Jobs that arrive in one call: counted, told and hinted together. */
class Arrivals {
  readonly #tx: Transaction
  readonly #lanes = new Map<number, number>()
  readonly #queues = new Set<string>()
  #seqs: number[] = []

  constructor(tx: Transaction) {
    this.#tx = tx
  }

  add(seq: number, kind: Kind, priority: number): void {
    const lane = laneOf(kind.id, priority)
    this.#seqs.push(seq)
    this.#lanes.set(lane, (this.#lanes.get(lane) ?? 0) + 1)
    this.#queues.add(kind.queue)
  }

  /** Writes down what came since the last time, before anything else is told. */
  tell(): void {
    const { changes } = this.#tx
    if (this.#seqs.length === 0) return
    for (const [lane, jobs] of this.#lanes) changes.enterLane(lane, jobs)
    for (const queue of this.#queues) changes.hintJobs(queue)
    changes.tell(STATE.pending, this.#seqs)
    this.#seqs = []
    this.#lanes.clear()
    this.#queues.clear()
  }
}

function internKinds(tx: Transaction, jobs: readonly NewJob[]): readonly Kind[] {
  let last: Kind | undefined
  return jobs.map(({ queue, task }) => {
    if (last?.queue !== queue || last.task !== task) last = tx.intern(queue, task)
    return last
  })
}

/** The numbers of those that were stored, or null when all were: an id that is on record already stays as it is. */
function insertBodies(
  tx: Transaction,
  jobs: readonly NewJob[],
  kinds: readonly Kind[],
  first: number,
): ReadonlySet<number> | null {
  const plain: number[] = []
  const full: number[] = []
  // An id that comes twice belongs to the first of them, so then nothing may go ahead of its turn.
  const inTurn = new Set(jobs.map(({ id }) => id)).size < jobs.length
  for (const [index, job] of jobs.entries()) (inTurn || !isPlain(job) ? full : plain).push(index)
  let stored = 0
  for (const [indexes, isFull] of [
    [plain, false],
    [full, true],
  ] as const) {
    for (let at = 0; at < indexes.length;) {
      const rows = rowsOfInsert(indexes.length - at)
      const params: SqlValue[] = []
      for (const end = at + rows; at < end; at += 1) {
        const index = indexes[at] as number
        const job = jobs[index] as NewJob
        const json = job.payload === null ? null : job.payload.json
        params.push(first + index, (kinds[index] as Kind).id, job.priority, tx.now, dueOf(tx, job), job.id, json)
        if (isFull) pushExtras(params, job)
      }
      stored += tx.session.run(isFull ? insertFullBodies(rows) : insertPlainBodies(rows), ...params)
    }
  }
  if (stored === jobs.length) return null
  return new Set(tx.session.all(SEQS_BETWEEN, first, first + jobs.length - 1).map(([seq]) => seq))
}

function isPlain({ deadline, maxTries, uniqueKey, tick, payload, headers }: NewJob): boolean {
  if (deadline !== null || maxTries !== null || uniqueKey !== null || tick !== null || headers !== null) return false
  return payload?.note == null
}

function pushExtras(params: SqlValue[], { deadline, maxTries, uniqueKey, tick, payload, headers }: NewJob): void {
  const stored = tick === null ? null : JSON.stringify(tick)
  params.push(deadline, maxTries, uniqueKey, stored, payload === null ? null : payload.note, headers)
}

/** The unique keys that new jobs come with, each before the number of its job. */
function keysOf(jobs: readonly NewJob[], first: number, stored: ReadonlySet<number> | null): readonly SqlValue[] {
  const wanted: SqlValue[] = []
  for (const [index, { uniqueKey }] of jobs.entries()) {
    if (uniqueKey !== null && stored?.has(first + index) !== false) wanted.push(uniqueKey, first + index)
  }
  return wanted
}

/**
 * Takes unique keys, many to a statement, each for the first that wants it. Gives the ids of the live jobs that have the others by
 * the numbers of those that came for them, whose bodies it forgets; null when there are none.
 */
function takeKeys(tx: Transaction, wanted: readonly SqlValue[]): ReadonlyMap<number, string> | null {
  let taken = 0
  for (let at = 0; at < wanted.length;) {
    const rows = rowsOfInsert((wanted.length - at) / 2)
    taken += tx.session.run(takeKeysOf(rows), ...wanted.slice(at, (at += rows * 2)))
  }
  if (taken * 2 === wanted.length) return null
  const holders = new Map<number, string>()
  for (let at = 0; at < wanted.length; at += 2) {
    const [key, seq] = [wanted[at] as string, wanted[at + 1] as number]
    const holder = tx.session.get(HOLDER_OF, key)
    if (holder === undefined)
      throw new Error(`unique key "${key}" belongs to no job: the file has been changed by hand`)
    if (holder[0] === seq) continue
    holders.set(seq, holder[1])
    tx.session.run(DELETE_BODY, seq)
  }
  return holders
}

/** Whole milliseconds, and never early. */
function dueOf(tx: Transaction, { due }: NewJob): number {
  return Math.ceil(dueAt(due, tx.now))
}

function flagsOf({ uniqueKey, payload, headers, deadline, maxTries, tick }: NewJob): number {
  const extras = payload?.note != null || headers !== null || deadline !== null || maxTries !== null || tick !== null
  return (uniqueKey === null ? 0 : FLAG.unique) | (extras ? FLAG.extras : 0)
}
