import { memory } from '../../src/backends/memory/memory-backend.js'
import { Client, type ClientParts } from '../../src/client/client.js'
import { Connection } from '../../src/client/connection.js'
import type { Backend } from '../../src/port/backend.js'
import { FakeClock } from '../../src/time/fake-clock.js'
import { uuidMaker } from '../../src/time/ids.js'
import { seededRandom } from '../../src/time/random.js'

/** A client on a store of its own in memory, under a clock that the test moves. */
export function memoryClient(clock: FakeClock = new FakeClock()): {
  readonly clock: FakeClock
  readonly backend: Backend
  readonly client: Client
} {
  const backend = memory({ clock })
  return { clock, backend, client: clientOn(backend, clock) }
}

/** A client whose ids are the same in every run. */
export function clientOn(
  backend: Backend,
  clock: FakeClock,
  more: Pick<ClientParts<never>, 'middleware'> = {},
): Client {
  const ids = uuidMaker(clock, seededRandom(1))
  return new Client({ connection: new Connection(() => backend), clock, ids, ...more })
}
