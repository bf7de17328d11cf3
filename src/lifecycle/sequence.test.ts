import { describe, expect, it } from 'vitest'
import { concurrence } from './concurrence.js'
import { routine } from './routine.js'
import type { RoutineLike } from './routine.js'
import { sequence } from './sequence.js'

describe('a routine', () => {
  let runs = 0
  let seen: AbortSignal | undefined
  const see = (signal?: AbortSignal): void => {
    runs++
    seen = signal
  }
  const withSignal: readonly [string, RoutineLike][] = [
    ['a function of a signal', (signal) => see(signal)],
    ['an async function of a signal', async (signal) => see(signal)],
    ['an object that runs', { run: (signal: AbortSignal) => see(signal) }],
    ['a routine', routine((signal) => see(signal))],
  ]
  const withoutSignal: readonly [string, RoutineLike][] = [
    ['a function without the parameter', () => see()],
    ['an async function without the parameter', async () => see()],
  ]

  it.each([...withSignal, ...withoutSignal])(
    'C-01 may be %s, called or run, with a signal or without',
    async (_, shape) => {
      runs = 0
      const made = routine(shape)
      await made(new AbortController().signal)
      await made()
      await made.run(new AbortController().signal)
      await made.run()
      await sequence(shape)()
      expect(runs).toBe(5)
    },
  )

  it.each(withSignal)('C-01 gets the signal that it is run with, as %s', async (_, shape) => {
    const { signal } = new AbortController()
    await routine(shape)(signal)
    expect(seen).toBe(signal)
    await routine(shape).run()
    expect(seen?.aborted).toBe(false)
  })

  it('C-01 rejects with the error itself, thrown at once or later', async () => {
    const error = new Error('broken')
    const atOnce = (): void => {
      throw error
    }
    const later = (): Promise<void> => Promise.reject(error)
    for (const broken of [atOnce, later, { run: atOnce }, { run: later }]) {
      await expect(routine(broken)()).rejects.toBe(error)
    }
  })

  it('C-01 is nothing else', () => {
    for (const wrong of [null, undefined, 5, 'run', {}, { run: 'now' }]) {
      expect(() => routine(wrong as unknown as RoutineLike)).toThrow(
        /^routine: expected a function or an object with run/,
      )
      expect(() => sequence(wrong as unknown as RoutineLike)).toThrow(TypeError)
    }
  })

  it('is called by its name, by the class of its object, by its parts, or as one says', () => {
    function serve(): void {}
    class Mailer {
      run(): void {}
    }
    expect(routine(serve).name).toBe('serve')
    expect(routine(new Mailer()).name).toBe('Mailer')
    expect(routine(serve, 'api').name).toBe('api')
    expect(sequence(serve, () => {}, concurrence(new Mailer())).name).toBe(
      'sequence(serve, routine 2, concurrence(Mailer))',
    )
  })
})

describe('sequence', () => {
  const order: number[] = []
  const step = (number: number, error?: Error) => async (): Promise<void> => {
    order.push(number)
    await Promise.resolve()
    if (error !== undefined) throw error
  }

  it('C-02 of nothing succeeds, also after an abort', async () => {
    await sequence()()
    await sequence()(AbortSignal.abort())
  })

  it('C-03 runs its routines in their order', async () => {
    order.length = 0
    await sequence(step(1), step(2), step(3))()
    expect(order).toEqual([1, 2, 3])
  })

  it('C-04 ends with the first that fails, and with its error', async () => {
    order.length = 0
    const error = new Error('second')
    await expect(sequence(step(1), step(2, error), step(3))()).rejects.toBe(error)
    expect(order).toEqual([1, 2])
  })

  it('starts no step after an abort, and rejects with its reason when steps are left', async () => {
    order.length = 0
    const controller = new AbortController()
    const reason = new Error('enough')
    const abort = (): void => controller.abort(reason)
    await expect(sequence(step(1), abort, step(2))(controller.signal)).rejects.toBe(reason)
    expect(order).toEqual([1])
    await expect(sequence(step(3))(controller.signal)).rejects.toBe(reason)
    expect(order).toEqual([1])
  })

  it('succeeds when its last step had begun before the abort', async () => {
    const controller = new AbortController()
    await sequence(step(1), () => controller.abort())(controller.signal)
  })

  it('nests with concurrence, and groups wait for each other', async () => {
    order.length = 0
    const migrations = concurrence(step(1), step(2))
    await sequence(migrations, concurrence(step(3), step(4), sequence(step(5), step(6))))()
    expect(order).toEqual([1, 2, 3, 4, 5, 6])
  })
})
