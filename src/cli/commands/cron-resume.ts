import { nameArguments } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { pauseSchedules } from '../pause-schedules.js'

export const command = defineCommand<[names: readonly string[]], object>({
  description: 'Lets paused schedules fire again, from their next tick on.',
  examples: [['rota task cron resume EMAIL_MONTHLY_UPDATE', 'emails go out again']],
  declare: (command) => command.argument('<names...>', 'names of schedules', nameArguments('schedule')),
  run: (session, _options, names) => pauseSchedules(session, names, false),
})
