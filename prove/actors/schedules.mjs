/**
 * Puts schedules on record and leaves: they must not need whoever made them.
 */
import { createRota } from 'rota'
import { leave, readSettings, tell } from './life.mjs'
import { tick } from './tasks.mjs'

const { url, everyMs, count } = /** @type {{ url: string, everyMs: number, count: number }} */ (readSettings())
const rota = createRota({ url, tasks: [tick] })
// Every tick counts here, also those that came due while all schedulers were dead: the default would run one of them late.
const missed = { all: { max: 1000, within: '1 hour' } }
for (let n = 0; n < count; n++) {
  await rota.schedule(`beat-${String(n).padStart(2, '0')}`, `every ${everyMs / 1000}s`, tick, undefined, { missed })
}
await rota.close()
tell('ready')
leave()
