import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Vector } from '../../prove/schedule/check-vectors.mjs'
import { daily, interval, monthly, parseSchedule } from '../../src/schedule/index.js'
import type { DstRule } from '../../src/schedule/index.js'

const manual = readFileSync(new URL('../../docs/schedules.md', import.meta.url), 'utf8')
const file = readFileSync(new URL('../data/schedule-vectors.json', import.meta.url), 'utf8')
const { vectors } = JSON.parse(file) as { vectors: Vector[] }

const [, table = ''] = /```ticks\n(.*?)```/s.exec(manual) ?? []
const rows = table
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(/ {2,}/))

it('says of each rule what it does', () => {
  expect(rows.length).toBeGreaterThan(10)
})

it.each(rows)('is right about %s under %s: %s in spring, %s in autumn', (expression = '', dst, spring, autumn) => {
  const schedule = parseSchedule(expression, { timeZone: 'Europe/Amsterdam', dst: dst as DstRule })
  const night = (day: string): string => {
    const ticks = schedule.between(new Date(`${day}T00:00:00Z`), new Date(`${day}T02:30:00Z`))
    return ticks.length === 0 ? 'none' : ticks.map((tick) => tick.toISOString().slice(11, 16)).join(' ')
  }
  expect([night('2027-03-28'), night('2027-10-31')]).toEqual([spring, autumn])
})

it('names every vector whose answer is a choice', () => {
  const choices = vectors.filter(({ class: kind }) => kind === 'policy' || kind === 'disputed').map(({ id }) => id)
  expect(choices).toHaveLength(68)
  expect(choices.filter((id) => !manual.includes(id))).toEqual([])
})

it('opens with an example that is true', () => {
  const schedule = parseSchedule('0 8 * * mon-fri', { timeZone: 'Europe/Amsterdam' })
  const at = new Date('2027-03-27T12:00:00Z')
  const answers = [
    schedule.next(at)?.toISOString(),
    schedule.previous(at)?.toISOString(),
    String(schedule.matches(new Date('2027-03-29T06:00:00Z'))),
    `${schedule.between(new Date('2027-03-01'), new Date('2027-04-01')).length} dates`,
    schedule.describe(),
  ]
  expect(answers.filter((answer) => !manual.includes(`// ${String(answer)}\n`))).toEqual([])
})

it('writes objects as they are written', () => {
  const objects = [
    interval(90_000),
    daily({ hour: 8, minute: 30, timeZone: 'Asia/Tokyo' }),
    monthly({ day: 31, hour: 8 }),
    monthly({ day: 31, hour: 8, overflow: 'skip' }),
  ]
  const texts = objects.map((object) => `| \`${parseSchedule(object).expression}\` |`)
  expect(texts.filter((text) => !manual.includes(text))).toEqual([])
})

it('shows a refusal as it is', () => {
  expect(() => parseSchedule('0 22-2 * * *')).toThrow(
    expect.objectContaining({ message: /^schedule "0 22-2.*$/m.exec(manual)?.[0] }),
  )
})
