import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isTerminateError } from '../model/errors.js'
import { getContext, inContext } from '../handlers/function-scope.js'
import type { FunctionContext } from '../handlers/function-context.js'
import { runFunction, type StackFunction } from '../handlers/run-function.js'
import { redact } from '../handlers/secrets.js'
import { errorResponse, isErrorResponse, ValidationError, ViewableError } from '../handlers/viewable-error.js'
import type { HandlerContext } from '../model/handler-context.js'
import { FakeClock } from '../time/fake-clock.js'
import { handler } from './handler.js'

describe('D-10: a schema', () => {
  const text = handler({ schema: z.number().transform(String), handle: (input) => input })

  test('parses what the function gets', async () => {
    expect(await text(1)).toBe('1')
  })

  test('refuses what does not fit with a ValidationError, which no other try would help', async () => {
    const error: unknown = await text(undefined as never).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ValidationError)
    expect(error).toMatchObject({ type: 'validation', name: 'ValidationError', code: 'validation' })
    expect(isTerminateError(error)).toBe(true)
    expect((error as ValidationError).data).toEqual([
      { path: '', message: expect.stringMatching(/expected number/) as string },
    ])
  })
})

describe('D-11: the logger', () => {
  const failing = async (error: Error, options: { readonly throwExpectedErrors?: boolean }): Promise<unknown[]> => {
    const logged: unknown[] = []
    const handle = (): never => {
      throw error
    }
    await handler({ handle, logger: (told) => logged.push(told), ...options })(undefined).catch(() => undefined)
    return logged
  }

  test('hears of a plain error', async () => {
    const error = new Error('broken')
    expect(await failing(error, { throwExpectedErrors: false })).toEqual([error])
  })

  test('does not hear of one that is expected, unless that fails the attempt', async () => {
    const soldOut = new ViewableError('sold-out', 'no more')
    expect(await failing(soldOut, { throwExpectedErrors: false })).toEqual([])
    expect(await failing(soldOut, { throwExpectedErrors: true })).toEqual([soldOut])
    expect(await failing(soldOut, {})).toEqual([soldOut])
  })
})

describe('D-15: an error response', () => {
  test('is what a function gives for an expected error that is not thrown, and is recognised', async () => {
    const soldOut = handler({
      throwExpectedErrors: false,
      handle: (): string => {
        throw new ViewableError('sold-out', 'no more', { left: 0 })
      },
    })
    const response: unknown = await soldOut(undefined)
    expect(response).toEqual({ __error__: { type: 'sold-out', message: 'no more', data: { left: 0 } } })
    expect(isErrorResponse(response)).toBe(true)
    expect(isErrorResponse(errorResponse({ type: 'a', message: 'b', data: undefined }))).toBe(true)
  })

  test.each([[null], ['text'], [{}], [{ __error__: 'text' }], [{ __error__: { type: 1, message: 'b' } }]])(
    'is not %j',
    (value) => {
      expect(isErrorResponse(value)).toBe(false)
    },
  )
})

describe('D-12: a secret', () => {
  const pay = (schema: z.ZodType<{ card: string; name: string }>): Promise<Error & { input?: unknown }> =>
    handler({
      schema,
      handle: ({ card, name }) => {
        throw new Error(`card ${card} of ${name} was refused`, { cause: new Error(`the bank knows no ${card}`) })
      },
    })({ card: '4111-1111', name: 'Ada' }).then(
      () => Promise.reject(new Error('expected it to fail')),
      (error: unknown) => error as Error,
    )

  test('is the whole input where the whole schema is marked', async () => {
    const error = await pay(redact(z.object({ card: z.string(), name: z.string() })))
    expect(error.input).toBe('[REDACTED]')
  })

  test('is taken out of input, message, stack and causes where its member is marked', async () => {
    const error = await pay(z.object({ card: redact(z.string().min(4)), name: z.string() }))
    expect(error.input).toEqual({ card: '[REDACTED]', name: 'Ada' })
    expect(error.message).toBe('card [REDACTED] of Ada was refused')
    expect(error.stack).not.toContain('4111')
    expect((error.cause as Error).message).toBe('the bank knows no [REDACTED]')
  })

  test('is found in lists, records, optional members and unions', async () => {
    const schema = z.object({
      cards: z.array(z.object({ number: redact(z.string()) })).optional(),
      keys: z.record(z.string(), redact(z.string())),
      login: z.union([z.object({ token: redact(z.string()) }), z.string()]),
    })
    const fail = handler({
      schema,
      handle: () => {
        throw new Error('keys are kkkk')
      },
    })
    const payload = { cards: [{ number: 'nnnn' }], keys: { a: 'kkkk' }, login: { token: 'tttt' } }
    const error: unknown = await fail(payload).catch((thrown: unknown) => thrown)
    const hidden = '[REDACTED]'
    expect(error).toMatchObject({
      message: `keys are ${hidden}`,
      input: { cards: [{ number: hidden }], keys: { a: hidden }, login: { token: hidden } },
    })
  })

  test('does not reach the log', async () => {
    const lines: string[] = []
    const context = { log: { info: (line: string) => lines.push(line) } } as unknown as FunctionContext
    const told = handler({
      schema: z.object({ card: redact(z.string()) }),
      handle: ({ card }, { log }) => log.info(`paid with ${card}`),
    })
    await inContext(context, () => told({ card: '4111-1111' }))
    expect(lines).toEqual(['paid with [REDACTED]'])
  })

  const CARD = '4111-1111'
  const schema = z.object({ card: redact(z.string()) })

  test('is taken out of what an error holds, as it crosses from a child and is told on', async () => {
    const fail = handler({
      schema,
      handle: ({ card }) => {
        throw new AggregateError([new ViewableError('refused', 'no', { card })], 'all', { cause: { card } })
      },
    })
    const error = (await fail({ card: CARD }).catch((thrown: unknown) => thrown)) as AggregateError
    expect(error.cause).toEqual({ card: '[REDACTED]' })
    expect(error.errors).toMatchObject([{ data: { card: '[REDACTED]' } }])
  })

  test('is taken out of an error response, whose data is the result', async () => {
    const refuse = handler({
      schema,
      throwExpectedErrors: false,
      handle: ({ card }): string => {
        throw new ViewableError('refused', `no ${card}`, { card })
      },
    })
    const data = { card: '[REDACTED]' }
    expect(await refuse({ card: CARD })).toEqual({ __error__: { type: 'refused', message: 'no [REDACTED]', data } })
  })

  test('reaches neither log nor record through hooks', async () => {
    const lines: string[] = []
    const log = { info: (line: string) => lines.push(line), error: (line: string) => lines.push(line) }
    const context = { log, job: { id: 'j' } } as unknown as HandlerContext<never, never>
    const hooked = handler({
      schema,
      handle: ({ card }, { onFailure, onFinally, onSuccess }) => {
        onSuccess(() => {
          getContext().log.info(`paid with ${card}`)
          throw new ViewableError('refused', `no ${card}`, { card })
        })
        onFailure(() => Promise.reject(new Error(`not told of ${card}`)))
        onFinally(() => {
          throw card as unknown as Error
        })
      },
    })
    const clock = new FakeClock()
    const ended = runFunction(hooked as StackFunction, { card: CARD }, context, { clock, timeoutMs: null })
    const error: unknown = await ended.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: 'no [REDACTED]', data: { card: '[REDACTED]' } })
    expect(lines).toEqual([
      'paid with [REDACTED]',
      'onFailure: the callback failed: not told of [REDACTED]',
      'onFinally: the callback failed: [REDACTED]',
    ])
  })
})
