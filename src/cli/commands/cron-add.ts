import { DST_RULES } from '../../schedule/dst-rule.js'
import { DIALECTS } from '../../schedule/schedule.js'
import * as parse from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { findSchedule } from '../find-schedules.js'
import { readGivenSchedule, type CronAddOptions } from '../given-schedule.js'
import { putSchedule } from '../put-schedule.js'
import { expectQuoted } from '../quoted-expression.js'
import { scheduleClient } from '../schedule-client.js'
import { scheduleDocument } from '../schedule-document.js'
import { outcomeText, settingsView } from '../schedule-view.js'

const OVERLAPS = ['allow', 'skip', 'queue-one', 'cancel-running'] as const

type Args = [name: string | undefined, schedule: string | undefined, task: string | undefined]

export const command = defineCommand<Args, CronAddOptions>({
  description:
    'Makes a schedule, which makes jobs of a task again and again. The task and the queue need not be known here: a worker that ' +
    'knows them runs the jobs. The schedule is cron, every 10 minutes, rate(5 minutes), @daily, or daily without the @. ' +
    'A name that exists is refused without --update.',
  examples: [
    [
      'rota task cron add EMAIL_MONTHLY_UPDATE "0 0 1 * *" email:monthly --queue EMAIL --deadline 12h',
      'on the first of each month, useless after noon',
    ],
    [
      "rota task cron add nightly '30 2 * * *' report:make --tz Europe/Amsterdam --overlap skip",
      'every night on a wall clock, never two at a time',
    ],
    [
      `rota task cron add ping 'every 10s' http:get --payload '{"url":"https://example.com"}' --missed skip --update`,
      'with a payload; made or changed',
    ],
    [
      'rota task cron view nightly --json | rota task cron add --from-json - --context prod',
      'the same schedule in another store',
    ],
  ],
  declare: (command) =>
    expectQuoted(command)
      .argument('[name]', 'name of the schedule', parse.nameArgument('schedule'))
      .argument('[schedule]', 'when; rota task cron next explains it')
      .argument('[task]', 'name of the task', parse.nameArgument('task'))
      .option('-q, --queue <name>', 'queue of the jobs (default: default)', parse.nameArgument('queue'))
      .option('--payload <json>', 'JSON, @FILE or -')
      .option(
        '--deadline <time>',
        'a job fails unless it starts so long after it is due, such as 12h; at least 30s',
        parse.durationArgument('deadline'),
      )
      .option('--tries <count>', 'attempts before a job fails', parse.numberArgument(1, 1_000_000))
      .option('-p, --priority <number>', '1 is claimed first, 5 last (default: 3)', parse.priorityArgument)
      .option('--tz <zone>', 'IANA name of the time zone, such as Europe/Amsterdam (default: UTC)')
      .option('--dialect <name>', `${DIALECTS.join(', ')} (default: auto)`, parse.wordArgument(DIALECTS))
      .option('--dst <rule>', `what a change of the clock does: ${DST_RULES.join(', ')}`, parse.wordArgument(DST_RULES))
      .option(
        '--missed <policy>',
        'ticks that no scheduler saw: latest (default, one late run), skip, all=MAX,WITHIN such as all=10,1h',
        parse.missedArgument,
      )
      .option(
        '--overlap <policy>',
        `while the job before is unfinished: ${OVERLAPS.join(', ')} (default: allow)`,
        parse.wordArgument(OVERLAPS),
      )
      .option('--jitter <time>', 'up to so much later, always the same', parse.durationArgument('jitter'))
      .option('--start <instant>', 'no tick before, such as 2027-01-31T08:00:00Z', parse.instantArgument)
      .option('--end <instant>', 'no tick after', parse.instantArgument)
      .option('--max-runs <count>', 'no more runs than this', parse.numberArgument(1, Number.MAX_SAFE_INTEGER))
      .option('--pause-on-failure', 'pause when a job of it has failed')
      .option('--description <text>', 'what it is for')
      .option('--disabled', 'paused until it is resumed')
      .option('--update', 'change the schedule of this name, if there is one, to exactly this')
      .option(
        '--from-json <file>',
        'what view --json prints, or - for standard input; arguments and options count more',
      ),
  async run(session, options, name, schedule, task) {
    const given = await readGivenSchedule(session.host.stdin, options, { name, schedule, task })
    const client = scheduleClient(session, 'created')
    const { status } = await putSchedule(client, given, session.signal)
    const record = await findSchedule(await client.connection.open(), given.name, session.signal)
    if (session.json) session.out.json({ ...scheduleDocument(record), status })
    else await session.out.view(settingsView(record, outcomeText(record, status)))
  },
})
