/**
 * Puts the schedule on record and leaves: it must not need whoever made it.
 */
import { createRota } from 'rota'
import { leave, readSettings, tell } from './life.mjs'
import { tick } from './tasks.mjs'

const { url, everyMs } = /** @type {{ url: string, everyMs: number }} */ (readSettings())
const rota = createRota({ url, tasks: [tick] })
// Every tick counts here, also those that came due while all schedulers were dead: the default would run one of them late.
const missed = { all: { max: 1000, within: '1 hour' } }
await rota.schedule('prove-beat', `every ${everyMs / 1000}s`, tick, undefined, { missed })
await rota.close()
tell('ready')
leave()
