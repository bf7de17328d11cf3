/**
 * A scheduler as a program would have it; ends well on SIGTERM.
 */
import { once } from 'node:events'
import { createRota } from 'rota'
import { leave, readSettings, tell } from './life.mjs'
import { tick } from './tasks.mjs'

const { url } = /** @type {{ url: string }} */ (readSettings())
const rota = createRota({ url, tasks: [tick] })
await rota.startScheduler()
tell('ready')
await once(process, 'SIGTERM')
await rota.close()
leave()
