import { readFile } from 'node:fs/promises'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { TerminateError } from '../../model/errors.js'
import type { HandlerContext } from '../../model/handler-context.js'
import { type FailureReport, task } from '../../model/task-definition.js'
import { mockTask } from '../mocks/mock-resources.js'
import '../vitest/set-up.js'
import { testRota } from './test-rota.js'

interface Invoice {
  readonly invoiceId: string
}

const NONE = { completed: 0, retried: 0, failed: 0, snoozed: 0, again: 0, cancelled: 0 }

let sent: unknown[]
beforeEach(() => {
  sent = []
})

const send = task('invoice:send', async ({ invoiceId }: Invoice) => {
  sent.push(invoiceId)
  return `sent ${invoiceId}`
})
const fails = task('fails', {
  maxTries: 2,
  backoff: () => 60_000,
  run: async (why: string) => {
    throw new TypeError(why)
  },
})

describe('a system of a test', () => {
  test('runs nothing before it is told to, and then what is due', async () => {
    await using t = testRota({ tasks: [send] })
    const job = await t.rota.enqueue(send, { invoiceId: 'in_1' })
    await t.rota.enqueue(send, { invoiceId: 'in_2' }, { delay: '1 day' })
    await t.clock.advance(5_000)
    expect(sent).toEqual([])
    expect(await t.drain()).toEqual({ ...NONE, completed: 1 })
    expect(sent).toEqual(['in_1'])
    expect(await job.result()).toBe('sent in_1')
  })

  test('begins at an instant that never changes, or at the one that the test names', async () => {
    await using first = testRota()
    await using other = testRota({ now: new Date(5) })
    expect([first.clock.now(), other.clock.now()]).toEqual([Date.UTC(2025, 0, 1), 5])
  })

  test('lets time pass: a job that was put off runs at its own instant', async () => {
    const at: number[] = []
    const note = task('note', () => void at.push(t.clock.now() - Date.UTC(2025, 0, 1)))
    await using t = testRota({ tasks: [note] })
    await t.rota.enqueue(note, undefined, { delay: '1 hour' })
    await t.rota.enqueue(note, undefined, { delay: '30 days' })
    expect(await t.advance('30 days')).toMatchObject({ completed: 2 })
    expect(at).toEqual([3_600_000, 30 * 86_400_000])
    expect(t.clock.now()).toBe(Date.UTC(2025, 0, 31))
  })

  test('fires the schedules of the time that passes', async () => {
    await using t = testRota({ tasks: [send] })
    await t.rota.schedule('nightly', '0 3 * * *', send, { invoiceId: 'in_1' })
    expect(await t.advance('36 hours')).toEqual({ ...NONE, completed: 2 })
    expect(t.enqueued(send)).toMatchObject([
      { schedule: 'nightly', enqueuedAt: new Date('2025-01-01T03:00:00Z') },
      { schedule: 'nightly', enqueuedAt: new Date('2025-01-02T03:00:00Z') },
    ])
  })

  test('counts how attempts end', async () => {
    const outcomes = task('outcomes', async (how: string, context: HandlerContext<string>) => {
      if (how === 'snooze') return context.snooze('1 minute')
      if (how === 'again') return context.again({ params: 'done' })
      if (how === 'cancel') return context.cancel('enough')
      if (how === 'terminate') throw new TerminateError('stop')
      if (how === 'throw') throw new Error('once more')
      return undefined
    })
    await using t = testRota({ tasks: [outcomes] })
    for (const how of ['snooze', 'again', 'cancel', 'terminate', 'throw']) await t.rota.enqueue(outcomes, how)
    expect(await t.drain()).toEqual({ completed: 1, retried: 1, failed: 1, snoozed: 1, again: 1, cancelled: 1 })
    expect(await t.drain()).toEqual(NONE)
  })

  test('runs what handlers enqueue too, and lets a handler wait for it', async () => {
    const parent = task('parent', async () => (await t.rota.enqueue(send, { invoiceId: 'in_1' })).result())
    await using t = testRota({ tasks: [parent, send] })
    const job = await t.rota.enqueue(parent)
    expect(await t.drain()).toMatchObject({ completed: 2 })
    expect(await job.result()).toBe('sent in_1')
  })

  test('waits for what really takes time, whatever time passes meanwhile', async () => {
    const read = task('read', { timeout: '1 second', run: async () => (await readFile(import.meta.filename)).length })
    await using t = testRota({ tasks: [read] })
    await t.rota.enqueue(read)
    expect(await t.drain()).toMatchObject({ completed: 1 })
    await t.rota.enqueue(read)
    expect(await t.advance('1 hour')).toMatchObject({ completed: 1, retried: 0 })
  })

  test('lets a handler that waits for time time out', async () => {
    const never = task('never', {
      timeout: '30 seconds',
      maxTries: 1,
      run: (_: undefined, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    })
    await using t = testRota({ tasks: [never], patience: 0 })
    const job = await t.rota.enqueue(never)
    expect(await t.advance('29 seconds')).toEqual(NONE)
    expect(await t.advance('2 seconds')).toMatchObject({ failed: 1 })
    expect(await job.get()).toMatchObject({ error: { code: 'TIMEOUT' } })
  })

  test('moves on although the test has taken the timers of the process for itself', async () => {
    vi.useFakeTimers()
    try {
      await using t = testRota({ tasks: [send] })
      await t.rota.enqueue(send, { invoiceId: 'in_1' }, { delay: '1 day' })
      expect(await t.advance('1 day')).toMatchObject({ completed: 1 })
    } finally {
      vi.useRealTimers()
    }
  })

  test('is closed while handlers wait for ever', async () => {
    const stuck = task('stuck', () => new Promise(() => undefined))
    const t = testRota({ tasks: [stuck], patience: 0 })
    await t.rota.enqueue(stuck)
    await t.advance('1 second')
    await t.close()
    await expect(t.rota.enqueue(stuck)).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
  })

  test('stops waiting when its signal aborts', async () => {
    const stuck = task('stuck', () => new Promise(() => undefined))
    await using t = testRota({ tasks: [stuck] })
    await t.rota.enqueue(stuck)
    const controller = new AbortController()
    const draining = t.drain({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(draining).rejects.toThrow('enough')
  })

  test('gives up on tasks that never come to an end', async () => {
    const endless = task('endless', (_: undefined, { again }: HandlerContext<undefined>) =>
      again({ params: undefined }),
    )
    await using t = testRota({ tasks: [endless] })
    const job = await t.rota.enqueue(endless)
    await expect(t.drain()).rejects.toThrow(/^expected jobs to come to an end, got ever more/)
    await job.cancel()
  })

  test('refuses to be driven by one of its own handlers, which would wait for itself', async () => {
    const drives = task('drives', { maxTries: 1, run: async () => t.drain() })
    await using t = testRota({ tasks: [drives] })
    await t.rota.enqueue(drives)
    await expect(t.drain({ throws: true })).rejects.toThrow(
      /expected to be called by the test, got a call of a handler/,
    )
  })
})

describe('drain', () => {
  test('leaves retries to their time, and with `scheduled` moves time on to each', async () => {
    const alerts: FailureReport[] = []
    const alert = task('alert', { run: async (report: FailureReport) => void alerts.push(report) })
    await using t = testRota({ tasks: [fails, alert], onFailure: alert })
    await t.rota.enqueue(fails, 'no')
    expect(await t.drain()).toEqual({ ...NONE, retried: 1 })
    expect(await t.drain()).toEqual(NONE)
    expect(await t.drain({ scheduled: true })).toEqual({ ...NONE, failed: 1, completed: 1 })
    expect(alerts).toMatchObject([{ task: 'fails', failure: 'exhausted', error: { message: 'no' } }])
    expect(t.clock.now() - Date.UTC(2025, 0, 1)).toBe(60_000)
  })

  test('ends although jobs wait that nobody here runs', async () => {
    const elsewhere = task<string>('elsewhere')
    await using t = testRota({ tasks: [send] })
    await t.rota.enqueue(elsewhere, 'x')
    await t.rota.enqueue(elsewhere, 'y', { delay: '1 hour' })
    expect(await t.drain({ scheduled: true })).toEqual(NONE)
  })

  test('rejects with what a handler threw, when asked to', async () => {
    await using t = testRota({ tasks: [fails] })
    await t.rota.enqueue(fails, 'no')
    await expect(t.drain({ throws: true })).rejects.toThrow(new TypeError('no'))
    expect(await t.drain({ throws: true })).toEqual(NONE)
  })
})

describe('inline mode', () => {
  test('runs a job, and those that it starts, before its caller goes on', async () => {
    const parent = task('parent', async () => {
      await t.rota.enqueue(send, { invoiceId: 'in_1' })
    })
    await using t = testRota({ tasks: [parent, send], inline: true })
    await t.rota.enqueue(parent)
    expect(sent).toEqual(['in_1'])
    await t.rota.enqueue([send.with({ invoiceId: 'in_2' }), send.with({ invoiceId: 'in_3' })])
    expect(sent).toEqual(['in_1', 'in_2', 'in_3'])
  })

  test('also when a job was drained by hand before', async () => {
    const parent = task('parent', async () => {
      await t.rota.enqueue(send, { invoiceId: 'in_1' })
    })
    await using t = testRota({ tasks: [parent, send], inline: true })
    await t.drain()
    await t.rota.enqueue(parent)
    expect(sent).toEqual(['in_1'])
  })

  test('tells the caller what the handler threw', async () => {
    await using t = testRota({ tasks: [fails], inline: true })
    await expect(t.rota.enqueue(fails, 'no')).rejects.toThrow(new TypeError('no'))
  })

  test('leaves a job that was put off to its time', async () => {
    await using t = testRota({ tasks: [send], inline: true })
    await t.rota.enqueue(send, { invoiceId: 'in_1' }, { delay: '1 hour' })
    expect(sent).toEqual([])
    await t.advance('1 hour')
    expect(sent).toEqual(['in_1'])
  })
})

describe('a mock of a task', () => {
  test('runs in place of its handler, with what callers pass', async () => {
    await using t = testRota({ tasks: [send] })
    const mock = mockTask(send, async ({ invoiceId }) => `mocked ${invoiceId}`)
    const job = await t.rota.enqueue(send, { invoiceId: 'in_1' })
    expect(await t.drain()).toMatchObject({ completed: 1 })
    expect(await job.result()).toBe('mocked in_1')
    expect([mock.calls, sent]).toEqual([[{ invoiceId: 'in_1' }], []])
    expect(mock).toHaveBeenCalledExactlyOnceWith({ invoiceId: 'in_1' })
  })

  test('fails its attempts by throwing', async () => {
    await using t = testRota({ tasks: [send] })
    mockTask(send, () => {
      throw new Error('mail is down')
    })
    const job = await t.rota.enqueue(send, { invoiceId: 'in_1' })
    expect(await t.drain()).toMatchObject({ retried: 1 })
    expect(await job.get()).toMatchObject({ error: { message: 'mail is down' } })
  })

  test('stands in for a handler that is in another program, which is asked for otherwise', async () => {
    const elsewhere = task<Invoice>('elsewhere', { maxTries: 1 })
    await using t = testRota({ tasks: [elsewhere] })
    await t.rota.enqueue(elsewhere, { invoiceId: 'in_1' })
    await expect(t.drain({ throws: true })).rejects.toThrow(/^task "elsewhere": expected a handler or a mock/)
    const mock = mockTask(elsewhere)
    await t.rota.enqueue(elsewhere, { invoiceId: 'in_2' })
    expect(await t.drain()).toMatchObject({ completed: 1 })
    expect(mock.calls).toEqual([{ invoiceId: 'in_2' }])
  })
})
