import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRota } from '../../src/app/create-rota.js'
import type { Rota } from '../../src/app/rota.js'
import { memory } from '../../src/backends/memory/memory-backend.js'
import { sqlite } from '../../src/backends/sqlite/sqlite-backend.js'
import type { TickInfo } from '../../src/model/job.js'
import { task } from '../../src/model/task-definition.js'
import { FakeClock } from '../../src/time/fake-clock.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The wall clock of Amsterdam: 02:30 is not on it on 28 March, and twice on 31 October. */
const amsterdam = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Amsterdam', dateStyle: 'short' })

let folder: string
let clock: FakeClock
let ran: TickInfo[]

const nightly = task('nightly', (_input: undefined, { job }) => {
  if (job.tick !== null) ran.push(job.tick)
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-nights-'))
  clock = new FakeClock(Date.parse('2027-03-26T00:00:00Z'))
  ran = []
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** A whole system, whose scheduler and worker run for the first two hours of each of some days (UTC) and rest in between. */
async function nights(rota: Rota<never>, count: number): Promise<void> {
  for (let night = 0; night < count; night++) {
    await rota.start()
    await clock.advance(2 * HOUR)
    const stopped = rota.stop()
    await clock.settle()
    await stopped
    await clock.advance(22 * HOUR)
  }
}

test.each([
  ['memory', () => memory({ clock })],
  ['SQLite', () => sqlite({ file: join(folder, 'rota.db'), clock })],
])(
  'every day at 02:30 in Amsterdam is exactly one job per day through both changes of 2027, on %s',
  { timeout: 120_000 },
  async (_name, open) => {
    const rota = createRota({ backend: open(), clock, tasks: [nightly] })
    // The summer is spent switched off: its days are made up for, one by one.
    const missed = { all: { max: 1000, within: '365 days' } } as const
    await rota.schedule('nightly', '30 2 * * *', nightly, undefined, { timeZone: 'Europe/Amsterdam', missed })
    await nights(rota, 4)
    await clock.advanceTo(Date.parse('2027-10-30T00:00:00Z'))
    await nights(rota, 4)

    const days = ran.map(({ tick }) => amsterdam.format(tick))
    const expected = Array.from({ length: 222 }, (_, at) =>
      new Date(Date.parse('2027-03-26') + at * DAY).toISOString().slice(0, 10),
    )
    expect(days.toSorted()).toEqual(expected)
    const instants = ran.map(({ tick }) => new Date(tick).toISOString().slice(0, 16))
    expect(instants.slice(0, 4)).toEqual([
      '2027-03-26T01:30',
      '2027-03-27T01:30',
      '2027-03-28T01:00', // 02:30 does not come: at once when the gap ends, at 03:00
      '2027-03-29T00:30',
    ])
    expect(instants.slice(-4)).toEqual([
      '2027-10-30T00:30',
      '2027-10-31T00:30', // 02:30 comes twice: the first time
      '2027-11-01T01:30',
      '2027-11-02T01:30',
    ])
    for (const { schedule, tick, late, missed: before } of [...ran.slice(0, 4), ...ran.slice(-4)]) {
      expect({ schedule, late, before }, new Date(tick).toISOString()).toEqual({
        schedule: 'nightly',
        late: 0,
        before: 0,
      })
    }
    expect(await rota.schedules.get('nightly')).toMatchObject({ fired: 222, skipped: 0, late: 214 })
    const closed = rota.close()
    await clock.settle()
    await closed
  },
)
