import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSchedule } from 'rota/schedule'
import { finding, none } from './kit/proof.mjs'
import { checkTriples } from './schedule/check-triples.mjs'
import { dialects } from './schedule/random-expressions.mjs'

/** @typedef {import('./schedule/check-triples.mjs').Parse} Parse */
/** @typedef {import('./schedule/brute-force.mjs').Stretch} Stretch */

/** All that the expected answers come from. */
const sources = ['brute-force.mjs', 'random-expressions.mjs', 'random-plain.mjs']

const engine = /** @type {Parse} */ (/** @type {unknown} */ (parseSchedule))

/** @type {import('./kit/proof.mjs').Proof} */
export const scheduleBruteForce = {
  claims:
    'next, previous and matches agree with a brute force that shares no code, for random expressions of every dialect',
  takes: '5 minutes, one process',
  options: {
    triples: { default: 100_000, says: '(expression, zone, instant) triples for each dialect' },
    zones: { default: 0, says: 'time zones, drawn at random; 0 for all that the runtime knows' },
  },
  short: { triples: 2000, zones: 25 },

  async prove({ numbers: { triples = 0, zones: zoneCount = 0 }, random, say }) {
    const all = Intl.supportedValuesOf('timeZone')
    const zones = zoneCount === 0 ? all : Array.from({ length: zoneCount }, () => random.pick(all))
    /** @type {Map<string, Stretch[]>} */
    const known = new Map()
    const findings = sources.map(independence)
    /** @type {Record<string, string>} */
    const figures = { 'zone data': process.versions['tz'] ?? 'unknown', zones: String(zones.length) }
    for (const [dialect, express] of Object.entries(dialects)) {
      const { checked, refused, wrong } = checkTriples({
        ...{ dialect, express, count: triples, zones, random, known },
        parse: engine,
      })
      figures[dialect] = `${checked} triples, ${refused} of them of expressions that never come`
      say(`${dialect}: ${checked} triples, ${wrong.length} wrong`)
      findings.push(none(`${dialect}: ${checked} triples are answered as by brute force`, wrong))
    }
    return { figures, findings }
  },
}

/**
 * Whether a file imports nothing of the engine: in code, not in comments, the word may only lead to a file of this list.
 * @param {string} file
 */
function independence(file) {
  const text = readFileSync(join(import.meta.dirname, 'schedule', file), 'utf8')
  const code = text.replaceAll(/\/\*.*?\*\//gs, '')
  const imports = code.split('\n').filter((line) => /\b(import|require)\b/.test(line))
  const foreign = imports.filter((line) => !sources.some((source) => line.endsWith(` from './${source}'`)))
  return finding(
    `${file} imports nothing of the engine`,
    foreign.length === 0,
    foreign.length === 0 ? 'nothing' : foreign.join('; '),
  )
}
