import { describe, expect, it } from 'vitest'
import { daily, interval, monthly, parseSchedule } from '../schedule/index.js'
import { FakeClock } from '../time/fake-clock.js'
import { aborted } from './aborted.js'
import { withClock } from './clock-context.js'
import { repeat } from './repeat.js'
import type { RepeatOptions } from './repeat-options.js'
import type { RepeatSchedule } from './repeat-schedule.js'
import { sleep } from './sleep.js'

const SECOND = 1000
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A repetition on a clock of its own, and when its runs began. */
class Rig {
  readonly clock: FakeClock
  readonly controller = new AbortController()
  readonly runs: number[] = []
  readonly startAt: number
  #outcome: Promise<unknown> = Promise.resolve()

  constructor(startAt = Date.UTC(2027, 0, 1)) {
    this.startAt = startAt
    this.clock = new FakeClock(startAt)
  }

  start(
    schedule: RepeatSchedule,
    work: (run: number) => Promise<void> | void = () => undefined,
    options?: RepeatOptions,
  ): this {
    const run = (): Promise<void> | void => work(this.runs.push(this.clock.now() - this.startAt))
    const routine = repeat(schedule, run, options)
    this.#outcome = withClock(
      this.clock,
      routine,
    )(this.controller.signal).then(
      () => 'done',
      (error: unknown) => error,
    )
    return this
  }

  /** Aborts, and tells how it ended: `done`, or its error. */
  async end(): Promise<unknown> {
    this.controller.abort()
    return this.#outcome
  }
}

describe('repeat, by a length of time', () => {
  it('C-18 without a pause runs again and again until the abort, and then succeeds', async () => {
    const rig = new Rig()
    rig.start(0, (run) => {
      if (run === 5) rig.controller.abort()
    })
    await rig.clock.settle()
    expect(rig.runs).toEqual([0, 0, 0, 0, 0])
    expect(await rig.end()).toBe('done')
  })

  it.each([
    ['a length', '1 hour'],
    ['a sentence', 'every 1 hour'],
    ['milliseconds', HOUR],
    ['parts', { hours: 1 }],
    ['an interval of rota/schedule', interval(HOUR)],
  ] as const)('C-19 runs at its start and again after an hour, given as %s', async (_, schedule) => {
    const rig = new Rig().start(schedule)
    await rig.clock.advance(HOUR - 1)
    expect(rig.runs).toEqual([0])
    await rig.clock.advance(1)
    expect(rig.runs).toEqual([0, HOUR])
    expect(await rig.end()).toBe('done')
  })

  it('does not drift: a run that takes long does not move the next', async () => {
    const rig = new Rig().start('10 seconds', () => sleep('3 seconds'))
    await rig.clock.advance(34 * SECOND)
    expect(rig.runs).toEqual([0, 10, 20, 30].map((at) => at * SECOND))
    expect(await rig.end()).toBe('done')
  })

  it('does not notice that the wall clock is set', async () => {
    const rig = new Rig().start('10 seconds')
    await rig.clock.settle()
    rig.clock.jump(-DAY)
    await rig.clock.advance(10 * SECOND)
    expect(rig.runs).toHaveLength(2)
    await rig.end()
  })

  it('waits for the first tick when it is told to', async () => {
    const rig = new Rig().start('1 hour', undefined, { first: 'on-schedule' })
    await rig.clock.advance(HOUR)
    expect(rig.runs).toEqual([HOUR])
    await rig.end()
  })

  it('lets the run under way end before it ends itself', async () => {
    const rig = new Rig()
    let ended = false
    rig.start('1 hour', async () => {
      await sleep('5 seconds')
      ended = true
    })
    await rig.clock.settle()
    rig.controller.abort()
    await rig.clock.advance(5 * SECOND)
    expect(ended).toBe(true)
    expect(await rig.end()).toBe('done')
    expect(rig.clock.timers).toEqual([])
  })
})

