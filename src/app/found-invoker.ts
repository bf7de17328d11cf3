import { Client } from '../client/client.js'
import { Connection } from '../client/connection.js'
import type { Invoker } from '../client/resource-proxies.js'
import type { AppConfig } from '../config/app-config.js'
import { uuidMaker } from '../time/ids.js'
import { systemRandom } from '../time/random.js'
import { systemClock } from '../time/system-clock.js'
import { parseBackendUrl } from './backend-url.js'
import { CALLS_VARIABLE, limitedInvoker } from './limited-invoker.js'
import { urlOfConfig } from './config-routes.js'
import { configSource } from './config-source.js'
import { makeInvoker, nearestConfig } from './make-invoker.js'
import { storeSource } from './store-source.js'

/** The few things of a process that say which store is meant. */
export interface Whereabouts {
  readonly env: Readonly<Record<string, string | undefined>>
  cwd(): string
}

/** The invoker of a process that has no rota open: of the store that `ROTA_URL` names, else of the nearest config. */
export async function findInvoker(process: Whereabouts): Promise<Invoker> {
  const calls = process.env[CALLS_VARIABLE]
  const found = await findUnlimited(process)
  return calls === undefined ? found : limitedInvoker(found, calls === '' ? [] : calls.split(','))
}

async function findUnlimited(process: Whereabouts): Promise<Invoker> {
  const url = process.env['ROTA_URL']
  if (url === 'memory:') {
    const what = 'expected a store that another process can open in ROTA_URL, got "memory:"'
    throw new TypeError(`Task: ${what}; use a file or a database, or set isolation to "none"`)
  }
  if (url !== undefined && url !== '') return invokerOf(url)
  const folder = process.cwd() // wherever the program goes from here, the store stays
  const config = await nearestConfig(folder)
  if (config !== null) return invokerOf(urlOfConfig(config), readAgain(config, folder))
  const what = 'expected an open rota in this process, ROTA_URL, or a rota.json in the working directory or above it'
  throw new TypeError(`Task: ${what}, got none of them`)
}

/** The config that was read to find the store, and from then on what stands there now. */
function readAgain(config: AppConfig, folder: string): () => Promise<AppConfig | null> {
  let read: AppConfig | null = config
  return async () => {
    const first = read
    read = null
    return first ?? nearestConfig(folder)
  }
}

/** Nobody closes what nobody has opened: the store stays open until the process ends, and does not keep it. */
function invokerOf(url: string, load?: () => Promise<AppConfig | null>): Invoker {
  const clock = systemClock
  const backend = parseBackendUrl(url)
  const connection = new Connection(() => backend.load(clock))
  const client = new Client({ connection, clock, ids: uuidMaker(clock, systemRandom) })
  const sources = load === undefined ? undefined : [storeSource(connection), configSource(load, clock)]
  return makeInvoker({ client, connection, clock, knownTask: () => undefined }, sources)
}
