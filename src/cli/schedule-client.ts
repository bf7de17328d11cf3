import { Connection } from '../client/connection.js'
import { JobMaker } from '../client/job-maker.js'
import { ScheduleControl } from '../client/schedule-control.js'
import { uuidMaker } from '../time/ids.js'
import { systemRandom } from '../time/random.js'
import type { Session } from './session.js'

/** The client's schedules, and the store that they are in once it is open. */
export interface ScheduleClient {
  readonly schedules: ScheduleControl<never>
  readonly connection: Connection
}

/** A client for schedules on the store of a session, which is opened, or made, once the client has checked what it was given. */
export function scheduleClient(session: Session, store: 'existing' | 'created'): ScheduleClient {
  const { clock } = session
  const ids = uuidMaker(clock, systemRandom)
  const connection = new Connection(async () => (await session.connect(store)).backend)
  return { schedules: new ScheduleControl({ connection, clock, ids, maker: new JobMaker({ clock, ids }) }), connection }
}
