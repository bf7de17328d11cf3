import { AsyncLocalStorage } from 'node:async_hooks'
import type { Invoker } from '../client/resource-proxies.js'

/** Shared by all copies of rota in a process: a bundle often holds one of its own. */
const SCOPE = Symbol.for('rota.invoker-scope')
const OPEN = Symbol.for('rota.invokers')

interface Shared {
  [SCOPE]?: AsyncLocalStorage<Invoker>
  [OPEN]?: Set<Invoker>
}

const shared = globalThis as Shared

/** Runs `run`, and all that it starts, with an invoker that `Task` uses there, whatever rotas are open. */
export function withInvoker<T>(invoker: Invoker, run: () => T): T {
  return (shared[SCOPE] ??= new AsyncLocalStorage()).run(invoker, run)
}

/** The invoker that this code was run with; undefined: none. */
export function scopedInvoker(): Invoker | undefined {
  return shared[SCOPE]?.getStore()
}

/** Those of the rotas that this process has made and not closed. */
export function openInvokers(): Set<Invoker> {
  return (shared[OPEN] ??= new Set())
}
