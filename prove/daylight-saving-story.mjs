import { join } from 'node:path'
import { createRota, task } from 'rota'
import { memory } from 'rota/memory'
import { sqlite } from 'rota/sqlite'
import { FakeClock } from 'rota/testing'
import { finding, none } from './kit/proof.mjs'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The days around each change on which the system runs; it rests through the summer between. */
const RUNS = [
  { from: Date.parse('2027-03-26T00:00:00Z'), days: 5 },
  { from: Date.parse('2027-10-29T00:00:00Z'), days: 5 },
]

/** On a file each beat is a commit: there the system runs for the first hours of each day only, which hold 02:30. */
const HOURS_ON = { memory: 24, SQLite: 2 }

/** What the rule of Vixie's cron says about the two nights: at once when the gap ends, and the first of the two. */
const CHANGES = ['2027-03-28T01:00:00.000Z', '2027-10-31T00:30:00.000Z']

const amsterdam = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Amsterdam', dateStyle: 'short' })

/** @type {import('./kit/proof.mjs').Proof} */
export const daylightSavingStory = {
  claims: 'a schedule of every day at 02:30 in Amsterdam makes exactly one job per day through both changes of 2027',
  takes: 'a minute, one process, a clock that the proof moves',
  options: {},

  async prove({ folder, say }) {
    const clocks = { memory: newClock(), SQLite: newClock() }
    const stories = {
      memory: await tell(memory({ clock: clocks.memory }), clocks.memory, HOURS_ON.memory),
      SQLite: await tell(
        sqlite({ file: join(folder, 'store.db'), clock: clocks.SQLite }),
        clocks.SQLite,
        HOURS_ON.SQLite,
      ),
    }
    /** @type {Record<string, string>} */
    const figures = {}
    const findings = Object.entries(stories).flatMap(([store, ticks]) => {
      const days = ticks.map((tick) => amsterdam.format(tick))
      const instants = new Set(ticks.map((tick) => new Date(tick).toISOString()))
      const expected = everyDay()
      say(`${store}: ${[...instants].slice(0, 5).join(' ')} ... ${[...instants].slice(-5).join(' ')}`)
      figures[store] = `${ticks.length} jobs on ${new Set(days).size} days, ${days[0]} to ${days.at(-1)}`
      return [
        finding(`${store}: one job for each of ${expected.length} days`, days.length === expected.length, days.length),
        none(
          `${store}: days without a job`,
          expected.filter((day) => !days.includes(day)),
        ),
        none(
          `${store}: days with two`,
          days.filter((day, at) => days.indexOf(day) < at),
        ),
        none(
          `${store}: nights of a change that fire at another instant`,
          CHANGES.filter((instant) => !instants.has(instant)),
        ),
      ]
    })
    return { figures, findings }
  },
}

function newClock() {
  return new FakeClock(RUNS[0]?.from ?? 0)
}

/** The days from the first to the last run, both included. */
function everyDay() {
  const first = RUNS[0]?.from ?? 0
  const { from, days } = RUNS.at(-1) ?? { from: first, days: 0 }
  const count = (from - first) / DAY + days
  return Array.from({ length: count }, (_, at) => new Date(first + at * DAY).toISOString().slice(0, 10))
}

/**
 * Runs a whole system on a store, and gives the ticks whose jobs its handler has run, in the order of the days.
 * @template Tx
 * @param {import('rota/port').Backend<Tx>} backend
 * @param {FakeClock} clock
 * @param {number} hoursOn
 */
async function tell(backend, clock, hoursOn) {
  /** @type {number[]} */
  const ticks = []
  const nightly = task('prove:nightly', (/** @type {undefined} */ _input, { job }) => {
    ticks.push(job.tick?.tick ?? Number.NaN)
  })
  const rota = createRota({ backend, clock, tasks: [nightly] })
  const missed = /** @type {const} */ ({ all: { max: 1000, within: '365 days' } })
  await rota.schedule('nightly', '30 2 * * *', nightly, undefined, { timeZone: 'Europe/Amsterdam', missed })
  for (const { from, days } of RUNS) {
    await clock.advanceTo(from)
    for (let day = 0; day < days; day++) {
      await rota.start()
      await clock.advance(hoursOn * HOUR)
      await atRest(clock, rota.stop())
      await clock.advance(DAY - hoursOn * HOUR)
    }
  }
  await atRest(clock, rota.close())
  return ticks.toSorted((a, b) => a - b)
}

/**
 * @param {FakeClock} clock
 * @param {Promise<unknown>} ending
 */
async function atRest(clock, ending) {
  await clock.settle()
  await ending
}
