import { defineCommand } from '../define-command.js'
import { infoDocument, infoView } from '../info-view.js'
import { readStoreInfo } from '../store-info.js'

export const command = defineCommand<[], object>({
  description:
    'Shows where the jobs are, how many there are in each state, which workers and schedulers are alive, who holds which lock or leadership, and how far the oldest job is behind.',
  examples: [
    ['rota info', 'the system at a glance'],
    ['rota info --json | jq .lagMs', 'how far behind it is, in milliseconds'],
  ],
  async run(session) {
    const { backend, shownUrl } = await session.connect('existing')
    const now = session.clock.now()
    const info = await readStoreInfo(backend, shownUrl, now, session.signal)
    if (session.json) session.out.json(infoDocument(info))
    else await session.out.view(infoView(info, now))
  },
})
