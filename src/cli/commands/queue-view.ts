import { nameArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { checkQueuesExist } from '../find-queues.js'
import { queueDocument, queueFigures } from '../queue-figures.js'
import { queueView } from '../queue-view.js'

export const command = defineCommand<[name: string], object>({
  description: 'Shows the settings and the figures of one queue.',
  examples: [['rota queue view mail', 'one queue in full']],
  declare: (command) => command.argument('<name>', 'name of the queue', nameArgument('queue')),
  async run(session, _options, name) {
    const { backend } = await session.connect('existing')
    await checkQueuesExist(backend, [name], session.signal)
    const queues = await queueFigures(backend, session.clock.now(), session.signal)
    for (const figures of queues.filter(({ queue }) => queue.name === name)) {
      if (session.json) session.out.json(queueDocument(figures))
      else await session.out.view(queueView(figures))
    }
  },
})
