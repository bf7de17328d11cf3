import { Connection } from '../client/connection.js'
import { uuidMaker } from '../time/ids.js'
import { systemRandom } from '../time/random.js'
import { Rota } from './rota.js'
import { type BackendOptions, resolveOptions, type UrlOptions } from './rota-options.js'

/**
 * Makes the one object of a program that uses rota: it enqueues, schedules, looks, and runs tasks.
 *
 * Nothing is opened before it is needed, so this is safe at the top of a module. Throws a `TypeError` for wrong options.
 */
export function createRota<Tx>(options: BackendOptions<Tx>): Rota<Tx>
export function createRota(options?: UrlOptions): Rota
export function createRota<Tx>(options: UrlOptions | BackendOptions<Tx> = {}): Rota<Tx> {
  const resolved = resolveOptions(options)
  const { clock } = resolved
  const connection = new Connection(resolved.load)
  return new Rota({ ...resolved, connection, ids: uuidMaker(clock, systemRandom) })
}
