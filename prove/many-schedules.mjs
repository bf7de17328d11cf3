import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRota, defineSchedule, task } from 'rota'
import { sqlite } from 'rota/sqlite'
import { median, quantile } from '../bench/statistics.mjs'
import { finding, none } from './kit/proof.mjs'
import { watchFiring } from './schedule/watch-firing.mjs'

/** How often the schedules that are due at once are due: long enough for a round of all of them to be over. */
const PERIOD_S = 4

/** From the work order. */
const TICK_FACTOR_MAX = 2
const LATE_MS_MAX = 100

/** The first rounds read the expressions and warm the code up. */
const WARM_ROUNDS = 2

/** From the work order: what is due while the others wait. */
const DUE = 100

const pulse = task('prove:pulse')

/** @typedef {import('./schedule/watch-firing.mjs').Round} Round */

/** @type {import('./kit/proof.mjs').Proof} */
export const manySchedules = {
  claims:
    'a tick costs what is due and not what waits, and thousands that are due at one instant are all fired within 100 ms',
  takes: 'a minute and a half, one process, 500 MB',
  options: {
    schedules: { default: 100_000, says: `schedules in the large store, of which ${DUE} are due` },
    together: { default: 5_000, says: 'schedules that are due at one instant' },
    rounds: { default: 5, says: 'rounds that are measured' },
  },
  short: { schedules: 10_000, rounds: 3 },

  async prove({ numbers: { schedules = 0, together = 0, rounds = 0 }, folder, say }) {
    const few = await measure(join(folder, 'few.db'), { due: DUE, waiting: 0, rounds, say })
    const many = await measure(join(folder, 'many.db'), { due: DUE, waiting: schedules - DUE, rounds, say })
    const crowd = await measure(join(folder, 'crowd.db'), { due: together, waiting: 0, rounds, say })
    const fewMs = median(few.map(({ tickMs }) => tickMs))
    const manyMs = median(many.map(({ tickMs }) => tickMs))
    const late = crowd.flatMap(({ lateMs }) => lateMs)
    const p99 = quantile(late, 0.99)
    return {
      figures: {
        [`tick, ${DUE} of ${DUE}`]: `${fewMs.toFixed(1)} ms (${shown(few)})`,
        [`tick, ${DUE} of ${schedules}`]: `${manyMs.toFixed(1)} ms (${shown(many)})`,
        [`lateness, ${together} at once`]: `p50 ${quantile(late, 0.5)} ms, p99 ${p99} ms, all within ${Math.max(...late)} ms`,
        'each of them': `${((1000 * median(crowd.map(({ tickMs }) => tickMs))) / together).toFixed(1)} us`,
      },
      findings: [
        none('rounds that fired too few or too many', [
          ...few.filter(({ fired }) => fired !== DUE),
          ...many.filter(({ fired }) => fired !== DUE),
          ...crowd.filter(({ fired }) => fired !== together).map(({ tick, fired }) => ({ tick, fired })),
        ]),
        finding(
          `a tick takes at most ${TICK_FACTOR_MAX} times as long with ${schedules} schedules`,
          manyMs <= TICK_FACTOR_MAX * fewMs,
          (manyMs / fewMs).toFixed(2),
        ),
        finding(`lateness p99 below ${LATE_MS_MAX} ms`, p99 < LATE_MS_MAX, `${p99} ms`),
      ],
    }
  },
}

/**
 * What some rounds of a scheduler cost, on a store with schedules that are due together and others that are not.
 * @param {string} file
 * @param {{ due: number, waiting: number, rounds: number, say: (text: string) => void }} given
 * @returns {Promise<readonly Round[]>}
 */
async function measure(file, { due, waiting, rounds, say }) {
  const { backend, rounds: seen } = watchFiring(sqlite({ file }))
  const rota = createRota({ backend, tasks: [pulse] })
  try {
    const wait = [...Array(waiting).keys()].map((at) => defineSchedule(`wait-${at}`, '0 0 1 1 *', pulse))
    const beat = [...Array(due).keys()].map((at) => defineSchedule(`beat-${at}`, `*/${PERIOD_S} * * * * *`, pulse))
    const startedAt = performance.now()
    await rota.schedules.declare([...wait, ...beat], { owner: 'prove' })
    say(`${due + waiting} schedules declared in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
    await rota.startScheduler()
    // Whatever came due while they were declared is made up for first.
    await sleep((rounds + WARM_ROUNDS + 1) * PERIOD_S * 1000)
  } finally {
    await rota.close()
  }
  const whole = seen().filter(({ tick }) => tick % (PERIOD_S * 1000) === 0)
  return whole.slice(WARM_ROUNDS).slice(0, rounds)
}

/** @param {readonly Round[]} rounds */
function shown(rounds) {
  return rounds.map(({ tickMs }) => tickMs.toFixed(1)).join(', ')
}
