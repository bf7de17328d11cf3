import { REDACTED } from './secrets.js'

/** Takes secrets out of a text. */
export type Clean = (text: string) => string

/** Levels of objects that are copied; what lies deeper is left out. */
const DEPTH_MAX = 12
/** Values that are looked at for secrets: a socket that hangs on an error leads to half of the process. */
const VALUES_MAX = 10_000
/** The same, in all, of one thing that was thrown: to clean it must not hold up its worker. */
const LOOKS_MAX = 100_000
/** What is read of every error, also where its class answers for it. */
const ALWAYS_READ = ['name', 'message', 'stack', 'code', 'cause', 'data'] as const

/**
 * Takes secrets out of whatever was thrown: out of an error, its causes and all that it holds, in place, so that it stays the error of its class; out
 * of anything else by a copy. What is too large or too deep to be told free of secrets is replaced. Never throws.
 */
export function cleanThrown(thrown: unknown, clean: Clean): unknown {
  try {
    return new Cleaner(clean).cleaned(thrown)
  } catch {
    return new Error(REDACTED) // a revoked proxy, say
  }
}

class Cleaner {
  readonly #clean: Clean
  readonly #done = new Map<object, unknown>()
  #looks = LOOKS_MAX

  constructor(clean: Clean) {
    this.#clean = clean
  }

  /** The same value where it holds no secret, else one without. */
  cleaned(value: unknown): unknown {
    return this.#holds(value) ? this.value(value, 0) : value
  }

  value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#clean(value)
    if (!isObject(value)) return this.#holds(value) ? REDACTED : value
    if (this.#done.has(value)) return this.#done.get(value)
    if (depth > DEPTH_MAX || this.#looks <= 0 || writtenForms(value).some((form) => this.#holds(form))) return REDACTED
    if (value instanceof Error) return this.#changed(value, depth) ? value : this.#twin(value, depth)
    return this.#copy(value, depth)
  }

  /** Whether a secret can be reached from a value; one that is too large to tell counts as if. */
  #holds(value: unknown): boolean {
    const found = new Set([value]) // grows while it is walked, and so takes cycles and any depth
    for (const one of found) {
      if (this.#looks-- <= 0 || found.size > VALUES_MAX) return true
      const text = textOf(one)
      if (text !== null && this.#clean(text) !== text) return true
      if (isObject(one)) for (const part of partsOf(one)) found.add(part)
    }
    return false
  }

  /** Changes an error in place; false: it cannot be. */
  #changed(error: Error, depth: number): boolean {
    this.#done.set(error, error)
    return keysOf(error).every((key) => {
      const before = read(error, key)
      const name = this.#key(key)
      if (name === key && !this.#holds(before)) return true
      const after = this.value(before, depth + 1)
      if (name !== key) return Reflect.deleteProperty(error, key) && define(error, name, after)
      return after === before || define(error, key, after)
    })
  }

  /** An error of the same class, for one that is frozen. */
  #twin(error: Error, depth: number): Error {
    const twin = Object.setPrototypeOf(new Error(), Reflect.getPrototypeOf(error)) as Error
    this.#done.set(error, twin)
    for (const key of keysOf(error)) {
      const { enumerable = false } = Reflect.getOwnPropertyDescriptor(error, key) ?? {}
      const value = this.value(read(error, key), depth + 1)
      Object.defineProperty(twin, this.#key(key), { value, enumerable, configurable: true, writable: true })
    }
    return twin
  }

  #copy(value: object, depth: number): unknown {
    const next = (part: unknown): unknown => this.value(part, depth + 1)
    if (value instanceof Map) return new Map([...value].map(([key, member]) => [next(key), next(member)]))
    if (value instanceof Set) return new Set([...value].map(next))
    if (!isPlain(value) && !this.#holds(value)) return value // dates and the like stay what they are
    const copy: object = Array.isArray(value) ? [] : {}
    this.#done.set(value, copy)
    for (const key of Reflect.ownKeys(value)) define(copy, this.#key(key), next(read(value, key)))
    return copy
  }

  #key(key: string | symbol): string | symbol {
    return typeof key === 'string' ? this.#clean(key) : key
  }
}

/** Everything that a reader of an object can come to from it, its keys too. */
function partsOf(value: object): readonly unknown[] {
  const forms = writtenForms(value)
  if (isBytes(value)) return forms // each of its bytes is a key
  const keys = keysOf(value)
  const members = keys.map((key) => read(value, key))
  const held = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : []
  return [...forms, ...keys, ...members, ...(held as readonly unknown[])]
}

/** What an object writes of itself, which may be in none of its members. Errors do so from their members. */
function writtenForms(value: object): readonly unknown[] {
  if (value instanceof Error || value instanceof Map || value instanceof Set) return []
  if (value instanceof ArrayBuffer) return [Buffer.from(value).toString()]
  if (ArrayBuffer.isView(value)) return [Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()]
  const toJson = read(value, 'toJSON')
  const forms = typeof toJson === 'function' ? [attempt(() => Reflect.apply(toJson, value, []) as unknown)] : []
  const toText = read(value, 'toString')
  const isOwnText = typeof toText === 'function' && toText !== Object.prototype.toString && !Array.isArray(value)
  return isOwnText ? [...forms, attempt(() => Reflect.apply(toText, value, []) as unknown)] : forms
}

function keysOf(value: object): readonly (string | symbol)[] {
  if (!(value instanceof Error)) return Reflect.ownKeys(value)
  return [...new Set([...Reflect.ownKeys(value), ...ALWAYS_READ.filter((key) => key in value)])]
}

function isBytes(value: object): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer
}

function isPlain(value: object): boolean {
  const prototype = Reflect.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Array.isArray(value)
}

/** Getters and proxies of strangers may throw: what cannot be read leads nowhere. */
function read(value: object, key: string | symbol): unknown {
  return attempt(() => Reflect.get(value, key) as unknown)
}

function attempt(make: () => unknown): unknown {
  try {
    return make()
  } catch {
    return undefined
  }
}

/** Keeps what a member is, its value aside; false: it cannot be changed. */
function define(target: object, key: string | symbol, value: unknown): boolean {
  const { enumerable = !(target instanceof Error) } = Reflect.getOwnPropertyDescriptor(target, key) ?? {}
  return Reflect.defineProperty(target, key, { value, enumerable, configurable: true, writable: true })
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : null
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
