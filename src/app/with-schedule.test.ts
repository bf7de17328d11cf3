import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import { sqlite } from '../backends/sqlite/sqlite-backend.js'
import { RoutineScheduler } from '../scheduler/routine-scheduler.js'
import { FakeClock } from '../time/fake-clock.js'
import { createRota } from './create-rota.js'

const HOUR = 3_600_000

test('a routine of a rota runs each period once over all instances, and not before it is called', async () => {
  const clock = new FakeClock()
  const backend = memory({ clock })
  const end = new AbortController()
  const runs: string[] = []
  const rotas = ['one', 'two'].map((name) => ({ name, rota: createRota({ backend, clock }) }))
  const routines = rotas.map(({ name, rota }) =>
    rota.withSchedule('db maintenance', 'every 1 hour', () => void runs.push(name)),
  )
  await clock.advance(2 * HOUR)
  expect(runs).toEqual([])
  // Loaded with the first routine that is called; a fake clock does not wait for files.
  await import('../scheduler/routine-scheduler.js')
  const done = Promise.all(routines.map(async (routine) => routine.run(end.signal)))
  await clock.advance(3 * HOUR - 1)
  expect(runs).toHaveLength(3)
  end.abort()
  await clock.settle()
  await done
  for (const { rota } of rotas) await rota.close()
})

test('a name that is given twice is refused at once, a schedule that cannot be read when it is called', async () => {
  const rota = createRota({ url: 'memory:' })
  const routine = rota.withSchedule('a', 'whenever', () => undefined)
  expect(() => rota.withSchedule('a', 'every 1 hour', () => undefined)).toThrow(
    /expected each name once, got "a" twice/,
  )
  expect(() => rota.withSchedule('', 'every 1 hour', () => undefined)).toThrow(/got 0 characters/)
  expect(() => rota.withSchedule('b', 'every 1 hour', 5 as never)).toThrow(
    /^withSchedule: routine: expected a function or an object with run\(signal\), got number$/,
  )
  expect(() => rota.withSchedule('b', 'every 1 hour', () => undefined)).not.toThrow()
  await expect(routine()).rejects.toMatchObject({ code: 'SCHEDULE_INVALID' })
  await rota.close()
})

test('instances with handles of their own on one SQLite file run each period once', async () => {
  const clock = new FakeClock()
  const folder = mkdtempSync(join(tmpdir(), 'rota-with-schedule-'))
  const backends = Array.from({ length: 3 }, () => sqlite({ file: join(folder, 'rota.db'), clock }))
  for (const backend of backends) await backend.open()
  const end = new AbortController()
  let runs = 0
  let side = 0
  const work = async (): Promise<void> => {
    runs += 1
    expect(++side).toBe(1)
    await clock.sleep(90_000)
    side -= 1
  }
  const done = backends.map(async ({ locks, schedules }) =>
    new RoutineScheduler({ locks, schedules, clock }).withSchedule('db maintenance', 'every 1 hour', work)(end.signal),
  )
  for (let period = 1; period <= 5; period++) {
    await clock.advance(HOUR)
    expect(runs).toBe(period + 1)
  }
  end.abort()
  await clock.advance(90_000)
  await Promise.all(done)
  for (const backend of backends) await backend.close()
  rmSync(folder, { recursive: true })
})
