import { Actor, withActors } from './kit/actor.mjs'
import { finding } from './kit/proof.mjs'

/** From the work order. */
const GROWTH_MAX = 0.02

/**
 * @typedef {object} Left
 * @property {readonly { runs: number, heapBytes: number }[]} samples
 * @property {number} listeners
 * @property {number} signalListeners
 * @property {readonly string[]} before
 * @property {readonly string[]} after
 */

/** @type {import('./kit/proof.mjs').Proof} */
export const lifecycleLeaks = {
  claims:
    'every combinator of rota/lifecycle, run 100,000 times under one signal, leaves no listener, nothing that keeps the process alive, and a heap that has grown by less than 2 % since 1,000 runs',
  takes: '5 minutes, 1 process at a time, 150 MB',
  options: {
    warm: {
      default: 100_000,
      says: 'runs before the count: V8 goes on compiling what is hot for so long, on the same heap',
    },
    runs: { default: 100_000, says: 'how often each combinator is run' },
    first: { default: 1000, says: 'after how many runs the heap is looked at first' },
  },

  async prove({ numbers: { warm = 0, runs = 0, first = 0 }, say }) {
    const findings = []
    /** @type {Record<string, string>} */
    const figures = {}
    for (const combinator of await combinators()) {
      const { samples, listeners, signalListeners, before, after } = await leftBy(combinator, [
        warm + first,
        warm + runs,
      ])
      const [early, late] = samples.map(({ heapBytes }) => heapBytes)
      const growth = (late ?? NaN) / (early ?? NaN) - 1
      const heap = `${mb(early)} to ${mb(late)} MB, ${(growth * 100).toFixed(2)} %`
      figures[combinator] = heap
      say(`${combinator}: ${heap}`)
      findings.push(
        finding(`${combinator}: no listener is left`, listeners + signalListeners === 0, listeners + signalListeners),
        finding(`${combinator}: what is active is as before`, same(before, after), after.join(', ') || 'nothing'),
        finding(`${combinator}: the heap grows by less than 2 %`, growth < GROWTH_MAX, heap),
      )
    }
    return { figures, findings }
  },
}

/** @returns {Promise<readonly string[]>} */
async function combinators() {
  return /** @type {readonly string[]} */ (await firstWord({ combinator: '', samplesAt: [] }))
}

/**
 * A process for each: what one leaves is not the next one's.
 * @param {string} combinator
 * @param {readonly number[]} samplesAt
 */
async function leftBy(combinator, samplesAt) {
  return /** @type {Left} */ (await firstWord({ combinator, samplesAt }))
}

/** @param {Readonly<Record<string, unknown>>} settings */
async function firstWord(settings) {
  const actor = new Actor('../actors/leaking.mjs', settings, ['--expose-gc'])
  return withActors([actor], async () => {
    actor.spawn()
    await actor.ended()
    return actor.messages[0]
  })
}

/**
 * @param {readonly string[]} before
 * @param {readonly string[]} after
 */
const same = (before, after) => before.join() === after.join()

/** @param {number | undefined} bytes */
const mb = (bytes = NaN) => (bytes / 1e6).toFixed(2)
