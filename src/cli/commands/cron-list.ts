import type { ScheduleRecord } from '../../model/schedule-record.js'
import { defineCommand } from '../define-command.js'
import { eachSchedule } from '../find-schedules.js'
import { formatCount } from '../render/count.js'
import { formatInstant } from '../render/instant.js'
import type { Table } from '../render/table.js'
import { scheduleDocument } from '../schedule-document.js'
import type { Text } from '../render/text.js'

export const command = defineCommand<[], { readonly names?: true }>({
  description:
    'Lists schedules by name. A column tells which are paused where any is, and the time zone where it is not UTC throughout.',
  examples: [
    ['rota task cron list', 'all schedules at a glance'],
    ['rota task cron list --names | xargs rota task cron pause', 'pause all of them'],
    ["rota task cron list --json | jq -r '.[] | select(.skipped > 0) | .name'", 'schedules that have skipped a tick'],
  ],
  declare: (command) => command.option('--names', 'print nothing but the names, one on each line'),
  async run(session, { names }) {
    const { backend } = await session.connect('existing')
    const schedules = eachSchedule(backend, session.signal)
    if (names === true && !session.json) for await (const { name } of schedules) session.out.line(name)
    else if (names === true) session.out.json(await collect(schedules, ({ name }) => name))
    else if (session.json) session.out.json(await collect(schedules, scheduleDocument))
    else {
      const records = await collect(schedules, withoutPayload)
      if (records.length === 0) session.out.line('No schedules.')
      else await session.out.table(scheduleTable(records))
    }
  },
})

async function collect<T>(
  schedules: AsyncIterable<ScheduleRecord>,
  take: (record: ScheduleRecord) => T,
): Promise<readonly T[]> {
  const taken: T[] = []
  for await (const record of schedules) taken.push(take(record))
  return taken
}

/** The table shows no payloads, and a hundred thousand of them may not fit into memory. */
function withoutPayload(record: ScheduleRecord): ScheduleRecord {
  return { ...record, definition: { ...record.definition, payload: null } }
}

interface ScheduleColumn {
  readonly head: string
  readonly cell: (record: ScheduleRecord) => Text
  /** A column that says the same of every schedule is left out. */
  readonly isShown?: (record: ScheduleRecord) => boolean
}

const COLUMNS: readonly ScheduleColumn[] = [
  { head: 'Name', cell: ({ name }) => name },
  { head: 'Schedule', cell: ({ definition }) => definition.expression },
  {
    head: 'Time Zone',
    cell: ({ definition }) => definition.timeZone,
    isShown: ({ definition }) => definition.timeZone !== 'UTC',
  },
  { head: 'Queue', cell: ({ definition }) => definition.queue },
  { head: 'Task Type', cell: ({ definition }) => definition.task },
  { head: 'Created', cell: ({ createdAt }) => formatInstant(createdAt) },
  {
    head: 'Paused',
    cell: ({ paused }) => (paused ? { text: 'yes', style: 'yellow' } : 'no'),
    isShown: ({ paused }) => paused,
  },
]

/** Whole also on a narrow terminal: its cells are what the next command is made of. */
function scheduleTable(records: readonly ScheduleRecord[]): Table {
  const columns = COLUMNS.filter(({ isShown }) => isShown === undefined || records.some(isShown))
  return {
    title: `${formatCount(records.length)} Scheduled Task(s)`,
    whole: true,
    columns: columns.map(({ head }) => ({ head })),
    rows: records.map((record) => columns.map(({ cell }) => cell(record))),
  }
}
