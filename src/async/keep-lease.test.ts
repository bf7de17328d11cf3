import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { keepLease } from './keep-lease.js'
import { stopwatch } from './stopwatch.js'

const SECOND = 1_000
const LENGTH = 30 * SECOND

let clock: FakeClock
let done: AbortController
let asked: number[]
/** What each extension is answered, the last one again and again; `hang` never. */
let answers: ('renewed' | 'lost' | 'fail' | 'hang')[]

beforeEach(() => {
  clock = new FakeClock()
  done = new AbortController()
  asked = []
  answers = ['renewed']
})

afterEach(async () => {
  done.abort()
  await clock.settle()
  expect(clock.timers).toEqual([])
})

function keep(): { readonly outcome: () => boolean | 'kept' } {
  let outcome: boolean | 'kept' = 'kept'
  const heldFor = stopwatch(clock)
  const renew = async (): Promise<'renewed' | 'lost'> => {
    asked.push(clock.monotonic() / SECOND)
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'hang'
    if (answer === 'hang') return new Promise(() => undefined)
    if (answer === 'fail') throw new Error('no connection')
    return answer
  }
  void keepLease({ clock, lengthMs: LENGTH, heldFor, renew }, done.signal).then((lost) => (outcome = lost))
  return { outcome: () => outcome }
}

describe('a lease', () => {
  it('is extended at a third of its length until it is let go', async () => {
    const { outcome } = keep()
    await clock.advance(35 * SECOND)
    expect([asked, outcome()]).toEqual([[10, 20, 30], 'kept'])
    done.abort()
    await clock.settle()
    expect(outcome()).toBe(false)
  })

  it('is asked for again soon after a failure, and counts from when it was asked for', async () => {
    answers = ['fail', 'fail', 'renewed', 'hang']
    const { outcome } = keep()
    await clock.advance(12 * SECOND)
    expect(asked).toEqual([10, 11, 12])
    await clock.advance(LENGTH - 1)
    expect(outcome()).toBe('kept')
    await clock.advance(1)
    expect(outcome()).toBe(true)
  })

  it('is lost as soon as somebody says so', async () => {
    answers = ['lost']
    const { outcome } = keep()
    await clock.advance(10 * SECOND)
    expect(outcome()).toBe(true)
  })

  it('is lost at its end when no answer comes', async () => {
    answers = ['hang']
    const { outcome } = keep()
    await clock.advance(LENGTH - 1)
    expect(outcome()).toBe('kept')
    await clock.advance(1)
    expect(outcome()).toBe(true)
  })

  it('is lost when the wall clock says so, as after a machine was suspended', async () => {
    const { outcome } = keep()
    clock.jump(LENGTH)
    await clock.advance(10 * SECOND)
    expect([asked, outcome()]).toEqual([[], true])
  })
})
