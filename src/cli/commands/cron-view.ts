import { nameArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { findSchedule } from '../find-schedules.js'
import { scheduleDocument } from '../schedule-document.js'
import { scheduleView } from '../schedule-view.js'

export const command = defineCommand<[name: string], object>({
  description:
    'Shows one schedule: what it was told to do, when it is due next, and how often it fired, skipped a tick or was late.',
  examples: [
    ['rota task cron view EMAIL_MONTHLY_UPDATE', 'one schedule in full'],
    ['rota task cron view EMAIL_MONTHLY_UPDATE --json | jq -r .nextTickAt', 'when it is due next'],
  ],
  declare: (command) => command.argument('<name>', 'name of the schedule', nameArgument('schedule')),
  async run(session, _options, name) {
    const { backend } = await session.connect('existing')
    const record = await findSchedule(backend, name, session.signal)
    if (session.json) session.out.json(scheduleDocument(record))
    else await session.out.view(scheduleView(record))
  },
})
