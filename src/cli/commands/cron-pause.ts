import { nameArguments } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { pauseSchedules } from '../pause-schedules.js'

export const command = defineCommand<[names: readonly string[]], object>({
  description:
    'Lets schedules fire nothing until they are resumed; their jobs that exist run on. What comes due meanwhile is not made up for.',
  examples: [['rota task cron pause EMAIL_MONTHLY_UPDATE', 'no email until further notice']],
  declare: (command) => command.argument('<names...>', 'names of schedules', nameArguments('schedule')),
  run: (session, _options, names) => pauseSchedules(session, names, true),
})
