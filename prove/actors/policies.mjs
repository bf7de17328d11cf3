/**
 * Puts one schedule of each policy for missed ticks on record, all with the same anchor, and leaves.
 */
import { createRota } from 'rota'
import { leave, readSettings, tell } from './life.mjs'
import { tick } from './tasks.mjs'

/** @typedef {{ name: string, every: string, missed: import('rota').MissedInput }} Policy */

const { url, policies } = /** @type {{ url: string, policies: readonly Policy[] }} */ (readSettings())
const rota = createRota({ url, tasks: [tick] })
for (const { name, every, missed } of policies) await rota.schedule(name, `every ${every}`, tick, undefined, { missed })
await rota.close()
tell('ready')
leave()
