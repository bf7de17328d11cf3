import type { Backend } from '../port/backend.js'
import type { Call } from '../port/call.js'
import type { ErrorClass } from '../port/capabilities.js'

/** A call of the port as `role.method`, such as `jobs.settle`. */
export type CallName = {
  [Role in CallRole]: `${Role}.${Extract<keyof Backend[Role], string>}`
}[CallRole]

type CallRole = 'jobs' | 'edges' | 'schedules' | 'locks' | 'control' | 'inspector' | 'events' | 'maintenance'

/**
 * What goes wrong. `fail-before`: the call rejects and did nothing. `fail-after`: it did its work and rejects.
 * `hang-before`: it waits before it does its work. `hang-after`: it did its work, and its answer waits. A call that hangs goes on
 * when it is released, and rejects with `signal.reason` when it is aborted.
 */
export type FaultKind = 'fail-before' | 'fail-after' | 'hang-before' | 'hang-after'

/** One fault to be injected. */
export interface Fault {
  readonly kind: FaultKind
  /** The calls that are counted. @defaultValue every call */
  readonly on?: CallName | readonly CallName[]
  /** Which of them goes wrong, counted from now. @defaultValue `1` */
  readonly nth?: number
  /** How many in a row go wrong; `Infinity` for all from then on. @defaultValue `1` */
  readonly times?: number
  /** What a failing call rejects with. @defaultValue an `InjectedError`, which the backend classifies as transient */
  readonly error?: unknown
  /** Called when the call begins to fail or to hang. */
  onHit?(): void
}

/** A fault that was injected. */
export interface InjectedFault {
  /** How often it struck. */
  readonly hits: number
  /** Lets calls that hang go on. */
  release(): void
  /** Takes the fault back; calls that hang go on. */
  remove(): void
}

/** A backend that fails on demand. */
export interface FaultyBackend<Tx = never> {
  readonly backend: Backend<Tx>
  /** The calls that were made, the oldest first. */
  readonly calls: readonly CallName[]
  inject(fault: Fault): InjectedFault
}

/** What an injected fault rejects with unless it was told something else. */
export class InjectedError extends Error {
  override readonly name = 'InjectedError'

  constructor(call: CallName, kind: FaultKind) {
    super(`${call} was made to ${kind}`)
  }
}

const ROLES: readonly CallRole[] = [
  'jobs',
  'edges',
  'schedules',
  'locks',
  'control',
  'inspector',
  'events',
  'maintenance',
]

/** Wraps a backend so that chosen calls fail or hang, before or after their effect. */
export function faultyBackend<Tx>(wrapped: Backend<Tx>): FaultyBackend<Tx> {
  const faults = new Set<ActiveFault>()
  const calls: CallName[] = []
  const around: Around = async (name, signal, work) => {
    calls.push(name)
    // Every fault counts every call, also those that another one strikes.
    const struck = [...faults].filter((fault) => fault.strikes(name))
    for (const fault of struck) await fault.before(name, signal)
    const answer = await work()
    for (const fault of struck) await fault.after(name, signal)
    return answer
  }
  const roles = Object.fromEntries(ROLES.map((role) => [role, wrapRole(role, wrapped[role], around)]))
  const backend: Backend<Tx> = {
    ...wrapped,
    ...roles,
    open: async (params) => wrapped.open(params),
    close: async () => wrapped.close(),
    classify: (error): ErrorClass => (error instanceof InjectedError ? 'transient' : wrapped.classify(error)),
    [Symbol.asyncDispose]: async () => wrapped[Symbol.asyncDispose](),
  }
  const inject = (fault: Fault): InjectedFault => {
    const active = new ActiveFault(fault, () => faults.delete(active))
    faults.add(active)
    return active
  }
  return { backend, calls, inject }
}

type Around = (name: CallName, signal: AbortSignal | undefined, work: () => Promise<unknown>) => Promise<unknown>

class ActiveFault implements InjectedFault {
  hits = 0
  readonly #fault: Fault
  readonly #forget: () => void
  #seen = 0
  #hanging: (() => void)[] = []

  constructor(fault: Fault, forget: () => void) {
    this.#fault = fault
    this.#forget = forget
  }

  strikes(name: CallName): boolean {
    const { on, nth = 1, times = 1 } = this.#fault
    if (on !== undefined && on !== name && !on.includes(name)) return false
    this.#seen += 1
    if (this.#seen < nth || this.#seen >= nth + times) return false
    this.hits += 1
    return true
  }

  async before(name: CallName, signal: AbortSignal | undefined): Promise<void> {
    await this.#strike('before', name, signal)
  }

  async after(name: CallName, signal: AbortSignal | undefined): Promise<void> {
    await this.#strike('after', name, signal)
  }

  release(): void {
    for (const goOn of this.#hanging.splice(0)) goOn()
  }

  remove(): void {
    this.#forget()
    this.release()
  }

  async #strike(when: 'before' | 'after', name: CallName, signal: AbortSignal | undefined): Promise<void> {
    const { kind } = this.#fault
    const error: unknown = this.#fault.error ?? new InjectedError(name, kind)
    if (!kind.endsWith(when)) return
    this.#fault.onHit?.()
    if (kind.startsWith('fail')) throw error
    await this.#hang(signal)
  }

  #hang(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal?.reason)
      if (signal?.aborted === true) return onAbort()
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#hanging.push(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
    })
  }
}

function wrapRole<Role extends object>(role: CallRole, wrapped: Role, around: Around): Role {
  return new Proxy(wrapped, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key, target)
      if (typeof method !== 'function' || typeof key !== 'string') return method
      return async (...given: readonly unknown[]) => {
        const { signal } = (given[0] ?? {}) as Call
        const name = `${role}.${key}` as CallName
        return around(name, signal, async () => Reflect.apply(method, target, given) as Promise<unknown>)
      }
    },
  })
}
