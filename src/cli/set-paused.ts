import { checkQueuesExist } from './find-queues.js'
import { queueSettings } from './queue-figures.js'
import type { Session } from './session.js'

/** Pauses or resumes queues that exist, and prints them. */
export async function setPaused(session: Session, names: readonly string[], paused: boolean): Promise<void> {
  const { backend } = await session.connect('existing')
  await checkQueuesExist(backend, names, session.signal)
  const queues = names.map((name) => ({ name, paused }))
  const records = await backend.control.putQueues({ queues, signal: session.signal })
  if (session.json) session.out.json(records.map(queueSettings))
  else for (const { name } of records) session.out.line(`queue ${name}: ${paused ? 'paused' : 'resumed'}`)
}
