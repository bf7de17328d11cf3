import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSchedule } from 'rota/schedule'
import { finding, none } from './kit/proof.mjs'
import { checkVector } from './schedule/check-vectors.mjs'

/** @typedef {import('./schedule/check-vectors.mjs').Vector} Vector */
/** @typedef {import('./schedule/check-vectors.mjs').Parse} Parse */

const ownFile = join(import.meta.dirname, '..', 'test', 'data', 'schedule-vectors.json')

/** From the work order: for every call, refusals of hostile texts included. */
const CALL_MS_MAX = 100

const engine = /** @type {Parse} */ (/** @type {unknown} */ (parseSchedule))

/** @type {import('./kit/proof.mjs').Proof} */
export const scheduleVectors = {
  claims: 'every vector of a file comes out as its class demands, each call within 100 ms',
  takes: '1 s, one process',
  file: 'the vectors, as JSON; without one those of test/data',
  options: {},
  short: {},

  async prove({ file, say }) {
    const { vectors } = /** @type {{ vectors: readonly Vector[] }} */ (
      JSON.parse(readFileSync(file ?? ownFile, 'utf8'))
    )
    // The runtime loads its zone data once per process, which takes 15 ms and is not ours to measure.
    new Intl.DateTimeFormat('en-US', { timeZone: 'Europe/Amsterdam' }).format(0)
    const outcomes = vectors.map((vector) => checkVector(vector, engine))
    const failed = outcomes.filter(({ verdict }) => verdict === 'fail')
    for (const { vector, expected, got } of failed) {
      say(
        `${vector.id} (${vector.class}, ${vector.flavor}) ${shown(vector.expr)} in ${vector.tz}: expected ${expected}, got ${got}`,
      )
    }
    for (const { vector, got } of outcomes.filter(({ verdict }) => verdict === 'skip'))
      say(`${vector.id} skipped: ${got}`)
    const slowest = Math.max(0, ...outcomes.map(({ ms }) => ms))
    return {
      figures: Object.fromEntries(
        ['all', ...new Set(vectors.map((vector) => vector.class))].map((name) => [name, tally(name)]),
      ),
      findings: [
        finding('the file holds vectors', vectors.length > 0, vectors.length),
        none(
          'no vector fails',
          failed.map(({ vector }) => vector.id),
        ),
        finding(`no call takes ${CALL_MS_MAX} ms`, slowest < CALL_MS_MAX, `${slowest.toFixed(1)} ms at most`),
      ],
    }

    /** @param {string} name */
    function tally(name) {
      const own = outcomes.filter(({ vector }) => name === 'all' || vector.class === name)
      const count = (/** @type {string} */ verdict) => own.filter((one) => one.verdict === verdict).length
      return `${count('pass')} pass, ${count('fail')} fail, ${count('skip')} skip`
    }
  },
}

/** @param {string} text */
const shown = (text) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text)
