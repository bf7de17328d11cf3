import { expect, it } from 'vitest'
import { drawSeed, seededRandom } from '../../prove/kit/random.mjs'
import { stretchesOf } from '../../prove/schedule/brute-force.mjs'
import type { Stretch } from '../../prove/schedule/brute-force.mjs'
import { checkTriples } from '../../prove/schedule/check-triples.mjs'
import type { Parse } from '../../prove/schedule/check-triples.mjs'
import { dialects } from '../../prove/schedule/random-expressions.mjs'
import { parseSchedule } from '../../src/schedule/dated-schedule.js'
import type { Dialect } from '../../src/schedule/schedule.js'

/** The full proof, over all zones: `npm run prove schedule-brute-force`. */
const TRIPLES = 400

/** Clocks that are changed by half an hour, at midnight, by a day, around Ramadan, for one week, and never. */
const ZONES = [
  ...['UTC', 'Europe/Amsterdam', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Pacific/Apia'],
  ...['Africa/Casablanca', 'America/Boa_Vista', 'Asia/Kathmandu', 'Africa/Monrovia'],
]

const parse: Parse = (text, { dialect, ...options }) => parseSchedule(text, { dialect: dialect as Dialect, ...options })

const known = new Map<string, Stretch[]>(ZONES.map((zone) => [zone, stretchesOf(zone)]))

it.each(Object.entries(dialects))('%s: every answer is that of a brute force', (dialect, express) => {
  const seed = drawSeed()
  const random = seededRandom(seed)
  const { checked, refused, wrong } = checkTriples({
    dialect,
    express,
    count: TRIPLES,
    zones: ZONES,
    random,
    parse,
    known,
  })
  expect({ seed, wrong }).toEqual({ seed, wrong: [] })
  expect(checked - refused).toBeGreaterThan(TRIPLES * 0.9)
})

it('an engine that is a second late is found out', () => {
  const late: Parse = (text, options) => {
    const schedule = parse(text, options)
    return {
      ...schedule,
      previous: (at) => schedule.previous(at),
      matches: () => true,
      next: (at) => add(schedule.next(at), 1000),
    }
  }
  const task = { dialect: 'cron', express: dialects.cron, count: 50, zones: ZONES, random: seededRandom(1), known }
  expect(checkTriples({ ...task, parse: late }).wrong.length).toBeGreaterThan(30)
})

function add(date: Date | null, ms: number): Date | null {
  return date === null ? null : new Date(date.getTime() + ms)
}
