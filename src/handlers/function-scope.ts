import { AsyncLocalStorage } from 'node:async_hooks'
import type { FunctionContext } from './function-context.js'

/** Shared by all copies of rota in a process: the bundle of a function holds one of its own. */
const SCOPE: unique symbol = Symbol.for('rota.function-scope')

interface Shared {
  [SCOPE]?: AsyncLocalStorage<FunctionContext>
}

/**
 * The context of the function that runs, wherever below it this is called: its signal, its job, its log, its hooks.
 * Throws a `TypeError` outside of one.
 */
export function getContext<Event = unknown>(): FunctionContext<Event> {
  const context = currentContext()
  if (context !== undefined) return context as FunctionContext<Event>
  throw new TypeError(
    'getContext: expected to be called below a function of a stack that runs, got a call outside of one',
  )
}

/** The same, without a complaint. */
export function currentContext(): FunctionContext | undefined {
  return (globalThis as Shared)[SCOPE]?.getStore()
}

/** Runs `run`, and all that it starts, inside of a context. */
export function inContext<T>(context: FunctionContext, run: () => T): T {
  return ((globalThis as Shared)[SCOPE] ??= new AsyncLocalStorage()).run(context, run)
}
