import { nameArguments } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { setPaused } from '../set-paused.js'

export const command = defineCommand<[names: readonly string[]], object>({
  description: 'Lets jobs of a paused queue start again.',
  examples: [['rota queue resume mail', 'go on with mail jobs']],
  declare: (command) => command.argument('<names...>', 'names of queues', nameArguments('queue')),
  run: (session, _options, names) => setPaused(session, names, false),
})