describe('repeat, by the clock on the wall', () => {
  const noon = daily({ hour: 12, timeZone: 'UTC' })
  const third = monthly({ day: 3, hour: 12, timeZone: 'UTC' })

  it("C-20 at noon, from ten o'clock: not before noon has come", async () => {
    const rig = new Rig(Date.UTC(2027, 0, 1, 10)).start(noon)
    await rig.clock.advance(2 * HOUR - 1)
    expect(rig.runs).toEqual([])
    await rig.clock.advance(1)
    expect(rig.runs).toEqual([2 * HOUR])
    await rig.clock.advance(DAY)
    expect(rig.runs).toEqual([2 * HOUR, 26 * HOUR])
    expect(await rig.end()).toBe('done')
  })

  const hours = (count: number): number => count * HOUR
  it.each([
    ['every hour, last run 10:00, at 10:59:59', parseSchedule('every 1 hour'), [1, 10, 59, 59], SECOND],
    ['daily 12:00, fresh, on 1 January 10:00', noon, [1, 10], hours(2)],
    ['daily 12:00, after a restart on 3 January 00:05', noon, [3, 0, 5], hours(12) - 300 * SECOND],
    ['daily 12:00, after a restart on 2 January 18:00', noon, [2, 18], hours(18)],
    ['monthly on the 3rd 12:00, fresh, on 1 January', third, [1], hours(60)],
    ['monthly on the 3rd 12:00, after a restart on 20 January', third, [20], hours(14 * 24 + 12)],
    ['monthly on the 3rd 12:00, after a restart on 1 February', third, [32], hours(60)],
  ] as const)(
    'C-34 %s: at the next tick of the calendar, and not before',
    async (_, schedule, [day, ...time], wait) => {
      const rig = new Rig(Date.UTC(2027, 0, day, ...time)).start(schedule)
      await rig.clock.advance(wait - 1)
      expect(rig.runs).toEqual([])
      await rig.clock.advance(1)
      expect(rig.runs).toEqual([wait])
      await rig.end()
    },
  )

  it.each([
    ['the 31st, by default', monthly({ day: 31, timeZone: 'UTC' }), '2023-02-28T00:00:00Z'],
    [
      'the 31st, skipped where there is none',
      monthly({ day: 31, timeZone: 'UTC', overflow: 'skip' }),
      '2023-03-31T00:00:00Z',
    ],
  ] as const)('C-34 monthly on %s, from 31 January 01:00', async (_, schedule, expected) => {
    const rig = new Rig(Date.UTC(2023, 0, 31, 1)).start(schedule)
    const wait = Date.parse(expected) - rig.startAt
    await rig.clock.advance(wait - 1)
    expect(rig.runs).toEqual([])
    await rig.clock.advance(1)
    expect(rig.runs).toEqual([wait])
    await rig.end()
  })

  it('C-34 every hour, two hours late: at once, and then by the schedule', async () => {
    const rig = new Rig().start('1 hour', (run) => (run === 1 ? sleep('2 hours 30 minutes') : undefined), {
      overlap: 'queue-one',
    })
    await rig.clock.advance(3 * HOUR)
    expect(rig.runs).toEqual([0, 2.5 * HOUR, 3 * HOUR])
    await rig.end()
  })

  it('follows a wall clock that is set forward', async () => {
    const rig = new Rig(Date.UTC(2027, 0, 1, 10)).start(noon)
    await rig.clock.settle()
    rig.clock.jump(3 * HOUR)
    await rig.clock.settle()
    expect(rig.runs).toEqual([3 * HOUR])
    await rig.end()
  })

  it('ends when the schedule does', async () => {
    const rig = new Rig().start(parseSchedule('at(2027-01-01T06:00:00)'))
    await rig.clock.advance(DAY)
    expect(rig.runs).toEqual([6 * HOUR])
    expect(rig.controller.signal.aborted).toBe(false)
    expect(await rig.end()).toBe('done')
  })
})

