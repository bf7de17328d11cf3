import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect, test } from 'vitest'
import { validateInput } from './validate-input.js'

function schema<Output>(
  validate: (value: unknown) => StandardSchemaV1.Result<Output> | Promise<StandardSchemaV1.Result<Output>>,
) {
  return { '~standard': { version: 1, vendor: 'test', validate } } as StandardSchemaV1<unknown, Output>
}

test('no schema lets everything pass, a schema may transform', () => {
  const value = { a: 1 }
  expect(validateInput(undefined, value, 'input')).toBe(value)
  expect(
    validateInput(
      schema((given) => ({ value: Number(given) })),
      '5',
      'input',
    ),
  ).toBe(5)
})

test('a schema that needs time is waited for, others answer at once', async () => {
  const slow = validateInput(
    schema(async (given) => ({ value: given })),
    7,
    'input',
  )
  expect(slow).toBeInstanceOf(Promise)
  expect(await slow).toBe(7)
  await expect(
    validateInput(
      schema(async () => ({ issues: [{ message: 'no' }] })),
      7,
      'input',
    ),
  ).rejects.toThrow('input is invalid: no')
})

test('a promise of another library is waited for too', async () => {
  const answer = { issues: [{ message: 'no' }] }
  const foreign = { then: (resolve: (found: typeof answer) => void) => resolve(answer) } as Promise<typeof answer>
  const checked = validateInput(
    schema(() => foreign),
    7,
    'input',
  )
  expect(checked).toBeInstanceOf(Promise)
  await expect(checked).rejects.toThrow('input is invalid: no')
})

test('issues are told with their paths, as keys or as segments', () => {
  const failing = schema(() => ({
    issues: [{ message: 'expected date', path: ['items', 3, { key: 'due' }] }, { message: 'too long' }],
  }))
  const check = (): unknown => validateInput(failing, {}, 'input of task "mail"')
  expect(check).toThrow('input of task "mail" is invalid: items[3].due: expected date (and 1 more)')
  expect(check).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      facts: {
        what: 'input of task "mail"',
        issues: [
          { path: 'items[3].due', message: 'expected date' },
          { path: '', message: 'too long' },
        ],
      },
    }),
  )
})

test('thousands of issues become twenty short ones', () => {
  const failing = schema(() => ({ issues: Array.from({ length: 5000 }, () => ({ message: 'x'.repeat(5000) })) }))
  try {
    void validateInput(failing, {}, 'input')
    expect.unreachable()
  } catch (error) {
    const { issues } = (error as { facts: { issues: { message: string }[] } }).facts
    expect(issues).toHaveLength(20)
    expect(issues[0]?.message).toHaveLength(300)
  }
})

test('a schema that fails without a reason still fails', () => {
  expect(() =>
    validateInput(
      schema(() => ({ issues: [] })),
      1,
      'input',
    ),
  ).toThrow('input is invalid: the schema gave no reason')
})
