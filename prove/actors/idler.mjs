/**
 * A worker and a scheduler of one program that have nothing to do; end well on SIGTERM.
 */
import { once } from 'node:events'
import { createRota } from 'rota'
import { leave, readSettings, tell } from './life.mjs'
import { count, tick } from './tasks.mjs'

const { url } = /** @type {{ url: string }} */ (readSettings())
const rota = createRota({ url, tasks: [count.handle(() => undefined), tick] })
await rota.startWorker()
await rota.startScheduler()
// A job that was here a while ago, and a schedule that waits: the store of a program that is idle and not new.
await (await rota.enqueue(count, { n: 1 })).result()
await rota.schedule('prove-yearly', '0 0 1 1 *', tick)
tell('ready')
await once(process, 'SIGTERM')
await rota.close()
leave()
