import { type DeadLetterGroup, readDeadLetters } from '../../client/dead-letters.js'
import { numberArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { declareFailedFilter, failedFilterOf, type FailedFilterOptions } from '../failed-filter-option.js'
import { formatCount } from '../render/count.js'
import { formatInstant, isoInstant } from '../render/instant.js'
import type { Table } from '../render/table.js'

interface Options extends FailedFilterOptions {
  readonly limit: number
}

/** Characters of a message that a table shows; the rest is with the job. */
const MESSAGE_LENGTH_MAX = 80

export const command = defineCommand<[], Options>({
  description:
    'Shows failed jobs by queue, task and what went wrong, the most frequent first. Numbers in messages make no difference. Looks at the latest --limit of them.',
  examples: [
    ['rota task dead-letters --queue mail', 'what keeps mail from being sent?'],
    ['rota task dead-letters --filter since=1h --json | jq .[0].lastId', 'an example of what fails most now'],
  ],
  declare: (command) =>
    declareFailedFilter(command).option(
      '-n, --limit <count>',
      'how many failed jobs to look at, 1 to 1000000',
      numberArgument(1, 1_000_000),
      10_000,
    ),
  async run(session, options) {
    const { backend } = await session.connect('existing')
    const { clock, err, json, out, signal } = session
    const filter = failedFilterOf(options, clock)
    const { count, groups, more } = await readDeadLetters(backend.inspector, {
      ...filter,
      limit: options.limit,
      signal,
    })
    if (json) out.json(groups.map(groupDocument))
    else if (groups.length === 0) out.line('No failed jobs.')
    else await out.table(groupTable(groups, count))
    if (more) err.line(`There are more failed jobs than the ${formatCount(options.limit)} looked at: see --limit.`)
  },
})

function groupDocument({ firstFailedAt, lastFailedAt, ...group }: DeadLetterGroup): object {
  return {
    ...group,
    firstFailedAt: isoInstant(firstFailedAt.getTime()),
    lastFailedAt: isoInstant(lastFailedAt.getTime()),
  }
}

function groupTable(groups: readonly DeadLetterGroup[], count: number): Table {
  return {
    title: `${formatCount(count)} failed ${count === 1 ? 'job' : 'jobs'}`,
    columns: [
      { head: 'Jobs', align: 'right' },
      { head: 'Queue' },
      { head: 'Task' },
      { head: 'Failure' },
      { head: 'Error' },
      { head: 'Last' },
      { head: 'ID of the last' },
    ],
    rows: groups.map((group) => [
      formatCount(group.count),
      group.queue,
      group.task,
      { text: group.failure, style: 'red' },
      errorText(group),
      formatInstant(group.lastFailedAt.getTime()),
      group.lastId,
    ]),
  }
}

function errorText({ error }: DeadLetterGroup): string {
  if (error === null) return ''
  const [line = ''] = `${error.name}: ${error.message}`.split('\n')
  return line.length <= MESSAGE_LENGTH_MAX ? line : `${line.slice(0, MESSAGE_LENGTH_MAX - 1)}…`
}
