import type { TickRecord } from '../../model/schedule-record.js'
import type { EpochMs } from '../../model/units.js'
import { formatDuration } from '../../time/duration.js'
import * as parse from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { findSchedule } from '../find-schedules.js'
import { formatCount } from '../render/count.js'
import { formatInstant } from '../render/instant.js'
import type { Table } from '../render/table.js'
import { tickDocument } from '../schedule-document.js'

interface Options {
  readonly limit: number
  readonly before?: EpochMs
}

export const command = defineCommand<[name: string], Options>({
  description:
    'Shows what became of the ticks of a schedule, the latest first: fired, with the job and how late it was, or skipped, and why. ' +
    'Runs that were asked for by hand are there too (manual). Ticks skipped in a row are one line; the last 1,000 lines are kept.',
  examples: [
    ['rota task cron history EMAIL_MONTHLY_UPDATE', 'the latest 20'],
    [
      'rota task cron history EMAIL_MONTHLY_UPDATE --limit 1000 --json | jq \'.[] | select(.outcome == "skipped")\'',
      'what it has skipped',
    ],
  ],
  declare: (command) =>
    command
      .argument('<name>', 'name of the schedule', parse.nameArgument('schedule'))
      .option('-n, --limit <count>', 'how many lines, 1 to 1,000', parse.numberArgument(1, 1_000), 20)
      .option('--before <instant>', 'only ticks before, such as 2026-01-31T08:00:00Z', parse.instantArgument),
  async run(session, { limit, before = null }, name) {
    const { backend } = await session.connect('existing')
    await findSchedule(backend, name, session.signal)
    const ticks = await backend.schedules.history({ name, before, limit, signal: session.signal })
    if (session.json) session.out.json(ticks.map(tickDocument))
    else if (ticks.length === 0) session.out.line('No tick yet.')
    else await session.out.table(tickTable(name, ticks))
  },
})

function tickTable(name: string, ticks: readonly TickRecord[]): Table {
  return {
    title: `Ticks of ${name}`,
    columns: [
      { head: 'Tick' },
      { head: 'Outcome' },
      { head: 'Reason' },
      { head: 'Ticks', align: 'right' },
      { head: 'Late', align: 'right' },
      { head: 'Job' },
    ],
    rows: ticks.map(({ tick, outcome, reason, count, lateMs, jobId }) => [
      formatInstant(tick),
      { text: outcome, style: outcome === 'skipped' ? 'yellow' : 'green' },
      reason ?? '',
      formatCount(count),
      outcome === 'fired' ? formatDuration(lateMs) : '',
      jobId ?? '',
    ]),
  }
}
