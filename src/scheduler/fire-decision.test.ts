import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScheduleDefinition, ScheduleRecord, TickRecord } from '../model/schedule-record.js'
import type { Fire } from '../port/schedule-store.js'
import { jitterOffset, LOOK_MS } from '../model/due-at.js'
import { newDefinition } from '../testing/new-schedule.js'
import { TICKS_MAX, type ZonedTicks } from './due-ticks.js'
import { decideFire } from './fire-decision.js'
import { IN_TIME_MS } from './missed-policy.js'
import { NO_RUNS } from './run-facts.js'

/** Ticks every 1,000 ms: 1000, 2000 ... */
const seconds = { next: (after: number) => (Math.floor(after / 1000) + 1) * 1000 }

function record(
  definition: Partial<ScheduleDefinition> = {},
  state: Partial<Omit<ScheduleRecord, 'definition'>> = {},
): ScheduleRecord {
  return {
    name: 'beat',
    incarnation: 'i1',
    version: 7,
    revision: 1,
    paused: false,
    pausedFor: null,
    createdAt: 0,
    updatedAt: 0,
    anchor: 0,
    nextTickAt: 1000,
    dueAt: 1000,
    firedThrough: null,
    lastTickAt: null,
    fired: 0,
    skipped: 0,
    skippedBy: { missed: 0, overlap: 0, paused: 0, ended: 0 },
    late: 0,
    manual: 0,
    unfinished: null,
    ...state,
    definition: newDefinition({ expression: 'every 1s', task: 'pulse', ...definition }),
  }
}

const idle = NO_RUNS
const busy = { unfinished: ['before'], failed: null }

function ticksOf(fire: Fire | null): readonly (string | number)[] {
  return (fire?.jobs ?? []).map((job) => job.tick?.tick ?? 'none')
}

function skips(fire: Fire | null): readonly Pick<TickRecord, 'tick' | 'reason' | 'count'>[] {
  return (fire?.ticks ?? [])
    .filter(({ outcome }) => outcome === 'skipped')
    .map(({ tick, reason, count }) => ({ tick, reason, count }))
}

test('nothing is fired before its tick', () => {
  expect(decideFire(record(), seconds, 999, idle)).toBeNull()
  expect(decideFire(record({}, { nextTickAt: null, dueAt: null }), seconds, 5000, idle)).toBeNull()
})

test('a tick that is due becomes one job, and the schedule moves to the next', () => {
  const fire = decideFire(record({ deadlineMs: 500, maxTries: 2 }), seconds, 1004, idle)
  expect(fire).toMatchObject({ name: 'beat', incarnation: 'i1', version: 7, tick: 1000, nextTickAt: 2000 })
  expect(fire?.jobs).toMatchObject([
    {
      id: '1000@beat@i1',
      task: 'pulse',
      due: { at: 1000 },
      deadline: 1500,
      maxTries: 2,
      tick: { schedule: 'beat', tick: 1000, late: 4, missed: 0 },
    },
  ])
  expect(fire?.ticks).toEqual([
    { tick: 1000, at: 1004, outcome: 'fired', reason: null, lateMs: 4, jobId: '1000@beat@i1', count: 1 },
  ])
})

test('the job of a tick has the same id whoever fires it, and another in another incarnation', () => {
  const [first] = decideFire(record(), seconds, 1000, idle)?.jobs ?? []
  const [again] = decideFire(record({}, { version: 99 }), seconds, 1500, idle)?.jobs ?? []
  const [reborn] = decideFire(record({}, { incarnation: 'i2' }), seconds, 1000, idle)?.jobs ?? []
  expect(again?.id).toBe(first?.id)
  expect(reborn?.id).not.toBe(first?.id)
})