describe('repeat, when runs overlap', () => {
  const long = (run: number): Promise<void> | void => (run === 1 ? sleep('25 seconds') : undefined)

  it('skips the ticks that came due meanwhile', async () => {
    const rig = new Rig().start('10 seconds', long)
    await rig.clock.advance(40 * SECOND)
    expect(rig.runs).toEqual([0, 30, 40].map((at) => at * SECOND))
    await rig.end()
  })

  it('makes up for them by one run, if told so', async () => {
    const rig = new Rig().start('10 seconds', long, { overlap: 'queue-one' })
    await rig.clock.advance(40 * SECOND)
    expect(rig.runs).toEqual([0, 25, 30, 40].map((at) => at * SECOND))
    await rig.end()
  })

  it('runs them side by side, if told so, at most a hundred', async () => {
    const rig = new Rig().start('1 second', () => sleep('1 hour'), { overlap: 'allow' })
    await rig.clock.advance(200 * SECOND)
    expect(rig.runs).toHaveLength(100)
    rig.controller.abort()
    await rig.clock.advance(HOUR)
    expect(await rig.end()).toBe('done')
  })

  it('side by side, one that fails aborts the others and is told', async () => {
    const clock = new FakeClock()
    const error = new Error('third')
    let runs = 0
    let stopped = 0
    const work = async (signal: AbortSignal): Promise<void> => {
      if (++runs === 3) throw error
      await aborted(signal)
      stopped++
    }
    const outcome = withClock(clock, repeat('1 second', work, { overlap: 'allow' }))().catch(
      (thrown: unknown) => thrown,
    )
    await clock.advance(5 * SECOND)
    expect(await outcome).toBe(error)
    expect([runs, stopped]).toEqual([3, 2])
  })
})

describe('repeat, when a run fails', () => {
  it.each([1, 4])('C-21 ends with the error of run %i', async (failing) => {
    const error = new Error('broken')
    const rig = new Rig().start('1 hour', (run) => (run === failing ? Promise.reject(error) : undefined))
    await rig.clock.advance(10 * HOUR)
    expect(rig.runs).toHaveLength(failing)
    expect(await rig.end()).toBe(error)
  })

  it('goes on after a back-off that grows, at the ticks of the schedule, when somebody is told', async () => {
    const told: { failures: number; delayMs: number }[] = []
    const rig = new Rig().start('1 second', (run) => (run <= 4 ? Promise.reject(new Error('down')) : undefined), {
      onError: (_, rest) => told.push(rest),
      backoff: { type: 'exponential', base: '2 seconds', max: '6 seconds', jitter: false },
    })
    await rig.clock.advance(20 * SECOND)
    expect(rig.runs.slice(0, 6)).toEqual([0, 2, 6, 12, 18, 19].map((at) => at * SECOND))
    expect(told.map(({ failures }) => failures)).toEqual([1, 2, 3, 4])
    expect(told.map(({ delayMs }) => delayMs)).toEqual([2000, 4000, 6000, 6000])
    await rig.end()
  })

  it('ends with what the one who is told throws', async () => {
    const fatal = new Error('give up')
    const rig = new Rig().start('1 second', () => Promise.reject(new Error('down')), {
      onError: () => {
        throw fatal
      },
    })
    await rig.clock.advance(SECOND)
    expect(await rig.end()).toBe(fatal)
  })

  it('takes what a run throws because of the abort for a clean end', async () => {
    const rig = new Rig()
    rig.start('1 hour', () => sleep('1 minute', rig.controller.signal))
    await rig.clock.settle()
    expect(await rig.end()).toBe('done')
  })
})

describe('repeat, given what makes no sense', () => {
  const work = (): void => undefined

  it.each([
    [
      '0 12 * * *',
      /^repeat: schedule must be a duration.* got "0 12 \* \* \*"; expressions need parseSchedule\(\) of rota\/schedule$/,
    ],
    [-1, /schedule must be a duration/],
    [null, /schedule must be a duration/],
  ])('refuses the schedule %s at once', (schedule, message) => {
    expect(() => repeat(schedule as RepeatSchedule, work)).toThrow(message)
  })

  it.each([
    [{ overlap: 'queue' }, 'repeat: overlap: expected skip or queue-one or allow, got "queue"'],
    [{ first: 'now' }, 'repeat: first: expected at-once or on-schedule, got "now"'],
    [{ onError: 'ignore' }, 'repeat: onError: expected stop or a function, got "ignore"'],
    [{ overlaps: 'skip' }, /^repeat: expected options among overlap, onError, backoff, first, got "overlaps"$/],
    [{ backoff: 'slowly' }, /^repeat: backoff must be one of/],
  ])('refuses the options %o at once', (options, message) => {
    expect(() => repeat(1000, work, options as RepeatOptions)).toThrow(message)
  })
})
