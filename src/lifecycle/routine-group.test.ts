import { describe, expect, it } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { aborted } from './aborted.js'
import { withClock } from './clock-context.js'
import { routines } from './routine-group.js'
import { sleep } from './sleep.js'

const wait = async (signal: AbortSignal): Promise<void> => {
  throw await aborted(signal)
}

describe('routines', () => {
  it('runs routines in the background, and counts them', async () => {
    const clock = new FakeClock()
    const group = routines()
    await withClock(clock, () => {
      group.go(() => sleep('1 second'))
      group.go({ run: () => sleep('2 seconds') })
    })()
    expect(group.size).toBe(2)
    await clock.advance(1000)
    expect(group.size).toBe(1)
    let joined = false
    const joining = group.join().then(() => (joined = true))
    await clock.settle()
    expect(joined).toBe(false)
    await clock.advance(1000)
    await joining
    expect(group.size).toBe(0)
  })

  it('waits also for those that were started while it waited', async () => {
    const clock = new FakeClock()
    const group = routines()
    let ended = false
    await withClock(clock, () => {
      group.go(async () => {
        await sleep('1 second')
        group.go(async () => {
          await sleep('1 second')
          ended = true
        })
      })
    })()
    const joining = group.join()
    await clock.advance(2000)
    await joining
    expect(ended).toBe(true)
  })

  it('tells at the join what has failed, once, and aborts nobody for it', async () => {
    const group = routines()
    const error = new Error('broken')
    let reason: unknown = null
    group.go(() => Promise.reject(error))
    group.go(async (signal) => {
      reason = await aborted(signal)
    })
    group.go(async () => undefined)
    await Promise.resolve()
    expect(reason).toBeNull()
    await expect(group.stop('over')).rejects.toBe(error)
    expect(reason).toBe('over')
    await group.join()
  })

  it('gathers several failures', async () => {
    const group = routines()
    const errors = [new Error('one'), new Error('two')]
    for (const error of errors) group.go(() => Promise.reject(error))
    const thrown: unknown = await group.join().catch((error: unknown) => error)
    expect((thrown as AggregateError).errors).toEqual(errors)
  })

  it('stops what runs, does not tell that as a failure, and starts nothing any more', async () => {
    const group = routines()
    group.go(wait)
    group.go(wait)
    await group.stop()
    expect(group.size).toBe(0)
    let started = false
    expect(
      group.go(() => {
        started = true
      }),
    ).toBe(false)
    expect(started).toBe(false)
    await group.stop()
  })

  it('stops waiting when told so, and nothing else', async () => {
    const group = routines()
    group.go(wait)
    const controller = new AbortController()
    const joining = group.join(controller.signal)
    controller.abort()
    await expect(joining).rejects.toBe(controller.signal.reason)
    expect(group.size).toBe(1)
    await group[Symbol.asyncDispose]()
  })

  it('is a routine: it lasts until the abort, and stops what runs in it', async () => {
    const group = routines()
    const controller = new AbortController()
    const error = new Error('broken')
    const running = group.run(controller.signal)
    group.go(wait)
    group.go(() => Promise.reject(error))
    controller.abort()
    await expect(running).rejects.toBe(error)
    expect(group.size).toBe(0)
  })

  it('keeps the first thousand failures', async () => {
    const group = routines()
    for (let run = 0; run < 1100; run++) group.go(() => Promise.reject(new Error(String(run))))
    const thrown: unknown = await group.join().catch((error: unknown) => error)
    expect((thrown as AggregateError).errors).toHaveLength(1000)
  })

  it('refuses at once what is no routine', () => {
    expect(() => routines().go(5 as never)).toThrow('routine: expected a function or an object with run(signal), got 5')
  })
})