describe('ticks that were missed', () => {
  test('are made up for by one late run of the latest', () => {
    const fire = decideFire(record(), seconds, 5300, idle)
    expect(ticksOf(fire)).toEqual([5000])
    expect(fire?.jobs[0]?.tick).toMatchObject({ late: 300, missed: 4 })
    expect(skips(fire)).toEqual([{ tick: 4000, reason: 'missed', count: 4 }])
    expect(fire).toMatchObject({ tick: 5000, nextTickAt: 6000 })
  })

  test('are dropped by `skip`, unless the last is as good as in time', () => {
    const minutes = { next: (after: number) => (Math.floor(after / 60_000) + 1) * 60_000 }
    const schedule = record({ missed: 'skip' }, { nextTickAt: 60_000 })
    expect(ticksOf(decideFire(schedule, minutes, 180_000 + IN_TIME_MS, idle))).toEqual([180_000])
    const late = decideFire(schedule, minutes, 180_001 + IN_TIME_MS, idle)
    expect(ticksOf(late)).toEqual([])
    expect(skips(late)).toEqual([{ tick: 180_000, reason: 'missed', count: 3 }])
    expect(late?.nextTickAt).toBe(240_000)
  })

  test('are all made up for within bounds', () => {
    const missed = { all: { max: 3, withinMs: 10_000 } }
    const fire = decideFire(record({ missed }), seconds, 6500, idle)
    expect(ticksOf(fire)).toEqual([4000, 5000, 6000])
    expect(skips(fire)).toEqual([{ tick: 3000, reason: 'missed', count: 3 }])
    const old = decideFire(record({ missed: { all: { max: 9, withinMs: 1_500 } } }), seconds, 6500, idle)
    expect(ticksOf(old)).toEqual([5000, 6000])
  })

  test('without number are decided a part at a time, and the policy holds over all of them', () => {
    const now = 12_345_600
    for (const missed of ['latest', { all: { max: 3, withinMs: 3_000_000 } }] as const) {
      let schedule = record({ missed })
      const fired: (string | number)[] = []
      let rounds = 0
      for (let fire = decideFire(schedule, seconds, now, idle); fire !== null; rounds++) {
        fired.push(...ticksOf(fire))
        schedule = moved(schedule, fire)
        fire = decideFire(schedule, seconds, now, idle)
      }
      expect(fired).toEqual(missed === 'latest' ? [12_345_000] : [12_343_000, 12_344_000, 12_345_000])
      expect(rounds).toBe(Math.ceil(12_345 / TICKS_MAX))
    }
  })

  test('become at most a hundred jobs at a time, the rest stays due', () => {
    const schedule = record({ missed: { all: { max: 1000, withinMs: 1e9 } } })
    const fire = decideFire(schedule, seconds, 250_000, idle)
    expect(fire?.jobs).toHaveLength(100)
    expect(fire).toMatchObject({ tick: 100_000, nextTickAt: 101_000 })
  })
})

describe('bounds', () => {
  test('after `endAt` nothing is due', () => {
    const fire = decideFire(record({ endAt: 1500 }), seconds, 1000, idle)
    expect(fire).toMatchObject({ tick: 1000, nextTickAt: null })
  })

  test('after `maxRuns` the schedule has ended', () => {
    const schedule = record({ maxRuns: 5, missed: { all: { max: 10, withinMs: 1e9 } } }, { fired: 3 })
    const fire = decideFire(schedule, seconds, 4000, idle)
    expect(ticksOf(fire)).toEqual([1000, 2000])
    expect(skips(fire)).toEqual([{ tick: 4000, reason: 'ended', count: 2 }])
    expect(fire?.nextTickAt).toBeNull()
  })

  test('a last run that is due now is fired', () => {
    expect(ticksOf(decideFire(record({ maxRuns: 1 }), seconds, 1000, idle))).toEqual([1000])
  })
})

