import { nameArguments } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { setPaused } from '../set-paused.js'

export const command = defineCommand<[names: readonly string[]], object>({
  description: 'Lets no job of a queue start on any worker, until it is resumed. Running jobs go on; nothing is lost.',
  examples: [['rota queue pause mail', 'stop taking mail jobs']],
  declare: (command) => command.argument('<names...>', 'names of queues', nameArguments('queue')),
  run: (session, _options, names) => setPaused(session, names, true),
})
