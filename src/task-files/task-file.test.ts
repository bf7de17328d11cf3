import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CATCH_ALL } from '../model/catch-all.js'
import { type ContentProblem, readTaskFile } from './task-file.js'

const SEED = 20_261_121

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (value: unknown): ReturnType<typeof readTaskFile> => readTaskFile(bytes(JSON.stringify(value)))
const problemsOf = (value: unknown): readonly ContentProblem[] => read(value).problems

describe('a task file', () => {
  test('says when, for which task, and with what', () => {
    const input = { _taskName: 'test', foo: 'bar' }
    const { content } = read({ schedule: 'rate(1 minute)', disabled: true, description: 'each minute', input })
    expect(content).toEqual({
      expression: 'rate(1 minute)',
      disabled: true,
      description: 'each minute',
      task: 'test',
      payload: input,
    })
  })

  test('that says only when is enabled and goes to the catch-all with null', () => {
    expect(read({ schedule: 'cron(0 12 * * ? *)' }).content).toEqual({
      expression: 'cron(0 12 * * ? *)',
      disabled: false,
      description: null,
      task: CATCH_ALL,
      payload: null,
    })
  })

  test('A-15: an input without _taskName goes to the catch-all as it is', () => {
    expect(read({ schedule: 'rate(1 day)', input: {} }).content).toMatchObject({ task: CATCH_ALL, payload: {} })
  })

  test('A-12: white space in the input is no part of it', () => {
    const text = '\uFEFF{ "schedule" : "rate(1 day)",\r\n\t"input": {\n  "_taskName" : "t" , "list" : [ 1,\n 2 ] } }\n'
    expect(readTaskFile(bytes(text)).content?.payload).toEqual({ _taskName: 't', list: [1, 2] })
  })

  test('may hold a name, which nobody reads', () => {
    expect(read({ schedule: 'rate(1 day)', name: 'another' }).problems).toEqual([])
  })

  test('keeps members that objects of JavaScript have a meaning for', () => {
    const { content } = readTaskFile(
      bytes('{"schedule":"rate(1 day)","input":{"__proto__":{"_taskName":"t"},"toString":1}}'),
    )
    expect(content?.task).toBe(CATCH_ALL)
    expect(JSON.stringify(content?.payload)).toBe('{"__proto__":{"_taskName":"t"},"toString":1}')
  })
})

test('a number that would reach the handler as another one is refused', () => {
  const text = '{"schedule":"rate(1 day)","input":{"_taskName":"t","id":12345678901234567890}}'
  expect(readTaskFile(bytes(text)).problems).toEqual([
    {
      field: 'input',
      reason: 'expected numbers that keep their digits, got 12345678901234567890; write it as text',
    },
  ])
})