describe('while a job of the schedule is unfinished', () => {
  const all = { missed: { all: { max: 3, withinMs: 10_000 } } } as const
  const parentsOf = (fire: Fire | null): readonly unknown[] => (fire?.jobs ?? []).map(({ parents }) => parents)

  test('`allow` takes no notice', () => {
    const fire = decideFire(record(all), seconds, 3000, busy)
    expect(ticksOf(fire)).toEqual([1000, 2000, 3000])
    expect(fire?.unfinished).toBeNull()
    expect(parentsOf(fire)).toEqual([[], [], []])
  })

  test('`skip` drops a tick, and makes up for missed ones by one run only', () => {
    const fire = decideFire(record({ overlap: 'skip' }), seconds, 1000, busy)
    expect(ticksOf(fire)).toEqual([])
    expect(skips(fire)).toEqual([{ tick: 1000, reason: 'overlap', count: 1 }])
    expect(fire).toMatchObject({ nextTickAt: 2000, unfinished: ['before'] })
    const free = decideFire(record({ overlap: 'skip', ...all }), seconds, 4000, idle)
    expect(ticksOf(free)).toEqual([4000])
    expect(skips(free)).toEqual([
      { tick: 1000, reason: 'missed', count: 1 },
      { tick: 3000, reason: 'overlap', count: 2 },
    ])
  })

  test('`queue-one` lets the latest tick wait for it, and drops further ones', () => {
    const fire = decideFire(record({ overlap: 'queue-one', ...all }), seconds, 3000, busy)
    expect(ticksOf(fire)).toEqual([3000])
    expect(parentsOf(fire)).toEqual([[{ id: 'before', otherwise: 'run' }]])
    expect(skips(fire)).toEqual([{ tick: 2000, reason: 'overlap', count: 2 }])
    expect(fire?.unfinished).toEqual(['before', '3000@beat@i1'])
    const full = { unfinished: ['before', 'waiting'], failed: null }
    expect(ticksOf(decideFire(record({ overlap: 'queue-one' }), seconds, 1000, full))).toEqual([])
  })

  test('`queue-one` runs one of two ticks that are owed, and lets the other wait for it', () => {
    const fire = decideFire(record({ overlap: 'queue-one', ...all }), seconds, 3000, idle)
    expect(ticksOf(fire)).toEqual([2000, 3000])
    expect(parentsOf(fire)).toEqual([[], [{ id: '2000@beat@i1', otherwise: 'run' }]])
  })

  test('`cancel-running` calls all of them off in the firing that replaces them', () => {
    const running = { unfinished: ['one', 'two'], failed: null }
    const fire = decideFire(record({ overlap: 'cancel-running', ...all }), seconds, 3000, running)
    expect(ticksOf(fire)).toEqual([3000])
    const reason = 'the tick of 1970-01-01T00:00:03.000Z took its place'
    expect(fire?.cancel).toEqual({ ids: ['one', 'two'], reason })
    expect(fire?.unfinished).toEqual(['one', 'two', '3000@beat@i1'])
  })

  test('nothing is called off for a tick that gets no job', () => {
    const schedule = record({ overlap: 'cancel-running', maxRuns: 1 }, { fired: 1 })
    const fire = decideFire(schedule, seconds, 1000, busy)
    expect([ticksOf(fire), fire?.cancel]).toEqual([[], undefined])
  })
})

describe('when a job has failed', () => {
  const failed = { unfinished: ['other'], failed: 'bad' }

  test('a schedule that pauses on failure pauses in place of firing, and tells for which', () => {
    const fire = decideFire(record({ pauseOnFailure: true }), seconds, 2500, failed)
    expect(fire).toMatchObject({ pauseFor: 'bad', jobs: [], unfinished: ['other'], nextTickAt: 3000 })
    expect(skips(fire)).toEqual([
      { tick: 1000, reason: 'missed', count: 1 },
      { tick: 2000, reason: 'paused', count: 1 },
    ])
  })

  test('others go on', () => {
    const fire = decideFire(record({ overlap: 'skip' }), seconds, 1000, { unfinished: [], failed: 'bad' })
    expect(ticksOf(fire)).toEqual([1000])
    expect(fire?.pauseFor).toBeUndefined()
  })

  test('a look between two ticks pauses, and decides no tick', () => {
    const waiting = record({ pauseOnFailure: true }, { nextTickAt: 9e9, dueAt: 1000 })
    const { tick, nextTickAt, jobs, ticks, pauseFor } = decideFire(waiting, seconds, 1000, failed) ?? {}
    expect({ tick, nextTickAt, jobs, ticks, pauseFor }).toEqual({
      tick: null,
      nextTickAt: 9e9,
      jobs: [],
      ticks: [],
      pauseFor: 'bad',
    })
  })

  test('a look that finds nothing puts off the next one until the tick, or for an hour while a job goes on', () => {
    const waiting = record({ pauseOnFailure: true }, { nextTickAt: 9e9, dueAt: 1000 })
    expect(decideFire(waiting, seconds, 1000, idle)).toMatchObject({ tick: null, dueAt: 9e9, unfinished: [] })
    const again = decideFire(waiting, seconds, 1000, busy)
    expect(again).toMatchObject({ tick: null, dueAt: 1000 + LOOK_MS, unfinished: ['before'] })
    expect(again?.pauseFor).toBeUndefined()
  })
})

