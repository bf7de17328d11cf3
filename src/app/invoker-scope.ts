import { AsyncLocalStorage } from 'node:async_hooks'
import type { Invoker } from '../client/resource-proxies.js'

/** Shared by all copies of rota in a process: a bundle often holds one of its own. */
const SCOPE: unique symbol = Symbol.for('rota.invoker-scope')
const OPEN: unique symbol = Symbol.for('rota.invokers')

interface Shared {
  [SCOPE]?: AsyncLocalStorage<Invoker>
  [OPEN]?: Set<Invoker>
}

/** Runs `run`, and all that it starts, with an invoker that `Task` uses there, whatever rotas are open. */
export function withInvoker<T>(invoker: Invoker, run: () => T): T {
  return ((globalThis as Shared)[SCOPE] ??= new AsyncLocalStorage()).run(invoker, run)
}

/** The invoker that this code was run with; undefined: none. */
export function scopedInvoker(): Invoker | undefined {
  return (globalThis as Shared)[SCOPE]?.getStore()
}

/** Those of the rotas that this process has made and not closed. */
export function openInvokers(): Set<Invoker> {
  return ((globalThis as Shared)[OPEN] ??= new Set())
}