describe('A-15: a wrong file is refused with the field and what was expected', () => {
  const right = { schedule: 'rate(1 day)' }
  const wrong: readonly (readonly [string, unknown, string | null, RegExp])[] = [
    ['null', null, null, /^expected an object, got null$/],
    ['a list', [right], null, /^expected an object, got a list$/],
    ['a text', 'rate(1 day)', null, /^expected an object, got "rate\(1 day\)"$/],
    ['an empty object', {}, 'schedule', /^expected cron\(\.\.\.\) or rate\(\.\.\.\), got nothing$/],
    ['a number as schedule', { schedule: 5 }, 'schedule', /got 5$/],
    ['an empty schedule', { schedule: '' }, 'schedule', /got ""$/],
    ['a cron of five fields', { schedule: '0 8 * * *' }, 'schedule', /^expected cron\(\.\.\.\) or rate/],
    ['an instant', { schedule: 'at(2030-01-01T00:00:00)' }, 'schedule', /^expected cron\(\.\.\.\) or rate/],
    ['a zone in front', { schedule: 'TZ=Asia/Tokyo rate(1 day)' }, 'schedule', /^expected cron\(\.\.\.\) or rate/],
    ['one minutes', { schedule: 'rate(1 minutes)' }, 'schedule', /rate\(1 minutes\)" is invalid: .*expected/],
    ['both day fields', { schedule: 'cron(0 8 1 * 1 *)' }, 'schedule', /is invalid: day of week/],
    ['a date that never comes', { schedule: 'cron(0 8 30 2 ? *)' }, 'schedule', /is invalid/],
    ['disabled as text', { ...right, disabled: 'true' }, 'disabled', /^expected true or false, got "true"$/],
    ['disabled as null', { ...right, disabled: null }, 'disabled', /^expected true or false, got null$/],
    ['a description that is none', { ...right, description: 7 }, 'description', /^expected text of at most 512/],
    ['a long description', { ...right, description: 'x'.repeat(513) }, 'description', /got 513$/],
    ['half a character to describe it', { ...right, description: '\uD800' }, 'description', /surrogate/],
    ['a text as input', { ...right, input: 'foo' }, 'input', /^expected an object, got "foo"$/],
    ['a list as input', { ...right, input: [1] }, 'input', /^expected an object, got a list$/],
    ['a number as task', { ...right, input: { _taskName: 5 } }, 'input._taskName', /^task name: .*got number$/],
    ['no task in its place', { ...right, input: { _taskName: null } }, 'input._taskName', /got null$/],
    ['a task with a blank', { ...right, input: { _taskName: 'a b' } }, 'input._taskName', /got "a b"$/],
    ['half a character', { ...right, input: { a: '\uD800' } }, 'input', /^it cannot be stored: a /],
    ['a large input', { ...right, input: { a: 'x'.repeat(262_144) } }, 'input', /at most 262144 fit/],
    [
      'a misspelt key',
      { ...right, desciption: 'x' },
      'desciption',
      /^expected "description", or another of schedule, /,
    ],
    ['a key in capitals', { Schedule: 'rate(1 day)' }, 'Schedule', /^expected "schedule", or another of/],
  ]
  test.each(wrong)('%s', (_what, value, field, reason) => {
    const { content, problems } = read(value)
    expect(content).toBeNull()
    const problem = problems.find((one) => one.field === field)
    expect(problem?.reason).toMatch(reason)
  })

  test.each([
    ['{"schedule": "rate(1 day)",}', /^expected JSON, got .*JSON/],
    ['', /^expected JSON, got Unexpected end/],
  ])('JSON that is none: %s', (text, reason) => {
    const { problems } = readTaskFile(bytes(text))
    expect(problems).toEqual([{ field: null, reason: expect.stringMatching(reason) as unknown }])
  })

  test('bytes that are no UTF-8', () => {
    const { problems } = readTaskFile(Uint8Array.of(0x7b, 0xff, 0x7d))
    expect(problems).toEqual([{ field: null, reason: 'expected JSON, got bytes that are no UTF-8' }])
  })

  test('more levels than a store keeps', () => {
    const input = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const { problems } = readTaskFile(bytes(`{"schedule":"rate(1 day)","input":${input}}`))
    expect(problems).toMatchObject([{ field: 'input' }])
  })

  test('with everything that is wrong at once', () => {
    const fields = problemsOf({ shedule: 'x', disabled: 1, input: { _taskName: '' } }).map(({ field }) => field)
    expect(fields).toEqual(['shedule', 'schedule', 'disabled', 'input._taskName'])
  })
})

describe(`whatever a file holds (seed ${SEED})`, () => {
  const when = fc.constantFrom('rate(5 minutes)', 'cron(0 8 * * ? *)')
  const member = fc.oneof(when, fc.constantFrom(true, null), fc.jsonValue())
  const almost = fc.record(
    {
      schedule: fc.oneof({ weight: 4, arbitrary: when }, member),
      disabled: fc.oneof({ weight: 4, arbitrary: fc.boolean() }, member),
      description: member,
      input: fc.oneof(fc.record({ _taskName: fc.oneof(fc.constant('t'), member), more: member }), member),
      name: member,
    },
    { requiredKeys: [] },
  )

  test('JSON gives either its very input or a reason', () => {
    let right = 0
    fc.assert(
      fc.property(fc.oneof(almost, fc.jsonValue()), (value) => {
        const { content, problems } = read(value)
        if (content === null) return problems.length > 0 && problems.every(({ reason }) => reason.length > 0)
        right += 1
        const { input = null } = JSON.parse(JSON.stringify(value)) as { input?: unknown }
        expect(content.payload).toEqual(input)
        return problems.length === 0
      }),
      { seed: SEED, numRuns: 2000 },
    )
    expect(right).toBeGreaterThan(100)
  })

  test('bytes give a reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (given) => readTaskFile(given).problems.length > 0),
      { seed: SEED, numRuns: 2000 },
    )
  })
})