describe('jitter', () => {
  const schedule = record({ jitterMs: 700, deadlineMs: 500 })
  const offset = jitterOffset(schedule)

  test('fires later, at the nominal tick and not late', () => {
    expect(offset).toBeGreaterThan(0)
    expect(decideFire({ ...schedule, dueAt: 1000 + offset }, seconds, 999 + offset, idle)).toBeNull()
    const fire = decideFire(schedule, seconds, 1002 + offset, idle)
    expect(fire).toMatchObject({ tick: 1000, nextTickAt: 2000, dueAt: 2000 + offset })
    expect(fire?.jobs).toMatchObject([
      { id: '1000@beat@i1', due: { at: 1000 + offset }, deadline: 1500 + offset, tick: { tick: 1000, late: 2 } },
    ])
  })

  test('that is longer than the time between two ticks misses none', () => {
    const long = record({ jitterMs: 100_000 })
    const lengthMs = jitterOffset(long)
    expect(lengthMs).toBeGreaterThan(2000)
    const fire = decideFire(long, seconds, 1000 + lengthMs, idle)
    expect([ticksOf(fire), skips(fire), fire?.dueAt]).toEqual([[1000], [], 2000 + lengthMs])
  })
})

describe('when the rules of a zone have changed since a tick was computed', () => {
  /** The same ticks on another clock: so much later than whole minutes. */
  const minutes = (byMs: number): ZonedTicks => ({
    timeZone: 'Europe/Amsterdam',
    next: (after) => (Math.floor((after - byMs) / 60_000) + 1) * 60_000 + byMs,
    previous: (before) => (Math.ceil((before - byMs) / 60_000) - 1) * 60_000 + byMs,
  })
  const schedule = record({}, { nextTickAt: 120_000, dueAt: 120_000, firedThrough: 60_000, updatedAt: 60_000 })

  test('a tick that comes later now waits until then', () => {
    const fire = decideFire(schedule, minutes(7_000), 120_000, idle)
    expect(fire).toMatchObject({ tick: null, nextTickAt: 127_000, dueAt: 127_000, jobs: [], ticks: [] })
  })

  test('a tick that would have come earlier is fired late, under its own name', () => {
    const fire = decideFire(schedule, minutes(-7_000), 120_000, idle)
    expect([ticksOf(fire), fire?.nextTickAt]).toEqual([[113_000], 173_000])
  })

  test('one that is still a tick is fired as ever', () => {
    expect(ticksOf(decideFire(schedule, minutes(0), 120_000, idle))).toEqual([120_000])
  })
})

/** The schedule as a store has it after a firing. */
function moved(schedule: ScheduleRecord, fire: Fire): ScheduleRecord {
  const { nextTickAt, dueAt = nextTickAt, tick, jobs, unfinished = null } = fire
  const fired = schedule.fired + jobs.length
  return { ...schedule, nextTickAt, dueAt, firedThrough: tick ?? schedule.firedThrough, unfinished, fired }
}

test('every tick is decided exactly once, in order, and no policy lets more jobs stand than it says', () => {
  const policy = fc.constantFrom<ScheduleDefinition['missed']>('latest', 'skip', { all: { max: 7, withinMs: 9_000 } })
  const overlap = fc.constantFrom<ScheduleDefinition['overlap']>('allow', 'skip', 'queue-one', 'cancel-running')
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), fc.nat(3)), { maxLength: 20 })
  const maxRuns = fc.option(fc.integer({ min: 1, max: 20 }))
  const atMost = { allow: Infinity, skip: 1, 'queue-one': 2, 'cancel-running': 1 } as const
  fc.assert(
    fc.property(policy, overlap, steps, maxRuns, fc.nat(5_000), (missed, how, walk, runs, jitterMs) => {
      let schedule = record({ missed, overlap: how, maxRuns: runs, jitterMs })
      let now = 0
      let standing: string[] = []
      const decided: number[] = []
      for (const [step, endings] of walk) {
        now += step
        standing = standing.slice(endings)
        const facts = { unfinished: (schedule.unfinished ?? []).filter((id) => standing.includes(id)), failed: null }
        const fire = decideFire(schedule, seconds, now, facts)
        if (fire === null) continue
        for (const { tick, count } of fire.ticks) {
          for (let back = count - 1; back >= 0; back--) decided.push(tick - back * 1000)
        }
        if (fire.tick !== null) expect(fire.tick).toBe(decided.at(-1))
        expect(fire.tick ?? 0).toBeLessThanOrEqual(now)
        standing = standing.filter((id) => fire.cancel?.ids.includes(id) !== true).concat(fire.jobs.map(({ id }) => id))
        expect(standing.length).toBeLessThanOrEqual(atMost[how])
        if (how !== 'allow') expect(fire.unfinished).toEqual(expect.arrayContaining(standing))
        schedule = moved(schedule, fire)
        if (runs !== null) expect(schedule.fired).toBeLessThanOrEqual(runs)
      }
      expect(decided).toEqual(decided.map((_, index) => (index + 1) * 1000))
    }),
  )
})
