import type { Settlement } from '../../model/lease.js'
import type { SettleOutcome } from '../../port/job-store.js'
import { enqueueJobs } from './enqueue.js'
import { FLAG, FLAGS_NOT_PLAIN } from './job-flags.js'
import { kindOfLane, STATE } from './lanes.js'
import { openReceipt } from './receipts.js'
import { type QueueLimits, readQueueLimits } from './queue-limits.js'
import { settleOne } from './settle-one.js'
import {
  DELETE_LEASES_IN,
  FILE_COMPLETED,
  FORGET_PLACES_IN,
  FREE_KEYS_IN,
  LEASES_IN,
  PUT_RESULT,
} from './statements/settle.js'
import type { Transaction } from './transaction.js'

type Complete = Extract<Settlement, { readonly kind: 'complete' }>

/**
 * Records how attempts ended (laws 5 and 8). Plain completions, which are nearly all, are filed together by statements that
 * read them in `leases`; whatever touches more than its own rows goes one by one.
 */
export function settleJobs(tx: Transaction, settlements: readonly Settlement[]): readonly SettleOutcome[] {
  const limits = readQueueLimits(tx)
  const plain = new PlainCompletions(tx, settlements, limits)
  // First, so that a receipt that comes twice in the call finds what its first place has done.
  plain.file()
  return settlements.map((settlement, index): SettleOutcome => {
    if (!plain.has(index)) return settleOne(tx, settlement, limits)
    if ('followUps' in settlement) enqueueJobs(tx, settlement.followUps ?? [])
    return 'settled'
  })
}

/** The settlements of a call that complete a job whose lease is live, and that touch no other job. */
class PlainCompletions {
  readonly #tx: Transaction
  readonly #settlements: readonly Settlement[]
  readonly #limits: QueueLimits
  readonly #indexes = new Set<number>()
  readonly #seqs = new Map<number, number>()
  readonly #lanes = new Map<number, number>()
  readonly #keys: number[] = []
  readonly #moved: number[] = []

  constructor(tx: Transaction, settlements: readonly Settlement[], limits: QueueLimits) {
    this.#tx = tx
    this.#settlements = settlements
    this.#limits = limits
    this.#find()
  }

  has(index: number): boolean {
    return this.#indexes.has(index)
  }

  #find(): void {
    const asked = new Map<number, { readonly index: number; readonly fence: number; readonly isPlain: boolean }>()
    for (const [index, { kind, receipt }] of this.#settlements.entries()) {
      const opened = openReceipt(receipt)
      // What comes first in the call wins, whatever it is.
      if (opened === null || asked.has(opened.seq)) continue
      asked.set(opened.seq, { index, fence: opened.fence, isPlain: kind === 'complete' })
    }
    if (asked.size === 0) return
    for (const [seq, fence, flags, lane] of this.#tx.session.all(LEASES_IN, listOf(asked.keys()))) {
      const one = asked.get(seq)
      if (one?.fence !== fence || !one.isPlain || (flags & FLAGS_NOT_PLAIN) !== 0) continue
      this.#seqs.set(seq, one.index)
      this.#indexes.add(one.index)
      this.#lanes.set(lane, (this.#lanes.get(lane) ?? 0) + 1)
      if ((flags & FLAG.unique) !== 0) this.#keys.push(seq)
      if ((flags & FLAG.moved) !== 0) this.#moved.push(seq)
    }
  }

  file(): void {
    if (this.#seqs.size === 0) return
    const { session, changes, state, now } = this.#tx
    const seqs = [...this.#seqs.keys()]
    const withResult = this.#putResults()
    const without = withResult.length === 0 ? seqs : seqs.filter((seq) => this.#complete(seq).result === null)
    if (without.length > 0) session.run(FILE_COMPLETED, state.commits, now, 0, listOf(without))
    if (withResult.length > 0) session.run(FILE_COMPLETED, state.commits, now, FLAG.result, listOf(withResult))
    session.run(DELETE_LEASES_IN, listOf(seqs))
    if (this.#keys.length > 0) session.run(FREE_KEYS_IN, listOf(this.#keys))
    if (this.#moved.length > 0) session.run(FORGET_PLACES_IN, listOf(this.#moved))
    for (const [lane, jobs] of this.#lanes) {
      const kind = kindOfLane(lane)
      changes.leaveState(kind, STATE.running, jobs)
      changes.enterState(kind, STATE.completed, jobs)
      const { queue } = this.#tx.kind(kind)
      if (this.#limits.isLimited(queue)) changes.hintJobs(queue)
    }
    changes.tell(STATE.completed, seqs)
  }

  #putResults(): readonly number[] {
    const { session } = this.#tx
    const seqs: number[] = []
    for (const seq of this.#seqs.keys()) {
      const { result } = this.#complete(seq)
      if (result === null) continue
      session.run(PUT_RESULT, seq, result.json, result.note)
      seqs.push(seq)
    }
    return seqs
  }

  #complete(seq: number): Complete {
    return this.#settlements[this.#seqs.get(seq) ?? -1] as Complete
  }
}

function listOf(seqs: Iterable<number>): string {
  return `[${[...seqs].join(',')}]`
}
