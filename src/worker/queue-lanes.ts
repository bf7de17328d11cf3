import type { DurationMs } from '../model/units.js'
import type { Attempt } from './attempt.js'
import { QueueLane } from './queue-lane.js'

/** How much of each queue to claim now. */
export interface ClaimRoom {
  readonly queues: readonly { readonly queue: string; readonly limit: number }[]
  readonly limit: number
}

/** What bounds a claim. */
export interface ClaimBounds {
  /** Jobs at a time. */
  readonly items: number
  /** Attempts that are likely to end so soon are replaced ahead. */
  readonly windowMs: DurationMs
  /** Whatever is claimed must be able to start so soon. */
  readonly startMs: DurationMs
  /** Which queue is asked first: counts up from one claim to the next, so that each gets its turn. */
  readonly turn: number
}

/** All queues of a worker, and the slots that they share. */
export class QueueLanes {
  readonly concurrency: number
  /** Handlers that run, over all queues, zombies included. */
  running = 0
  readonly #lanes: QueueLane<Attempt>[]
  readonly #byQueue: Map<string, QueueLane<Attempt>>
  /** The first so many lanes are claimed from; the others hold what was pushed to this worker. */
  readonly #claimed: number
  #turn = 0

  constructor(queues: ReadonlyMap<string, number>, concurrency: number) {
    this.concurrency = concurrency
    this.#lanes = [...queues].map(([queue, limit]) => new QueueLane<Attempt>(queue, Math.min(limit, concurrency)))
    this.#claimed = this.#lanes.length
    this.#byQueue = new Map(this.#lanes.map((lane) => [lane.queue, lane]))
  }

  /** The lane of a queue; made for a queue that this worker does not claim from. */
  laneOf(queue: string): QueueLane<Attempt> {
    const known = this.#byQueue.get(queue)
    if (known !== undefined) return known
    const lane = new QueueLane<Attempt>(queue, this.concurrency)
    this.#lanes.push(lane)
    this.#byQueue.set(queue, lane)
    return lane
  }

  /** Whether this worker claims from a queue. */
  claims(queue: string): boolean {
    return this.#lanes.slice(0, this.#claimed).some((lane) => lane.queue === queue)
  }

  /** Exactly these queues are paused; true when that lets one go on. */
  pause(queues: ReadonlySet<string>): boolean {
    let resumed = false
    for (const lane of this.#lanes) {
      const paused = queues.has(lane.queue)
      resumed ||= lane.paused && !paused
      lane.paused = paused
    }
    return resumed
  }

  [Symbol.iterator](): Iterator<QueueLane<Attempt>> {
    return this.#lanes[Symbol.iterator]()
  }

  /** Attempts that wait for a slot. */
  get waiting(): number {
    let sum = 0
    for (const lane of this.#lanes) sum += lane.waiting
    return sum
  }

  /** The next attempt that can start, taken out of its lane; queues take turns. */
  shift(): Attempt | undefined {
    if (this.running >= this.concurrency) return undefined
    for (let left = this.#lanes.length; left > 0; left--) {
      const lane = this.#lanes[this.#turn] as QueueLane<Attempt>
      this.#turn = this.#turn + 1 === this.#lanes.length ? 0 : this.#turn + 1
      const attempt = lane.hasSlot ? lane.shift() : undefined
      if (attempt !== undefined) return attempt
    }
    return undefined
  }

  /** Whether `shift` would give something. */
  get canStart(): boolean {
    if (this.running >= this.concurrency) return false
    for (const lane of this.#lanes) {
      if (lane.waiting > 0 && lane.hasSlot) return true
    }
    return false
  }

  /** The handler of an attempt goes on by itself: it takes a slot. */
  occupy(lane: QueueLane<Attempt>): void {
    lane.running++
    this.running++
  }

  /** It has ended. */
  free(lane: QueueLane<Attempt>): void {
    lane.running--
    this.running--
  }

  /** Takes waiting attempts out of all lanes. */
  take(wanted: (attempt: Attempt) => boolean): Attempt[] {
    return this.#lanes.flatMap((lane) => (lane.waiting === 0 ? [] : lane.take(wanted)))
  }

  /**
   * How many jobs of each queue are worth claiming: the free slots, and ahead of them what is likely to be needed within
   * `windowMs`, so that a queue of slow handlers claims nothing that others could run. Null: none.
   */
  room(bounds: ClaimBounds): ClaimRoom | null {
    const queues: { queue: string; limit: number }[] = []
    let sum = 0
    let ahead = 0
    let contending = 0
    for (let index = 0; index < this.#claimed; index++) {
      const lane = this.#lanes[(bounds.turn + index) % this.#claimed] as QueueLane<Attempt>
      const prefetch = Math.min(lane.endsWithin(bounds.windowMs), 2 * bounds.items)
      const limit = Math.min(roomOf(lane, prefetch, bounds), bounds.items)
      ahead += prefetch
      // What waits for slots of its own queue takes none from the others.
      contending += Math.min(lane.waiting, Math.max(0, lane.concurrency - lane.running) + prefetch)
      if (limit <= 0 || lane.paused) continue
      queues.push({ queue: lane.queue, limit })
      sum += limit
    }
    const shared = this.concurrency - this.running + Math.min(ahead, 2 * bounds.items) - contending
    const limit = Math.min(sum, shared, bounds.items)
    return limit > 0 ? { queues, limit } : null
  }
}

function roomOf(lane: QueueLane<Attempt>, prefetch: number, { startMs }: ClaimBounds): number {
  return Math.min(lane.concurrency - lane.running + prefetch, lane.startsWithin(startMs)) - lane.waiting
}
