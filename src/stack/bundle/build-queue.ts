import { Deferred } from '../../async/deferred.js'

interface Waiting {
  readonly task: string
  isUrgent: boolean
  readonly turn: Deferred
}

/** Lets so many builds run at a time. The others wait: the urgent ones first, and else as they came. */
export class BuildQueue {
  readonly #waiting = new Set<Waiting>()
  #free: number

  constructor(permits: number) {
    this.#free = permits
  }

  /** Runs a build when it is its turn. */
  async run<T>(task: string, isUrgent: boolean, build: () => Promise<T>): Promise<T> {
    await this.#enter({ task, isUrgent, turn: new Deferred() })
    try {
      return await build()
    } finally {
      this.#leave()
    }
  }

  /** Somebody waits for the build of a task: it comes before those that nobody waits for. */
  hurry(task: string): void {
    for (const one of this.#waiting) if (one.task === task) one.isUrgent = true
  }

  async #enter(one: Waiting): Promise<void> {
    if (this.#free > 0) {
      this.#free--
      return
    }
    this.#waiting.add(one)
    await one.turn.promise
  }

  #leave(): void {
    const next = [...this.#waiting].find(({ isUrgent }) => isUrgent) ?? [...this.#waiting][0]
    if (next === undefined) {
      this.#free++
      return
    }
    this.#waiting.delete(next)
    next.turn.resolve()
  }
}
