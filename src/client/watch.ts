import { onAbort } from '../async/abortable.js'
import type { Clock } from '../model/clock.js'
import type { JobState } from '../model/job-state.js'
import type { JobEvent } from '../port/event-log.js'
import type { Connection } from './connection.js'
import { EventTail } from './event-tail.js'
import { toDate } from './instant.js'

/** Which changes to watch. */
export interface WatchOptions {
  readonly signal?: AbortSignal | undefined
  readonly queue?: string
  readonly task?: string
}

/** One job entered a state; `deleted`: its record is gone. */
export interface JobChange {
  readonly at: Date
  readonly id: string
  readonly queue: string
  readonly task: string
  readonly state: JobState | 'deleted'
  /** Changes before this one went by unseen: the reader was slower than the store keeps them. Look up what matters. */
  readonly gap: boolean
}

/**
 * Changes of jobs from the first read on, in the order of their commits. Ends when `signal` aborts.
 * The reader sets the pace: nothing is buffered beyond one page.
 */
export async function* watchChanges<Tx>(
  connection: Connection<Tx>,
  clock: Clock,
  options: WatchOptions,
): AsyncGenerator<JobChange, void, undefined> {
  const stop = new AbortController()
  const { signal } = stop
  const listening = [options.signal, connection.closing].map((one) => onAbort(one, (reason) => stop.abort(reason)))
  let tail: EventTail | undefined
  let gap = false
  try {
    tail = new EventTail(await connection.open(signal), clock)
    await tail.open(signal)
    while (!signal.aborted) {
      const { events, missed } = await tail.read(signal)
      gap ||= missed
      for (const event of events) {
        if (!fits(event, options)) continue
        yield { ...event, at: toDate(event.at), gap }
        gap = false
      }
      if (events.length === 0) await tail.wait(signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    tail?.close()
    for (const stopListening of listening) stopListening()
  }
}

function fits(event: JobEvent, { queue, task }: WatchOptions): boolean {
  return (queue === undefined || event.queue === queue) && (task === undefined || event.task === task)
}
