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

  add(kind: Kind): Kind {
    const known = this.#byId.get(kind.id)
    if (known !== undefined) return known
    this.#byId.set(kind.id, kind)
    const tasks = this.#byName.get(kind.queue)
    if (tasks === undefined) this.#byName.set(kind.queue, new Map([[kind.task, kind]]))
    else tasks.set(kind.task, kind)
    return kind
  }

  addAll(others: Kinds): void {
    for (const kind of others.#byId.values()) this.add(kind)
  }

  clear(): void {
    this.#byId.clear()
    this.#byName.clear()
  }
}
