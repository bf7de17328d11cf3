import type { Invoker, ResourceName } from '../client/resource-proxies.js'

/** Tells a function in a process of its own what it may call: names on record, with commas between them. */
export const CALLS_VARIABLE = 'ROTA_CALLS'

/** An invoker that hands on the calls of entries whose names on record are listed, and refuses all others with a `TypeError`. */
export function limitedInvoker(invoker: Invoker, calls: readonly string[]): Invoker {
  const allowed = new Set(calls)
  const check = ({ record, written }: ResourceName): void => {
    if (allowed.has(record)) return
    const known = calls.length === 0 ? 'nothing' : calls.map((name) => `"${name}"`).join(', ')
    throw new TypeError(`${written}: expected an entry that this function may call, which is ${known}, got "${record}"`)
  }
  return {
    enqueue: async (name, payload, options) => {
      check(name)
      return invoker.enqueue(name, payload, options)
    },
    enqueueAll: async (name, payloads, options) => {
      check(name)
      return invoker.enqueueAll(name, payloads, options)
    },
    run: async (name) => {
      check(name)
      return invoker.run(name)
    },
  }
}
