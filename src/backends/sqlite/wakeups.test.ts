import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Wakeup } from '../../port/wakeups.js'
import { FakeClock } from '../../time/fake-clock.js'
import { Changes, HINT } from './changes.js'
import { FileWakeups } from './wakeups.js'

let folder: string
let file: string
let opened: FileWakeups[]
let errors: unknown[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-wakeups-'))
  file = join(folder, 'rota.db')
  writeFileSync(file, '')
  opened = []
  errors = []
})

afterEach(() => {
  for (const wakeups of opened) wakeups.close()
  rmSync(folder, { recursive: true })
})

function newWakeups(): FileWakeups {
  const wakeups = new FileWakeups({ clock: new FakeClock(), onError: (error) => errors.push(error) })
  opened.push(wakeups)
  return wakeups
}

function openWakeups(path = file): FileWakeups {
  const wakeups = newWakeups()
  wakeups.open(path)
  return wakeups
}

function listen(wakeups: FileWakeups): Wakeup[] {
  const hints: Wakeup[] = []
  wakeups.subscribe((hint) => hints.push(hint))
  return hints
}

function changes(hints: number, ...queues: readonly string[]): Changes {
  const made = new Changes()
  made.hint(hints)
  for (const queue of queues) made.hintJobs(queue)
  return made
}

test('a commit is told to every object of the process that has the file open, by whatever name', () => {
  const link = join(folder, 'link.db')
  symlinkSync(file, link)
  const heard = [file, link, join(folder, '.', 'rota.db')].map((path) => listen(openWakeups(path)))
  opened[0]!.committed(changes(HINT.schedules | HINT.settings, 'mail', 'bills'))
  for (const hints of heard) {
    expect(hints).toEqual([{ kind: 'jobs', queues: ['mail', 'bills'] }, { kind: 'schedules' }, { kind: 'settings' }])
  }
})

test('a commit on another file is not told', () => {
  const other = join(folder, 'other.db')
  writeFileSync(other, '')
  const hints = listen(openWakeups())
  openWakeups(other).committed(changes(HINT.cancel))
  expect(hints).toEqual([])
})

test('every kind of change has a hint of its own', () => {
  const wakeups = openWakeups()
  const hints = listen(wakeups)
  for (const hint of Object.values(HINT)) wakeups.committed(changes(hint))
  expect(hints.map(({ kind }) => kind)).toEqual(Object.keys(HINT))
  expect(hints[0]).toEqual({ kind: 'jobs', queues: [] })
})

test('a commit that changed nothing worth a look tells nothing to anybody', () => {
  const wakeups = openWakeups()
  const hints = listen(wakeups)
  wakeups.committed(changes(0))
  expect([hints, readFileSync(`${file}-wake`).length]).toEqual([[], 0])
})

test('whoever subscribed before the file was opened is told too', () => {
  const wakeups = newWakeups()
  const hints = listen(wakeups)
  wakeups.committed(changes(HINT.jobs))
  wakeups.open(file)
  wakeups.open(file)
  wakeups.committed(changes(HINT.cancel))
  expect(hints).toEqual([{ kind: 'cancel' }])
})

test('a listener that throws harms neither the commit nor the others', () => {
  const wakeups = openWakeups()
  const error = new Error('from a listener')
  wakeups.subscribe(() => {
    throw error
  })
  const hints = listen(wakeups)
  wakeups.committed(changes(HINT.events))
  expect([hints, errors]).toEqual([[{ kind: 'events' }], [error]])
})

test('one listener can be subscribed twice, and each subscription ends by itself', () => {
  const wakeups = openWakeups()
  let heard = 0
  const listener = (): void => {
    heard += 1
  }
  const [unsubscribe] = [wakeups.subscribe(listener), wakeups.subscribe(listener)]
  wakeups.committed(changes(HINT.events))
  unsubscribe()
  unsubscribe()
  wakeups.committed(changes(HINT.events))
  expect(heard).toBe(3)
})

test('after close nothing is told, nothing can be subscribed, and the others go on', () => {
  const [mine, yours] = [openWakeups(), openWakeups()]
  const [myHints, yourHints] = [listen(mine), listen(yours)]
  mine.close()
  mine.close()
  mine.open(file)
  mine.committed(changes(HINT.cancel))
  yours.committed(changes(HINT.events))
  expect([myHints, yourHints]).toEqual([[], [{ kind: 'events' }]])
  expect(() => mine.subscribe(() => undefined)).toThrow(expect.objectContaining({ code: 'BACKEND_CLOSED' }))
})

test('a listener may close the store that it hears of', () => {
  const wakeups = openWakeups()
  wakeups.subscribe(() => wakeups.close())
  const hints = listen(wakeups)
  wakeups.committed(changes(HINT.events | HINT.cancel))
  expect(hints).toEqual([])
})
