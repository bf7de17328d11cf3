import type { Connection } from '../client/connection.js'
import type { Invoker } from '../client/resource-proxies.js'
import type { AppConfig } from '../config/app-config.js'
import type { Clock } from '../model/clock.js'
import type { AnyTask } from '../model/task-definition.js'
import { configSource } from './config-source.js'
import { stampsBeside } from './contract-stamps.js'
import { type InvokingClient, RotaInvoker } from './rota-invoker.js'
import { RouteBook, type RouteSource } from './route-book.js'
import { storeSource } from './store-source.js'

/** What calls are made with. */
export interface InvokerParts {
  readonly client: InvokingClient
  readonly connection: Pick<Connection<unknown>, 'open' | 'closing'>
  readonly clock: Clock
  /** The tasks that this program has defined itself. */
  readonly knownTask: (name: string) => AnyTask | undefined
}

/**
 * An invoker that asks the store where calls go, since what stacks have put there is what workers run; and after it the nearest
 * config, which tells what they may run soon. `sources` in place of both.
 */
export function makeInvoker(parts: InvokerParts, sources?: readonly RouteSource[]): Invoker {
  const { client, clock, connection, knownTask } = parts
  const asked = sources ?? [storeSource(connection), configSource(() => nearestConfig(process.cwd()), clock)]
  return new RotaInvoker(
    client,
    new RouteBook({ sources: asked, knownTask, clock, stampOf: stampsBeside(process.cwd()) }),
  )
}

/** Loaded only when it is needed: to read and judge configs takes longer than all the rest. */
export async function nearestConfig(folder: string): Promise<AppConfig | null> {
  const { findConfig } = await import('../config/find-config.js')
  return findConfig(folder)
}
