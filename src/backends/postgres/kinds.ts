/** An interned pair of queue and task. */
export interface Kind {
  readonly id: number
  readonly queue: string
  readonly task: string
}

/** Kinds by number and by name. A kind never changes and is never removed, so what was committed once stays true. */
export class Kinds {
  readonly #byId = new Map<number, Kind>()
  readonly #byName = new Map<string, Map<string, Kind>>()

  find(queue: string, task: string): Kind | undefined {
    return this.#byName.get(queue)?.get(task)
  }

  get(id: number): Kind | undefined {
    return this.#byId.get(id)
  }

  add(kind: Kind): void {
    this.#byId.set(kind.id, kind)
    let tasks = this.#byName.get(kind.queue)
    if (tasks === undefined) this.#byName.set(kind.queue, (tasks = new Map<string, Kind>()))
    tasks.set(kind.task, kind)
  }
}
