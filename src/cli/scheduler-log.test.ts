import { describe, expect, it } from 'vitest'
import type { SchedulerEvent } from '../scheduler/scheduler-event.js'
import { FakeClock } from '../time/fake-clock.js'
import { LogPrinter } from './log-printer.js'
import { Printer } from './render/printer.js'
import { SchedulerLog } from './scheduler-log.js'

function linesOf(events: readonly SchedulerEvent[], json = false): readonly string[] {
  let text = ''
  const out = new Printer({ write: (part: string) => (text += part) }, {})
  const log = new LogPrinter({ out, clock: new FakeClock(Date.UTC(2022, 1, 17, 19, 21, 29)), json })
  const lines = new SchedulerLog({ log, url: 'memory:' })
  for (const event of events) lines.write(event)
  return text.trimEnd().split('\n')
}

const summary = {
  schedule: 'EMAIL_MONTHLY_UPDATE',
  expression: '0 0 1 * *',
  timeZone: 'UTC',
  task: 'email:monthly',
  queue: 'EMAIL',
  paused: false,
  nextTickAt: Date.UTC(2022, 2, 1),
} as const
const started: SchedulerEvent = { type: 'election-started', name: 'dev1.example.net' }
const added: SchedulerEvent = { type: 'schedule-added', ...summary }
const leads: SchedulerEvent = { type: 'became-leader', name: 'dev1.example.net', term: 3 }
const fired: SchedulerEvent = { type: 'fired', schedule: 's', tick: 0, lateMs: 5, jobId: 'job-1' }
const loaded = (count: number, areMore = false): SchedulerEvent => ({ type: 'schedules-loaded', count, areMore })

describe('the log of a scheduler', () => {
  it.each([
    ['after', [started, added, loaded(1), leads]],
    ['before', [started, added, leads, loaded(1)]],
  ])('begins as that of asyncjobs does, when leadership comes %s what is on record', (_when, events) => {
    expect(linesOf(events)).toEqual([
      'INFO[19:21:29] Starting leader election as dev1.example.net',
      'INFO[19:21:29] Registered a new item EMAIL_MONTHLY_UPDATE on queue EMAIL: 0 0 1 * *',
      'INFO[19:21:29] Loaded 1 scheduled task(s)',
      'INFO[19:21:29] Became leader, tasks will be scheduled',
    ])
  })

  it('tells of leadership before what was fired by it', () => {
    expect(linesOf([started, leads, fired, loaded(0)]).slice(1)).toEqual([
      'INFO[19:21:29] Became leader, tasks will be scheduled',
      'INFO[19:21:29] scheduler: fired schedule=s tick=1970-01-01T00:00:00.000Z lateMs=5 job=job-1',
      'INFO[19:21:29] Loaded 0 scheduled task(s)',
    ])
  })

  it('tells every change', () => {
    const events: readonly SchedulerEvent[] = [
      loaded(0),
      { ...added, paused: true },
      { ...added, type: 'schedule-changed' },
      { ...added, type: 'schedule-paused', paused: true },
      { ...added, type: 'schedule-resumed' },
      { type: 'schedule-removed', schedule: 'EMAIL_MONTHLY_UPDATE' },
      { type: 'lost-leadership', name: 'dev1.example.net', term: 3, reason: 'stopped' },
    ]
    expect(linesOf(events).slice(1)).toEqual([
      'INFO[19:21:29] Registered a new item EMAIL_MONTHLY_UPDATE on queue EMAIL: 0 0 1 * * (paused)',
      'INFO[19:21:29] Updated item EMAIL_MONTHLY_UPDATE on queue EMAIL: 0 0 1 * *',
      'INFO[19:21:29] Paused item EMAIL_MONTHLY_UPDATE on queue EMAIL: 0 0 1 * *',
      'INFO[19:21:29] Resumed item EMAIL_MONTHLY_UPDATE on queue EMAIL: 0 0 1 * *',
      'INFO[19:21:29] Removed item EMAIL_MONTHLY_UPDATE',
      'INFO[19:21:29] Gave up leadership',
    ])
  })

  it('leaves to the scheduler what it writes itself', () => {
    const events: readonly SchedulerEvent[] = [
      { type: 'skipped', schedule: 's', tick: 0, count: 1, reason: 'missed' },
      { type: 'lost-leadership', name: 'n', term: 1, reason: 'lost' },
      { type: 'store-error', error: new Error('x'), failures: 1, retryInMs: 1 },
    ]
    expect(linesOf(events)).toEqual([''])
  })

  it('names a hundred schedules of those that are on record, and every one that comes later', () => {
    const many = Array.from({ length: 150 }, () => added)
    const lines = linesOf([...many, loaded(150, true), added])
    expect(lines).toHaveLength(103)
    expect(lines.slice(-3)).toEqual([
      'INFO[19:21:29] Registered 50 more items',
      'INFO[19:21:29] Loaded 150 or more scheduled task(s)',
      'INFO[19:21:29] Registered a new item EMAIL_MONTHLY_UPDATE on queue EMAIL: 0 0 1 * *',
    ])
  })

  it('has facts for programs', () => {
    const records = linesOf([started, added, loaded(1), leads], true).map((line) => JSON.parse(line) as object)
    expect(records).toMatchObject([
      { level: 'info', name: 'dev1.example.net', url: 'memory:' },
      {
        schedule: 'EMAIL_MONTHLY_UPDATE',
        queue: 'EMAIL',
        expression: '0 0 1 * *',
        task: 'email:monthly',
        paused: false,
        nextTickAt: '2022-03-01T00:00:00.000Z',
      },
      { count: 1 },
      { term: 3 },
    ])
  })
})
