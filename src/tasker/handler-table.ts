import { shown } from './address.js'

/** Functions by name. Looked up in a map: `constructor` and `__proto__` are names like any other. */
export class HandlerTable<Handler> {
  readonly #what: string
  readonly #handlers = new Map<string, Handler>()

  /** `what` is what errors call the call that adds a handler. */
  constructor(what: string) {
    this.#what = what
  }

  get names(): readonly string[] {
    return [...this.#handlers.keys()]
  }

  /** Throws a `TypeError` for a name that is taken or empty, and for what is no function. */
  add(name: string, handler: Handler): void {
    if (typeof name !== 'string' || name === '') {
      throw new TypeError(`${this.#what}: expected a name, got ${name === '' ? 'an empty one' : typeof name}`)
    }
    checkFunction(`${this.#what}(${shown(name)})`, handler)
    if (this.#handlers.has(name)) {
      throw new TypeError(`${this.#what}: expected each name once, got ${shown(name)} a second time`)
    }
    this.#handlers.set(name, handler)
  }

  get(name: string): Handler | undefined {
    return this.#handlers.get(name)
  }
}

/** Throws a `TypeError` that begins with `what` for anything but a function. */
export function checkFunction(what: string, value: unknown): void {
  if (typeof value === 'function') return
  throw new TypeError(`${what}: expected a function, got ${value === null ? 'null' : typeof value}`)
}
