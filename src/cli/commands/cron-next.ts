import type { EpochMs } from '../../model/units.js'
import { DST_RULES, type DstRule } from '../../schedule/dst-rule.js'
import { DIALECTS, type Dialect, type Schedule } from '../../schedule/schedule.js'
import { findZone } from '../../schedule/zone.js'
import * as parse from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { expectQuoted } from '../quoted-expression.js'
import { formatInstant, formatOnWall, isoInstant } from '../render/instant.js'
import type { View } from '../render/view.js'
import { readSchedule } from '../schedule-text.js'

interface Options {
  readonly count: number
  readonly tz?: string
  readonly from?: EpochMs
  readonly anchor?: EpochMs
  readonly dialect?: Dialect
  readonly dst?: DstRule
}

export const command = defineCommand<[expression: string], Options>({
  description:
    'Says in words when an expression is due, and lists its next ticks, later than --from. Needs no store. ' +
    'With --json it prints a list of instants. An expression that cannot be meant is refused with the place and the reason.',
  examples: [
    ["rota task cron next '0 8 * * mon-fri' --tz Europe/Amsterdam", 'the next ten mornings of work'],
    ['rota task cron next monthly -n 3 --json', 'three instants for a program'],
    [
      "rota task cron next 'cron(0 10 ? * 2 *)' --dialect eventbridge --from 2027-03-27T00:00:00Z",
      'as EventBridge reads it',
    ],
    ["rota task cron next '@every 90m' --anchor 2027-01-01T00:00:00Z", 'counted from an instant'],
  ],
  declare: (command) =>
    expectQuoted(command)
      .argument('<expression>', 'cron, @daily, every 10 minutes, rate(5 minutes), at(...), 08:00')
      .option('-n, --count <count>', 'how many, 1 to 10,000', parse.numberArgument(1, 10_000), 10)
      .option('--tz <zone>', 'IANA name of the time zone, such as Europe/Amsterdam (default: UTC)')
      .option('--from <instant>', 'later than this, such as 2027-01-31T08:00:00Z (default: now)', parse.instantArgument)
      .option('--anchor <instant>', 'what intervals count from (default: as --from)', parse.instantArgument)
      .option('--dialect <name>', `${DIALECTS.join(', ')} (default: auto)`, parse.wordArgument(DIALECTS))
      .option(
        '--dst <rule>',
        `what a change of the clock does: ${DST_RULES.join(', ')} (default: the dialect's own)`,
        parse.wordArgument(DST_RULES),
      ),
  async run(session, { count, tz = 'UTC', from = session.clock.now(), anchor = from, dialect, dst }, expression) {
    const schedule = readSchedule(expression, { timeZone: tz, anchor, dialect, dst })
    const ticks = ticksAfter(schedule, from, count)
    if (session.json) session.out.json(ticks.map(isoInstant))
    else await session.out.view(tickView(schedule, from, ticks, count))
  },
})

function ticksAfter(schedule: Schedule, from: EpochMs, count: number): readonly EpochMs[] {
  const ticks: EpochMs[] = []
  for (let tick = schedule.next(from); tick !== null && ticks.length < count; tick = schedule.next(tick)) {
    ticks.push(tick)
  }
  return ticks
}

function tickView(schedule: Schedule, from: EpochMs, ticks: readonly EpochMs[], count: number): View {
  const { expression, timeZone } = schedule
  const zone = timeZone === 'UTC' ? null : findZone(timeZone)
  const lines = ticks.map((at) => {
    const onWall = zone === null ? '' : `   ${formatOnWall(at, zone.offsetAt(at))}`
    return formatInstant(at) + onWall
  })
  const end = lines.length === 0 ? [`none after ${formatInstant(from)}`] : ['no more']
  return {
    title: `${expression}: ${schedule.describe()}`,
    fields: [['Next', ticks.length === count ? lines : [...lines, ...end]]],
  }
}
