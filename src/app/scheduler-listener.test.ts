import { describe, expect, it } from 'vitest'
import { valueOf } from '../../test/observe/samples.js'
import { MetricsText } from '../cli/metrics-text.js'
import { metersOf } from '../observe/meters.js'
import type { SchedulerEvent } from '../scheduler/scheduler-event.js'
import { countingListener } from './scheduler-listener.js'

const schedule = {
  expression: '@daily',
  timeZone: 'UTC',
  task: 'report',
  queue: 'default',
  paused: false,
  nextTickAt: null,
}

describe('what a scheduler tells', () => {
  it('of leading moves the gauge to 1 and back, and counts each term', async () => {
    const figures = new MetricsText('rota')
    const { scheduler } = metersOf(figures.provider)
    const one = countingListener(scheduler, undefined)
    const other = countingListener(scheduler, undefined)
    const leader = async (): Promise<unknown> => valueOf(await figures.read(), 'rota_scheduler_leader')
    expect(await leader()).toBe(0)
    one.onEvent({ type: 'became-leader', name: 'one', term: 7 })
    expect(await leader()).toBe(1)
    one.onEvent({ type: 'lost-leadership', name: 'one', term: 7, reason: 'in-doubt' })
    expect(await leader()).toBe(0)
    other.onEvent({ type: 'became-leader', name: 'other', term: 8 })
    expect(await leader()).toBe(1)
    expect(valueOf(await figures.read(), 'rota_scheduler_terms_total')).toBe(2)
    one.stopped()
    other.stopped()
    expect(await leader()).toBeUndefined()
    await figures.close()
  })

  it('of schedules on record moves their gauge', async () => {
    const figures = new MetricsText('rota')
    const { onEvent } = countingListener(metersOf(figures.provider).scheduler, undefined)
    for (const name of ['a', 'b', 'c']) onEvent({ type: 'schedule-added', schedule: name, ...schedule })
    onEvent({ type: 'schedule-paused', schedule: 'a', ...schedule })
    onEvent({ type: 'schedule-removed', schedule: 'b' })
    expect(valueOf(await figures.read(), 'rota_scheduler_schedules')).toBe(2)
    // So that its first tick is a rise, which an alert can see.
    expect(valueOf(await figures.read(), 'rota_scheduler_fired_total', { schedule: 'a' })).toBe(0)
    await figures.close()
  })

  it('of trouble is counted by what is in trouble', async () => {
    const figures = new MetricsText('rota')
    const { onEvent } = countingListener(metersOf(figures.provider).scheduler, undefined)
    expect(valueOf(await figures.read(), 'rota_scheduler_errors_total', { reason: 'store' })).toBe(0)
    onEvent({ type: 'unreadable', schedule: 'a', error: new Error('expected a cron') })
    onEvent({ type: 'store-error', error: new Error('down'), failures: 1, retryInMs: 100 })
    onEvent({ type: 'store-error', error: new Error('down'), failures: 2, retryInMs: 200 })
    const text = await figures.read()
    expect(valueOf(text, 'rota_scheduler_errors_total', { reason: 'schedule' })).toBe(1)
    expect(valueOf(text, 'rota_scheduler_errors_total', { reason: 'store' })).toBe(2)
    await figures.close()
  })

  it('is counted and passed on, also when the listener of the program throws', async () => {
    const figures = new MetricsText('rota')
    const heard: SchedulerEvent[] = []
    const { onEvent } = countingListener(metersOf(figures.provider).scheduler, (event) => {
      heard.push(event)
      throw new Error('a listener that is broken')
    })
    const fired: SchedulerEvent = { type: 'fired', schedule: 'a', tick: 0, lateMs: 3, jobId: 'a@0@1' }
    expect(() => onEvent(fired)).toThrow('a listener that is broken')
    expect(heard).toEqual([fired])
    expect(valueOf(await figures.read(), 'rota_scheduler_fired_total', { schedule: 'a' })).toBe(1)
    await figures.close()
  })
})
