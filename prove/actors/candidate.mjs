/**
 * A scheduler that tells who it is and each change of its leadership; ends well on SIGTERM.
 */
import { once } from 'node:events'
import { createRota } from 'rota'
import { sharedNow } from '../kit/journal.mjs'
import { leave, readSettings, tell } from './life.mjs'
import { tick } from './tasks.mjs'

const { url, name } = /** @type {{ url: string, name: string }} */ (readSettings())
const rota = createRota({ url, tasks: [tick] })
const { id } = await rota.startScheduler({
  name,
  onEvent: (event) => {
    if (event.type !== 'became-leader' && event.type !== 'lost-leadership') return
    tell({ what: event.type, term: event.term, at: sharedNow(), pid: process.pid })
  },
})
tell({ what: 'ready', id, pid: process.pid })
await once(process, 'SIGTERM')
await rota.close()
leave()
