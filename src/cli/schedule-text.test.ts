import { describe, expect, it } from 'vitest'
import { UsageError } from './exit.js'
import { readSchedule, withAt } from './schedule-text.js'

describe('the @ that may be left out', () => {
  it.each([
    ['yearly', '@yearly'],
    ['annually', '@annually'],
    ['monthly', '@monthly'],
    ['weekly', '@weekly'],
    ['daily', '@daily'],
    ['midnight', '@midnight'],
    ['hourly', '@hourly'],
    ['Hourly', '@Hourly'],
    [' daily ', '@daily'],
    ['every 1h30m', '@every 1h30m'],
  ])('is added to %j', (typed, expression) => {
    expect(withAt(typed, undefined)).toBe(expression)
    expect(withAt(typed, 'auto')).toBe(expression)
  })

  it.each(['@monthly', 'monthly(31 08:00)', 'every 10 minutes', 'every day', '0 0 1 * *', 'dailyy', ''])(
    'is not added to %j',
    (typed) => expect(withAt(typed, undefined)).toBe(typed),
  )

  it('is not added where a dialect was named: there the expression is what was typed', () => {
    expect(withAt('monthly', 'cron')).toBe('monthly')
  })
})

it('refuses as bad usage what is no schedule, with its reason', () => {
  const read = (): unknown => readSchedule('0 25 * * *', { timeZone: 'UTC', anchor: 0 })
  expect(read).toThrow(UsageError)
  expect(read).toThrow(/hour, character 3: expected/)
})
