import { nameArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { scheduleClient } from '../schedule-client.js'

export const command = defineCommand<[name: string], object>({
  description:
    'Makes the job of a schedule now, whatever its pause and its overlap policy say. Its ticks come as before; the history calls this one manual.',
  examples: [['rota task cron run EMAIL_MONTHLY_UPDATE', 'send the emails today']],
  declare: (command) => command.argument('<name>', 'name of the schedule', nameArgument('schedule')),
  async run(session, _options, name) {
    const { id, task } = await scheduleClient(session, 'existing').schedules.runNow(name, { signal: session.signal })
    if (session.json) session.out.json({ id, name, task })
    else session.out.line(`Job ${id} of task ${task} added by schedule ${name}`)
  },
})
