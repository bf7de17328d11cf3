import { EventTail } from '../../client/event-tail.js'
import { isFinished, type JobState } from '../../model/job-state.js'
import type { JobEvent } from '../../port/event-log.js'
import { keyArgument, nameArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { EXIT, FailedError } from '../exit.js'
import { formatTimeOfDay, isoInstant } from '../render/instant.js'
import { stateText } from '../render/job-state-text.js'
import type { Connection, Session } from '../session.js'

interface Options {
  readonly queue?: string
  readonly task?: string
}

export const command = defineCommand<[id: string | undefined], Options>({
  description:
    'Shows changes of jobs as they happen, until Ctrl-C; with --json a JSON object on each line. With an id, until that job has ended: the exit code is 0 when it completed, 1 otherwise.',
  examples: [
    ['rota task watch', 'everything that happens'],
    ['rota task watch --queue mail --json', 'one queue, for a program'],
    ['rota task watch 019a4f6e-0000-7000-8000-000000000000 && echo done', 'wait for one job'],
  ],
  declare: (command) =>
    command
      .argument('[id]', 'id of a job', keyArgument('id'))
      .option('-q, --queue <name>', 'only jobs of this queue', nameArgument('queue'))
      .option('-t, --task <name>', 'only jobs of this task', nameArgument('task')),
  async run(session, options, id) {
    const connection = await session.connect('existing')
    const tail = new EventTail(connection.backend, session.clock)
    try {
      await tail.open(session.signal)
      return id === undefined ? await watchAll(session, tail, options) : await watchOne(session, connection, tail, id)
    } catch (error) {
      if (session.signal.aborted) return id === undefined ? EXIT.ok : EXIT.failed
      throw error
    } finally {
      tail.close()
    }
  },
})

async function watchAll(session: Session, tail: EventTail, { queue, task }: Options): Promise<never> {
  for (;;) {
    const { events, missed } = await nextEvents(session, tail)
    if (missed) session.err.line('rota: some changes went by unseen')
    for (const event of events) {
      if (queue !== undefined && event.queue !== queue) continue
      if (task !== undefined && event.task !== task) continue
      printEvent(session, event)
    }
  }
}

/** The state at the start counts too: a job that has ended already is not waited for. */
async function watchOne(session: Session, connection: Connection, tail: EventTail, id: string): Promise<number> {
  let state: JobState | 'deleted' = await printCurrent(session, connection, id)
  while (!isOver(state)) {
    const { events, missed } = await nextEvents(session, tail)
    for (const event of events.filter((one) => one.id === id)) {
      if (isOver(state)) break
      state = event.state
      printEvent(session, event)
    }
    if (missed) state = await printCurrent(session, connection, id)
  }
  return state === 'completed' ? EXIT.ok : EXIT.failed
}

function isOver(state: JobState | 'deleted'): boolean {
  return state === 'deleted' || isFinished(state)
}

async function printCurrent(session: Session, { backend }: Connection, id: string): Promise<JobState> {
  const [job] = await backend.inspector.get({ ids: [id], signal: session.signal })
  if (job === null || job === undefined) throw new FailedError(`no job with the id ${id} is on record`)
  printEvent(session, { ...job, at: session.clock.now() })
  return job.state
}

/** What happened since the last call, once something has; a reader of our output that is slow is waited for. */
async function nextEvents(session: Session, tail: EventTail): ReturnType<EventTail['read']> {
  await session.out.flush()
  for (;;) {
    const page = await tail.read(session.signal)
    if (page.events.length > 0 || page.missed) return page
    await tail.wait(session.signal)
  }
}

function printEvent({ out, json }: Session, { at, id, queue, task, state }: JobEvent): void {
  if (json) out.jsonLine({ at: isoInstant(at), id, queue, task, state })
  else out.line(`[${formatTimeOfDay(at)}] ${id}: queue: ${queue} task: ${task} state: `, stateText(state))
}
