import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import * as parse from './arguments.js'

describe('what is right', () => {
  it('is read into the value that it stands for', () => {
    expect(parse.nameArgument('task')('invoice:send')).toBe('invoice:send')
    expect(parse.nameArguments('queue')('b', ['a'])).toEqual(['a', 'b'])
    expect(parse.keyArguments('id')('2', ['1'])).toEqual(['1', '2'])
    expect(parse.numberArgument(1, 10)('10')).toBe(10)
    expect(parse.priorityArgument('5')).toBe(5)
    expect(parse.durationArgument('delay')('1h30m')).toBe(5_400_000)
    expect(parse.durationArgument('delay')('250')).toBe(250)
    expect(parse.instantArgument('2026-01-31T08:00+01:00')).toBe(Date.UTC(2026, 0, 31, 7))
    expect(parse.instantArgument('2028-02-29T23:59:59.5-11:00')).toBe(Date.UTC(2028, 2, 1, 10, 59, 59, 500))
    expect(parse.stateArgument('retrying')).toBe('retrying')
    expect(parse.headerArgument('a=b=c', { x: 'y' })).toEqual({ x: 'y', a: 'b=c' })
  })

  it('may be called __proto__', () => {
    const headers = parse.headerArgument('__proto__=evil')
    expect(Object.entries(headers)).toEqual([['__proto__', 'evil']])
  })
})

describe('what is wrong', () => {
  it.each<[string, (text: string) => unknown, string, RegExp]>([
    ['a name with a blank', parse.nameArgument('task'), 'a b', /expected 1 to 128 letters/],
    ['a long name', parse.nameArgument('queue'), 'x'.repeat(65), /got 65 characters/],
    ['an id with a line feed', parse.keyArgument('id'), 'a\nb', /without control characters/],
    ['an empty id', parse.keyArgument('id'), '', /got 0 characters/],
    ['a number with a sign', parse.numberArgument(1, 10), '-1', /whole number from 1 to 10, got "-1"/],
    ['a number out of range', parse.numberArgument(1, 10), '11', /from 1 to 10/],
    ['a fraction', parse.numberArgument(1, 10), '1.5', /whole number/],
    ['a priority of six', parse.priorityArgument, '6', /from 1 to 5/],
    ['a duration in fortnights', parse.durationArgument('delay'), '1 fortnight', /delay must be a duration/],
    ['an instant without a zone', parse.instantArgument, '2026-01-31T08:00:00', /with its zone/],
    ['an instant that no calendar has', parse.instantArgument, '2026-13-31T08:00:00Z', /expected an instant/],
    ['a day that its month lacks', parse.instantArgument, '2027-02-29T00:00:00Z', /expected an instant/],
    ['the 31st of June, west of Greenwich', parse.instantArgument, '2027-06-31T23:59:59-11:00', /expected an instant/],
    ['an unknown state', parse.stateArgument, 'done', /expected one of blocked, pending/],
    ['a header without a name', parse.headerArgument, '=x', /NAME=VALUE/],
  ])('is refused: %s', (_what, read, text, message) => {
    expect(() => read(text)).toThrow(InvalidArgumentError)
    expect(() => read(text)).toThrow(message)
  })
})
