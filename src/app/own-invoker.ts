import type { Invoker } from '../client/resource-proxies.js'
import type { InvokerParts } from './make-invoker.js'
import { openInvokers } from './invoker-scope.js'

/**
 * The invoker of a rota, which `Task` finds until the rota is closed. Nothing of it is loaded before somebody calls: most programs
 * that only enqueue do so by `rota.enqueue`.
 */
export function ownInvoker(parts: InvokerParts): Invoker {
  let loading: Promise<Invoker> | undefined
  const load = (): Promise<Invoker> => {
    loading ??= import('./make-invoker.js').then(({ makeInvoker }) => makeInvoker(parts))
    return loading
  }
  const invoker: Invoker = {
    enqueue: async (name, payload, options) => (await load()).enqueue(name, payload, options),
    enqueueAll: async (name, payloads, options) => (await load()).enqueueAll(name, payloads, options),
    run: async (name) => (await load()).run(name),
  }
  const open = openInvokers()
  open.add(invoker)
  parts.connection.closing.addEventListener('abort', () => open.delete(invoker), { once: true })
  return invoker
}
