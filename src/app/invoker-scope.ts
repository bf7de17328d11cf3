import { AsyncLocalStorage } from 'node:async_hooks'
import type { Invoker, ResourceName } from '../client/resource-proxies.js'

/** Shared by all copies of rota in a process: a bundle often holds one of its own. */
const SCOPE: unique symbol = Symbol.for('rota.invoker-scope')
const OPEN: unique symbol = Symbol.for('rota.invokers')
const STAND_IN: unique symbol = Symbol.for('rota.stand-in')

/** What stands before all invokers, as mocks of tests do: gives the one that takes a call in their place, if it does. */
export type StandIn = (name: ResourceName) => Invoker | undefined

interface Shared {
  [SCOPE]?: AsyncLocalStorage<Invoker>
  [OPEN]?: Set<Invoker>
  [STAND_IN]?: StandIn | undefined
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

/** Puts something before all invokers; undefined: nothing. */
export function setStandIn(standIn: StandIn | undefined): void {
  ;(globalThis as Shared)[STAND_IN] = standIn
}

/** What takes this call in place of any rota; undefined: nothing does. */
export function standInFor(name: ResourceName): Invoker | undefined {
  return (globalThis as Shared)[STAND_IN]?.(name)
}
